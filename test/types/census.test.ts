import { expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { plan, run } from '../../src/index.ts'
import type { Plan } from '../../src/model/plan.ts'
import { dumpOnDisk, dumpStart } from '../support/dump-source.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { Move, sourceEngines } from './migrate.ts'

const narrow = `CREATE TABLE t (
    id int PRIMARY KEY, flag tinyint(1), big bigint unsigned, clock time, made datetime NOT NULL, seen datetime, mood enum('a') NOT NULL,
    doc json, note text, born date);
  INSERT INTO t VALUES (1, 1, 7, '12:00:00', '2024-01-01', NULL, 'a', '{}', 'x', '2000-01-01')`

/** Everything that the census did not find, one thing a row. */
const changed = `SET sql_mode = 'ALLOW_INVALID_DATES'; INSERT INTO t VALUES
  (2, 2, NULL, NULL, '2024-01-01', NULL, 'a', NULL, NULL, NULL),
  (3, NULL, 9223372036854775808, NULL, '2024-01-01', NULL, 'a', NULL, NULL, NULL),
  (4, NULL, NULL, '24:00:01', '2024-01-01', NULL, 'a', NULL, NULL, NULL),
  (5, NULL, NULL, NULL, '0000-00-00', NULL, 'a', NULL, NULL, NULL),
  (6, NULL, NULL, NULL, '2024-01-01', '0000-00-00', 'a', NULL, NULL, NULL),
  (7, NULL, NULL, NULL, '2024-01-01', NULL, 0, NULL, NULL, NULL),
  (8, NULL, NULL, NULL, '2024-01-01', NULL, 'a', '{"a": "\\\\u0000"}', NULL, NULL),
  (9, NULL, NULL, NULL, '2024-01-01', NULL, 'a', NULL, CONCAT('a', CHAR(0)), NULL),
  (10, NULL, NULL, NULL, '2024-01-01', NULL, 'a', NULL, NULL, '0000-00-00'),
  (11, NULL, NULL, NULL, '2024-01-01', '2024-02-31', 'a', NULL, NULL, NULL)`

function typesOf({ datasets }: Plan, table = 't'): { readonly [column: string]: string } {
  const { columns } = datasets.find(({ from }) => from === table)!
  return Object.fromEntries(columns.map(({ to, targetType, nullable }) => [to, `${targetType}${nullable ? '?' : ''}`]))
}

for (const engine of sourceEngines) {
  const json = engine === 'mysql9' ? 'jsonb?' : 'json?'

  describeEngines([engine, 'postgres15'], `the census of ${engine}`, () => {
    it('is kept in the plan, and what comes up after it is rejected or a loss that is counted', async () => {
      await using move = await Move.between(engine)
      await move.source.query(narrow)
      const mapping = { version: 1, columns: { 't.born': { policies: { 'zero-date': 'text' } } } }
      const pipeline = { ...pipelineBetween(move.source.url, move.target.url), mapping }
      const made = await plan({ pipeline })
      expect(typesOf(made)).toEqual({
        id: 'integer',
        flag: 'boolean?',
        big: 'bigint?',
        clock: 'time(0)?',
        made: 'timestamp(0)',
        seen: 'timestamp(0)?',
        mood: '"public"."t_mood"',
        doc: json,
        note: 'text?',
        born: 'date?',
      })
      expect(made.datasets[0]!.census).toMatchObject({
        isSample: false,
        rows: 1,
        facts: { flag: { min: '1', max: '1' }, made: { 'zero-dates': '0' }, born: { 'zero-dates': '0' } },
      })
      await move.source.query(changed)
      const summary = await run({ pipeline, plan: structuredClone(made) })
      expect(summary.validation?.status).toBe('equal')
      const [table] = summary.datasets
      // MariaDB's json takes \u0000 as it is, and so does its column of the target.
      const rejected =
        engine === 'mysql9' ? ['2', '3', '4', '5', '7', '8', '10', '11'] : ['2', '3', '4', '5', '7', '10', '11']
      expect(await move.texts('t', 'id')).toEqual(
        ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'].filter((id) => !rejected.includes(id)),
      )
      expect(table).toMatchObject({ read: 11, written: 11 - rejected.length, rejected: rejected.length })
      expect(table!.losses.map(({ column, rule, count }) => `${column} ${rule} ${count}`).toSorted()).toEqual([
        'note nul-byte-removed 1',
        'seen zero-date-null 1',
      ])
    })

    it('narrows no type by a sample, and tells what it has found', async () => {
      await using move = await Move.between(engine)
      await move.source.query(narrow)
      const pipeline = pipelineBetween(move.source.url, move.target.url)
      const wide = await plan({ pipeline, flags: { census: 'off' } })
      const sampled = await plan({ pipeline, flags: { census: 'sample' } })
      expect(typesOf(sampled)).toEqual(typesOf(wide))
      expect(typesOf(sampled)).toMatchObject({
        flag: 'smallint?',
        big: 'numeric(20,0)?',
        clock: 'interval(0)?',
        made: 'timestamp(0)?',
      })
      await move.source.query(changed)
      const found = await plan({ pipeline, flags: { census: 'sample' } })
      expect(typesOf(found)).toEqual({ ...typesOf(wide), doc: 'json?' })
      const { census, columns } = found.datasets[0]!
      expect(census).toMatchObject({
        isSample: true,
        rows: 11,
        facts: { seen: { 'zero-dates': '1', 'partial-dates': '1' } },
      })
      expect(census?.facts['flag']).toEqual({})
      expect(columns.find(({ from }) => from === 'seen')?.losses).toContainEqual(
        expect.objectContaining({ rule: 'zero-date-null', found: 1 }),
      )
      expect(columns.find(({ from }) => from === 'made')?.losses[0]).not.toHaveProperty('found', 0)
    })

    it('narrows decimals by their digits, and rejects what comes up later rather than round it', async () => {
      await using move = await Move.between(engine)
      await move.source
        .query(`CREATE TABLE t (id int PRIMARY KEY, amount decimal(20,4) DEFAULT 1.5, points decimal(30,10), price decimal(20,4), kept decimal(20,4),
          share double);
        INSERT INTO t VALUES (1, 12, -3, 9.5, 0.0625, 0.1), (2, -7, NULL, 0, 1, 2), (3, NULL, 0, -12.25, NULL, NULL)`)
      const mapping = {
        version: 1,
        types: [
          {
            id: 'whole-amounts',
            match: { type: 'decimal', args: [20, 4] },
            when: { 'fraction-digits': '= 0', 'whole-digits': '<= 18' },
            canonical: 'int(64)',
            why: 'whole numbers',
          },
          {
            id: 'cents',
            match: { type: 'decimal', args: [20, 4] },
            when: { 'fraction-digits': '<= 2', 'whole-digits': '<= 2' },
            canonical: 'decimal(4,2)',
            why: 'cents',
          },
        ],
      }
      const short = { 't.points': { type: 'smallint', when: { 'fraction-digits': '= 0', 'whole-digits': '<= 4' } } }
      const ends = pipelineBetween(move.source.url, move.target.url)
      const pipeline = { ...ends, mapping }
      const made = await plan({ pipeline })
      expect(typesOf(made)).toEqual({
        id: 'integer',
        amount: 'bigint?',
        points: 'numeric(30,10)?',
        price: 'numeric(4,2)?',
        kept: 'numeric(20,4)?',
        share: 'double precision?',
      })
      expect(made.datasets[0]!.census).toEqual({
        isSample: false,
        rows: 3,
        facts: {
          amount: { 'whole-digits': '2', 'fraction-digits': '0' },
          price: { 'whole-digits': '2', 'fraction-digits': '2' },
          kept: { 'whole-digits': '1', 'fraction-digits': '4' },
        },
      })
      const shortly = await plan({ pipeline: { ...ends, mapping: { version: 1, columns: short } } })
      expect(typesOf(shortly)).toMatchObject({ points: 'smallint?', amount: 'numeric(20,4)?' })
      for (const census of ['sample', 'off'] as const) {
        expect(typesOf(await plan({ pipeline, flags: { census } }))).toMatchObject({
          amount: 'numeric(20,4)?',
          price: 'numeric(20,4)?',
        })
      }
      await move.source
        .query(`INSERT INTO t VALUES (4, 12.0001, 1, 1, 1, 1), (5, 1, 1, 1.125, 1, 1), (6, 1, 1, 100, 1, 1),
        (7, 1, 0.5, 1, 1, 1), (8, 9999999999999999, 40000, -99.99, 2.5, 1)`)
      const summary = await run({ pipeline, plan: structuredClone(made) })
      expect(summary.validation?.status).toBe('equal')
      expect(summary.datasets[0]).toMatchObject({ read: 8, written: 5, rejected: 3, losses: [] })
      expect(await move.texts('t', 'id || $$ $$ || amount || $$ $$ || price')).toEqual([
        '1 12 9.50',
        '2 -7 0.00',
        null,
        '7 1 1.00',
        '8 9999999999999999 -99.99',
      ])
      await move.target.query('DROP TABLE t; DROP SCHEMA _transload CASCADE')
      const again = await run({
        pipeline: { ...ends, mapping: { version: 1, columns: short } },
        plan: structuredClone(shortly),
      })
      expect(again.datasets[0]).toMatchObject({ read: 8, written: 6, rejected: 2 })
      expect(await move.texts('t', 'id')).toEqual(['1', '2', '3', '4', '5', '6'])
    })

    it('narrows decimals of keys that refer to each other alike', async () => {
      await using move = await Move.between(engine)
      await move.source
        .query(`CREATE TABLE p (id decimal(20,4) PRIMARY KEY); CREATE TABLE c (id decimal(20,4) PRIMARY KEY, p decimal(20,4),
          CONSTRAINT mine FOREIGN KEY (p) REFERENCES p (id));
        INSERT INTO p VALUES (1), (-2), (1000000); INSERT INTO c VALUES (0.5, 1), (2, 1000000), (-3, NULL)`)
      const whole = { type: 'int(64)', when: { 'fraction-digits': '= 0', 'whole-digits': '<= 18' } }
      const pipeline = {
        ...pipelineBetween(move.source.url, move.target.url),
        mapping: { version: 1, types: { 'decimal(20,4)': whole } },
      }
      const made = await plan({ pipeline })
      expect([typesOf(made, 'p'), typesOf(made, 'c')]).toEqual([
        { id: 'bigint' },
        { id: 'numeric(20,4)', p: 'bigint?' },
      ])
      await move.source.query('INSERT INTO p VALUES (1.5); INSERT INTO c VALUES (7, 1.5)')
      const again = await plan({ pipeline })
      expect([typesOf(again, 'p'), typesOf(again, 'c')]).toEqual([
        { id: 'numeric(20,4)' },
        { id: 'numeric(20,4)', p: 'numeric(20,4)?' },
      ])
      const summary = await run({ pipeline, plan: structuredClone(made) })
      expect(summary.validation?.status).toBe('equal')
      const counts = summary.datasets.map(({ from, written, rejected }) => `${from} ${written} ${rejected}`)
      expect(counts.toSorted()).toEqual(['c 3 1', 'p 3 1'])
      expect(await move.texts('c', "id || ' ' || p")).toEqual([null, '0.5000 1', '2.0000 1000000'])
    })

    it('looks at both ends of a large table, and at each row once', async () => {
      await using move = await Move.between(engine)
      await move.source.query(`CREATE TABLE t (id int PRIMARY KEY, d datetime) STATS_SAMPLE_PAGES = 1000;
        SET sql_mode = 'ALLOW_INVALID_DATES';
        CREATE TABLE digits (d int); INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
        INSERT INTO t SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d, IF(a.d + b.d + c.d + e.d + f.d IN (0, 45), '0000-00-00', NULL)
          FROM digits a, digits b, digits c, digits e, digits f;
        ANALYZE TABLE t`)
      const pipeline = { ...pipelineBetween(move.source.url, move.target.url), only: ['t'] }
      const { datasets } = await plan({ pipeline, flags: { census: 'sample' } })
      expect(datasets[0]!.census).toEqual({ isSample: true, rows: 20_000, facts: { d: { 'zero-dates': '2' } } })
    })

    it('warns of rows whose parent is not there', async () => {
      await using move = await Move.between(engine)
      await move.source.query(`CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE c (id int PRIMARY KEY, p_id int, q_id int, CONSTRAINT mine FOREIGN KEY (p_id) REFERENCES p (id),
          CONSTRAINT fine FOREIGN KEY (q_id) REFERENCES p (id));
        INSERT INTO p VALUES (1); SET foreign_key_checks = 0; INSERT INTO c VALUES (1, 1, 1), (2, 2, 1), (3, NULL, NULL), (4, 3, 1)`)
      const pipeline = pipelineBetween(move.source.url, move.target.url)
      const orphans = async (census: 'full' | 'off'): Promise<readonly string[]> => {
        const { warnings } = await plan({ pipeline, flags: { census } })
        return warnings.filter(({ code }) => code === 'orphans').map(({ message }) => message)
      }
      expect(await orphans('full')).toEqual([
        'c: 2 rows have no parent in p (foreign key mine): the key will stand, NOT VALID, and hold for new rows only',
      ])
      expect(await orphans('off')).toEqual([])
    })

    it('warns of rows whose parent only the source finds, by its collation', async () => {
      await using move = await Move.between(engine)
      await move.source
        .query(`CREATE TABLE p (code varchar(20) COLLATE utf8mb4_general_ci, part int, PRIMARY KEY (code, part));
        CREATE TABLE c (id int PRIMARY KEY, p_code varchar(20) COLLATE utf8mb4_general_ci, p_part int,
          CONSTRAINT mine FOREIGN KEY (p_code, p_part) REFERENCES p (code, part));
        INSERT INTO p VALUES ('ABC', 1), ('x', 1), ('e', 1), ('same', 1);
        SET foreign_key_checks = 0;
        INSERT INTO c VALUES (1, 'abc', 1), (2, 'x ', 1), (3, 'é', 1), (4, 'same', 1), (5, NULL, 1), (6, 'none', 1), (7, 'ABC', 2), (8, 'aBC', 1)`)
      await move.target.query('CREATE EXTENSION citext')
      const ends = pipelineBetween(move.source.url, move.target.url)
      const orphans = async (mapping: Record<string, unknown>, census: 'full' | 'off' = 'full'): Promise<string[]> => {
        const { warnings } = await plan({
          pipeline: { ...ends, mapping: { version: 1, ...mapping } },
          flags: { census },
        })
        return warnings.filter(({ code }) => code.startsWith('orphans')).map(({ message }) => message)
      }
      const own =
        'c: 2 rows have no parent in p (foreign key mine): the key will stand, NOT VALID, and hold for new rows only'
      const found = (count: number): string =>
        `c: ${count} rows find their parent in p only as utf8mb4_general_ci of the source compares (foreign key mine), and ` +
        'will be orphans in the target: the key will stand, NOT VALID, and hold for new rows only; spell the keys alike' +
        (count === 4 ? ', or choose citext, where it is case alone' : '')
      expect(await orphans({})).toEqual([own, found(4)])
      const folded = { columns: { '*.*code': 'public.citext' } }
      expect(await orphans(folded)).toEqual([own, found(2)])
      expect(await orphans({}, 'off')).toEqual([])

      const summary = await run({ pipeline: { ...ends, mapping: { version: 1, ...folded } } })
      expect(summary.datasets.map(({ from, written }) => `${from} ${written}`).toSorted()).toEqual(['c 8', 'p 4'])
      const [relation] = await move.target
        .query(`SELECT convalidated, (SELECT count(*) FROM c WHERE p_code IS NOT NULL AND NOT EXISTS
        (SELECT FROM p WHERE p.code = c.p_code AND p.part = c.p_part)) AS lost FROM pg_constraint WHERE conname = 'mine'`)
      expect(relation).toEqual({ convalidated: false, lost: '4' })
    })

    it('says nothing of texts that are none in the target', async () => {
      await using move = await Move.between(engine)
      const upper = '00112233-4455-6677-8899-AABBCCDDEEFF'
      await move.source.query(`CREATE TABLE p (id varchar(36) COLLATE utf8mb4_general_ci PRIMARY KEY);
        CREATE TABLE c (id int PRIMARY KEY, p varchar(36) COLLATE utf8mb4_general_ci, CONSTRAINT mine FOREIGN KEY (p) REFERENCES p (id));
        INSERT INTO p VALUES ('${upper}'); INSERT INTO c VALUES (1, LOWER('${upper}'))`)
      const mapping = { version: 1, columns: { 'p.id': 'uuid', 'c.p': 'uuid' } }
      const pipeline = { ...pipelineBetween(move.source.url, move.target.url), mapping }
      const { warnings } = await plan({ pipeline })
      expect(warnings.map(({ code }) => code)).not.toContain('orphans-by-collation')
      expect((await run({ pipeline })).objects.notValidated).toEqual([])
    })

    it('warns of values of a unique key that the target does not tell apart', async () => {
      await using move = await Move.between(engine)
      await move.source
        .query(`CREATE TABLE users (id int PRIMARY KEY, email varchar(20) COLLATE utf8mb4_bin, login varchar(20) COLLATE utf8mb4_bin,
          place int, name varchar(20) COLLATE utf8mb4_general_ci, UNIQUE KEY mails (email), UNIQUE KEY logins (login, place), UNIQUE KEY names (name));
        INSERT INTO users VALUES (1, 'Ann', 'a', 1, 'a'), (2, 'ann', 'A', 2, 'b'), (3, 'ANN', 'B', 1, 'c'), (4, 'Ä', 'b', 1, 'd'), (5, 'ä', NULL, 1, NULL),
          (6, NULL, NULL, 1, NULL), (7, 'o', 'o', NULL, 'o'), (8, 'ö', 'O', NULL, 'p')`)
      await move.target.query('CREATE EXTENSION citext')
      const ends = pipelineBetween(move.source.url, move.target.url)
      const folded = {
        ...ends,
        mapping: { version: 1, columns: { 'users.*': { is: 'varchar', type: 'public.citext' } } },
      }
      const warned = async (pipeline: typeof ends, census: 'full' | 'sample' | 'off' = 'full'): Promise<string[]> => {
        const { warnings } = await plan({ pipeline, flags: { census } })
        return warnings.filter(({ code }) => code === 'case-duplicates').map(({ message }) => message)
      }
      const both = [
        'users: 3 rows differ from others in the key mails (email) by case alone, which public.citext does not mind: the key cannot be made',
        'users: 1 rows differ from others in the key logins (login, place) by case alone, which public.citext does not mind: the key cannot be made',
      ]
      expect((await warned(folded)).toSorted()).toEqual(both.toSorted())
      expect(await warned(ends)).toEqual([])
      expect(await warned(folded, 'sample')).toEqual([])
      expect(await warned(folded, 'off')).toEqual([])
      const lowered = { from: '*', columns: {}, transform: [{ clean: { columns: ['email'], case: 'lower' } }] }
      expect(await warned({ ...folded, datasets: [lowered] })).toEqual([both[1]])

      const summary = await run({ pipeline: folded })
      expect(summary.objects.notValidated.map(({ name }) => name).toSorted()).toEqual([
        'public.users.logins',
        'public.users.mails',
      ])
    })

    it('warns of rows that a key of a table that is there leaves out', async () => {
      await using move = await Move.between(engine)
      await move.source
        .query(`CREATE TABLE users (id int PRIMARY KEY, email varchar(20) COLLATE utf8mb4_bin, UNIQUE KEY mails (email));
        INSERT INTO users VALUES (1, 'Ann'), (2, 'ann')`)
      await move.target.query('CREATE EXTENSION citext; CREATE TABLE users (id int PRIMARY KEY, email citext UNIQUE)')
      const pipeline = { ...pipelineBetween(move.source.url, move.target.url), mode: 'append' as const }
      const { warnings } = await plan({ pipeline })
      expect(warnings).toContainEqual({
        code: 'case-duplicates',
        message:
          'users: 1 rows differ from others in the key mails (email) by case alone, which public.citext does not mind: where ' +
          'the table has such a key, they are rejected',
      })
      expect((await run({ pipeline })).datasets[0]).toMatchObject({ written: 1, rejected: 1 })
    })
  })
}

describeEngines(['postgres15'], 'the census of a dump', () => {
  it('warns of rows and keys as that of a server does', async () => {
    await using target = await createDatabase(engineUrl('postgres15'), 'census')
    await target.query('CREATE EXTENSION citext')
    await using file =
      await dumpOnDisk(`${dumpStart}CREATE TABLE c (id int PRIMARY KEY, p varchar(9) COLLATE utf8mb4_general_ci, n int,
        CONSTRAINT mine FOREIGN KEY (p) REFERENCES p (code), CONSTRAINT numbers FOREIGN KEY (n) REFERENCES p (n));
      INSERT INTO c VALUES (1,'A',1),(2,'a',2),(3,'none',NULL),(4,'A',7);
      CREATE TABLE p (code varchar(9) COLLATE utf8mb4_general_ci PRIMARY KEY, n int, UNIQUE KEY n (n));INSERT INTO p VALUES ('A',1),('b',2);
      CREATE TABLE u (id int PRIMARY KEY, mail varchar(9) COLLATE utf8mb4_bin, price decimal(12,2), UNIQUE KEY mails (mail));
      INSERT INTO u VALUES (1,'x',1.00),(2,'X',2.00);`)
    const mapping = {
      version: 1,
      columns: { 'u.mail': 'public.citext', 'u.price': { type: 'bigint', when: { 'fraction-digits': '= 0' } } },
    }
    const pipeline = { ...pipelineBetween(file.url, target.url), mapping }
    const made = await plan({ pipeline })
    expect(typesOf(made, 'u')).toMatchObject({ mail: 'public.citext?', price: 'bigint?' })
    const stays = 'the key will stand, NOT VALID, and hold for new rows only'
    const rows = made.warnings.filter(({ code }) => code.startsWith('orphans') || code === 'case-duplicates')
    expect(rows.map(({ message }) => message)).toEqual([
      `c: 1 row has no parent in p (foreign key mine): ${stays}`,
      `c: 1 row finds its parent in p only as utf8mb4_general_ci of the source compares (foreign key mine), and will be ` +
        `orphans in the target: ${stays}; spell the keys alike, or choose citext, where it is case alone`,
      `c: 1 row has no parent in p (foreign key numbers): ${stays}`,
      'u: 1 rows differ from others in the key mails (mail) by case alone, which public.citext does not mind: the key cannot be made',
    ])
    for (const census of ['sample', 'off'] as const) {
      const { warnings } = await plan({ pipeline, flags: { census } })
      expect(warnings.filter(({ code }) => code.startsWith('orphans') || code === 'case-duplicates')).toEqual([])
    }
  })
})
