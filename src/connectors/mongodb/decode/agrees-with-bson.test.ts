import { deserialize, EJSON } from 'bson'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batchOf, rowsOf } from '../../../../test/support/document-plan.ts'
import { randomPlan } from '../../../../test/support/random-document-plan.ts'
import { anyDocument } from '../../../../test/support/raw-bson.ts'
import { parsePath } from '../../../model/document-path.ts'
import type { ReadColumn, ReadPlan } from '../../../model/plan.ts'
import { DocumentDecoder } from './document-decoder.ts'

/** Values by the package, each in an object that says its type. */
type Value = unknown

const asJson = (value: Value, relaxed = false): unknown =>
  (JSON.parse(EJSON.stringify({ v: value }, { relaxed })) as { readonly v: unknown }).v

/** What a cell is to say of a value by the package's own text of it; undefined: its column does not take it. */
function expectedText({ native: { name } }: ReadColumn, value: Value): string | null | undefined {
  if (value === null && name !== 'id') return null
  const json = asJson(value)
  if (name === 'json') return JSON.stringify(asJson(value, true))
  if (name === 'extendedJson' || name === 'id') return JSON.stringify(json)
  if (name === 'string') return typeof json === 'string' ? json : undefined
  if (name === 'bool') return typeof json === 'boolean' ? String(json) : undefined
  if (typeof json !== 'object' || json === null) return undefined
  const of = (key: string): string | undefined => {
    const text = Object.keys(json).length === 1 ? (json as Record<string, unknown>)[key] : undefined
    return typeof text === 'string' && value?.constructor !== Object ? text : undefined
  }
  switch (name) {
    case 'objectId':
      return of('$oid')
    case 'symbol':
      return of('$symbol')
    case 'javascript':
      return of('$code')
    case 'int':
      return of('$numberInt')
    case 'long':
      return of('$numberInt') ?? of('$numberLong')
    default:
      return undefined
  }
}

const compared = new Set([
  'extendedJson',
  'json',
  'id',
  'string',
  'bool',
  'objectId',
  'symbol',
  'javascript',
  'int',
  'long',
])

function valueAt(document: Value, name: string): { readonly value: Value } | undefined {
  let value = document
  for (const part of name === '$value' ? [] : parsePath(name)) {
    if (typeof value !== 'object' || value === null || value.constructor !== Object) return undefined
    if (!Object.hasOwn(value, part)) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return { value }
}

/** Documents or elements that rows of a frame stand for, in their order. */
function elementsOf(read: ReadPlan, frame: number, documents: readonly Value[]): Value[] {
  if (frame === 0) return [...documents]
  const { parent, path, kind } = read.children![frame - 1]!
  return elementsOf(read, parent, documents).flatMap((document): Value[] => {
    const value = valueAt(document, path)?.value
    if (kind === 'array') return Array.isArray(value) ? value : []
    return typeof value === 'object' && value?.constructor === Object ? Object.values(value) : []
  })
}

it('has the rows and cells that a walk over the objects of the bson package has', () => {
  let cellCount = 0
  fc.assert(
    fc.property(
      fc.array(anyDocument({ hasEverything: false }), { minLength: 1, maxLength: 4 }),
      fc.integer(),
      (documents, seed) => {
        const read = randomPlan(documents, seed, false)
        const batch = batchOf(read)
        const decoder = new DocumentDecoder(read)
        documents.forEach((document, at) => decoder.decode(document, 0, document.length, at + 1, batch))
        // Children of rejected rows are there, and as they are; only a document that is no BSON has none.
        const objects = documents.map((document) => deserialize(document, { promoteValues: false, bsonRegExp: true }))
        ;[read, ...(read.children ?? [])].forEach(({ columns, leftOut = [] }, frame) => {
          const elements = elementsOf(read, frame, objects)
          const rows = rowsOf(batch, frame)
          expect(rows).toHaveLength(elements.length)
          const isTaken = (name: string): boolean =>
            columns.some((other) => other.name.startsWith(`${name}.`)) ||
            // A part of it is not wanted: no cell has the others together.
            leftOut.some((path) => path.startsWith(`${name}.`)) ||
            (name === '$value' && columns.some((other) => /^[^#$]/.test(other.name))) ||
            (read.children ?? []).some(
              (child) =>
                child.parent === frame &&
                (child.path === name ||
                  child.path.startsWith(`${name}.`) ||
                  (name === '$value' && child.path !== name)),
            )
          for (const column of columns) {
            if (/^(#|\$(?!value$))/.test(column.name) || !compared.has(column.native.name) || isTaken(column.name))
              continue
            elements.forEach((element, row) => {
              const found = valueAt(element, column.name)
              const text = found === undefined ? null : (expectedText(column, found.value) ?? null)
              // What the policies change has tests of its own.
              if (text?.includes('\0') === true || text?.includes('\\u0000') === true) return
              expect({ column: column.name, text: normal(column, rows[row]![column.name] ?? null) }).toEqual({
                column: column.name,
                text: normal(column, text),
              })
              if (text !== null) cellCount++
            })
          }
        })
      },
    ),
    { numRuns: 300 },
  )
  expect(cellCount).toBeGreaterThan(300)
})

function normal({ native: { name } }: ReadColumn, text: string | null): unknown {
  return text !== null && (name === 'extendedJson' || name === 'json' || name === 'id')
    ? (JSON.parse(text) as unknown)
    : text
}
