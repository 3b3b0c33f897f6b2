import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { openSessions, type PostgresSessions } from './client.ts'
import { parsePostgresUrl } from './config.ts'
import { countTables } from './count.ts'
import { describeTables } from './describe.ts'

const signal = (): AbortSignal => AbortSignal.timeout(30_000)
const named = (name: string, schema = 'public') => ({ schema, name })

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], `tables that are there on ${engine}`, () => {
    let database: TestDatabase
    let sessions: PostgresSessions
    beforeAll(async () => {
      database = await createDatabase(engineUrl(engine), 'describe')
      sessions = await openSessions(parsePostgresUrl(database.url), signal())
      await database.query(`
        CREATE SCHEMA app;
        CREATE TYPE app.mood AS ENUM ('a');
        CREATE TABLE parent (b int, gone int, a bigint GENERATED ALWAYS AS IDENTITY, c varchar(20) DEFAULT 'x', m app.mood,
          g int GENERATED ALWAYS AS (b * 2) STORED, PRIMARY KEY (b, a), UNIQUE (c), UNIQUE (a, c));
        ALTER TABLE parent DROP gone;
        CREATE UNIQUE INDEX partial ON parent (c) WHERE b > 0;
        CREATE UNIQUE INDEX expression ON parent (lower(c));
        CREATE UNIQUE INDEX including ON parent (a) INCLUDE (m);
        CREATE TABLE app.child (id int PRIMARY KEY, b int, a bigint, self int REFERENCES app.child,
          CONSTRAINT fk FOREIGN KEY (b, a) REFERENCES parent);
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER off BEFORE INSERT ON app.child FOR EACH ROW EXECUTE FUNCTION f();
        CREATE TRIGGER act BEFORE INSERT ON app.child FOR EACH ROW EXECUTE FUNCTION f();
        ALTER TABLE app.child DISABLE TRIGGER off;
        CREATE VIEW app.v AS SELECT * FROM parent;
        CREATE MATERIALIZED VIEW mv AS SELECT * FROM parent;
        CREATE PUBLICATION p FOR TABLE parent;
        GRANT SELECT ON parent TO PUBLIC;
        CREATE TABLE parts (k int) PARTITION BY LIST (k);
        CREATE TABLE part PARTITION OF parts FOR VALUES IN (1);
        INSERT INTO part VALUES (1);
        INSERT INTO parent (b) OVERRIDING SYSTEM VALUE SELECT n FROM generate_series(1, 0) AS n`)
    })
    afterAll(async () => {
      await sessions[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    })

    it('are described with their keys, triggers and dependents', async () => {
      const [parent, gone] = await describeTables(
        sessions,
        [named('parent'), named('v', 'app'), named('none')],
        signal(),
      )
      expect(gone).toBeUndefined()
      expect(parent).toMatchObject({
        name: named('parent'),
        primaryKey: ['b', 'a'],
        uniqueKeys: [['a'], ['a', 'c'], ['c']],
        foreignKeys: [],
        triggers: [],
        isEmpty: true,
        dependents: [
          'foreign key fk of app.child',
          'grants to PUBLIC',
          'materialized view public.mv',
          'publication p',
          'view app.v',
        ],
      })
      expect(parent?.columns).toEqual([
        { name: 'b', type: 'integer', nullable: false, hasDefault: false, generated: false, identity: false },
        { name: 'a', type: 'bigint', nullable: false, hasDefault: false, generated: false, identity: true },
        {
          name: 'c',
          type: 'character varying(20)',
          nullable: true,
          hasDefault: true,
          generated: false,
          identity: false,
        },
        { name: 'm', type: 'app.mood', nullable: true, hasDefault: false, generated: false, identity: false },
        { name: 'g', type: 'integer', nullable: true, hasDefault: false, generated: true, identity: false },
      ])
    })

    it('count their own foreign keys and partitions', async () => {
      const tables = [named('parts'), named('child', 'app'), named('parent')]
      const [parts, child, parent] = await describeTables(sessions, tables, signal())
      expect(parts).toMatchObject({ isEmpty: false, dependents: ['partition public.part'] })
      expect(child).toMatchObject({
        triggers: ['act'],
        foreignKeys: [
          { name: 'child_self_fkey', references: named('child', 'app') },
          { name: 'fk', references: named('parent') },
        ],
        dependents: ['trigger act', 'trigger off'],
      })
      expect(parent?.dependents).not.toContain('foreign key fk of app.child')
      expect(await describeTables(sessions, [], signal())).toEqual([])
    })

    it('are described by the thousand in seconds', async () => {
      await database.query(
        `DO $$ BEGIN FOR n IN 1..1200 LOOP EXECUTE format('CREATE TABLE many_%s (id int)', n); END LOOP; END $$`,
      )
      await database.query('INSERT INTO many_1200 VALUES (1)')
      const tables = Array.from({ length: 1200 }, (_, index) => named(`many_${index + 1}`))
      const start = performance.now()
      const found = await describeTables(sessions, tables, signal())
      expect(performance.now() - start).toBeLessThan(10_000)
      expect(found.map((one) => one.name.name)).toEqual(tables.map((one) => one.name))
      expect(found.filter((one) => !one.isEmpty).map((one) => one.name.name)).toEqual(['many_1200'])
    })

    it('are counted: rows, nulls and orphans, a key with a NULL being none', async () => {
      await database.query(`
        CREATE TABLE "Up" (x int, y int);
        CREATE TABLE "Down" (id int, x bigint, y int);
        INSERT INTO "Up" VALUES (1, 1), (1, 2), (NULL, 3);
        INSERT INTO "Down" VALUES (1, 1, 1), (2, 1, 3), (3, NULL, 9), (4, 9, NULL), (5, 9, 9)`)
      const orphans = [
        { constraint: 'fk', columns: ['x', 'y'], references: named('Up'), referencedColumns: ['x', 'y'] },
        { constraint: 'y', columns: ['y'], references: named('Up'), referencedColumns: ['y'] },
      ]
      const questions = [
        { table: named('Down'), columns: ['id', 'x', 'y'], orphans },
        { table: named('parent'), columns: [], orphans: [] },
        { table: named('Up'), columns: ['x'], orphans: [] },
      ]
      expect(await countTables(sessions, questions, signal())).toEqual([
        { table: named('Down'), rows: 5, nulls: [0, 1, 1], orphans: [2, 2] },
        { table: named('parent'), rows: 0, nulls: [], orphans: [] },
        { table: named('Up'), rows: 3, nulls: [1], orphans: [] },
      ])
      await expect(
        countTables(sessions, [...questions, { table: named('none'), columns: [], orphans: [] }], signal()),
      ).rejects.toMatchObject({
        code: 'TL_T305',
      })
    })
  })
}
