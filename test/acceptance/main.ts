import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunSummary, ValidationSummary } from '../../src/model/run-summary.ts'
import type { InitDocument } from '../../src/report/documents/init-document.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import { startEngine } from '../support/engines/start-engine.ts'
import { type AcceptanceCase, acceptanceCases } from './case.ts'
import { compareWithExpected } from './compare.ts'
import { dumpCase, loadCase } from './load-case.ts'

/**
 * Moves databases that others published into PostgreSQL and compares counts, checksums and objects with what is expected
 * of them, and both ends with each other: live, by the file that init writes, and as a dump, from both source engines, into both targets. `--ci`: each source once, targets in turn.
 * The last line is a count that CI reads.
 */
const isShort = process.argv.includes('--ci')
const dataFolder = resolve(process.env['TRANSLOAD_ACCEPTANCE_DATA'] ?? '../shared/data')

interface Outcome {
  readonly name: string
  readonly seconds: number
  readonly differences: readonly string[]
}

const cases = acceptanceCases(dataFolder)
const work = await mkdtemp(join(tmpdir(), 'transload-acceptance-'))
// None of these may change an answer: where transload runs, at the source, and for the target's database.
const environment = { TZ: 'Pacific/Chatham', PGTZ: 'America/St_Johns', PGDATESTYLE: 'German', LC_ALL: 'tr_TR.UTF-8' }
const sourceArgs = ['--default-time-zone=-09:30', '--sql-mode=PAD_CHAR_TO_FULL_LENGTH']
const targetSettings = {
  DateStyle: "'SQL, DMY'",
  IntervalStyle: "'sql_standard'",
  TimeZone: "'Asia/Kathmandu'",
  bytea_output: "'escape'",
  extra_float_digits: '-15',
  default_transaction_isolation: "'serializable'",
}
await using mariadb = await startEngine('mariadb', sourceArgs)
await using mysql9 = await startEngine('mysql9', sourceArgs)
await using postgres15 = await startEngine('postgres15')
await using embedded18 = await startEngine('embedded18')
const outcomes: Outcome[] = []
let turn = 0
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
      const targets = isShort ? [turn++ % 2 === 0 ? postgres15 : embedded18] : [postgres15, embedded18]
      for (const target of targets) {
        const name = `${one.name} from ${source.name} ${way} to ${target.name}`
        const outcome = await migrate(name, from, target, one, way === 'by init')
        outcomes.push(outcome)
        const verdict = outcome.differences.length === 0 ? 'equal' : `DIFFERS: ${outcome.differences.join('; ')}`
        console.log(`${name}: ${verdict} (${outcome.seconds.toFixed(1)} s)`)
      }
    }
  }
}
await rm(work, { recursive: true })
const failed = outcomes.filter((outcome) => outcome.differences.length > 0).length
console.log(`${outcomes.length - failed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed === 0 ? 0 : 1

async function migrate(
  name: string,
  from: string,
  target: EngineHandle,
  one: AcceptanceCase,
  isDrafted: boolean,
): Promise<Outcome> {
  const startedMs = performance.now()
  await using database = await createDatabase(target.url, 'acceptance')
  // For sessions that are opened from now on: ours, which reads what came of it, is open by the first of them.
  for (const [setting, value] of Object.entries(targetSettings)) {
    await database.query(`ALTER DATABASE "${database.name}" SET ${setting} = ${value}`)
  }
  const ends = isDrafted ? await drafted(from, database.url) : ['--source', from, '--target', database.url]
  const secrets = { SOURCE_URL: from, TARGET_URL: database.url }
  const first = await transload(['run', ...ends, '--json', '--yes'], secrets)
  const differences: string[] = []
  if (first.exitCode !== 0) differences.push(`exit code ${first.exitCode}: ${first.error?.message}`)
  else {
    differences.push(...(await compareWithExpected(database, one.expected, first)))
    // What a run says of itself, and what somebody says who sees both ends for the first time.
    const said = first.validation?.status
    const due = from.startsWith('mysqldump:') ? 'counted' : 'equal'
    if (said !== due)
      differences.push(`the run says ${said} in place of ${due}: ${first.validation?.coverage?.join(' ')}`)
    if (!from.startsWith('mysqldump:')) differences.push(...(await validated(from, database.url)))
    const second = await transload(['run', ...ends, '--json', '--yes'], secrets)
    if (second.exitCode !== 7) differences.push(`a second run ended with ${second.exitCode} in place of 7`)
  }
  return { name, seconds: (performance.now() - startedMs) / 1000, differences }
}

/** The pipeline file that init writes, as it is. */
async function drafted(from: string, to: string): Promise<string[]> {
  const args = ['--source', from, '--target', to, '--out', join(work, 'drafted.yaml'), '--force', '--json']
  const { file } = await transload<InitDocument>(['init', ...args])
  return [file]
}

/** A dump has FLOAT with six digits: only what was read live is the same to the last one. */
async function validated(from: string, to: string): Promise<string[]> {
  const summary = await transload<ValidationSummary>(['validate', '--source', from, '--target', to, '--json'])
  if (summary.status === 'equal') return []
  const found = summary.datasets.flatMap(({ from: name, reasons = [], schema = [] }) =>
    [...reasons, ...schema].map((one) => `${name}: ${JSON.stringify(one)}`),
  )
  return [`validation says ${summary.status}: ${found.join(', ')}`]
}

async function transload<Summary = RunSummary>(
  args: readonly string[],
  secrets: Readonly<Record<string, string>> = {},
): Promise<Summary> {
  const program = resolve(import.meta.dirname, '../../bin/transload.js')
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: work,
    env: { ...process.env, ...environment, ...secrets },
  })
  const output: Buffer[] = []
  child.stdout.on('data', (bytes: Buffer) => void output.push(bytes))
  await new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  return JSON.parse(Buffer.concat(output).toString()) as Summary
}
