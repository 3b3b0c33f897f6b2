/**
 * Copies ASCII bytes from source[start,end), eight at a time, until eight hold one that is not ASCII, or fewer are left;
 * returns how many, a multiple of eight.
 */
export function copyAscii(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  let i = start
  let o = at
  const last = end - 8
  while (i <= last) {
    const a = source[i]!
    const b = source[i + 1]!
    const c = source[i + 2]!
    const d = source[i + 3]!
    const e = source[i + 4]!
    const f = source[i + 5]!
    const g = source[i + 6]!
    const h = source[i + 7]!
    if ((a | b | c | d | e | f | g | h) >= 0x80) break
    target[o] = a
    target[o + 1] = b
    target[o + 2] = c
    target[o + 3] = d
    target[o + 4] = e
    target[o + 5] = f
    target[o + 6] = g
    target[o + 7] = h
    i += 8
    o += 8
  }
  return i - start
}
