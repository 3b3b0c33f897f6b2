import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Pipeline, run, type RunSummary, validate } from '../../src/index.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const userCount = 3_000

const seed = [
  `CREATE TABLE users (id int unsigned PRIMARY KEY AUTO_INCREMENT, email varchar(80), seen datetime, roles varchar(40))`,
  // Every third address is there twice, in another case; every hundredth is NULL.
  `INSERT INTO users (email, seen, roles)
   WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ${userCount})
   SELECT CASE WHEN i % 100 = 0 THEN NULL WHEN i % 3 = 0 THEN CONCAT(' USER', i - 1, '@example.org') ELSE CONCAT('user', i, '@example.org') END,
     CASE WHEN i % 7 = 0 THEN NULL ELSE TIMESTAMP('2024-01-01') + INTERVAL (i * 7919) % 1000 MINUTE END, CONCAT('r', i % 5, ',r', i % 3)
   FROM n ORDER BY i`,
  `CREATE TABLE orders (id int PRIMARY KEY AUTO_INCREMENT, user_id int unsigned, FOREIGN KEY mine (user_id) REFERENCES users (id))`,
  `INSERT INTO orders (user_id) SELECT id FROM users UNION ALL SELECT id FROM users UNION ALL SELECT NULL`,
  `CREATE TABLE comments (id int PRIMARY KEY, author int, body text)`,
  `INSERT INTO comments VALUES (1, 3, 'a'), (2, ${userCount + 1}, 'b'), (3, NULL, 'c')`,
]

const datasets = [
  {
    from: 'orders',
    transform: [
      { lookup: { column: 'user_id', map: 'winners' } },
      { lookup: { column: 'user_id', in: 'users', by: 'id', take: 'id' } },
    ],
  },
  {
    from: 'comments',
    transform: [
      { lookup: { column: 'author', map: 'winners', otherwise: 'null' } },
      { lookup: { column: 'author', in: 'users', by: 'id', take: 'email', into: 'address' } },
    ],
  },
  {
    from: 'users',
    transform: [
      { clean: { columns: ['email'], trim: true, case: 'lower' } },
      { dedupe: { by: 'email', keep: { greatest: 'seen' }, map: 'winners' } },
      { set: { id: 'id + 100000' } },
      { explode: { from: 'roles', by: 'comma', to: 'roles', key: { id: 'user_id' }, into: 'role', ordinal: 'n' } },
      { drop: ['roles'] },
    ],
  },
] satisfies PipelineFile['datasets']

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine, 'postgres15'], `rows that stages know each other of, from ${engine}`, () => {
    let source: TestDatabase
    let target: TestDatabase
    let pipeline: Pipeline
    let moved: RunSummary

    beforeAll(async () => {
      source = await createDatabase(engineUrl(engine), 'maps')
      target = await createDatabase(engineUrl('postgres15'), 'maps')
      await source.query(
        `SET SESSION ${engine === 'mysql9' ? 'cte_max_recursion_depth' : 'max_recursive_iterations'} = 1000000`,
      )
      for (const sql of seed) await source.query(sql)
      const file: PipelineFile = { version: 1, source: source.url, target: target.url, datasets }
      pipeline = await loadPipeline(file, {}, { environment: {}, directory: '.' })
      moved = await run({ pipeline, flags: { laneCount: 2 } })
    })
    afterAll(async () => {
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    })

    it('are one where they are the same, and those that refer to them follow', async () => {
      expect(moved.error).toBeUndefined()
      const [comments, orders, users] = moved.datasets
      const [expected] = await source.query(
        'SELECT count(DISTINCT lower(trim(email))) AS emails, sum(email IS NULL) AS nulls FROM users',
      )
      const kept = Number(expected?.['emails']) + Number(expected?.['nulls'])
      expect(users).toMatchObject({
        read: userCount,
        written: kept,
        merged: userCount - kept,
        filtered: 0,
        rejected: 0,
      })
      expect(orders).toMatchObject({ read: userCount * 2 + 1, written: userCount * 2 + 1 })
      expect(comments).toMatchObject({ read: 3, written: 3 })
      expect(await target.query('SELECT count(*)::int AS n FROM orders JOIN users ON users.id = user_id')).toEqual([
        { n: userCount * 2 },
      ])
      expect(await target.query('SELECT author::int, address FROM comments ORDER BY id')).toEqual([
        { author: 2, address: 'user2@example.org' },
        { author: null, address: null },
        { author: null, address: null },
      ])
    })

    it('keep of each value the row that the pipeline says, for every one that was merged', async () => {
      const winners = await source.query(
        `SELECT min(w.id) + 100000 AS id FROM users AS w JOIN (
           SELECT lower(trim(email)) AS e, max(coalesce(seen, '1000-01-01')) AS seen FROM users WHERE email IS NOT NULL GROUP BY 1) AS m
         ON lower(trim(w.email)) = m.e AND coalesce(w.seen, '1000-01-01') = m.seen GROUP BY m.e ORDER BY 1`,
      )
      const there = await target.query('SELECT id FROM users WHERE email IS NOT NULL ORDER BY id')
      expect(there.map(({ id }) => Number(id))).toEqual(winners.map(({ id }) => Number(id)))
    })

    it('are compared as they are once they are one', async () => {
      expect(moved.validation).toMatchObject({ status: 'equal' })
      const { summary } = await validate({ pipeline, mode: 'stream' })
      expect(summary).toMatchObject({ status: 'equal' })
      await target.query('UPDATE orders SET user_id = 100001 WHERE id = 30')
      const { summary: wrong } = await validate({ pipeline, mode: 'stream' })
      expect(wrong.datasets.find(({ from }) => from === 'orders')).toMatchObject({ differences: { changed: 1 } })
    })
  })
}
