import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import { startEngine } from '../support/engines/start-engine.ts'
import { acceptanceCases } from './case.ts'
import { documentCases, fileWays } from './document-case.ts'
import { liveWay } from './live-documents.ts'
import { dumpCase, loadCase } from './load-case.ts'
import { migrateDocuments } from './migrate-documents.ts'
import { migrateTables } from './migrate-tables.ts'
import { roundTrip } from './round-trip.ts'

/**
 * Moves databases that others published into PostgreSQL and compares counts, checksums and objects with what is expected
 * of them, and both ends with each other: tables live, by the file that init writes, and as a dump, from both source engines;
 * documents as JSON lines, as each kind of dump and from each server of documents; all of them into both targets; tables to
 * documents and back. `--ci`: each source once, targets in turn.
 * The last line is a count that CI reads.
 */
const isShort = process.argv.includes('--ci')
const dataFolder = resolve(process.env['TRANSLOAD_ACCEPTANCE_DATA'] ?? '../shared/data')

const cases = acceptanceCases(dataFolder)
const collections = documentCases(dataFolder)
const work = await mkdtemp(join(tmpdir(), 'transload-acceptance-'))
// None of these may change an answer.
const sourceArgs = ['--default-time-zone=-09:30', '--sql-mode=PAD_CHAR_TO_FULL_LENGTH']
await using mariadb = await startEngine('mariadb', sourceArgs)
await using mysql9 = await startEngine('mysql9', sourceArgs)
await using postgres15 = await startEngine('postgres15')
await using embedded18 = await startEngine('embedded18')
await using mongojava = await startEngine('mongojava')
await using ferretdb = await startEngine('ferretdb')
const documentWays = [...fileWays, liveWay(mongojava), liveWay(ferretdb)]
let turn = 0
let passed = 0
let failed = 0

for (const source of [mariadb, mysql9]) {
  for (const one of cases) {
    await loadCase(source, one, one.name)
    const dump = join(work, `${source.name}-${one.name}.sql`)
    await dumpCase(source, one.name, dump)
    const live = `${source.url}${one.name}`
    for (const [from, way] of [
      [live, 'live'],
      [live, 'by init'],
      [`mysqldump:${dump}`, 'dump'],
    ] as const) {
      await intoTargets(`${one.name} from ${source.name} ${way}`, (target) =>
        migrateTables(work, from, target, one, way === 'by init'),
      )
    }
  }
}

for (const [place, one] of collections.entries()) {
  // What reads a format does not hang on the case: in short the first case takes every way, the others every fourth one.
  const ways = isShort && place > 0 ? documentWays.filter((_, at) => at % 4 === 0) : documentWays
  for (const way of ways) {
    const from = await way.put(one, work)
    await intoTargets(`${one.name} from ${way.name}`, (target) => migrateDocuments(work, from, target, one))
  }
}

for (const by of [mongojava, ferretdb]) {
  await intoTargets(`northwind by ${by.name} and back`, (target) => roundTrip(work, dataFolder, by, target))
}

await rm(work, { recursive: true })
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed === 0 ? 0 : 1

async function intoTargets(what: string, migrate: (target: EngineHandle) => Promise<string[]>): Promise<void> {
  const targets = isShort ? [turn++ % 2 === 0 ? postgres15 : embedded18] : [postgres15, embedded18]
  for (const target of targets) {
    const startedMs = performance.now()
    const differences = await migrate(target)
    const isEqual = differences.length === 0
    if (isEqual) passed++
    else failed++
    const verdict = isEqual ? 'equal' : `DIFFERS: ${differences.join('; ')}`
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
    console.log(`${what} to ${target.name}: ${verdict} (${seconds} s)`)
  }
}
