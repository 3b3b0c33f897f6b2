import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { defaultFlags, type Pipeline, run, validate, type ValidationSummary } from '../../src/index.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { fillSql, type Plant, plants, rowCount, sourceSql } from './plants.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fix-plan-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** The statements that a validation writes, and what it finds. */
async function fixPlan(pipeline: Pipeline): Promise<{ readonly sql: string; readonly summary: ValidationSummary }> {
  const path = join(folder, 'plan.sql')
  const { summary } = await validate({ pipeline, fixPlan: path })
  return { sql: await readFile(path, 'utf8'), summary }
}

async function statusOf(pipeline: Pipeline): Promise<ValidationSummary['status']> {
  return (await validate({ pipeline })).summary.status
}

/** No two plants of a round are of one column, and those that move whole rows come last. */
function roundsOf(all: readonly Plant[]): Plant[][] {
  const rounds: Plant[][] = []
  const counts = new Map<string, number>()
  for (const plant of all) {
    const of = `${plant.table ?? 'things'}.${plant.column ?? ''}`
    const round = counts.get(of) ?? 0
    counts.set(of, round + 1)
    rounds[round] ??= []
    rounds[round].push(plant)
  }
  return rounds.map((round) =>
    round.toSorted((one, other) => Number(one.column === undefined) - Number(other.column === undefined)),
  )
}

function repairPair(from: EngineName, to: EngineName): void {
  describeEngines([from, to], `a fix plan for ${to} after ${from}`, () => {
    let source: TestDatabase
    let target: TestDatabase
    let pipeline: Pipeline
    beforeAll(async () => {
      source = await createDatabase(engineUrl(from), 'fix')
      target = await createDatabase(engineUrl(to), 'fix')
      for (const statement of `${sourceSql};${fillSql(rowCount)}`.split(/;\s*\n/)) await source.query(statement)
      pipeline = pipelineBetween(source.url, target.url)
      const summary = await run({ pipeline, flags: { ...defaultFlags, laneCount: 2 } })
      expect(summary.error).toBeUndefined()
    })
    afterAll(async () => {
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    })

    const rounds = roundsOf(plants.filter(({ needs }) => needs === undefined || from === 'mariadb'))
    it.each(rounds.map((round, place) => ({ round, place })))(
      'makes all that was planted equal again, round $place',
      async ({ round }) => {
        for (const { sql } of round) await target.query(sql)
        const { sql, summary } = await fixPlan(pipeline)
        expect(summary.status).toBe('different')
        expect(sql).toContain(', 0 by hand')
        await target.query(sql)
        expect(await statusOf(pipeline)).toBe('equal')
        await target.query(sql)
        expect(await statusOf(pipeline)).toBe('equal')
      },
    )

    it('does nothing to rows that have changed since', async () => {
      await target.query(`UPDATE things SET txt = 'wrong', chr = 'wrong' WHERE id IN (1, 2);
        UPDATE things SET note = 'wrong' WHERE id = 3; DELETE FROM things WHERE id IN (11, 12);
        INSERT INTO things (id, txt) VALUES (5001, 'more'), (5002, 'more'), (5003, NULL)`)
      const { sql } = await fixPlan(pipeline)
      await target.query(`UPDATE things SET chr = 'meanwhile' WHERE id = 2; INSERT INTO things (id, txt) VALUES (12, 'meanwhile');
        UPDATE things SET txt = 'meanwhile' WHERE id = 5002; UPDATE things SET big = 1 WHERE id = 5003`)
      await target.query(sql)
      const rows = await target.query(
        'SELECT id, txt, trim(chr) AS chr FROM things WHERE id IN (1, 2, 3, 11, 12) OR id > 5000 ORDER BY id',
      )
      expect(rows).toEqual([
        { id: 1, txt: 'Text 1 é 漢字 😀', chr: 'c1' },
        { id: 2, txt: 'wrong', chr: 'meanwhile' },
        { id: 3, txt: 'Text 3 é 漢字 😀', chr: 'c3' },
        { id: 11, txt: 'Text 11 é 漢字 😀', chr: 'c11' },
        { id: 12, txt: 'meanwhile', chr: null },
        { id: 5002, txt: 'meanwhile', chr: null },
        { id: 5003, txt: null, chr: null },
      ])
      await target.query((await fixPlan(pipeline)).sql)
      expect(await statusOf(pipeline)).toBe('equal')
    })
  })
}

