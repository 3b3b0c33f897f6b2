import { isPlain } from './odd-utf8.ts'

/**
 * Copies `length` bytes as long as they are ASCII and none of them is NUL. False: one is; what lies behind `at` is then
 * undefined.
 */
export function copyPlainWords(source: DataView, start: number, length: number, target: DataView, at: number): boolean {
  if (length < 4) {
    for (let i = 0; i < length; i++) {
      const byte = source.getUint8(start + i)
      if (((byte - 1) | byte) & 0x80) return false
      target.setUint8(at + i, byte)
    }
    return true
  }
  const last = start + length - 4
  let o = at
  for (let i = start; i <= last; i += 4, o += 4) {
    const word = source.getInt32(i)
    if (!isPlain(word)) return false
    target.setInt32(o, word)
  }
  const word = source.getInt32(last)
  if (!isPlain(word)) return false
  target.setInt32(at + length - 4, word)
  return true
}
