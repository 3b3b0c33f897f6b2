/*
 * numeric on the wire (numeric.c: numeric_send): int16 count of digits, int16 weight of the first one, int16 sign, int16
 * scale to show, then the digits, int16 each, to the base of 10,000.
 */
const headBytes = 8
const negative = 0x4000
const specials: ReadonlyMap<number, string> = new Map([
  [0xc000, 'NaN'],
  [0xd000, 'Infinity'],
  [0xf000, '-Infinity'],
])
const longestSpecial = 9

const zero = 0x30
const minus = 0x2d
const point = 0x2e

/** As many bytes as the number's text has at most. */
export function numericTextBytes(view: DataView, start: number): number {
  const weight = view.getInt16(start + 2)
  const scale = view.getUint16(start + 6)
  return Math.max(longestSpecial, 2 + Math.max(1, (weight + 1) * 4) + scale)
}

/** Writes the number as the server prints it, with all zeros of its scale. Returns where it ends. */
export function putNumeric(view: DataView, start: number, target: Uint8Array, at: number): number {
  const count = view.getInt16(start)
  const weight = view.getInt16(start + 2)
  const sign = view.getUint16(start + 4)
  const scale = view.getUint16(start + 6)
  if (sign > negative) return putSpecial(sign, target, at)
  const digits = start + headBytes
  let to = at
  if (sign === negative) target[to++] = minus
  if (weight < 0) target[to++] = zero
  for (let place = 0; place <= weight; place++) {
    const group = place < count ? view.getInt16(digits + 2 * place) : 0
    if (place > 0 || group >= 1000) target[to++] = zero + Math.floor(group / 1000)
    if (place > 0 || group >= 100) target[to++] = zero + (Math.floor(group / 100) % 10)
    if (place > 0 || group >= 10) target[to++] = zero + (Math.floor(group / 10) % 10)
    target[to++] = zero + (group % 10)
  }
  if (scale === 0) return to
  target[to++] = point
  let unit = 1000
  let place = weight + 1
  let group = groupAt(view, digits, place, count)
  for (let digit = 0; digit < scale; digit++) {
    target[to++] = zero + (Math.floor(group / unit) % 10)
    unit = unit === 1 ? 1000 : unit / 10
    if (unit === 1000) group = groupAt(view, digits, ++place, count)
  }
  return to
}

function groupAt(view: DataView, digits: number, place: number, count: number): number {
  return place >= 0 && place < count ? view.getInt16(digits + 2 * place) : 0
}

function putSpecial(sign: number, target: Uint8Array, at: number): number {
  const text = specials.get(sign) ?? ''
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i)
  return at + text.length
}
