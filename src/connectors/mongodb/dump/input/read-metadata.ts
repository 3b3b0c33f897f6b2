import { notReadable } from '../../../../errors/file-error.ts'
import { DocumentFault } from '../../../../format/bson/document-fault.ts'
import { ExtendedJsonReader } from '../../../../format/bson/extended-json/extended-json-reader.ts'
import { type CollectionMetadata, readCollectionMetadata } from '../../collection-info.ts'
import { ScratchArena } from '../../scratch-arena.ts'
import { openDumpPieces } from '../dump-pieces.ts'

const maxMetadataBytes = 64 * 1024 * 1024
const cure = 'Have the collection dumped anew, or take the file away: then nothing is known of its indexes.'

/**
 * What a `.metadata.json` file says of a collection, packed or not; undefined where it is empty.
 * @throws TL_S208 where it cannot be read
 */
export async function readMetadataFile(
  label: string,
  path: string,
  signal: AbortSignal,
): Promise<CollectionMetadata | undefined> {
  return parseMetadata(label, await readWhole(label, path, signal))
}

/** As {@link readMetadataFile}: its text, in Extended JSON. */
export function parseMetadata(label: string, text: Uint8Array): CollectionMetadata | undefined {
  if (text.length === 0) return undefined
  const arena = new ScratchArena()
  try {
    new ExtendedJsonReader().append(arena, text, 0, text.length)
    return readCollectionMetadata(arena.bytes, 0, arena.used)
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error
    throw notReadable(label, `what it says of the collection is no Extended JSON (${error.message})`, cure, error)
  }
}

/** @throws TL_S208 where it has more bytes than any file has that says something of a dump */
export async function readWhole(label: string, path: string, signal: AbortSignal): Promise<Buffer> {
  await using pieces = await openDumpPieces(label, path)
  const all: Uint8Array[] = []
  let byteCount = 0
  for (;;) {
    const piece = await pieces.next(signal)
    if (piece === undefined) return Buffer.concat(all)
    byteCount += piece.length
    if (byteCount > maxMetadataBytes) throw notReadable(label, 'it has more than 64 MiB', cure)
    all.push(Uint8Array.from(piece))
  }
}
