/**
 * Index of the first byte within [start, end) that is NUL, or begins no well-formed UTF-8 character (see invalidUtf8At);
 * −1 where there is none. For short texts: four bytes of ASCII are passed over at once.
 */
export function oddUtf8At(view: DataView, start: number, end: number): number {
  const last = end - 4
  let i = start
  for (;;) {
    while (i <= last && isPlain(view.getInt32(i))) i += 4
    let lead = 0
    for (;;) {
      if (i >= end) return -1
      lead = view.getUint8(i)
      if (lead >= 0x80) break
      if (lead === 0) return i
      i++
    }
    do {
      const byteCount = characterBytes(view, i, end, lead)
      if (byteCount === 0) return i
      i += byteCount
      if (i >= end) return -1
      lead = view.getUint8(i)
    } while (lead >= 0x80)
  }
}

/** Whether all four bytes are ASCII other than NUL: a zero borrows from the bit above it. */
export function isPlain(word: number): boolean {
  return (((word - 0x01010101) | word) & 0x80808080) === 0
}

/** Bytes of the well-formed multi-byte character at `i`, or 0: Unicode's table 3-7. */
function characterBytes(view: DataView, i: number, end: number, lead: number): number {
  if (lead < 0xe0) return lead >= 0xc2 && i + 1 < end && isContinued(view.getUint8(i + 1)) ? 2 : 0
  if (lead < 0xf0) {
    if (i + 2 >= end) return 0
    const second = view.getUint8(i + 1)
    if (!isContinued(second) || !isContinued(view.getUint8(i + 2))) return 0
    if (lead === 0xe0) return second < 0xa0 ? 0 : 3
    return lead === 0xed && second > 0x9f ? 0 : 3
  }
  if (lead > 0xf4 || i + 3 >= end) return 0
  const second = view.getUint8(i + 1)
  if (!isContinued(second) || !isContinued(view.getUint8(i + 2)) || !isContinued(view.getUint8(i + 3))) return 0
  if (lead === 0xf0) return second < 0x90 ? 0 : 4
  return lead === 0xf4 && second > 0x8f ? 0 : 4
}

function isContinued(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
