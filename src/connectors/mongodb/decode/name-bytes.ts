export function isName(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = name
  if (length !== end - start) return false
  for (let i = 0; i < length; i++) if (name[i] !== bytes[start + i]) return false
  return true
}

/** FNV-1a, mixed so that the lower bits hang on all of it. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash ^ (hash >>> 15)
}

/** Whether the name bytes[start, end) comes before the other one by its bytes. */
export function isBefore(bytes: Uint8Array, start: number, end: number, laterStart: number, laterEnd: number): boolean {
  const length = Math.min(end - start, laterEnd - laterStart)
  for (let i = 0; i < length; i++) {
    if (bytes[start + i] !== bytes[laterStart + i]) return bytes[start + i]! < bytes[laterStart + i]!
  }
  return end - start < laterEnd - laterStart
}
