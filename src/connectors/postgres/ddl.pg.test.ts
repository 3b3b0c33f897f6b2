import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import type { FinishOutcome } from '../../contract/target.ts'
import { parseExpression } from '../../format/sql-text/expression.ts'
import type { TableDefinition, TargetColumn } from '../../model/plan.ts'
import type { DefaultValue } from '../../model/relation.ts'
import { openSessions, type PostgresSessions } from './client.ts'
import { parsePostgresUrl } from './config.ts'
import { renderTables } from './ddl.ts'
import { loadingSetting } from './ddl/on-update.ts'
import { describeTables } from './describe.ts'
import { runFinishStep } from './finish.ts'
import { PostgresStateStore } from './state.ts'

const signal = (): AbortSignal => AbortSignal.timeout(30_000)
const schema = 'My "Shop"'
const mood = { name: { schema, name: 'Mood' }, labels: ["it's", 'B\\c', '', '😀'] }

const column = (name: string, type: string, more: Partial<TargetColumn> = {}): TargetColumn => ({
  name,
  type,
  nullable: true,
  identity: false,
  comment: '',
  ...more,
})
const table = (
  name: string,
  columns: readonly TargetColumn[],
  more: Partial<TableDefinition> = {},
): TableDefinition => ({
  name: { schema, name },
  columns,
  enumTypes: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  comment: '',
  ...more,
})
const generated = (sql: string): Partial<TargetColumn> => ({
  generated: { stored: true, sql, expression: parseExpression(sql) },
})
const byDefault = (value: DefaultValue): Partial<TargetColumn> => ({ default: value })
const literal = (text: string): DefaultValue => ({ kind: 'literal', text, sql: text })

