import { isUtf8 } from 'node:buffer'
import { utf8CharacterBytes } from '../../../format/charset/invalid-utf8.ts'

/** From here on native checks are the faster ones, in spite of the calls. */
const nativeFromBytes = 128

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

/** Whether bytes[start, end) holds a NUL. One has to stand at `end`. */
export function hasNul(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < nativeFromBytes) {
    let at = start
    while (bytes[at] !== 0) at++
    return at < end
  }
  // That of a Buffer takes longer.
  return Uint8Array.prototype.indexOf.call(bytes, 0, start) < end
}

/** Characters (code points) of bytes[start, end), or −1 where it is no UTF-8. */
export function characterCount(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  if (end - start >= nativeFromBytes) {
    if (!isUtf8(bytes.subarray(start, end))) return -1
    for (let at = start; at < end; at++) if ((bytes[at]! & 0xc0) !== 0x80) count++
    return count
  }
  for (let at = start; at < end; count++) {
    const byteCount = bytes[at]! < 0x80 ? 1 : utf8CharacterBytes(bytes, at, end)
    if (byteCount === 0) return -1
    at += byteCount
  }
  return count
}
