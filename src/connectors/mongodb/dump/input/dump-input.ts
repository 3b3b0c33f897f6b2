import type { DumpSettings } from '../dump-url.ts'
import { readArchive } from './archive-input.ts'
import type { DumpCollection, DumpContents, DumpOther } from './dump-contents.ts'
import { assertSameFile, dumpedFile, type DumpedFile, hashFiles, statPath } from './dump-files.ts'
import { readDumpFile, readDumpFolder } from './dump-folder.ts'
import { isArchive } from './is-archive.ts'
import { readJsonFile, readJsonFolder } from './json-input.ts'

/** Files of documents, looked at: nothing is open between two calls. */
export interface DumpInput {
  readonly label: string
  /** For people. */
  readonly version: string
  /** A file of a collection is packed, or an archive. */
  readonly isPacked: boolean
  /** By database and name. */
  readonly collections: readonly DumpCollection[]
  readonly others: readonly DumpOther[]
  /** SHA-256 of all that is read, in hexadecimal digits. Reads all of it. */
  hash(signal: AbortSignal): Promise<string>
  /** @throws TL_K502 where somebody has written to a file, or put another in its place, since it was looked at */
  assertUnchanged(run?: string): Promise<void>
}

/**
 * Looks at what the user named: a folder, file or archive of mongodump, or Extended JSON.
 * @throws TL_S204, TL_S205 where something cannot be opened; TL_S207, TL_S208 where it is not what it ought to be
 */
export async function openDumpInput({ label, path, kind }: DumpSettings, signal: AbortSignal): Promise<DumpInput> {
  const stats = await statPath(label, path)
  const contents = stats.isDirectory()
    ? await (kind === 'jsonl' ? readJsonFolder : readDumpFolder)(label, path, signal)
    : await readFile(kind, dumpedFile(label, path, '', stats), signal)
  const { files } = contents
  return {
    label,
    version: contents.version,
    isPacked: contents.collections.some(({ isPacked }) => isPacked),
    collections: contents.collections.toSorted(
      (a, b) => compare(a.name.schema, b.name.schema) || compare(a.name.name, b.name.name),
    ),
    others: contents.others,
    hash: async (abort) => await hashFiles(files, abort),
    assertUnchanged: async (run) => {
      for (const file of files) await assertSameFile(file, run)
    },
  }
}

async function readFile(kind: DumpSettings['kind'], file: DumpedFile, signal: AbortSignal): Promise<DumpContents> {
  if (kind === 'jsonl') return await readJsonFile(file, signal)
  return (await isArchive(file, signal)) ? await readArchive(file, signal) : await readDumpFile(file, signal)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
