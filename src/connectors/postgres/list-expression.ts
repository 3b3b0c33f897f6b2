import type { ElementForm } from '../../model/digest-form.ts'
import type { TargetType } from './types.ts'

/**
 * An array as JSON, in as many dimensions as it has, of the texts that its elements have in the form. Whole arrays are cast,
 * which keeps their dimensions; their first indexes JSON does not have.
 */
export function listExpression(quoted: string, { name, typmod }: TargetType, form: ElementForm): string {
  switch (name) {
    case 'bytea':
      return hexList(quoted)
    case 'bool':
      return textList(`${quoted}::pg_catalog.int4[]`)
    // All of its digits, and not the fewest that tell it from its neighbours of 32 bits.
    case 'float4':
      return textList(form === 'float64' ? `${quoted}::pg_catalog.float8[]` : quoted)
    // The session is in UTC: the clock that it shows is the moment's.
    case 'timestamptz':
      return textList(`${quoted}::pg_catalog.timestamp[]`)
    // A cast writes a netmask that says nothing, and printing does not.
    case 'inet':
      return jsonOf(quoted)
    // A cast takes blanks off: those that fill a length up, and, where there is none, those that somebody wrote.
    case 'bpchar':
      return typmod < 0 ? jsonOf(quoted) : textList(quoted)
    default:
      return textList(quoted)
  }
}

/** Arrays of bytes as arrays of their hexadecimal digits: as texts, all of them begin with `\\x`, which JSON escapes. */
export function hexList(quoted: string): string {
  return `pg_catalog.replace(${textList(quoted)}, '"\\\\x', '"')`
}

export function textList(quoted: string): string {
  return jsonOf(`${quoted}::pg_catalog.text[]`)
}

export function jsonOf(quoted: string): string {
  return `pg_catalog.to_json(${quoted})::pg_catalog.text`
}
