import type { CanonicalType } from '../model/canonical-type.ts'

/** A value as JSON: numbers digit by digit as they are, JSON as it stands, everything else as its text. */
export function jsonOf({ kind }: CanonicalType, text: string | null): string {
  if (text === null) return 'null'
  switch (kind) {
    case 'bool':
    case 'int':
    case 'json':
      return text
    case 'decimal':
    case 'float32':
    case 'float64':
      // JSON has no NaN and no infinity.
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? text : JSON.stringify(text)
    default:
      return JSON.stringify(text)
  }
}

/** An object of one row's values, in the order of the columns. */
export function jsonObject(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`
}