const parent = table(
  'Parent',
  [
    column('id', 'bigint', { identity: true, comment: "the key's" }),
    column('email', 'varchar(300)', { nullable: false }),
    column('mood', '"My ""Shop"""."Mood"', byDefault(literal("it's"))),
    column('tags', 'text[]', byDefault(literal('a,b"\\'))),
    column('active', 'boolean', { nullable: false, ...byDefault(literal('1')) }),
    column('blob', 'bytea', byDefault({ kind: 'bytes', hex: '00ff5c', sql: '' })),
    column('flags', 'bit(8)', byDefault({ kind: 'bits', text: '101', sql: '' })),
    column(
      'doc',
      'jsonb',
      byDefault({ kind: 'expression', sql: 'json_array()', expression: parseExpression('json_array()') }),
    ),
    column('raw doc', 'json'),
    column('made', 'timestamp(3)', byDefault({ kind: 'now', precision: 3, sql: '' })),
    column('changed', 'timestamp', { onUpdateNow: 0, ...byDefault(literal('2000-01-01 00:00:00')) }),
    column('moved', 'timestamptz(2)', { onUpdateNow: 2 }),
    column('long', 'interval', byDefault(literal('-838:59:59'))),
    column('left', 'text', generated('left(`email`, 1)')),
    column('twice', 'numeric', generated('`id` * 2')),
  ],
  {
    enumTypes: [mood],
    primaryKey: { name: 'PRIMARY', columns: ['id'] },
    indexes: [
      { name: 'by_email', unique: true, parts: [{ column: 'email', descending: false }], comment: 'one each' },
      { name: 'idx', unique: false, parts: [{ column: 'email', descending: true, prefixLength: 10 }], comment: '' },
    ],
    checks: [
      { name: 'positive', sql: '', enforced: true, expression: parseExpression('`id` > -10') },
      { name: 'at', sql: '', enforced: true, expression: parseExpression("`email` like '%@%'") },
    ],
    comment: 'Parents\nof children',
  },
)
const child = table('child', [column('id', 'integer', { identity: true }), column('parent', 'bigint')], {
  primaryKey: { name: 'PRIMARY', columns: ['id'] },
  indexes: [{ name: 'idx', unique: false, parts: [{ column: 'parent', descending: false }], comment: '' }],
  foreignKeys: [
    {
      name: 'to_parent',
      columns: ['parent'],
      references: parent.name,
      referencedColumns: ['id'],
      onUpdate: 'cascade',
      onDelete: 'set null',
    },
  ],
})

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], `tables on ${engine}`, () => {
    let database: TestDatabase
    let sessions: PostgresSessions
    beforeAll(async () => {
      database = await createDatabase(engineUrl(engine), 'ddl')
      sessions = await openSessions(parsePostgresUrl(database.url), signal())
    })
    afterAll(async () => {
      await sessions[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    })

    const rendered = renderTables([child, parent])
    const finish = async (kinds: readonly string[], name?: string): Promise<readonly FinishOutcome[]> => {
      const steps = rendered.finish.filter((step) => kinds.includes(step.kind) && (name ?? step.name) === step.name)
      return await Promise.all(steps.map((step) => runFinishStep(sessions, 'r1', 1, step, signal())))
    }
    const value = async (sql: string): Promise<unknown> => Object.values((await database.query(sql))[0] ?? {})[0]

    it('are made, in a schema that may be there already', async () => {
      const state = new PostgresStateStore(sessions, async () => undefined)
      const run = { run: 'r1', planIdentity: 'p', plan: {}, startedAt: '2026-01-01T00:00:00Z' }
      await database.query('CREATE SCHEMA "My ""Shop"""')
      await state.begin(run, [], rendered.prepare, signal())
      expect(rendered.notCarried.map(({ kind }) => kind)).toEqual(['check in part'])

      const found = await describeTables(sessions, [parent.name, child.name, { schema, name: 'gone' }], signal())
      expect(found.map(({ name }) => name.name)).toEqual(['Parent', 'child'])
      expect(found[0]).toMatchObject({ isEmpty: true, primaryKey: [], uniqueKeys: [], triggers: [], dependents: [] })
      expect(found[0]?.columns.slice(0, 3)).toEqual([
        { name: 'id', type: 'bigint', nullable: false, hasDefault: false, generated: false, identity: true },
        {
          name: 'email',
          type: 'character varying(300)',
          nullable: false,
          hasDefault: false,
          generated: false,
          identity: false,
        },
        {
          name: 'mood',
          type: '"My ""Shop"""."Mood"',
          nullable: true,
          hasDefault: true,
          generated: false,
          identity: false,
        },
      ])
      expect(found[0]?.columns.filter((one) => one.generated).map((one) => one.name)).toEqual(['left', 'twice'])
    })

    it('have the defaults of their own types', async () => {
      await database.query(`INSERT INTO "My ""Shop"""."Parent" (id, email) VALUES (-3, 'a@b'), (0, 'c@d'), (7, 'é@f')`)
      const [row] = await database.query(
        `SELECT mood::text, tags, active, encode(blob, 'hex') AS blob, flags::text, doc::text, long::text, "left", twice::text,
           made IS NOT NULL AS made, changed::text FROM "My ""Shop"""."Parent" WHERE id = 7`,
      )
      expect(row).toEqual({
        mood: "it's",
        tags: ['a', 'b"\\'],
        active: true,
        blob: '00ff5c',
        flags: '00000101',
        doc: '[]',
        long: '-838:59:59',
        left: 'é',
        twice: '14',
        made: true,
        changed: '2000-01-01 00:00:00',
      })
    })

    it('get keys, indexes and comments, several at once', async () => {
      const outcomes = await finish(['primary key', 'unique', 'index', 'comment'])
      expect(outcomes).toEqual(Array.from({ length: 6 }, () => ({ outcome: 'done' })))
      const [own] = await describeTables(sessions, [parent.name], signal())
      expect(own).toMatchObject({ primaryKey: ['id'], uniqueKeys: [['email']], isEmpty: false })
      const definitions = await database.query(
        `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'My "Shop"' ORDER BY 1`,
      )
      expect(definitions.map(({ indexname }) => indexname)).toEqual([
        'Parent_idx',
        'Parent_pkey',
        'by_email',
        'child_idx',
        'child_pkey',
      ])
      expect(definitions[0]?.['indexdef']).toContain('"left"((email)::text, 10) DESC')
      expect(await value(`SELECT obj_description('"My ""Shop"""."Parent"'::regclass)`)).toBe('Parents\nof children')
      expect(await value(`SELECT obj_description('"My ""Shop""".by_email'::regclass)`)).toBe('one each')
      expect(await value(`SELECT col_description('"My ""Shop"""."Parent"'::regclass, 1)`)).toBe("the key's")
      expect(await finish(['primary key'])).toEqual([{ outcome: 'done' }, { outcome: 'done' }])
    })

    it('get checks and foreign keys that hold for new rows, and are validated unless rows are in the way', async () => {
      await database.query(`INSERT INTO "My ""Shop""".child (id, parent) VALUES (1, 7), (2, NULL), (3, 99), (4, 98)`)
      await database.query(`INSERT INTO "My ""Shop"""."Parent" (id, email) VALUES (8, 'nowhere')`)
      expect(await finish(['check', 'foreign key'])).toEqual(Array.from({ length: 3 }, () => ({ outcome: 'done' })))
      await expect(database.query(`INSERT INTO "My ""Shop""".child (id, parent) VALUES (5, 97)`)).rejects.toThrow(
        'to_parent',
      )
      expect(await finish(['validate'], 'to_parent')).toMatchObject([{ outcome: 'not validated', violations: 2 }])
      expect(await finish(['validate'], 'at')).toMatchObject([{ outcome: 'not validated', violations: 1 }])
      expect(await finish(['validate'], 'positive')).toEqual([{ outcome: 'done' }])
      await database.query(`DELETE FROM "My ""Shop""".child WHERE parent > 90`)
      expect(await finish(['validate'], 'to_parent')).toEqual([{ outcome: 'done' }])
      expect(await value(`SELECT convalidated FROM pg_constraint WHERE conname = 'to_parent'`)).toBe(true)
    })

    it('go on counting after the largest value that is there', async () => {
      expect(await finish(['sequence'])).toHaveLength(2)
      expect(await value(`INSERT INTO "My ""Shop"""."Parent" (email) VALUES ('x@y') RETURNING id::text`)).toBe('9')
      await database.query(`TRUNCATE "My ""Shop""".child`)
      await database.query(`INSERT INTO "My ""Shop""".child (id) VALUES (-5), (0), (2147483647)`)
      const step = rendered.finish.find((one) => one.kind === 'sequence' && one.table.name === 'child')
      const [statement = ''] = step?.statements ?? []
      await database.query(statement)
      await expect(database.query(`INSERT INTO "My ""Shop""".child (parent) VALUES (NULL)`)).rejects.toThrow('maximum')
      await database.query(`DELETE FROM "My ""Shop""".child WHERE id > 0`)
      await database.query(statement)
      expect(await value(`INSERT INTO "My ""Shop""".child (parent) VALUES (NULL) RETURNING id::text`)).toBe('1')
      await database.query(`TRUNCATE "My ""Shop""".child`)
      await database.query(statement)
      expect(await value(`INSERT INTO "My ""Shop""".child (parent) VALUES (NULL) RETURNING id::text`)).toBe('1')
    })

    it('set the time of an update as MySQL does', async () => {
      expect(await finish(['trigger'])).toHaveLength(2)
      const update = async (set: string): Promise<unknown> => {
        await database.query(`UPDATE "My ""Shop"""."Parent" SET ${set} WHERE id = 7`)
        return await value(
          `SELECT concat_ws(' ', changed > now() - interval '1 minute' AND changed <= clock_timestamp() AND date_trunc('second', changed) = changed,
             moved > now() - interval '1 minute' AND moved <= clock_timestamp()) FROM "My ""Shop"""."Parent" WHERE id = 7`,
        )
      }
      await database.query(`SET TimeZone = 'UTC'`)
      expect(await update('email = email')).toBe('f')
      expect(await update(`"raw doc" = '{"a": 1}', changed = '1999-01-01'`)).toBe('f t')
      expect(await update(`"raw doc" = '{"a": 2}'`)).toBe('t t')
      await database.query(`SET ${loadingSetting} = 'on'`)
      expect(await update(`email = 'new@x', changed = '1998-01-01'`)).toBe('f t')
      expect(await update(`email = 'newer@x'`)).toBe('f t')
      expect(await finish(['analyze'])).toHaveLength(2)
    })

    it('say which rows stand in the way of an index', async () => {
      const columns = [column('id', 'integer', { nullable: false }), column('Name', 'text')]
      const name = [{ column: 'Name', descending: false }]
      const lower = [
        { descending: false, expression: parseExpression('lower(`Name`)') },
        { column: 'id', descending: false },
      ]
      const twins = renderTables([
        table('twins', columns, {
          primaryKey: { name: '', columns: ['id'] },
          indexes: [
            { name: 'u', unique: true, parts: name, comment: '' },
            { name: 'e', unique: true, parts: lower, comment: '' },
            { name: 'wide', unique: false, parts: name, comment: '' },
          ],
        }),
        table('orphan', [column('twin', 'integer')], {
          foreignKeys: [
            {
              name: 'fk',
              columns: ['twin'],
              references: { schema, name: 'twins' },
              referencedColumns: ['id'],
              onUpdate: 'no action',
              onDelete: 'no action',
            },
          ],
        }),
      ])
      for (const statement of twins.prepare.slice(1)) await database.query(statement)
      await database.query(
        `INSERT INTO "My ""Shop""".twins VALUES (1, 'a, (b'), (1, 'a, (b'), (2, 'A'), (2, 'a'), (3, NULL), (4, NULL), (1, 'c'), (5, (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 150) n))`,
      )
      const run = async (kind: string, stepName: string): Promise<FinishOutcome | undefined> => {
        const step = twins.finish.find((one) => one.kind === kind && one.name === stepName)
        return step && (await runFinishStep(sessions, 'r1', 1, step, signal()))
      }
      expect(await run('primary key', 'twins_pkey')).toMatchObject({
        outcome: 'violated',
        sampleKeys: ['id=1 (3 rows)', 'id=2 (2 rows)'],
      })
      expect(await run('index', 'wide')).toMatchObject({
        outcome: 'violated',
        sampleKeys: [expect.stringMatching(/^ctid=\(0,\d\)$/)],
      })
      expect(await run('foreign key', 'fk')).toMatchObject({ outcome: 'violated', sampleKeys: [] })
      expect(await run('validate', 'fk')).toMatchObject({ outcome: 'not validated', violations: undefined })
      await database.query(`DELETE FROM "My ""Shop""".twins WHERE id = 5`)
      expect(await run('unique', 'u')).toMatchObject({ outcome: 'violated', sampleKeys: ['"Name"=a, (b (2 rows)'] })
      expect(await run('unique', 'e')).toMatchObject({
        outcome: 'violated',
        sampleKeys: ['lower("Name")=a, id=2 (2 rows)', 'lower("Name")=a, (b, id=1 (2 rows)'],
      })
      await database.query(`DELETE FROM "My ""Shop""".twins WHERE id < 3`)
      expect(await run('unique', 'u')).toEqual({ outcome: 'done' })
      expect(await run('primary key', 'twins_pkey')).toEqual({ outcome: 'done' })
      await database.query('DROP INDEX "My ""Shop""".u')
      await database.query(
        `INSERT INTO "My ""Shop""".twins SELECT 5, string_agg(md5(n::text), '') FROM generate_series(1, 150) n`,
      )
      expect(await run('index', 'wide')).toMatchObject({ outcome: 'violated', sampleKeys: ['"id"=5'] })
    })

    it('are not finished by a run that was taken over, nor recorded where a statement fails', async () => {
      const step = { ...rendered.finish[0]!, id: 'other', statements: ['CREATE TABLE public.half (id int)'] }
      await expect(runFinishStep(sessions, 'r1', 9, step, signal())).rejects.toMatchObject({ code: 'TL_K501' })
      const failing = { ...step, statements: [...step.statements, 'SELECT 1 / 0'] }
      await expect(runFinishStep(sessions, 'r1', 1, failing, signal())).rejects.toMatchObject({ code: 'TL_T310' })
      expect(await value(`SELECT to_regclass('public.half')::text`)).toBeNull()
    })

    it('are tried again where two of them have locked each other out', async () => {
      await database.query('CREATE TABLE public.x (); CREATE TABLE public.y ()')
      await database.query('BEGIN; LOCK TABLE public.y')
      const step = { ...rendered.finish[0]!, id: 'locks', statements: ['LOCK TABLE public.x', 'LOCK TABLE public.y'] }
      const pending = runFinishStep(sessions, 'r1', 1, step, signal())
      await setTimeout(300)
      await database.query('LOCK TABLE public.x')
      await database.query('COMMIT')
      expect(await pending).toEqual({ outcome: 'done' })
      const deadlocks = `SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`
      await expect.poll(() => value(deadlocks)).toBe(1)
    })

    it('let an abort end what a step is waiting for', async () => {
      const step = { ...rendered.finish[0]!, id: 'sleep', statements: ['SELECT pg_sleep(60)'] }
      const abort = new AbortController()
      const pending = runFinishStep(sessions, 'r1', 1, step, abort.signal)
      void setTimeout(200).then(() => abort.abort(new Error('enough')))
      await expect(pending).rejects.toThrow('enough')
      const sleeping = `SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid()`
      await expect.poll(() => value(sleeping)).toBe(0)
    })
  })
}
