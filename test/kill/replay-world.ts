import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { RunSummary } from '../../src/model/run-summary.ts'
import { type CliOutcome, runCli, summaryOf } from '../bad-input/run-cli.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

export const goodCount = 1_500
/** Ten batches of a replay. */
export const badCount = 2_500

/**
 * A table of people at the source, most of whom have a status that nobody foresaw, and one a day that does not exist; and a
 * run that has rejected those.
 */
export interface ReplayWorld extends AsyncDisposable {
  readonly source: TestDatabase
  readonly target: TestDatabase
  readonly run: string
  /** `transload rejects RUN --replay` with the repaired pipeline; killed at the probe. */
  replay(probe?: string, args?: readonly string[]): Promise<CliOutcome>
  validate(): Promise<CliOutcome>
}

const allRows = goodCount + badCount + 1

/** Fills the table once; each world copies it to a target of its own. */
export async function openReplaySource(): Promise<TestDatabase> {
  const source = await createDatabase(engineUrl('mysql9'), 'replay')
  await source.query(`SET SESSION sql_mode = 'ALLOW_INVALID_DATES', SESSION cte_max_recursion_depth = 100000;
    CREATE TABLE people (id int AUTO_INCREMENT PRIMARY KEY, status varchar(10) NOT NULL, born date, seen datetime NULL);
    INSERT INTO people (status, born, seen) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${allRows})
      SELECT IF(i <= ${goodCount}, 'new', 'odd'), IF(i = ${allRows}, '2024-02-30', '2024-02-29'),
        IF(i % 100 = 0, '0000-00-00', '2024-01-02 03:04:05') FROM n`)
  return source
}

export async function openReplayWorld(source: TestDatabase): Promise<ReplayWorld> {
  const target = await createDatabase(engineUrl('postgres15'), 'replay')
  const directory = await mkdtemp(join(tmpdir(), 'transload-replay-'))
  const write = async (name: string, values: string, more = ''): Promise<void> => {
    const map = `map: {column: status, type: text, values: {${values}}, otherwise: reject}`
    const lines = [
      'version: 1',
      `source: ${source.url}`,
      `target: ${target.url}`,
      `${more}datasets:`,
      '  - from: people',
    ]
    await writeFile(join(directory, name), [...lines, '    transform:', `      - ${map}`].join('\n'))
  }
  await write('first.yaml', 'new: N')
  await write('repaired.yaml', 'new: N, odd: O', 'mapping: rules.yaml\n')
  const policy = '{id: partial-date-null, fault: partial-date, do: "null", why: one person}'
  await writeFile(join(directory, 'rules.yaml'), `version: 1\npolicies:\n  - ${policy}\n`)
  const first = await runCli(['run', 'first.yaml', '--json', '--no-validate'], { directory })
  const { run, rejects } = summaryOf(first)
  expect([first.exitCode, rejects.count]).toEqual([4, badCount + 1])
  return {
    source,
    target,
    run: run ?? '',
    replay: async (probe = '', args = []) => {
      const command = ['rejects', run ?? '', 'repaired.yaml', '--replay', '--json', ...args]
      return await runCli(command, { directory, environment: { TRANSLOAD_PROBE: probe } })
    },
    validate: async () => await runCli(['validate', 'repaired.yaml', '--json'], { directory }),
    [Symbol.asyncDispose]: async () => {
      await target[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
}

/** However far a replay has come: every row is in one place, and the counts say which. */
export async function expectSums({ target }: ReplayWorld): Promise<number> {
  const [counts] = await target.query(`SELECT (SELECT count(*)::int FROM people) AS rows,
    (SELECT count(DISTINCT id)::int FROM people) AS keys, (SELECT count(*)::int FROM _transload.rejects) AS waiting,
    (SELECT count(*)::int FROM _transload.replayed) AS replayed, sum(read)::int AS read, sum(written)::int AS written,
    sum(rejected)::int AS rejected FROM _transload.splits`)
  const { rows, waiting } = counts as { rows: number; waiting: number }
  const first = badCount + 1
  expect(counts).toEqual({
    rows,
    keys: rows,
    waiting,
    replayed: first - waiting,
    read: allRows,
    written: rows,
    rejected: waiting,
  })
  expect(rows).toBe(allRows - waiting)
  return waiting
}

/** All rows are there once, as the repaired pipeline makes them, and everything says so. */
export async function expectReplayed(world: ReplayWorld, end: CliOutcome): Promise<RunSummary> {
  expect([end.exitCode, summaryOf(end).error]).toEqual([0, undefined])
  expect(await expectSums(world)).toBe(0)
  const summary = summaryOf(end)
  const outputs = [{ to: 'public.people', written: allRows, rejected: 0 }]
  expect(summary).toMatchObject({
    run: world.run,
    rejects: { count: 0, replayed: badCount + 1 },
    datasets: [{ read: allRows, written: allRows, rejected: 0, replayed: badCount + 1, outputs }],
  })
  const [status] = await world.target.query(`SELECT count(*) FILTER (WHERE status = 'O')::int AS odd,
    count(*) FILTER (WHERE born IS NULL)::int AS unborn, count(*) FILTER (WHERE seen IS NULL)::int AS unseen,
    nextval(pg_get_serial_sequence('people', 'id')) > max(id) AS goes_on, (SELECT status FROM _transload.runs) AS run FROM people`)
  const unseen = Math.floor(allRows / 100)
  expect(status).toEqual({ odd: badCount + 1, unborn: 1, unseen, goes_on: true, run: 'finished' })
  const losses = [
    { column: 'born', rule: 'partial-date-null', count: 1 },
    { column: 'seen', rule: 'zero-date-null', count: unseen, first: { position: 99 }, last: { position: 3999 } },
  ]
  expect(summary.datasets[0]?.losses).toMatchObject(losses)
  return summary
}
