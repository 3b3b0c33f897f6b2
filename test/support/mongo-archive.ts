import { EJSON, Long, serialize } from 'bson'

const terminator = Buffer.from('ffffffff', 'hex')
const mask = 2n ** 64n - 1n

/** By its definition, bit by bit: CRC-64/XZ. */
export function slowCrc64(bytes: Uint8Array): bigint {
  let crc = mask
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n
  }
  return BigInt.asIntN(64, crc ^ mask)
}

export interface ArchivedCollection {
  readonly db: string
  readonly collection: string
  /** Objects, or documents as bytes. */
  readonly documents: readonly (object | Uint8Array)[]
  readonly type?: string
  readonly metadata?: object
  /** Otherwise: the right one. */
  readonly crc?: bigint
  /** Named at the beginning and nowhere else, as views are. */
  readonly isWithoutData?: boolean
}

/** An archive as mongodump writes it, in groups of so many documents, one collection's between another's. */
export function mongoArchive(collections: readonly ArchivedCollection[], groupCount = 2): Buffer {
  const pieces: Uint8Array[] = [
    Buffer.from('6de29981', 'hex'),
    serialize({ concurrent_collections: 4, version: '0.1', server_version: '7.0.5', tool_version: '100.9.4' }),
  ]
  for (const { db, collection, type = 'collection', metadata = { indexes: [] } } of collections) {
    pieces.push(serialize({ db, collection, metadata: EJSON.stringify(metadata, { relaxed: false }), size: 0, type }))
  }
  pieces.push(terminator)
  const withData = collections.filter(({ isWithoutData }) => isWithoutData !== true)
  const longest = Math.max(0, ...withData.map(({ documents }) => documents.length))
  for (let from = 0; from < longest; from += groupCount) {
    for (const { db, collection, documents } of withData) {
      const group = documents.slice(from, from + groupCount)
      if (group.length === 0) continue
      pieces.push(archiveHeader(db, collection, false, 0n), ...group.map(documentBytes), terminator)
    }
  }
  for (const { db, collection, documents, crc } of withData) {
    const all = Buffer.concat(documents.map(documentBytes))
    pieces.push(archiveHeader(db, collection, true, crc ?? slowCrc64(all)), terminator)
  }
  return Buffer.concat(pieces)
}

export function archiveHeader(db: string, collection: string, isEnd: boolean, crc: bigint): Uint8Array {
  return serialize({ db, collection, EOF: isEnd, CRC: Long.fromBigInt(crc) })
}

/** What a document is in bytes. */
export function documentBytes(document: object | Uint8Array): Uint8Array {
  return document instanceof Uint8Array ? document : serialize(document)
}
