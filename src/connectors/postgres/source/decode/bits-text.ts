/** As many bytes as the text of bits has (varbit.c: varbit_send: int32 count, then the bits, the first one highest). */
export function bitsTextBytes(view: DataView, start: number): number {
  return view.getInt32(start)
}

/** Writes bits as `0` and `1`; returns where they end. */
export function putBits(view: DataView, start: number, target: Uint8Array, at: number): number {
  const count = view.getInt32(start)
  for (let i = 0; i < count; i++) {
    target[at + i] = 0x30 + ((view.getUint8(start + 4 + (i >> 3)) >> (7 - (i & 7))) & 1)
  }
  return at + count
}
