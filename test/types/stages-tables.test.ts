import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Pipeline, run, type RunSummary, validate, type ValidationSummary } from '../../src/index.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const seed = `CREATE TABLE users (
    id int unsigned PRIMARY KEY AUTO_INCREMENT, name varchar(40) NOT NULL, roles varchar(80), tags json, bio text,
    level enum('low','high') NOT NULL DEFAULT 'low', kinds set('a','b','c') NOT NULL DEFAULT '');
  INSERT INTO users (name, roles, tags, bio, level, kinds) VALUES
    ('Ann', 'admin, editor,,admin', '["x", 1.5, null, {"k": [1, "],"]}]', 'Ä', 'high', 'a,c'),
    ('Bo', NULL, NULL, NULL, 'low', ''), ('Cy', ' , ', '[]', '', 'low', 'b'), ('Di', 'gone', '{"no": 1}', 'd', 'high', 'a'),
    ('Ed', 'viewer', '["🙂"]', 'e', 'low', 'a,b,c')`

const users = {
  from: 'users',
  transform: [
    {
      explode: {
        from: 'roles',
        by: 'comma',
        to: 'user_roles',
        key: { id: 'user_id' },
        into: 'role',
        distinct: true,
        ordinal: 'n',
      },
    },
    {
      explode: {
        from: 'tags',
        to: 'tags',
        key: 'id',
        into: 'tag',
        ordinal: 'place',
        transform: [{ set: { long: 'size(coalesce(tag, "")) > 1' } }],
      },
    },
    {
      explode: { from: 'kinds', to: 'kinds', key: ['id', 'level'], into: 'kind', ordinal: 'place', references: false },
    },
    {
      route: {
        to: 'profiles',
        columns: { id: 'user_id', bio: 'bio', level: 'level' },
        when: 'bio != null',
        key: 'user_id',
      },
    },
    { drop: ['roles', 'tags', 'bio', 'kinds'] },
  ],
} satisfies NonNullable<PipelineFile['datasets']>[number]

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine, 'postgres15'], `tables that stages make of rows from ${engine}`, () => {
    let source: TestDatabase
    let target: TestDatabase
    let pipeline: Pipeline
    let moved: RunSummary

    beforeAll(async () => {
      source = await createDatabase(engineUrl(engine), 'tables')
      target = await createDatabase(engineUrl('postgres15'), 'tables')
      await source.query(seed)
      const file: PipelineFile = { version: 1, source: source.url, target: target.url, datasets: [users] }
      pipeline = await loadPipeline(file, {}, { environment: {}, directory: '.' })
      moved = await run({ pipeline, flags: { laneCount: 2 } })
    })
    afterAll(async () => {
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    })

    const compared = async (): Promise<ValidationSummary> => (await validate({ pipeline, mode: 'stream' })).summary
    const rowsOf = async (sql: string): Promise<unknown[][]> =>
      (await target.query(sql)).map((row) => Object.values(row))

    it('have what the lists held, and nothing of a row that was rejected', async () => {
      expect(moved).toMatchObject({
        exitCode: 4,
        datasets: [
          {
            read: 5,
            written: 4,
            filtered: 0,
            rejected: 1,
            outputs: [
              { to: 'public.users', written: 4, rejected: 1 },
              { to: 'public.user_roles', written: 3, rejected: 1 },
              { to: 'public.tags', written: 5, rejected: 0 },
              { to: 'public.kinds', written: 6, rejected: 0 },
              { to: 'public.profiles', written: 3, rejected: 0 },
            ],
          },
        ],
        rejects: { count: 1, byReason: { TL_D415: 1 } },
      })
      expect(await rowsOf('SELECT user_id::int, n, role FROM user_roles ORDER BY 1, 2')).toEqual([
        [1, 1, 'admin'],
        [1, 2, 'editor'],
        [5, 1, 'viewer'],
      ])
      expect(await rowsOf('SELECT id::int, place, tag, long FROM tags ORDER BY 1, 2')).toEqual([
        [1, 1, 'x', false],
        [1, 2, '1.5', true],
        [1, 3, null, false],
        [1, 4, '{"k": [1, "],"]}', true],
        [5, 1, '🙂', false],
      ])
      expect(await rowsOf('SELECT user_id::int, bio, level::text FROM profiles ORDER BY 1')).toEqual([
        [1, 'Ä', 'high'],
        [3, '', 'low'],
        [5, 'e', 'low'],
      ])
    })

    it('refer to the table that they came of', async () => {
      const found = await rowsOf(
        `SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
         WHERE contype IN ('p', 'f') AND connamespace = 'public'::regnamespace ORDER BY 1`,
      )
      expect(found.flat()).toEqual([
        'kinds PRIMARY KEY (id, level, place)',
        'profiles FOREIGN KEY (user_id) REFERENCES users(id)',
        'profiles PRIMARY KEY (user_id)',
        'tags FOREIGN KEY (id) REFERENCES users(id)',
        'tags PRIMARY KEY (id, place)',
        'user_roles FOREIGN KEY (user_id) REFERENCES users(id)',
        'user_roles PRIMARY KEY (user_id, n)',
        'users PRIMARY KEY (id)',
      ])
    })

    it('are compared with what stages make of the source', async () => {
      expect(moved.validation).toMatchObject({
        status: 'equal',
        datasets: [
          { from: 'users', targetRows: 4 },
          { from: 'users/user_roles', to: 'public.user_roles', sourceRows: 3, targetRows: 3 },
          { from: 'users/tags', sourceRows: 5, targetRows: 5 },
          { from: 'users/kinds', sourceRows: 6 },
          { from: 'users/profiles', sourceRows: 3 },
        ],
      })
      await source.query(`DELETE FROM users WHERE name = 'Di'`)
      expect(await compared()).toMatchObject({ status: 'equal' })
    })

    it('differ where a child is wrong, and the report says which', async () => {
      await target.query(
        `UPDATE user_roles SET role = 'Editor' WHERE role = 'editor'; DELETE FROM tags WHERE place = 2`,
      )
      const { status, datasets } = await compared()
      expect(status).toBe('different')
      expect(
        datasets.filter(({ differences }) => differences?.changed !== 0 || differences.missing !== 0),
      ).toMatchObject([
        {
          from: 'users/user_roles',
          differences: { missing: 0, extra: 0, changed: 1 },
          samples: [
            { key: { id: '1', n: '2' }, column: 'role', source: { text: 'editor' }, target: { text: 'Editor' } },
          ],
        },
        {
          from: 'users/tags',
          differences: { missing: 1, extra: 0, changed: 0 },
          samples: [{ key: { id: '1', place: '2' } }],
        },
      ])
    })
  })
}
