import { DocumentFault } from '../../../format/bson/document-fault.ts'
import type { Cursor } from '../../../model/plain.ts'
import { isSameName, type QualifiedName } from '../../../model/relation.ts'
import { Crc64 } from './crc64.ts'
import { CutStream } from './cut-stream.ts'
import { DocumentCutter } from './document-cutter.ts'
import { type DumpPieces, openDumpPieces } from './dump-pieces.ts'
import { notReadable } from '../../../errors/file-error.ts'
import { cutOff, damaged } from './errors.ts'
import { readFilePlace } from './file-place.ts'
import { type NamedValue, readNamedValues } from '../named-values.ts'

export const archiveMagic = 0x8199e26d
const magicBytes = 4

/** What an archive says of itself. */
export interface ArchiveHeader {
  readonly version: string
  readonly serverVersion: string
  readonly toolVersion: string
  readonly concurrentCollections: number
}

/** A collection of an archive. */
export interface ArchiveCollection {
  readonly db: string
  readonly collection: string
  /** Options and indexes in Extended JSON, as in `.metadata.json`; empty where the archive has none. */
  readonly metadata: string
  /** `collection`, `view` or `timeseries`; empty where an old mongodump wrote it. */
  readonly type: string
  /** What mongodump expected of it, in bytes; many write 0. */
  readonly size: number
  /** Documents that were read. */
  count: number
  /** Nothing of it comes any more, and its checksum was right. */
  isEnded: boolean
}

type Place = 'magic' | 'header' | 'metadata' | 'between' | 'documents' | 'behind'

/**
 * The documents of an archive (`mongodump --archive`, packed with gzip or not; mongo-tools' common/archive/spec.md) in
 * their order, in which those of collections may stand between each other, and in constant memory:
 *
 *     while (await reader.fill(signal)) while (reader.next()) use(reader.collection, reader.bytes, …)
 *
 * The checksum of a collection is looked at when it ends; an archive that ends before all collections have is cut off.
 * Where it reads one collection only, the stream ends with that, but for the last one, which is read to the archive's end;
 * no other's checksum is looked at.
 */
export class ArchiveReader extends CutStream {
  header: ArchiveHeader | undefined
  /** Those that the archive names at its beginning, and those that it has nevertheless. */
  readonly collections: ArchiveCollection[] = []
  readonly #label: string
  readonly #only: QualifiedName | undefined
  /** Documents that were there before the stream goes on, and are passed over. */
  readonly #passed: number
  /** The one that is read, once the archive has named it. */
  #wanted: ArchiveCollection | undefined
  #total = 0
  readonly #byName = new Map<string, ArchiveCollection>()
  readonly #checksums = new Map<ArchiveCollection, Crc64>()
  #current: ArchiveCollection | undefined
  #checksum = new Crc64()
  #place: Place = 'magic'
  /** Of the magic number, as far as it has come. */
  #head = Buffer.alloc(0)

  /** @param only The collection whose documents are given; absent: all. @param from Of an earlier reader of it */
  static async open(label: string, path: string, only?: QualifiedName, from?: Cursor): Promise<ArchiveReader> {
    return new ArchiveReader(label, await openDumpPieces(label, path), only, from)
  }

  constructor(label: string, pieces: DumpPieces, only?: QualifiedName, from?: Cursor) {
    super(pieces, new DocumentCutter(label, { hasTerminators: true, from: { position: magicBytes, count: 0 } }))
    this.#label = label
    this.#only = only
    this.#passed = readFilePlace(from).count
  }

  /** Whose the document is. */
  get collection(): ArchiveCollection {
    return this.#current ?? this.#fail('a document belongs to no collection')
  }

  /** Of the one collection that is read, else of all. */
  get count(): number {
    return this.#only === undefined ? this.#total : (this.#wanted?.count ?? 0)
  }

  /** What the archive says at its beginning has been read. */
  get hasPrelude(): boolean {
    return this.#place !== 'magic' && this.#place !== 'header' && this.#place !== 'metadata'
  }

