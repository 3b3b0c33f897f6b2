import { expect, it } from 'vitest'
import { planText } from '../../src/cli/text/plan-text.ts'
import { runText } from '../../src/cli/text/run-text.ts'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { DatasetConfig } from '../../src/config/pipeline.ts'
import { registry } from '../../src/connectors/registry.ts'
import type { Plain } from '../../src/model/plain.ts'
import type { Plan } from '../../src/model/plan.ts'
import { markdownReport } from '../../src/report/markdown-report.ts'
import type { RunSummary } from '../../src/model/run-summary.ts'
import { planDocument } from '../../src/report/documents/plan-document.ts'
import type { RunRequest } from '../../src/run/request.ts'
import { retryRejects } from '../../src/run/retry.ts'
import { run } from '../../src/run/run.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { Move, type Outcome, sourceEngines } from './migrate.ts'
import { quietEvents, testFlags } from './run-defaults.ts'

const columns = ['id', 'name', 'status', 'age', 'joined', 'note']

/** A stage that changes nothing, and behind which no filter is told to a source. */
const here = { keep: columns }

const seed = `SET sql_mode = 'ALLOW_INVALID_DATES';
  CREATE TABLE users (id int PRIMARY KEY, name varchar(40), status varchar(10), age int, joined date, note varchar(20));
  INSERT INTO users VALUES (1, 'Ann', 'active', 30, '2024-01-31', NULL), (2, 'Bob', 'Active', 31, '2024-01-31', 'x'),
    (3, 'Cy', 'active ', 32, '2024-01-31', 'x'), (4, 'Di', NULL, 33, NULL, 'x'), (5, 'Ed', 'active', NULL, '0000-00-00', 'x'),
    (6, 'Flo', 'gone', NULL, '2024-02-31', NULL), (7, 'Gus', 'active', 17, '2024-02-31', 'x'), (8, 'Ann', 'active', 40, NULL, NULL),
    (9, 'Hal', X'61637469766500', 41, '2020-01-01', 'x'), (10, 'Ida', 'gone', 42, '2024-00-00', 'x')`

const filters = [
  'status == "active" && age >= 18',
  'age >= 18 && (joined == null || joined > date("2023-12-31"))',
  'status in ["active", "gone"]',
  'joined != null && note == null',
  '!(id in [1, 2, 3])',
  'id > 100',
]

function dataset(transform: readonly Plain[], from = 'users'): DatasetConfig {
  return { from, columns: {}, transform }
}

const counts = ({ summary }: Outcome): RunSummary['datasets'][number] | undefined => summary.datasets[0]

