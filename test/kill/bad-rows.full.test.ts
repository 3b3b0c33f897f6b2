import { randomInt } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { expect, it } from 'vitest'
import type { RejectedRow } from '../../src/model/loss.ts'
import type { ValidationSummary } from '../../src/model/run-summary.ts'
import { type CliOutcome, runCli, summaryOf } from '../bad-input/run-cli.ts'
import {
  type Badness,
  badKindOf,
  badRowsCount,
  badRowsPipeline,
  constraintKinds,
  createBadRowsTable,
  targetStatements,
  typeKinds,
} from '../bench/bad-rows-table.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const badCount = badRowsCount / 1000
const seed = Number(process.env['TRANSLOAD_TEST_SEED'] ?? randomInt(2 ** 31))

interface BadRows extends AsyncDisposable {
  readonly target: TestDatabase
  readonly run: string
  readonly rejects: readonly RejectedRow[]
  /** Writes the repaired pipeline, and sends the rejected rows through it. */
  repair(lines: readonly string[], rules: readonly string[]): Promise<void>
  replay(probe: string): Promise<CliOutcome>
  validate(): Promise<ValidationSummary>
}

/** A million rows, of which a thousand stay behind. */
async function load(badness: Badness): Promise<BadRows> {
  const stack = new AsyncDisposableStack()
  const source = stack.use(await createDatabase(engineUrl('mysql9'), badness))
  const target = stack.use(await createDatabase(engineUrl('postgres15'), badness))
  const directory = await mkdtemp(join(tmpdir(), 'transload-bad-rows-'))
  stack.defer(() => rm(directory, { recursive: true }))
  const connection = await createConnection(source.url)
  await createBadRowsTable(connection, badness, badRowsCount)
  await connection.end()
  for (const statement of targetStatements(badness)) await target.query(statement)
  const go = async (args: readonly string[], probe = ''): Promise<CliOutcome> =>
    await runCli(args, { directory, environment: { TRANSLOAD_PROBE: probe } })
  await writeFile(join(directory, 'p.yaml'), badRowsPipeline(source.url, target.url))
  const outcome = await go(['run', 'p.yaml', '--json', '--no-validate', '--jobs', '1'])
  const { run, datasets, rejects } = summaryOf(outcome)
  expect([outcome.exitCode, rejects.count]).toEqual([4, badCount])
  expect(datasets[0]).toMatchObject({ read: badRowsCount, written: badRowsCount - badCount, rejected: badCount })
  const listed = await go(['rejects', run ?? '', '--target', target.url, '--json'])
  const { rows } = JSON.parse(listed.stdout) as { rows: readonly RejectedRow[] }
  return {
    target,
    run: run ?? '',
    rejects: rows,
    repair: async (lines, rules) => {
      const more = rules.length === 0 ? [] : ['mapping: rules.yaml']
      const pipeline = badRowsPipeline(source.url, target.url, more)
      await writeFile(join(directory, 'p.yaml'), [pipeline, ...lines].join('\n'))
      await writeFile(join(directory, 'rules.yaml'), ['version: 1', 'policies:', ...rules].join('\n'))
    },
    replay: async (probe) => await go(['rejects', run ?? '', 'p.yaml', '--replay', '--json'], probe),
    validate: async () => JSON.parse((await go(['validate', 'p.yaml', '--json'])).stdout) as ValidationSummary,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Each with its key, and the column and code of its kind. */
function expectKinds(rejects: readonly RejectedRow[], kinds: typeof typeKinds): void {
  const expected = Array.from({ length: badRowsCount }, (_, at) => at + 1).flatMap((id) => {
    const kind = badKindOf(id)
    return kind === undefined ? [] : [[String(id), kinds[kind]?.column, kinds[kind]?.code, id - 1]]
  })
  expect(rejects.map(({ key, column, code, position }) => [key['id'], column, code, position])).toEqual(expected)
  expect(rejects.filter(({ reason }) => reason === '')).toEqual([])
}

/** Kills replays at places that the seed chooses, then lets one through: all rows are there, each once. */
async function expectReplayed(world: BadRows): Promise<void> {
  const places = ['mid-write', 'commit-sent', 'after-commit', 'before-write']
  const kills = places.map((_, kill) => places[(seed + kill) % places.length] ?? '')
  for (const place of [...kills, 'after-load', 'after-finish-step']) {
    expect((await world.replay(`${place}:1`)).exitCode).toBeNull()
    const [counts] = await world.target.query(`SELECT count(*)::int AS rows, count(DISTINCT id)::int AS keys,
      (SELECT count(*)::int FROM _transload.rejects) AS waiting FROM items`)
    const { rows, waiting } = counts as { rows: number; waiting: number }
    expect(counts).toEqual({ rows, keys: rows, waiting })
    expect(rows + waiting).toBe(badRowsCount)
  }
  for (let time = 0; time < 2; time++) {
    const end = await world.replay('')
    expect([end.exitCode, summaryOf(end).error]).toEqual([0, undefined])
    const counts = { read: badRowsCount, written: badRowsCount, rejected: 0, replayed: badCount }
    expect(summaryOf(end).datasets[0]).toMatchObject(counts)
  }
  const [rows] = await world.target.query('SELECT count(*)::int AS rows, count(DISTINCT id)::int AS keys FROM items')
  expect(rows).toEqual({ rows: badRowsCount, keys: badRowsCount })
}

describeEngines(['mysql9', 'postgres15'], 'a thousand bad rows of a million', () => {
  it(`wait where the target’s types refuse them, and go over once the mapping is mended (TRANSLOAD_TEST_SEED=${seed})`, async () => {
    await using world = await load('types')
    expectKinds(world.rejects, typeKinds)
    await world.target.query(`ALTER TYPE label ADD VALUE 'unheard'`)
    await world.target.query(`ALTER TABLE items ALTER size TYPE integer, ALTER code TYPE varchar(40),
      ALTER price TYPE numeric(12,4)`)
    await world.repair(
      ['    transform:', `      - default: {note: 'nothing was said'}`],
      [
        `  - {id: no-such-day, fault: partial-date, do: 'null', why: nobody knows the day}`,
        `  - {id: no-such-time, fault: out-of-range, match: {column: took}, do: replace, text: '23:59:59', why: it took a day}`,
        `  - {id: half-a-document, fault: invalid-json, match: {column: doc}, do: replace, text: 'null', why: half is none}`,
      ],
    )
    await expectReplayed(world)
    const [mended] = await world.target.query(`SELECT count(*) FILTER (WHERE born IS NULL)::int AS born,
      count(*) FILTER (WHERE seen IS NULL)::int AS seen, count(*) FILTER (WHERE size = 40000)::int AS size,
      count(*) FILTER (WHERE price IN (1234567, 1.2345))::int AS price, count(*) FILTER (WHERE code LIKE 'longer%')::int AS code,
      count(*) FILTER (WHERE label = 'unheard')::int AS label, count(*) FILTER (WHERE took = '23:59:59')::int AS took,
      count(*) FILTER (WHERE note LIKE 'nothing%')::int AS note, count(*) FILTER (WHERE doc = 'null')::int AS doc FROM items`)
    const each = badCount / 10
    expect(mended).toEqual({
      born: each,
      seen: each,
      size: each,
      price: 2 * each,
      code: each,
      label: each,
      took: each,
      note: each,
      doc: each,
    })
    expect(await world.validate()).toMatchObject({ datasets: [{ differences: { missing: 0, extra: 0, changed: 0 } }] })
  })

  it('wait where constraints alone refuse them, and go over once those are gone', async () => {
    await using world = await load('constraints')
    expectKinds(world.rejects, constraintKinds)
    await world.target.query(`DROP INDEX one_raw; ALTER TABLE items DROP CONSTRAINT items_parent_fkey`)
    const checks = await world.target.query(
      `SELECT conname AS name FROM pg_constraint WHERE conrelid = 'items'::regclass AND contype = 'c'`,
    )
    for (const { name } of checks) await world.target.query(`ALTER TABLE items DROP CONSTRAINT "${String(name)}"`)
    await world.repair([], [])
    await expectReplayed(world)
    expect(await world.validate()).toMatchObject({ datasets: [{ differences: { missing: 0, extra: 0, changed: 0 } }] })
  })
})