  /** Reads on. False: the archive, or the one collection, has ended. @throws TL_S207 where it ends before its collections do */
  async fill(signal: AbortSignal): Promise<boolean> {
    if (this.#hasReadIt()) return false
    const piece = await this.pieces.next(signal)
    if (piece === undefined) {
      this.#finish()
      return false
    }
    this.cutter.feed(this.#place === 'magic' ? this.#takeMagic(piece) : piece)
    return true
  }

  /** Goes to the next document of a collection of what was read. @throws TL_S208 where what follows is no archive */
  next(): boolean {
    for (;;) {
      const cut = this.cutter.next()
      if (cut === 'hungry') return false
      if (cut === 'terminator') {
        this.#endGroup()
      } else if (this.#place === 'documents') {
        if (this.#takeDocument()) return true
      } else {
        this.#takeHeader()
      }
    }
  }

  cursor(): Cursor {
    return { count: this.count }
  }

  /** What follows the magic number. */
  #takeMagic(piece: Uint8Array): Uint8Array {
    const wanted = magicBytes - this.#head.length
    this.#head = Buffer.concat([this.#head, piece.subarray(0, wanted)])
    if (this.#head.length < magicBytes) return new Uint8Array(0)
    if (this.#head.readUInt32LE() !== archiveMagic) {
      throw notReadable(
        this.#label,
        'it is no archive of mongodump',
        'Name a file that mongodump --archive=FILE wrote.',
      )
    }
    this.#place = 'header'
    return piece.subarray(wanted)
  }

  /** Whether the document is one that was asked for. */
  #takeDocument(): boolean {
    const { collection } = this
    collection.count++
    this.#total++
    if (!this.#isWanted(collection)) return false
    this.#checksum.update(this.bytes, this.start, this.end)
    return this.#only === undefined || collection.count > this.#passed
  }

  #isWanted(collection: ArchiveCollection): boolean {
    return this.#only === undefined || collection === this.#wanted
  }

  #endGroup(): void {
    if (this.#place === 'header' || this.#place === 'between') this.#fail('a terminator stands where a header must')
    this.#place = 'between'
    this.#current = undefined
  }

  #takeHeader(): void {
    const values = this.#readValues()
    const text = (name: string): string => {
      const value = values.get(name)
      return typeof value === 'string' ? value : ''
    }
    switch (this.#place) {
      case 'header':
        this.header = {
          version: text('version'),
          serverVersion: text('server_version'),
          toolVersion: text('tool_version'),
          concurrentCollections: Number(values.get('concurrent_collections') ?? 0),
        }
        this.#place = 'metadata'
        break
      case 'metadata':
        this.#addCollection(
          text('db'),
          text('collection'),
          text('metadata'),
          text('type'),
          Number(values.get('size') ?? 0),
        )
        break
      case 'between':
        this.#begin(text('db'), text('collection'), values.get('EOF') === true, values.get('CRC'))
        break
      default:
        this.#fail('a document stands behind the end of its collection')
    }
  }

  #begin(db: string, name: string, isEnd: boolean, crc: NamedValue | undefined): void {
    if (name === '') this.#fail('a header names no collection')
    const named = this.#byName.get(`${db}.${name}`)
    if (named === undefined && this.#only !== undefined) this.#fail(`its beginning does not name ${db}.${name}`)
    const collection = named ?? this.#addCollection(db, name, '', '', 0)
    if (collection.isEnded) this.#fail(`${db}.${name} goes on behind its end`)
    let checksum = this.#checksums.get(collection)
    if (checksum === undefined) this.#checksums.set(collection, (checksum = new Crc64()))
    if (!isEnd) {
      this.#current = collection
      this.#checksum = checksum
      this.#place = 'documents'
      return
    }
    if (this.#isWanted(collection) && crc !== checksum.value)
      this.#fail(`the checksum of ${db}.${name} is not that of its ${collection.count} documents`)
    collection.isEnded = true
    this.#place = 'behind'
  }

  #addCollection(db: string, name: string, metadata: string, type: string, size: number): ArchiveCollection {
    const collection = { db, collection: name, metadata, type, size, count: 0, isEnded: false }
    this.collections.push(collection)
    if (this.#only !== undefined && isSameName(this.#only, { schema: db, name })) this.#wanted = collection
    this.#byName.set(`${db}.${name}`, collection)
    return collection
  }

  #readValues(): Map<string, NamedValue> {
    try {
      return readNamedValues(this.bytes, this.start, this.end)
    } catch (error) {
      if (error instanceof DocumentFault) this.#fail(`a header cannot be read (${error.message})`)
      throw error
    }
  }

  #finish(): void {
    if (this.#place === 'magic') throw cutOff(this.#label, 'it has not even its beginning')
    this.cutter.finish()
    if (this.#place !== 'between') throw cutOff(this.#label, 'it ends without a terminator')
    const open = this.collections.find((collection) => !collection.isEnded && !this.#hasNoDocuments(collection))
    if (open === undefined) return
    const { db, collection, count } = open
    throw cutOff(this.#label, `it ends before ${db}.${collection} does, of which ${count} documents are there`)
  }

  /** Nothing of the one collection comes any more, and of others something does: who reads the last one reads to the end. */
  #hasReadIt(): boolean {
    if (this.#only === undefined || this.#place !== 'between') return false
    return (
      this.#wanted?.isEnded === true && this.collections.some((other) => !other.isEnded && !this.#hasNoDocuments(other))
    )
  }

  /** Views have none, and those of a time series stand under another name. */
  #hasNoDocuments({ db, collection, type, metadata, count }: ArchiveCollection): boolean {
    if (count > 0) return false
    const isView = type === 'view' || (type === '' && metadata.includes('"viewOn"'))
    return isView || (type === 'timeseries' && this.#byName.get(`${db}.system.buckets.${collection}`)?.isEnded === true)
  }

  #fail(reason: string): never {
    throw damaged(this.#label, `${reason}, at byte ${this.cutter.position}`)
  }
}