for (const engine of sourceEngines) {
  describeEngines([engine, 'postgres15'], `runs whose filters ${engine} is told`, () => {
    const moved = async (move: Move, transform: readonly Plain[], mode: 'auto' | 'counts' = 'auto') => {
      const { validate } = pipelineBetween(move.source.url, move.target.url)
      const pipeline = {
        datasets: [dataset(transform)],
        mode: 'replace' as const,
        validate: { ...validate, mode },
        errors: { maxRows: 100, onReject: 'continue' as const },
      }
      const outcome = await move.run({ pipeline, flags: { fresh: true } })
      const rows = await move.target.query(`SELECT ${columns.join()} FROM users ORDER BY id`)
      const rejects = outcome.rejects.map(({ key, column, code, reason }) => ({ key, column, code, reason }))
      return { outcome, rows, rejects: rejects.toSorted((a, b) => Number(a.key['id']) - Number(b.key['id'])) }
    }

    it.each(filters)('come to the same rows, and count what was left out: %s', async (filter) => {
      await using move = await Move.between(engine)
      await move.source.query(seed)
      const kept = await moved(move, [here, { filter }])
      const told = await moved(move, [{ filter }])
      expect(kept.outcome.plan.datasets[0]?.read.where).toBeUndefined()
      expect(told.outcome.plan.datasets[0]?.read.where).toBeDefined()
      expect(told.rows).toEqual(kept.rows)
      expect(told.outcome.losses('users', 'joined')).toEqual(kept.outcome.losses('users', 'joined'))
      const { read = 0, rejected = 0, filtered = 0, written } = counts(told.outcome) ?? {}
      expect(read).toBe(rejected + filtered + (written ?? 0))
      const leftOut = 10 - read
      expect(leftOut).toBeGreaterThan(0)
      expect(told.outcome.summary.validation).toMatchObject({
        status: 'equal',
        datasets: [{ sourceRows: 10, leftOut }],
      })
      expect(kept.outcome.summary.validation?.status).toBe('equal')
      // Rows that the date alone rejects may be left out by another column; none comes to be rejected.
      for (const reject of told.rejects) expect(kept.rejects).toContainEqual(reject)
      const missing = kept.rejects.filter(({ key }) => !told.rejects.some((one) => one.key['id'] === key['id']))
      for (const { column, code } of missing) expect([column, code]).toEqual(['joined', 'TL_D406'])
      const counted = await moved(move, [{ filter }], 'counts')
      expect(counted.outcome.summary.validation).toMatchObject({
        status: 'counted',
        datasets: [{ sourceRows: 10, leftOut }],
      })
      expect(counted.outcome.summary.error?.code).toBe(told.outcome.summary.error?.code)
      expect(markdownReport(told.outcome.summary)).toContain(`- \`users\`: ${leftOut}\n`)
      expect(runText(told.outcome.summary).join('\n')).toContain(`${leftOut} left out at the source`)
    })

    it('are found out by a comparison of contents where the source left out too many', async () => {
      await using move = await Move.between(engine)
      await move.source.query(seed)
      const { outcome } = await moved(move, [{ filter: 'id > 3' }])
      const { plan } = outcome
      // As if the connector had proved what is not so.
      const [users] = plan.datasets
      const where = { column: 'id', is: '>', value: '5' } as const
      const wrong: Plan = { ...plan, datasets: [{ ...users!, read: { ...users!.read, where } }] }
      const again = await run({ ...requestOf(move, [{ filter: 'id > 3' }]), savedPlan: wrong })
      expect(again.validation?.status).toBe('different')
      expect(again.validation?.datasets).toMatchObject([{ differences: { missing: 2, extra: 0 } }])
    })

    const requestOf = (move: Move, transform: readonly Plain[]): RunRequest => {
      const never = new AbortController().signal
      return {
        pipeline: {
          ...pipelineBetween(move.source.url, move.target.url),
          datasets: [dataset(transform)],
          mode: 'replace',
          errors: { maxRows: 100, onReject: 'continue' as const },
        },
        flags: { ...testFlags, fresh: true },
        registry,
        events: quietEvents,
        savedPlan: undefined,
        version: '0.0.0',
        stop: never,
        signal: never,
      }
    }

    it('say so in their plan, which is stored and read again with it', async () => {
      await using move = await Move.between(engine)
      await move.source.query(seed)
      const { outcome } = await moved(move, [{ filter: `status == "ac'tive" && age >= 18 && size(name) > 2` }])
      expect(planText(outcome.plan)).toContain(
        `  read from the source: only rows that may meet status == "ac'tive" && age >= 18`,
      )
      expect(planDocument.parse(structuredClone(outcome.plan)).datasets[0]?.read.where).toEqual({
        all: [
          { column: 'status', is: 'one of', values: ["ac'tive"] },
          { column: 'age', is: '>=', value: '18' },
        ],
      })
    })

    it('read rejected rows again by their keys, whatever the filter says of them now', async () => {
      await using move = await Move.between(engine)
      await move.source.query(seed)
      const request = { ...requestOf(move, [{ filter: 'age >= 18' }]) }
      const pipeline = { ...request.pipeline, mode: 'create' as const }
      const first = await run({ ...request, pipeline })
      expect(first.datasets).toMatchObject([{ read: 9, written: 6, rejected: 3 }])
      await move.source.query(`UPDATE users SET age = 3, joined = NULL WHERE id = 6; DELETE FROM users WHERE id = 5;
        UPDATE users SET joined = NULL WHERE id = 10`)
      const second = await retryRejects({ ...request, pipeline, flags: testFlags }, first.run ?? '')
      expect(second.datasets).toMatchObject([{ read: 9, written: 7, rejected: 0, filtered: 1, vanished: 1 }])
    })

    it('find the same one of several rows, of which those left out are none', async () => {
      await using move = await Move.between(engine)
      await move.source.query(seed)
      const dedupe = { by: 'name', keep: { greatest: 'id' } }
      const kept = await moved(move, [here, { filter: 'id < 8' }, { dedupe }])
      const told = await moved(move, [{ filter: 'id < 8' }, { dedupe }])
      expect(told.rows).toEqual(kept.rows)
      expect(told.rows.map((row) => row['id'])).toEqual([1, 2, 3, 4, 5])
      expect(told.outcome.summary.validation?.status).toBe('equal')
    })

    it('leave rows out of a table without a key, too', async () => {
      await using move = await Move.between(engine)
      await move.source.query(
        `CREATE TABLE users (id int, name varchar(9)); INSERT INTO users VALUES (1, 'a'), (2, 'b'), (2, 'b'), (NULL, 'c')`,
      )
      const { summary } = await move.run({ pipeline: { datasets: [dataset([{ filter: 'id == null || id >= 2' }])] } })
      expect(summary.datasets).toMatchObject([{ read: 3, written: 3, rejected: 0 }])
      expect(summary.validation?.datasets).toMatchObject([{ sourceRows: 4, leftOut: 1 }])
    })

    it('go on where they were stopped', async () => {
      await using move = await Move.between(engine)
      await move.source
        .query(`CREATE TABLE d (n int PRIMARY KEY); INSERT INTO d VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
        CREATE TABLE users (id int PRIMARY KEY, half int NOT NULL, name varchar(400) NOT NULL);
        INSERT INTO users SELECT a.n + 10 * b.n + 100 * c.n + 1000 * e.n + 10000 * f.n, a.n % 2, REPEAT('x', 400)
          FROM d a, d b, d c, d e, d f WHERE f.n < 4`)
      const pipeline = { datasets: [dataset([{ filter: 'half == 1' }])], only: ['users'] }
      const flags = { laneCount: 1 }
      let attempts = 0
      for (let isDone = false; !isDone; attempts++) {
        const { summary } = await move.run({ pipeline, flags, stopEarly: attempts < 3 })
        isDone = summary.status === 'ok'
        expect(attempts).toBeLessThan(6)
        if (!isDone) continue
        expect(summary.datasets).toMatchObject([{ read: 20_000, written: 20_000, filtered: 0 }])
        expect(summary.validation).toMatchObject({
          status: 'equal',
          datasets: [{ sourceRows: 40_000, leftOut: 20_000 }],
        })
      }
      expect(attempts).toBeGreaterThan(1)
    })
  })
}
