/**
 * Whether bytes[start, end) is ASCII without a NUL: then its bytes are its characters, and nothing is the matter with it.
 * @param view Over all of the bytes
 */
export function isPlainText(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
  const last = end - 4
  if (last < start) {
    for (let at = start; at < end; at++) if (((bytes[at]! - 1) & 0xff) >= 0x7f) return false
    return true
  }
  // Less one, a NUL among the four bytes has its upper bit set, and so has what is no ASCII.
  for (let at = start; at < last; at += 4) {
    const four = view.getInt32(at, true)
    if (((four | (four - 0x0101_0101)) & 0x8080_8080) !== 0) return false
  }
  const four = view.getInt32(last, true)
  return ((four | (four - 0x0101_0101)) & 0x8080_8080) === 0
}

/** Characters (code points) of bytes[start, end), which are UTF-8: bytes that go on with no other one. */
export function characterCount(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at++) if ((bytes[at]! & 0xc0) !== 0x80) count++
  return count
}
