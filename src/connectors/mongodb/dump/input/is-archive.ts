import { notReadable } from '../../../../errors/file-error.ts'
import { archiveMagic } from '../archive-reader.ts'
import { openDumpPieces } from '../dump-pieces.ts'
import type { DumpedFile } from './dump-files.ts'
import { dumpedFileName } from './file-name.ts'

/**
 * What a file is that mongodump has written, packed or not: by how it begins. As a length the same bytes would be negative.
 * @throws TL_S208 where nothing is in it, and it is not called as files of documents are, which may be empty
 */
export async function isArchive({ label, path }: DumpedFile, signal: AbortSignal): Promise<boolean> {
  await using pieces = await openDumpPieces(label, path)
  let head = Buffer.alloc(0)
  while (head.length < 4) {
    const piece = await pieces.next(signal)
    if (piece === undefined) {
      if (head.length > 0 || dumpedFileName(path) !== undefined) return false
      throw notReadable(label, 'it is empty', 'Name the folder that mongodump wrote, or a file or archive of it.')
    }
    head = Buffer.concat([head, piece.subarray(0, 4)])
  }
  return head.readUInt32LE() === archiveMagic
}
