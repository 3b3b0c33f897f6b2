import { archiveMagic } from '../archive-reader.ts'
import { openDumpPieces } from '../dump-pieces.ts'
import type { DumpedFile } from './dump-files.ts'

/** Whether a file begins as archives of mongodump do, packed or not. As a length the same bytes would be negative. */
export async function isArchive({ label, path }: DumpedFile, signal: AbortSignal): Promise<boolean> {
  await using pieces = await openDumpPieces(label, path)
  let head = Buffer.alloc(0)
  while (head.length < 4) {
    const piece = await pieces.next(signal)
    if (piece === undefined) return false
    head = Buffer.concat([head, piece.subarray(0, 4)])
  }
  return head.readUInt32LE() === archiveMagic
}
