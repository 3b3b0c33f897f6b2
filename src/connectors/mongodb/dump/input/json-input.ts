import { basename, join } from 'node:path'
import { notReadable } from '../../../../errors/file-error.ts'
import { isPackedFile } from '../dump-pieces.ts'
import { JsonFileStream } from '../json/json-file-stream.ts'
import { readJsonLayout } from '../json/json-form.ts'
import { assertSameFile, dumpedFile, type DumpedFile, statPath } from './dump-files.ts'
import { fileOther, listFolder } from './dump-folder.ts'
import type { DumpCollection, DumpContents, DumpOther } from './dump-contents.ts'

/** Files of JSON say nothing of a database. */
const schema = 'documents'
const version = 'documents in Extended JSON'
const suffix = /\.(?:jsonl?|ndjson)(?:\.gz)?$/i

/** One file of Extended JSON, whatever it is called. @throws TL_S208 where it does not begin like one */
export async function readJsonFile(file: DumpedFile, signal: AbortSignal): Promise<DumpContents> {
  const entry = basename(file.path)
  // Nothing else is there to be taken in its place: what it is not is told at once.
  await readJsonLayout(file.label, file.path, signal)
  const collection = await collectionOf(entry.replace(suffix, '') || entry, file)
  return { version, collections: [collection], others: [], files: [{ ...file, name: entry }] }
}

/**
 * A folder of files of Extended JSON, each of them a collection. What is in one is looked at when it is opened: whoever does
 * not ask for it is not held up by it.
 * @throws TL_S208 where there are none
 */
export async function readJsonFolder(label: string, path: string): Promise<DumpContents> {
  const collections: DumpCollection[] = []
  const others: DumpOther[] = []
  const files: DumpedFile[] = []
  for (const entry of await listFolder(label, path)) {
    const inside = join(path, entry)
    const shown = `${label}/${entry}`
    const stats = await statPath(shown, inside)
    const stem = entry.replace(suffix, '')
    if (stats.isDirectory()) {
      others.push(fileOther('folder', entry, 'what is in it is not looked at'))
    } else if (stem === entry || stem === '') {
      others.push(fileOther('file', entry, 'its name ends neither in .json nor in .jsonl or .ndjson'))
    } else if (stem.endsWith('.metadata')) {
      others.push(fileOther('file', entry, 'it has no documents: it is of a dump, which mongodump: reads'))
    } else {
      if (collections.some(({ name }) => name.name === stem)) {
        throw notReadable(shown, `another file is the collection ${stem} too`, 'Take one of them away.')
      }
      const file = dumpedFile(shown, inside, entry, stats)
      files.push(file)
      collections.push(await collectionOf(stem, file))
    }
  }
  if (collections.length > 0) return { version, collections, others, files }
  throw notReadable(label, 'no file of Extended JSON is in it', 'Name a folder with .json, .jsonl or .ndjson files.')
}

async function collectionOf(name: string, file: DumpedFile): Promise<DumpCollection> {
  const { label, path, size } = file
  return {
    name: { schema, name },
    metadata: undefined,
    byteSize: size,
    isPacked: await isPackedFile(label, path),
    open: async (from, signal) => {
      await assertSameFile(file)
      const layout = await readJsonLayout(label, path, signal)
      return await JsonFileStream.open(label, path, layout, from)
    },
  }
}
