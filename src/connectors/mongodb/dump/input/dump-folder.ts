import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { notReadable, toFileError } from '../../../../errors/file-error.ts'
import type { QualifiedName } from '../../../../model/relation.ts'
import type { CollectionMetadata } from '../../collection-info.ts'
import { BsonFileReader } from '../bson-file-reader.ts'
import { isPackedFile } from '../dump-pieces.ts'
import { cutOff } from '../errors.ts'
import { assertSameFile, dumpedFile, type DumpedFile, statPath } from './dump-files.ts'
import type { DumpCollection, DumpContents, DumpOther } from './dump-contents.ts'
import { dumpVersion } from './dump-version.ts'
import { collectionName, dumpedFileName } from './file-name.ts'
import { notRead, oplog, view, withoutDoubles } from './not-read.ts'
import { readMetadataFile, readWhole } from './read-metadata.ts'

const cure = 'Name the folder that mongodump wrote (dump, where it was not told another), or one file in it.'

/** What of a collection lies in a folder. */
interface FoundFiles {
  readonly stem: string
  data?: DumpedFile
  metadata?: DumpedFile
}

/** What has been found so far, of all folders. */
interface Found {
  readonly label: string
  readonly collections: DumpCollection[]
  readonly others: DumpOther[]
  readonly files: DumpedFile[]
  versions?: { readonly server: string | undefined; readonly tool: string | undefined }
}

/**
 * What lies in a folder of mongodump, or in that of one of its databases.
 * @throws TL_S207 where documents are missing; TL_S208 where mongodump has not written it
 */
export async function readDumpFolder(label: string, path: string, signal: AbortSignal): Promise<DumpContents> {
  const found: Found = { label, collections: [], others: [], files: [] }
  const entries = await listFolder(label, path)
  const isDatabase = entries.some((entry) => !isOplog(entry) && dumpedFileName(entry) !== undefined)
  if (isDatabase) {
    await readDatabase(found, { path, prefix: '', name: basename(await realpath(path)) }, entries, signal)
  } else {
    for (const entry of entries) await readTopEntry(found, path, entry, signal)
  }
  if (found.collections.length === 0 && !found.others.some(({ kind }) => kind !== 'file' && kind !== 'folder')) {
    throw notReadable(label, 'no collection that mongodump has written is in it', cure)
  }
  const { collections, others, files, versions } = found
  return { version: dumpVersion(versions?.server, versions?.tool), collections, others: withoutDoubles(others), files }
}

/** One `.bson` file: its folder is the database, and beside it lies what is known of the collection. It is read whatever it is called. */
export async function readDumpFile(file: DumpedFile, signal: AbortSignal): Promise<DumpContents> {
  const folder = dirname(await realpath(file.path))
  const entry = basename(file.path)
  const stem = dumpedFileName(entry)?.stem ?? entry
  const files = [{ ...file, name: entry }]
  let metadata: CollectionMetadata | undefined
  for (const beside of await listFolder(file.label, dirname(file.path))) {
    const named = dumpedFileName(beside)
    if (named?.kind !== 'metadata' || named.stem !== stem || metadata !== undefined) continue
    const path = join(dirname(file.path), beside)
    files.push(dumpedFile(path, path, beside, await statPath(path, path)))
    metadata = await readMetadataFile(path, path, signal)
  }
  const name = { schema: basename(folder), name: collectionName(file.label, stem, metadata) }
  return {
    version: dumpVersion(undefined, undefined),
    collections: [await collectionOf(name, metadata, file)],
    others: [],
    files,
  }
}

async function readTopEntry(found: Found, folder: string, entry: string, signal: AbortSignal): Promise<void> {
  const { label, others } = found
  const path = join(folder, entry)
  const stats = await statPath(`${label}/${entry}`, path)
  if (stats.isDirectory()) {
    const entries = await listFolder(`${label}/${entry}`, path)
    if (entries.some((inside) => dumpedFileName(inside) !== undefined)) {
      await readDatabase(found, { path, prefix: `${entry}/`, name: entry }, entries, signal)
    } else {
      others.push(fileOther('folder', entry, 'no collection that mongodump has written is in it'))
    }
  } else if (isOplog(entry)) {
    others.push(oplog({ schema: '', name: 'oplog' }))
  } else if (isPrelude(entry)) {
    await readPrelude(found, path, entry, signal)
  } else {
    others.push(fileOther('file', entry, 'mongodump writes no such file'))
  }
}

