import type { Cursor } from '../../../../model/plain.ts'
import type { QualifiedName } from '../../../../model/relation.ts'
import type { CollectionMetadata } from '../../collection-info.ts'
import type { DocumentStream } from '../../document-stream.ts'
import type { DumpedFile } from './dump-files.ts'

/** A collection whose documents are there. */
export interface DumpCollection {
  /** Database and collection; of a file of JSON `documents` and what the file is called. */
  readonly name: QualifiedName
  /** Absent where nothing is told of it. */
  readonly metadata: CollectionMetadata | undefined
  /** Of its file as it is, packed or not; in an archive what mongodump expected, which many have as 0. */
  readonly byteSize: number
  /** Its file is packed, or an archive: who goes on within it reads up to there once more. */
  readonly isPacked: boolean
  /**
   * Its documents, or those behind a cursor. Several may be open at once.
   * @throws TL_K502 where the file is another one by now; TL_S208 where it is not what it ought to be
   */
  open(from: Cursor | undefined, signal: AbortSignal): Promise<DocumentStream>
}

/** What stands in a dump and is not read. */
export interface DumpOther {
  readonly kind: 'view' | 'time series' | 'system collection' | 'oplog' | 'file' | 'folder'
  /** Of what belongs to no database, the schema is empty. */
  readonly name: QualifiedName
  readonly reason: string
  /** Of a view: what it shows, in relaxed Extended JSON. */
  readonly text?: string | undefined
}

/** What was found in a dump. */
export interface DumpContents {
  /** For people. */
  readonly version: string
  readonly collections: readonly DumpCollection[]
  readonly others: readonly DumpOther[]
  /** What decides the documents and what is told of them. */
  readonly files: readonly DumpedFile[]
}
