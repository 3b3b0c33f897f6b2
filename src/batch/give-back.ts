/** What a buffer may have besides the bytes and still be theirs alone. */
const maxSpareBytes = 4096
const minBytes = 256 * 1024

/**
 * Gives the memory of bytes back at once that nobody reads any more, where they are large and as good as all of their buffer.
 * Left to the garbage collector, a few such buffers make it go through the whole heap. No other view of the buffer may be in use
 * any more, not even a driver's.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < minBytes || buffer.byteLength - byteLength > maxSpareBytes) return
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}
