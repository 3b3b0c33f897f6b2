import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Pipeline, run, type RunSummary, validate, type ValidationSummary } from '../../src/index.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const seed = `SET sql_mode = 'ALLOW_INVALID_DATES';
  CREATE TABLE users (
    id int unsigned PRIMARY KEY AUTO_INCREMENT, first varchar(40), last varchar(40) NOT NULL, status tinyint(1) NOT NULL,
    joined datetime(3), score decimal(9,2), raw varbinary(8), secret varchar(40),
    UNIQUE KEY by_name (last, first), KEY by_status (status));
  INSERT INTO users (first, last, status, joined, score, raw, secret) VALUES
    ('Ann', 'Ä', 0, '2020-02-29 01:02:03.456', 1.10, X'00ff', 'x'), (NULL, 'B', 1, '0000-00-00 00:00:00', NULL, NULL, NULL),
    ('Cy', 'C🙂', 1, NULL, -0.05, X'', 'y'), ('Di', 'D', 7, '2024-01-01', 12, X'01', 'z');
  CREATE TABLE orders (id int PRIMARY KEY, user_id int unsigned, FOREIGN KEY mine (user_id) REFERENCES users (id));
  INSERT INTO orders VALUES (1, 1), (2, 2), (3, NULL)`

const users = {
  from: 'users',
  to: 'people',
  transform: [
    { map: { column: 'status', type: 'text', values: { '0': 'inactive', '1': 'active', '7': 'gone' } } },
    { default: { joined: '1970-01-01 00:00:00' } },
    { join: { columns: ['first', 'last'], into: 'label' } },
    { constant: { tenant: 'acme' } },
    { rename: { id: 'person_id', last: 'family' } },
    { drop: ['secret'] },
  ],
} satisfies NonNullable<PipelineFile['datasets']>[number]

async function pipelineOf(
  source: TestDatabase,
  target: TestDatabase,
  datasets: PipelineFile['datasets'],
): Promise<Pipeline> {
  const file: PipelineFile = { version: 1, source: source.url, target: target.url, datasets }
  return await loadPipeline(file, {}, { environment: {}, directory: '.' })
}

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine, 'postgres15'], `rows that go through stages from ${engine}`, () => {
    let source: TestDatabase
    let target: TestDatabase
    let pipeline: Pipeline
    let moved: RunSummary

    beforeAll(async () => {
      source = await createDatabase(engineUrl(engine), 'stages')
      target = await createDatabase(engineUrl('postgres15'), 'stages')
      await source.query(seed)
      pipeline = await pipelineOf(source, target, [users, { from: 'orders' }])
      moved = await run({ pipeline, flags: { laneCount: 2 } })
    })
    afterAll(async () => {
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    })

    const compared = async (): Promise<ValidationSummary> => (await validate({ pipeline, mode: 'stream' })).summary

    it('arrive as the last stage leaves them', async () => {
      expect(moved.error).toBeUndefined()
      expect(moved).toMatchObject({
        exitCode: 0,
        datasets: [{ read: 3 }, { read: 4, written: 4, filtered: 0, rejected: 0 }],
      })
      const rows = await target.query(
        'SELECT person_id, family, status, joined::text, score::text, label, tenant FROM people ORDER BY person_id',
      )
      expect(rows.map((row) => Object.values(row))).toEqual([
        ['1', 'Ä', 'inactive', '2020-02-29 01:02:03.456', '1.10', 'Ann Ä', 'acme'],
        ['2', 'B', 'active', '1970-01-01 00:00:00', null, 'B', 'acme'],
        ['3', 'C🙂', 'active', '1970-01-01 00:00:00', '-0.05', 'Cy C🙂', 'acme'],
        ['4', 'D', 'gone', '2024-01-01 00:00:00', '12.00', 'Di D', 'acme'],
      ])
    })

    it('have the keys and indexes of the columns that they came of', async () => {
      const found = await target.query(
        `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE contype IN ('p', 'f') AND connamespace = 'public'::regnamespace
         UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'by%' ORDER BY 1`,
      )
      expect(found.map(({ text }) => String(text).replace(/ ON .* RESTRICT$/, ''))).toEqual([
        'CREATE INDEX by_status ON public.people USING btree (status)',
        'CREATE UNIQUE INDEX by_name ON public.people USING btree (family, first)',
        'FOREIGN KEY (user_id) REFERENCES people(person_id)',
        'PRIMARY KEY (id)',
        'PRIMARY KEY (person_id)',
      ])
    })

    it('are equal to what the source’s rows come to, by the run and by a validation of its own', async () => {
      expect(moved.validation).toMatchObject({ status: 'equal', datasets: [{}, { targetRows: 4 }] })
      const summary = await compared()
      expect(summary.datasets.flatMap(({ schema = [] }) => schema)).toEqual([])
      expect(summary.status).toBe('equal')
      expect(summary.datasets.find(({ from }) => from === 'users')?.columns).toMatchObject([
        { from: 'id', to: 'person_id', strength: 'exact' },
        { from: 'first', to: 'first' },
        { from: 'last', to: 'family' },
        { from: 'status', to: 'status', reason: 'as map leaves it' },
        { from: 'joined', to: 'joined', reason: 'as default leaves it' },
        { from: 'score', to: 'score' },
        { from: 'raw', to: 'raw' },
        { from: 'label', to: 'label', reason: 'as join leaves it' },
        { from: 'tenant', to: 'tenant', reason: 'as constant leaves it' },
      ])
    })

    it.each([
      [`UPDATE people SET status = 'gone' WHERE person_id = 1`, 'status', 'inactive', 'gone'],
      [`UPDATE people SET label = 'Ann' WHERE person_id = 1`, 'label', 'Ann Ä', 'Ann'],
      [`UPDATE people SET tenant = 'other' WHERE person_id = 1`, 'tenant', 'acme', 'other'],
      [`UPDATE people SET family = 'A' WHERE person_id = 1`, 'last', 'Ä', 'A'],
    ])('differ after %s', async (change, column, before, after) => {
      const [kept] = await target.query('SELECT * FROM people WHERE person_id = 1')
      await target.query(change)
      try {
        const [, { differences, samples }] = (await compared()).datasets as [
          unknown,
          ValidationSummary['datasets'][number],
        ]
        expect(differences).toEqual({ missing: 0, extra: 0, changed: 1 })
        expect(samples).toMatchObject([{ key: { id: '1' }, column, source: { text: before }, target: { text: after } }])
      } finally {
        await target.query(
          `UPDATE people SET status = $1, label = $2, tenant = $3, family = $4 WHERE person_id = 1`,
          ['status', 'label', 'tenant', 'family'].map((name) => kept?.[name]),
        )
      }
    })
  })
}