repairPair('mysql9', 'postgres15')
repairPair('mysql9', 'embedded18')
repairPair('mariadb', 'postgres15')
repairPair('mariadb', 'embedded18')

/** A pair of databases made by hand. */
async function handMade(
  here: string,
  there: string,
): Promise<
  {
    readonly target: TestDatabase
    readonly pipeline: Pipeline
  } & AsyncDisposable
> {
  await using made = new AsyncDisposableStack()
  const source = made.use(await createDatabase(engineUrl('mysql9'), 'fix'))
  const target = made.use(await createDatabase(engineUrl('postgres15'), 'fix'))
  await source.query(here)
  await target.query(there)
  const owned = made.move()
  return {
    target,
    pipeline: pipelineBetween(source.url, target.url),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Differences of contents that are left. */
function leftIn({ datasets }: ValidationSummary): unknown[] {
  return datasets.flatMap(({ from, reasons = [] }) => reasons.map(({ reason, column }) => [from, column, reason]))
}

describeEngines(['mysql9', 'postgres15'], 'a fix plan', () => {
  it('knows every type, and what stands in a text', async () => {
    const columns =
      'id int PRIMARY KEY, u binary(16), i varchar(40), v vector(3), t text, f float, d date, b bit(8), e enum("x","it\'s")'
    await using made = await handMade(
      `CREATE TABLE t (${columns});
       INSERT INTO t VALUES (1, UNHEX('00112233445566778899AABBCCDDEEFF'), '10.0.0.1', STRING_TO_VECTOR('[1,-0.5,3e10]'),
         'it''s \\\\ "$x$ %s ; -- \\n :x 😀 \u202e\u001b[2J\u{e0041}\r', 0.1, '2024-02-29', b'10100001', 'it''s'),
       (2, UNHEX('00112233445566778899AABBCCDDEEFF'), 'fe80::1', STRING_TO_VECTOR('[1,2,3]'), '\\\\', -1e-10, NULL, b'0', 'x'), (3, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL)`,
      `CREATE TYPE kind AS ENUM ('x', 'it''s'); CREATE DOMAIN short AS text;
       CREATE TABLE t (id int PRIMARY KEY, u uuid, i inet, v real[], t short, f real, d date, b bit(8), e kind);
       INSERT INTO t VALUES (1, '11112233-4455-6677-8899-aabbccddeeff', '10.0.0.0/8', '{1,NULL}', 'it''s \\', 0.2, '0044-03-15 BC', B'00000000', 'x'),
         (3, NULL, '::1', '{{1,2}}', NULL, 'NaN', 'infinity', NULL, NULL), (4, NULL, NULL, '{}', E'a\\\\\\'b', '-0', NULL, NULL, 'it''s')`,
    )
    const { sql } = await fixPlan(made.pipeline)
    expect(sql).not.toMatch(/[\u001b\u202e\r]/)
    await made.target.query('ALTER DATABASE ' + made.target.name + " SET DateStyle = 'SQL, DMY'")
    await made.target.query(
      `SET TimeZone = 'Asia/Kathmandu'; SET extra_float_digits = -15; SET bytea_output = 'escape'; ${sql}`,
    )
    expect(leftIn((await validate({ pipeline: made.pipeline })).summary)).toEqual([])
  })

  it('writes what is generated, counted or of several columns', async () => {
    await using made = await handMade(
      `CREATE TABLE t (a varchar(9) COLLATE utf8mb4_bin, b int, v int, g int GENERATED ALWAYS AS (v + 1) STORED, PRIMARY KEY (a, b));
       INSERT INTO t (a, b, v) VALUES ('x', 1, 1), ('X', 1, 2), ('y', 2, NULL);
       CREATE TABLE n (id int PRIMARY KEY AUTO_INCREMENT, v int); INSERT INTO n VALUES (7, 1), (9, 3)`,
      `CREATE TABLE t (a varchar(9), b int, v int, g int GENERATED ALWAYS AS (v + 1) STORED, PRIMARY KEY (a, b));
       INSERT INTO t (a, b, v) VALUES ('x', 1, 2), ('X', 2, 2);
       CREATE TABLE n (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int);
       INSERT INTO n OVERRIDING SYSTEM VALUE VALUES (9, 4), (10, 1)`,
    )
    const { sql } = await fixPlan(made.pipeline)
    await made.target.query(sql)
    expect(leftIn((await validate({ pipeline: made.pipeline })).summary)).toEqual([])
    expect(await made.target.query('SELECT id, v FROM n ORDER BY id')).toEqual([
      { id: 7, v: 1 },
      { id: 9, v: 3 },
    ])
  })

  it('touches no row of another dataset in a table that several are merged in', async () => {
    await using made = await handMade(
      `CREATE TABLE a (id int PRIMARY KEY, v varchar(9)); INSERT INTO a VALUES (1, 'b'), (2, 'b');
       CREATE TABLE c (id int PRIMARY KEY, v varchar(9)); INSERT INTO c VALUES (1, 'x'), (2, 'y'), (3, 'z')`,
      `CREATE TABLE t (kind text, id int, v varchar(9));
       INSERT INTO t VALUES ('a', 1, 'x'), ('c', 1, 'x'), ('c', 2, 'b'), ('a', 4, 'z'), ('c', 4, 'z'), ('a', 4, 'z')`,
    )
    const datasets = ['a', 'c'].map((from) => {
      return { from, to: 't', columns: {}, discriminator: { column: 'kind', inKey: true } }
    })
    const pipeline = { ...made.pipeline, datasets }
    const { sql } = await fixPlan(pipeline)
    await made.target.query(`UPDATE t SET v = 'y' WHERE kind = 'c' AND id = 2`)
    await made.target.query(sql)
    await made.target.query(sql)
    expect(leftIn((await validate({ pipeline })).summary)).toEqual([])
  })

  it('takes no value for another, whatever a collation says', async () => {
    await using made = await handMade(
      "CREATE TABLE t (id int PRIMARY KEY, v varchar(9)); INSERT INTO t VALUES (1, 'b'), (2, 'b')",
      `CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
       CREATE TABLE t (id int PRIMARY KEY, v varchar(9) COLLATE ci); INSERT INTO t VALUES (1, 'AA'), (2, 'AA')`,
    )
    const { sql } = await fixPlan(made.pipeline)
    await made.target.query("UPDATE t SET v = 'aa' WHERE id = 2")
    await made.target.query(sql)
    expect(await made.target.query('SELECT id, v FROM t ORDER BY id')).toEqual([
      { id: 1, v: 'b' },
      { id: 2, v: 'aa' },
    ])
  })

  it('keeps as many rows as there are to be, where nothing tells them apart', async () => {
    await using made = await handMade(
      `CREATE TABLE loose (a int, b json, c decimal(9,2));
       INSERT INTO loose VALUES (1, '[1]', 1.5), (1, '[1]', 1.5), (1, '[1]', 1.5), (2, NULL, NULL), (3, '{"a": 1}', 2);
       CREATE TABLE keyed (id int PRIMARY KEY, v int); INSERT INTO keyed VALUES (1, 1), (2, 2), (3, 3)`,
      `CREATE TABLE loose (a int, b json, c numeric);
       INSERT INTO loose VALUES (1, '[1]', 1.50), (2, NULL, NULL), (2, NULL, NULL), (2, NULL, NULL), (4, '"\\u0000"', 1), (4, '"\\u0000"', 1);
       CREATE TABLE keyed (id int NOT NULL, v int);
       INSERT INTO keyed VALUES (1, 1), (1, 1), (2, 5), (4, 4), (4, 4)`,
    )
    const { sql } = await fixPlan(made.pipeline)
    for (let round = 0; round < 2; round++) {
      await made.target.query(sql)
      expect(leftIn((await validate({ pipeline: made.pipeline })).summary)).toEqual([])
    }
  })

  it('goes by foreign keys, and never takes along what refers to a row', async () => {
    await using made = await handMade(
      `CREATE TABLE a_child (id int PRIMARY KEY, parent int NOT NULL);
       CREATE TABLE b_parent (id int PRIMARY KEY, code int UNIQUE);
       INSERT INTO b_parent VALUES (1, 10), (2, 20), (3, 30); INSERT INTO a_child VALUES (1, 1), (2, 2), (3, 3)`,
      `CREATE TABLE b_parent (id int PRIMARY KEY, code int UNIQUE);
       CREATE TABLE a_child (id int PRIMARY KEY, parent int NOT NULL REFERENCES b_parent ON DELETE CASCADE);
       CREATE TABLE own (id int PRIMARY KEY, parent int NOT NULL REFERENCES b_parent ON DELETE CASCADE);
       INSERT INTO b_parent VALUES (1, 10), (9, 90), (8, 30), (7, 70);
       INSERT INTO a_child VALUES (1, 1), (2, 9), (4, 7); INSERT INTO own VALUES (1, 1)`,
    )
    const { sql } = await fixPlan(made.pipeline)
    await made.target.query(sql)
    expect(leftIn((await validate({ pipeline: made.pipeline })).summary)).toEqual([])
    expect(await made.target.query('SELECT id FROM own')).toEqual([{ id: 1 }])
  })

  it('is of any name, in parts, and of rows that refer to each other', async () => {
    await using made = await handMade(
      `CREATE TABLE \`T "t" ; --\` (\`t\` int PRIMARY KEY, \`R's\` int, \`select\` varchar(9));
       INSERT INTO \`T "t" ; --\` VALUES (1, 1, 'a'), (2, 2, 'b');
       CREATE TABLE parts (a int, b int); INSERT INTO parts VALUES (1, 1), (5, 5), (5, 5), (15, NULL);
       CREATE TABLE tree (id int PRIMARY KEY, parent int); INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2)`,
      `CREATE TABLE "T ""t"" ; --" ("t" int PRIMARY KEY, "R's" int, "select" text);
       INSERT INTO "T ""t"" ; --" VALUES (1, 7, NULL), (3, 3, '');
       CREATE TABLE parts (a int, b int) PARTITION BY RANGE (a);
       CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
       CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
       INSERT INTO parts VALUES (1, 1), (1, 1), (5, 5), (11, 1), (15, 15), (15, 15);
       CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree);
       INSERT INTO tree VALUES (1, NULL), (9, 1), (10, 9)`,
    )
    const { sql } = await fixPlan(made.pipeline)
    expect(sql).toContain('--   tree: where rows go that refer to each other, run this once more')
    await made.target.query(sql)
    await made.target.query(sql)
    expect(leftIn((await validate({ pipeline: made.pipeline })).summary)).toEqual([])
  })

  it('leaves the times alone that an update would set', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'fix')
    await using target = await createDatabase(engineUrl('postgres15'), 'fix')
    await source.query(`CREATE TABLE t (id int PRIMARY KEY, v int, at timestamp NULL ON UPDATE CURRENT_TIMESTAMP);
      INSERT INTO t VALUES (1, 1, '2020-01-01')`)
    const pipeline = pipelineBetween(source.url, target.url)
    expect((await run({ pipeline })).error).toBeUndefined()
    await target.query("UPDATE t SET v = 2, at = '2020-01-01Z'; UPDATE t SET v = 3")
    const [before] = await target.query("SELECT at > '2021-01-01' AS moved FROM t")
    expect(before).toEqual({ moved: true })
    await target.query((await fixPlan(pipeline)).sql)
    expect(await statusOf(pipeline)).toBe('equal')
  })

  it('says what is to be done by hand, and does the rest', async () => {
    await using made = await handMade(
      `CREATE TABLE t (id int PRIMARY KEY, s varchar(9), n decimal(9,3), f tinyint(1), v int);
       INSERT INTO t VALUES (1, 'too long', 1.234, 2, 1), (2, 'ok', 1.2, 1, 2);
       CREATE TABLE must (id int PRIMARY KEY, v int); INSERT INTO must VALUES (1, 1), (2, 2);
       CREATE TABLE gone (id int PRIMARY KEY)`,
      `CREATE TABLE t (id int PRIMARY KEY, s varchar(3), n numeric(9,1), f boolean, v int);
       INSERT INTO t VALUES (1, 'too', 1.2, true, 5), (2, 'ok', 1.2, false, 5);
       CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
       CREATE TRIGGER watcher BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION nothing();
       CREATE TABLE must (id int PRIMARY KEY, v int, needed int NOT NULL); INSERT INTO must VALUES (2, 3, 1)`,
    )
    const { sql } = await fixPlan(made.pipeline)
    expect(sql).toContain('--   t to public.t: 0 inserts, 2 updates, 0 deletes, 1 by hand')
    expect(sql).toContain('--   must to public.must: 0 inserts, 1 update, 0 deletes, 1 by hand')
    expect(sql).toContain('-- by hand: update public.t id=1: s (character varying(3)) cannot hold too long')
    expect(sql).toContain('-- by hand: update public.t id=1: n (numeric(9,1)) cannot hold 1.234')
    expect(sql).toContain('-- by hand: update public.t id=1: f (boolean) cannot hold 2')
    expect(sql).toContain(
      '-- by hand: insert public.must id=1: needed was not compared, may not be NULL and has no default',
    )
    expect(sql).toContain('--   t: its triggers fire, under an empty search_path: watcher')
    expect(sql).toContain('--   gone: the target has no table public.gone')
    await made.target.query(sql)
    expect(await made.target.query('SELECT id, s, n, f, v FROM t ORDER BY id')).toEqual([
      { id: 1, s: 'too', n: '1.2', f: true, v: 1 },
      { id: 2, s: 'ok', n: '1.2', f: true, v: 2 },
    ])
  })

  it('writes no value that may have been read in part', async () => {
    await using made = await handMade(
      `CREATE TABLE t (id int PRIMARY KEY, s varchar(9) CHARACTER SET ucs2, v int);
       INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, NULL, 3)`,
      "CREATE TABLE t (id int PRIMARY KEY, s text, v int); INSERT INTO t VALUES (1, 'c', 2)",
    )
    const { sql } = await fixPlan(made.pipeline)
    expect(sql).toContain('-- by hand: update public.t id=1: s: characters of ucs2 that')
    expect(sql).toContain('-- by hand: insert public.t id=2: s: characters of ucs2 that')
    await made.target.query(sql)
    expect(await made.target.query('SELECT id, s, v FROM t ORDER BY id')).toEqual([
      { id: 1, s: 'c', v: 1 },
      { id: 3, s: null, v: 3 },
    ])
  })

  it('is its owner’s alone, takes the place of another, and says what is not whole', async () => {
    await using made = await handMade(
      'CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3), (4)',
      'CREATE TABLE t (id int PRIMARY KEY)',
    )
    const path = join(folder, 'own.sql')
    const first = await validate({ pipeline: made.pipeline, fixPlan: path, maxDifferences: 2 })
    expect(first.summary.status).toBe('different')
    const sql = await readFile(path, 'utf8')
    expect(sql).toContain('-- 2 inserts, 0 updates, 0 deletes, 0 by hand')
    expect(sql).toContain('--   t: incomplete, more differences were not looked for')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await made.target.query('INSERT INTO t VALUES (1), (2), (3), (4)')
    await validate({ pipeline: made.pipeline, fixPlan: path })
    expect(await readFile(path, 'utf8')).toContain('-- 0 inserts, 0 updates, 0 deletes, 0 by hand')
  })

  it('is refused where it cannot be written, or would say what is hidden', async () => {
    await using made = await handMade('CREATE TABLE t (id int PRIMARY KEY)', 'CREATE TABLE t (id int PRIMARY KEY)')
    const { pipeline } = made
    const fixPlan = join(folder, 'refused.sql')
    const masked = { ...pipeline, validate: { ...pipeline.validate, mask: ['t.id'] } }
    await expect(validate({ pipeline: masked, fixPlan })).rejects.toThrow(
      '--fix-plan writes values, and a mask hides those of t.id',
    )
    await expect(validate({ pipeline, fixPlan, mode: 'counts' })).rejects.toThrow('--mode counts does not tell')
    await expect(validate({ pipeline, fixPlan: folder })).rejects.toThrow('is a directory')
    await expect(validate({ pipeline, fixPlan: join(folder, 'no', 'such') })).rejects.toThrow('--fix-plan: ENOENT')
  })
})
