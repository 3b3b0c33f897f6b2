import { expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { validate, type ValidationSummary } from '../../src/index.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

/** One table `t` at each end, made by hand, and what a validation says of it. */
interface Case {
  readonly name: string
  /** Columns behind `id int PRIMARY KEY`, and the values of one row. */
  readonly source: readonly [columns: string, values: string]
  readonly target: readonly [columns: string, values: string]
  readonly status: ValidationSummary['status']
  /** Reasons and problems that are found. */
  readonly found?: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'an integer in a column of floats is not compared',
    source: ['v bigint', '1152921504606847000'],
    target: ['v double precision', '1152921504606847000'],
    status: 'unproven',
  },
  {
    name: 'a double in 32 bits has lost digits',
    source: ['v double', '0.1'],
    target: ['v real', '0.1'],
    status: 'different',
    found: ['PRECISION_REDUCED'],
  },
  {
    name: 'a float of which six digits were printed has lost the others',
    source: ['v float', '16777216'],
    target: ['v double precision', '16777200'],
    status: 'different',
    found: ['PRECISION_REDUCED'],
  },
  {
    name: 'a float of which a double holds every digit is the same',
    source: ['v float', '-4.6557427357818426e-10'],
    target: ['v double precision', '-4.6557427357818426e-10'],
    status: 'equal',
  },
  {
    name: 'a set is its members',
    source: ["v set('a','b')", "'a,b'"],
    target: ['v text[]', "'{a,b}'"],
    status: 'equal',
  },
  { name: 'no member is no member', source: ["v set('a','b')", "''"], target: ['v text[]', "'{}'"], status: 'equal' },
  {
    name: 'a NULL is no member',
    source: ["v set('a','b')", "'a'"],
    target: ['v text[]', "'{a,NULL}'"],
    status: 'different',
    found: ['VALUE'],
  },
  {
    name: 'the empty text is a member',
    source: ["v set('a','b')", "''"],
    target: ['v text[]', `'{""}'`],
    status: 'different',
    found: ['VALUE'],
  },
  {
    name: 'a comma may be in a member',
    source: ["v set('a','b')", "'a,b'"],
    target: ['v text[]', `'{"a,b"}'`],
    status: 'different',
    found: ['VALUE'],
  },
  {
    name: 'a vector is its floats',
    source: ['v vector(2)', "STRING_TO_VECTOR('[1,2]')"],
    target: ['v real[]', "'{1,2}'"],
    status: 'equal',
  },
  {
    name: 'an empty array is not NULL',
    source: ['v vector(2)', 'NULL'],
    target: ['v real[]', "'{}'"],
    status: 'different',
    found: ['NULL_VS_EMPTY'],
  },
  {
    name: 'an array of arrays is no vector',
    source: ['v vector(2)', "STRING_TO_VECTOR('[1,2]')"],
    target: ['v real[]', "'{{1,2}}'"],
    status: 'different',
    found: ['VALUE'],
  },
  {
    name: 'a label may be the empty text',
    source: ["v enum('','a')", "''"],
    target: ['v text', 'NULL'],
    status: 'different',
    found: ['NULL_VS_EMPTY'],
  },
  {
    name: 'a domain is what it is made of',
    source: ['v tinyint(1)', '1'],
    target: ['v truth', 'true'],
    status: 'equal',
  },
  {
    name: 'what nobody knows is not compared',
    source: ['v decimal(10,2)', '1.00'],
    target: ['v tsvector', "'1.00'"],
    status: 'unproven',
  },
  {
    name: 'a column of characters that cannot all be said is weak',
    source: ['v varchar(9) CHARACTER SET ucs2', "'a'"],
    target: ['v text', "'a'"],
    status: 'equal',
  },
  {
    name: 'NOT NULL is missed where nothing became NULL',
    source: ['v datetime NOT NULL', "'2024-01-02 03:04:05'"],
    target: ['v timestamp', "'2024-01-02 03:04:05'"],
    status: 'different',
    found: ['nullability v'],
  },
  {
    name: 'a default that is a day later is another',
    source: ['v datetime DEFAULT CURRENT_TIMESTAMP', 'NULL'],
    target: ["v timestamp DEFAULT now() + interval '1 day'", 'NULL'],
    status: 'different',
    found: ['default v'],
  },
  {
    name: 'a generated column has no default',
    source: ['v int DEFAULT 5', '5'],
    target: ['v int GENERATED ALWAYS AS (5) STORED', 'DEFAULT'],
    status: 'different',
    found: ['default v'],
  },
  {
    name: 'a foreign key that does something else is another',
    source: ['v int, KEY (v), FOREIGN KEY (v) REFERENCES t (id) ON DELETE CASCADE', 'NULL'],
    target: ['v int REFERENCES t (id) ON DELETE SET NULL', 'NULL); CREATE INDEX ON t (v'],
    status: 'different',
    found: ['foreign key t_ibfk_1'],
  },
]