interface DatabaseFolder {
  readonly path: string
  /** Of the names of its files within what the user named. */
  readonly prefix: string
  readonly name: string
}

async function readDatabase(
  found: Found,
  folder: DatabaseFolder,
  entries: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const byStem = new Map<string, FoundFiles>()
  for (const entry of entries) {
    const shown = `${folder.prefix}${entry}`
    const path = join(folder.path, entry)
    const label = `${found.label}/${shown}`
    const stats = await statPath(label, path)
    const named = stats.isDirectory() ? undefined : dumpedFileName(entry)
    if (named === undefined) {
      if (stats.isDirectory()) found.others.push(fileOther('folder', shown, 'a database’s folder has no folders'))
      else if (isPrelude(entry)) await readPrelude(found, path, shown, signal)
      else found.others.push(fileOther('file', shown, 'mongodump writes no such file'))
      continue
    }
    const files = byStem.get(named.stem) ?? { stem: named.stem }
    byStem.set(named.stem, files)
    if (files[named.kind] !== undefined) {
      throw notReadable(
        label,
        `${files[named.kind]?.name} is there too, of the same collection`,
        'Take one of them away.',
      )
    }
    files[named.kind] = dumpedFile(label, path, shown, stats)
  }
  const names = new Set<string>()
  for (const files of byStem.values()) {
    const name = await addCollection(found, folder.name, files, signal)
    if (names.has(name))
      throw notReadable(found.label, `two files are the collection ${folder.name}.${name}`, 'Take one of them away.')
    names.add(name)
  }
}

/** Returns its name. */
async function addCollection(
  found: Found,
  schema: string,
  { stem, data, metadata: told }: FoundFiles,
  signal: AbortSignal,
): Promise<string> {
  const metadata = told === undefined ? undefined : await readMetadataFile(told.label, told.path, signal)
  const name: QualifiedName = {
    schema,
    name: collectionName(told?.label ?? data?.label ?? found.label, stem, metadata),
  }
  const other = notRead(name, metadata)
  if (other !== undefined) {
    found.others.push(other)
  } else if (data !== undefined) {
    found.files.push(data, ...(told === undefined ? [] : [told]))
    found.collections.push(await collectionOf(name, metadata, data))
  } else if (metadata?.type === 'view') {
    found.others.push(view(name, metadata))
  } else {
    throw cutOff(found.label, `${told?.name} is there, and not the file of the collection’s documents`)
  }
  return name.name
}

async function collectionOf(
  name: QualifiedName,
  metadata: CollectionMetadata | undefined,
  file: DumpedFile,
): Promise<DumpCollection> {
  const { label, path, size } = file
  return {
    name,
    metadata,
    byteSize: size,
    isPacked: await isPackedFile(label, path),
    open: async (from) => {
      await assertSameFile(file)
      return await BsonFileReader.open(label, path, from)
    },
  }
}

/** Newer versions of mongodump say here what they are, and what the server was. */
async function readPrelude(found: Found, path: string, shown: string, signal: AbortSignal): Promise<void> {
  const text = await readWhole(`${found.label}/${shown}`, path, signal)
  let values: unknown
  try {
    values = JSON.parse(text.toString())
  } catch {
    found.others.push(fileOther('file', shown, 'it is no JSON'))
    return
  }
  const record = typeof values === 'object' && values !== null ? (values as { readonly [name: string]: unknown }) : {}
  const version = (name: string): string | undefined => {
    const value = Object.entries(record).find(([key]) => key.toLowerCase().replaceAll('_', '') === name)?.[1]
    return typeof value === 'string' ? value : undefined
  }
  found.versions ??= { server: version('serverversion'), tool: version('toolversion') }
}

function isOplog(entry: string): boolean {
  return /^oplog\.bson(\.gz)?$/.test(entry)
}

function isPrelude(entry: string): boolean {
  return /^prelude\.json(\.gz)?$/.test(entry)
}

export function fileOther(kind: 'file' | 'folder', name: string, reason: string): DumpOther {
  return { kind, name: { schema: '', name }, reason }
}

/** In the order of their names, whatever the file system's is. */
export async function listFolder(label: string, path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).toSorted()
  } catch (error) {
    throw toFileError(error, label, path)
  }
}
