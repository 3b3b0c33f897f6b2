import type { Digits } from './sql-literal.ts'

/** JSON that MySQL would print: numbers beyond a double as bigint, others with chosen digits as `{ digits }`. */
export type Json = null | boolean | string | number | bigint | Digits | readonly Json[] | JsonObject

interface JsonObject {
  readonly [key: string]: Json
}

/**
 * Prints a document as MySQL's JSON type does: a blank after each colon and comma, an object's keys ordered by their
 * length in bytes and then by their bytes (https://dev.mysql.com/doc/refman/9.0/en/json.html, "Normalization").
 */
export function mysqlJson(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(mysqlJson).join(', ')}]`
  if (isDigits(value)) return value.digits
  const members = Object.entries(value).sort(([left], [right]) => compareKeys(left, right))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}: ${mysqlJson(member)}`).join(', ')}}`
}

function compareKeys(left: string, right: string): number {
  const leftBytes = Buffer.from(left)
  const rightBytes = Buffer.from(right)
  return leftBytes.length - rightBytes.length || Buffer.compare(leftBytes, rightBytes)
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}

function isDigits(value: object): value is Digits {
  return Object.keys(value).join() === 'digits'
}