describeEngines(['mysql9', 'postgres15'], 'tables that somebody made by hand', () => {
  it.each(cases)('$name', async ({ source: here, target: there, status, found = [] }) => {
    await using source = await createDatabase(engineUrl('mysql9'), 'hand')
    await using target = await createDatabase(engineUrl('postgres15'), 'hand')
    await source.query(`CREATE TABLE t (id int PRIMARY KEY, ${here[0]}); INSERT INTO t VALUES (1, ${here[1]})`)
    await target.query(`CREATE DOMAIN truth AS boolean; CREATE TABLE t (id int PRIMARY KEY, ${there[0]});
      INSERT INTO t VALUES (1, ${there[1]})`)
    for (const mode of ['stream', 'digest'] as const) {
      const { summary } = await validate({ pipeline: pipelineBetween(source.url, target.url), mode })
      const [dataset] = summary.datasets
      expect(summary.status).toBe(status)
      expect([
        ...(dataset?.reasons ?? []).map(({ reason }) => reason),
        ...(dataset?.schema ?? []).map(({ kind, name }) => `${kind} ${name}`),
      ]).toEqual(found)
    }
  })

  it('finds a row without a key, which lies in no range', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'hand')
    await using target = await createDatabase(engineUrl('postgres15'), 'hand')
    const rows = Array.from({ length: 500 }, (_, id) => `(${id})`).join(', ')
    await source.query(`CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES ${rows}`)
    for (let times = 0; times < 7; times++) await source.query(`INSERT INTO t SELECT id + ${500 * 2 ** times} FROM t`)
    await target.query(
      'CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(0, 63999); INSERT INTO t VALUES (NULL)',
    )
    for (const mode of ['stream', 'digest'] as const) {
      // A limit of load makes ranges small; this one is none.
      const { summary } = await validate({
        pipeline: pipelineBetween(source.url, target.url),
        mode,
        maxLoad: 1,
        checks: { schema: false },
      })
      expect(summary.status).toBe('different')
      expect(summary.datasets[0]).toMatchObject({
        sourceRows: 64_000,
        targetRows: 64_001,
        reasons: [{ reason: 'EXTRA', count: 1 }],
      })
    }
  })

  it('finds sequences that give no more, whoever owns them', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'hand')
    await using target = await createDatabase(engineUrl('postgres15'), 'hand')
    for (const name of ['a', 'b', 'c', 'd']) {
      await source.query(`CREATE TABLE ${name} (id int PRIMARY KEY AUTO_INCREMENT); INSERT INTO ${name} VALUES (1)`)
    }
    await target.query(`CREATE TABLE a (id serial PRIMARY KEY); ALTER TABLE a ALTER id DROP DEFAULT;
      CREATE TABLE b (id int GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 5) PRIMARY KEY); SELECT setval('b_id_seq', 5);
      CREATE SEQUENCE own START 9; CREATE TABLE c (id int PRIMARY KEY DEFAULT nextval('own'));
      CREATE TABLE d (id serial PRIMARY KEY); SELECT setval('d_id_seq', 1);
      INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); INSERT INTO c VALUES (1); INSERT INTO d VALUES (1)`)
    const { summary } = await validate({ pipeline: pipelineBetween(source.url, target.url) })
    expect(summary.datasets.map(({ from, schema }) => [from, schema?.map(({ problem }) => problem)])).toEqual([
      ['a', ['is not there: the column no longer counts up by itself']],
      ['b', ['has no next value: its maximum is reached']],
      ['c', []],
      ['d', []],
    ])
  })

  it('says that there is nothing to compare, rather than that it is equal', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'hand')
    await using target = await createDatabase(engineUrl('postgres15'), 'hand')
    const pipeline = pipelineBetween(source.url, target.url)
    await expect(validate({ pipeline })).rejects.toMatchObject({ code: 'TL_S205' })
  })

  it('says where tables and columns are that it does not find', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'hand')
    await using target = await createDatabase(engineUrl('postgres15'), 'hand')
    await source.query(`CREATE TABLE OddName (Id int PRIMARY KEY); CREATE TABLE other (id int PRIMARY KEY, MyCol int);
      CREATE TABLE aside (id int PRIMARY KEY); CREATE TABLE gone (id int PRIMARY KEY)`)
    await target.query(`CREATE TABLE odd_name (id int PRIMARY KEY); CREATE TABLE other (id int PRIMARY KEY, mycol int);
      CREATE SCHEMA "${source.name}"; CREATE TABLE "${source.name}".aside (id int PRIMARY KEY)`)
    const { summary, error } = await validate({ pipeline: pipelineBetween(source.url, target.url) })
    expect(error?.spec.exit).toBe(1)
    expect(summary.unpaired?.map(({ from }) => from)).toEqual(['OddName', 'aside', 'gone'])
    expect(summary.coverage).toEqual([
      'One table is there under another name, such as public.odd_name in the place of public.OddName: --names snake finds it.',
      `One table is there under another name, such as ${source.name}.aside in the place of public.aside: ?schema=${source.name} in the target’s URL finds it.`,
      'Tables that only the target has were not looked at: public.odd_name.',
      'Views, triggers, routines, grants and comments were not compared.',
      'other.MyCol was not compared: the target has no such column, but mycol: --names lower pairs them.',
      'other.mycol was not compared: the source has no such column.',
    ])
  })

  it('reads by a key whose index can be seen', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'hand')
    await using target = await createDatabase(engineUrl('postgres15'), 'hand')
    await source.query(
      'CREATE TABLE t (x int NOT NULL, y int NOT NULL, UNIQUE xy (x, y), UNIQUE xx (x) INVISIBLE); INSERT INTO t VALUES (1, 2)',
    )
    await target.query(
      'CREATE TABLE t (x int NOT NULL UNIQUE, y int NOT NULL, UNIQUE (x, y)); INSERT INTO t VALUES (1, 2)',
    )
    const { summary, error } = await validate({ pipeline: pipelineBetween(source.url, target.url) })
    expect(error).toBeUndefined()
    expect(summary.status).toBe('equal')
  })
})
