import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { EJSON } from 'bson'
import { documentBytes, mongoArchive } from './mongo-archive.ts'

/** A collection as a dump has it. */
export interface DumpedCollection {
  readonly db: string
  readonly name: string
  /** Objects of the `bson` package, or documents as bytes; absent: there is no file of them, as of a view. */
  readonly documents?: readonly (object | Uint8Array)[]
  /** Absent: the index on `_id`, and nothing else. Null: there is no file of it. */
  readonly metadata?: object | null
  readonly type?: string
}

export interface DumpOptions {
  readonly isPacked?: boolean
}

const idIndex = { indexes: [{ v: 2, key: { _id: 1 }, name: '_id_' }], options: {} }

/** Names of files as mongodump makes them of collections' (Go's `url.PathEscape`); long ones are cut, with a hash behind. */
export function dumpedName(name: string): string {
  const escaped = encodeURIComponent(name)
    .replaceAll(/%(24|26|2B|3A|3D|40)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  if (escaped.length <= 238) return escaped
  return `${escaped.slice(0, 208)}%24${createHash('sha1').update(name).digest('base64url')}`
}

/** Writes `FOLDER/DB/NAME.bson` and `.metadata.json` of each, packed with gzip or not. */
export async function writeMongodump(
  folder: string,
  collections: readonly DumpedCollection[],
  { isPacked = false }: DumpOptions = {},
): Promise<void> {
  for (const { db, name, documents, metadata = idIndex, type = 'collection' } of collections) {
    const base = join(folder, db, dumpedName(name))
    if (documents !== undefined) await put(`${base}.bson`, Buffer.concat(documents.map(documentBytes)), isPacked)
    if (metadata === null) continue
    const told = { uuid: 'aa'.repeat(16), collectionName: name, type, ...metadata }
    await put(`${base}.metadata.json`, Buffer.from(EJSON.stringify(told, { relaxed: false })), isPacked)
  }
}

/** The same collections in one file, as `mongodump --archive` has them. */
export async function writeMongoArchive(
  path: string,
  collections: readonly DumpedCollection[],
  { isPacked = false }: DumpOptions = {},
): Promise<void> {
  const archived = collections.map(({ db, name, documents, metadata, type = 'collection' }) => ({
    db,
    collection: name,
    documents: documents ?? [],
    isWithoutData: documents === undefined,
    metadata: { ...idIndex, ...metadata },
    type,
  }))
  await put(path, mongoArchive(archived), isPacked, '')
}

/** A file of Extended JSON: a document on each line, or all in one array. */
export async function writeJson(
  path: string,
  documents: readonly object[],
  {
    isPacked = false,
    isArray = false,
    isRelaxed = false,
  }: DumpOptions & { isArray?: boolean; isRelaxed?: boolean } = {},
): Promise<void> {
  const texts = documents.map((document) => EJSON.stringify(document, { relaxed: isRelaxed }))
  await put(
    path,
    Buffer.from(isArray ? `[${texts.join(',\n')}]\n` : texts.map((text) => `${text}\n`).join('')),
    isPacked,
  )
}

async function put(path: string, content: Uint8Array, isPacked: boolean, suffix = '.gz'): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(isPacked ? `${path}${suffix}` : path, isPacked ? gzipSync(content) : content)
}
