import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mysqldump } from '../../src/connectors/mysql/dump/index.ts'
import type { OpenOptions } from '../../src/contract/connector.ts'
import type { Source } from '../../src/contract/source.ts'
import type { ReadColumn, Split } from '../../src/model/plan.ts'
import { never, readOf, readTable, type RowsRead } from './mysql-source.ts'

/** A file of a test, in a folder of its own. */
export interface DumpOnDisk extends AsyncDisposable {
  readonly folder: string
  readonly path: string
  readonly url: string
}

export async function dumpOnDisk(content: string | Uint8Array, name = 'dump.sql'): Promise<DumpOnDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'transload-dump-'))
  const path = join(folder, name)
  await writeFile(path, content)
  return {
    folder,
    path,
    url: `mysqldump:${path}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

export async function openDump(url: string, options: Partial<OpenOptions> = {}): Promise<Source> {
  if (mysqldump.openSource === undefined) throw new Error('mysqldump is no source')
  return await mysqldump.openSource(mysqldump.parseUrl(url), { laneCount: 1, notice: () => {}, ...options }, never)
}

/** A dump's first lines, as both tools write them: text in UTF-8, clocks in UTC. */
export const dumpStart = "/*!40101 SET NAMES utf8mb4 */;\n/*!40103 SET TIME_ZONE='+00:00' */;\n"

/**
 * Reads one table of a dump whose text is given.
 *
 * @param without Columns that are not read.
 */
export async function readDumped(
  text: string | Uint8Array,
  table: string,
  changes: { readonly [column: string]: Partial<ReadColumn> } = {},
  without: readonly string[] = [],
): Promise<RowsRead> {
  await using file = await dumpOnDisk(text)
  await using source = await openDump(file.url)
  return await readDumpTable(source, table, changes, without)
}

export async function readDumpTable(
  source: Source,
  table: string,
  changes: { readonly [column: string]: Partial<ReadColumn> } = {},
  without: readonly string[] = [],
): Promise<RowsRead> {
  const whole = readOf(await source.catalog(never), table, changes)
  const read = { ...whole, columns: whole.columns.filter(({ name }) => !without.includes(name)) }
  return await readTable(source, read, await dumpSplits(source, read))
}

export async function dumpSplits(source: Source, read: ReturnType<typeof readOf>): Promise<readonly Split[]> {
  return await source.planSplits(read, { rowCount: 1, maxCount: 1 }, never)
}
