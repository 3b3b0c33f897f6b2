/** Bytes that JSON is told by. */
export const byte = {
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  slash: 0x2f,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  bracket: 0x5b,
  backslash: 0x5c,
  bracketEnd: 0x5d,
  u: 0x75,
  brace: 0x7b,
  braceEnd: 0x7d,
} as const

export function isSpace(one: number | undefined): boolean {
  return one === byte.space || one === 0x0a || one === 0x0d || one === 0x09
}

export function isDigit(one: number | undefined): boolean {
  return one !== undefined && one >= byte.zero && one <= byte.nine
}

/** −1 where it is none. */
export function hexDigit(one: number | undefined): number {
  if (one === undefined) return -1
  if (isDigit(one)) return one - byte.zero
  const lower = one | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1
}
