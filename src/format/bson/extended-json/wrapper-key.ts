/**
 * The names that make an object of Extended JSON stand for a value of another type. `$ref`, `$id` and `$db` are none: a
 * DBRef is a document.
 */
export const wrapperKeys = [
  '$oid',
  '$symbol',
  '$numberInt',
  '$numberLong',
  '$numberDouble',
  '$numberDecimal',
  '$binary',
  '$uuid',
  '$code',
  '$scope',
  '$timestamp',
  '$regularExpression',
  '$dbPointer',
  '$date',
  '$minKey',
  '$maxKey',
  '$undefined',
] as const

export type WrapperKey = (typeof wrapperKeys)[number]

const dollar = 0x24
const longestKey = Math.max(...wrapperKeys.map((key) => key.length))
const keyBytes = wrapperKeys.map((key) => [key, Uint8Array.from(key, (character) => character.charCodeAt(0))] as const)

/** Which of them the name bytes[start, end) is. */
export function wrapperKeyOf(bytes: Uint8Array, start: number, end: number): WrapperKey | undefined {
  const byteCount = end - start
  if (byteCount < 4 || byteCount > longestKey || bytes[start] !== dollar) return undefined
  for (const [key, own] of keyBytes) if (isSame(own, bytes, start, byteCount)) return key
  return undefined
}

function isSame(own: Uint8Array, bytes: Uint8Array, start: number, byteCount: number): boolean {
  if (own.length !== byteCount) return false
  for (let i = 1; i < byteCount; i++) if (own[i] !== bytes[start + i]) return false
  return true
}
