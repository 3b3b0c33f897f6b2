const zero = 0x30

/** Whether bytes[start, end) is the name of an array's element at `index`: its digits, without zeros before them. */
export function isArrayName(bytes: Uint8Array, start: number, end: number, index: number): boolean {
  if (index < 10) return end - start === 1 && bytes[start] === zero + index
  if (bytes[start] === zero || end - start > 10) return false
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - zero
    if (digit < 0 || digit > 9) return false
    value = value * 10 + digit
  }
  return value === index
}
