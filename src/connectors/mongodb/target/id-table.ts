import type { RowDocuments } from './encode/documents-of-rows.ts'

const seed = 0x811c_9dc5
const prime = 0x0100_0193

/**
 * Finds, for every document, whether a later one has the same `_id`, byte for byte. No object is made of an `_id`.
 *
 * @returns Documents that are the last of their `_id`, in order; `isLast` is 1 for them
 */
export function lastOfEachId({ arena, count, starts, idEnds }: RowDocuments): {
  readonly last: Int32Array
  readonly isLast: Uint8Array
} {
  let slots = 16
  while (slots < count * 2) slots *= 2
  const table = new Int32Array(slots).fill(-1)
  const isLast = new Uint8Array(count)
  const { bytes } = arena
  let found = 0
  for (let document = count - 1; document >= 0; document--) {
    const start = starts[document]! + 4
    const end = idEnds[document]!
    let hash = seed
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, prime)
    let slot = hash & (slots - 1)
    while (table[slot]! >= 0 && !isSame(bytes, starts[table[slot]!]! + 4, idEnds[table[slot]!]!, start, end)) {
      slot = (slot + 1) & (slots - 1)
    }
    if (table[slot]! >= 0) continue
    table[slot] = document
    isLast[document] = 1
    found++
  }
  const last = new Int32Array(found)
  for (let document = 0, at = 0; document < count; document++) if (isLast[document] === 1) last[at++] = document
  return { last, isLast }
}

function isSame(bytes: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false
  for (let i = start, o = otherStart; i < end; i++, o++) if (bytes[i] !== bytes[o]) return false
  return true
}
