import type { EncodedValue, RejectedRow } from '../model/loss.ts'

/** What every row has, before its key and its values. */
const facts = ['dataset', 'split', 'position', 'stage', 'column', 'code', 'reason'] as const

/**
 * Rejected rows as CSV (RFC 4180: CRLF, quotes doubled), with a line of names: what they were rejected for, then a column
 * `key.NAME` for each column of a key and `row.NAME` for each column of a row, over all datasets. NULL is an empty field and
 * an empty text is `""`; a value that is no text is `base64:…`. A column that the row's dataset does not have is empty too.
 *
 * A field that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return, and is
 * no number) has an apostrophe put before it: the file is for people to read. `rejects.ndjson` has values as they are.
 */
export function* rejectsCsv(rows: readonly RejectedRow[]): Generator<string> {
  const keys = namesIn(rows.map(({ key }) => key))
  const values = namesIn(rows.map(({ row }) => row))
  const names = [...facts, ...keys.map((name) => `key.${name}`), ...values.map((name) => `row.${name}`)]
  yield lineOf(names.map(field))
  for (const row of rows) {
    yield lineOf([
      ...facts.map((name) => field(row[name] === undefined ? null : String(row[name]))),
      ...keys.map((name) => field(row.key[name] ?? null)),
      ...values.map((name) => field(textOf(row.row[name] ?? null))),
    ])
  }
}

function namesIn(records: readonly { readonly [name: string]: unknown }[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))]
}

function textOf(value: EncodedValue): string | null {
  if (value === null) return null
  return 'text' in value ? value.text : `base64:${value.base64}`
}

function lineOf(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`
}

const number = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/

function field(text: string | null): string {
  if (text === null) return ''
  const safe = /^[=+\-@\t\r]/.test(text) && !number.test(text) ? `'${text}` : text
  return safe === '' || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
