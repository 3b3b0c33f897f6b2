import { afterAll, beforeAll, expect, it } from 'vitest'
import { homeDirectory } from '../support/cli-world.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { runInHome } from '../support/run-in-home.ts'

/** Types, and their values at the edges, as SQL writes them. */
const columns: readonly (readonly [type: string, values: readonly string[]])[] = [
  ['boolean', ['true', 'false']],
  ['smallint', ['-32768', '32767']],
  ['integer', ['-2147483648', '2147483647']],
  ['bigint', ['-9223372036854775808', '9223372036854775807']],
  ['numeric', ["'NaN'", "'-Infinity'", '1e300', '0.00001000', '123456789012345678901234567890.123456789', '-0.10']],
  ['numeric(10,2)', ['12345678.90', '-0.01', "'NaN'"]],
  ['real', ["'NaN'", "'Infinity'", "'-0'", "'1e-45'", '3.4028235e38', '0.1']],
  ['double precision', ["'NaN'", "'-Infinity'", "'-0'", '5e-324', '1.7976931348623157e308', '0.1']],
  ['text', ["''", "'é 日本 😀'", "repeat('x', 9000000)", "E'a\\r\\n\\t\\\\'"]],
  ['varchar(10)', ["'abc  '", "'日本語'"]],
  ['char(5)', ["'ab'", "''", "'ab c '"]],
  ['bpchar', ["'x   '", "'x'"]],
  ['name', ["'nm'"]],
  ['bytea', ["'\\x'", "'\\x00ff'", "decode(repeat('00ff', 3000000), 'hex')"]],
  ['date', ["'0044-03-15 BC'", "'4713-01-01 BC'", "'infinity'", "'-infinity'", "'5874897-12-31'", "'2024-02-29'"]],
  ['time', ["'24:00'", "'00:00:00.000001'"]],
  ['time(3)', ["'12:34:56.789'"]],
  ['timetz', ["'12:00:00+02'", "'23:59:59.999999-08:30'"]],
  ['timestamp', ["'infinity'", "'-infinity'", "'0001-12-31 23:59:59.5 BC'", "'294276-12-31 23:59:59.999999'"]],
  ['timestamp(0)', ["'1999-12-31 23:59:59'"]],
  ['timestamptz', ["'4713-01-01 00:00:00+00 BC'", "'2024-03-31 02:30:00.123456+02'", "'infinity'"]],
  [
    'interval',
    ["'1 year 2 mons -3 days 04:05:06.000007'", "'-838:59:59'", "'178000000 years'", "'-00:00:00.5'", "'0'"],
  ],
  ['uuid', ["'00112233-4455-6677-8899-aabbccddeeff'"]],
  ['mood', ["'sad'", "'it''s'"]],
  ['email', ["'a@b'"]],
  ['bit(4)', ["B'0101'"]],
  ['varbit(9)', ["B'101'", "B''"]],
  ['json', [`'{"a": 1, "a": 1e2}'`, "'null'"]],
  ['jsonb', [`'{"b":[1,2.50],"a":null}'`, `'"\\u00e9"'`]],
  ['inet', ["'192.168.0.1/24'", "'::ffff:1.2.3.4'", "'2001:db8::ff00:42:8329'"]],
  ['cidr', ["'10.0.0.0/8'", "'::/0'"]],
  ['macaddr', ["'08:00:2b:01:02:03'"]],
  ['integer[]', ["'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'[2:3]={7,8}'", "'{}'"]],
  ['text[]', [`'{a,"b,c",NULL,""}'`, "'{}'"]],
  ['numeric(10,2)[]', ["'{1.50,NaN}'"]],
  ['timestamptz[]', ["'{2024-01-01 00:00:00+00,infinity}'"]],
  ['bytea[]', [`'{"\\\\x00ff"}'`]],
  ['point', ["'(1e300,-0)'"]],
  ['tsvector', ["'a fat cat'", "''"]],
  ['int4range', ["'[1,5)'", "'empty'", "'(,3)'"]],
  ['xml', ["'<a/>'"]],
]

/** One table per type, each with every value and a NULL. */
function seedSql(): string {
  const tables = columns.map(([type, values], i) => {
    const rows = [...values, 'NULL'].map((value, id) => `(${id}, ${value})`)
    return `CREATE TABLE t${i} (id int PRIMARY KEY, v ${type}); INSERT INTO t${i} VALUES ${rows.join(', ')}`
  })
  return [
    `CREATE TYPE mood AS ENUM ('sad', 'it''s', 'happy'); CREATE DOMAIN email AS varchar(80) CHECK (value LIKE '%@%')`,
    ...tables,
  ].join('; ')
}

/** The bytes that the server itself sends of each value, and its text. */
async function valuesIn(database: TestDatabase): Promise<unknown[]> {
  const all: unknown[] = []
  for (const i of columns.keys()) {
    const sql = `SELECT id, octet_length(v::text) AS length, md5(v::text) AS digest, format('%s', left(v::text, 100)) AS shown FROM t${i} ORDER BY id`
    all.push({ type: columns[i]?.[0], rows: await database.query(sql) })
  }
  return all
}

for (const engine of ['postgres15', 'embedded18'] as const satisfies readonly EngineName[]) {
  describeEngines([engine], `every type of ${engine}, there and back`, () => {
    let from: TestDatabase
    let to: TestDatabase
    let back: TestDatabase
    beforeAll(async () => {
      from = await createDatabase(engineUrl(engine), 'from')
      to = await createDatabase(engineUrl(engine), 'to')
      back = await createDatabase(engineUrl(engine), 'back')
      await from.query(seedSql())
    })
    afterAll(async () => {
      for (const database of [from, to, back]) await database[Symbol.asyncDispose]()
    })

    it('is what it was, by what the server says and by what transload does', { timeout: 180_000 }, async () => {
      await using home = await homeDirectory()
      const there = await runInHome(home.path, 'run', '--source', from.url, '--target', to.url, '--yes')
      expect(there.output).toContain('Done: source and target are equal in every column that was compared')
      expect(there.output).not.toContain('was not compared')
      expect(await valuesIn(to)).toEqual(await valuesIn(from))
      const again = await runInHome(home.path, 'run', '--source', to.url, '--target', back.url, '--yes')
      expect(again.output).toContain('Done: source and target are equal in every column that was compared')
      expect(await valuesIn(back)).toEqual(await valuesIn(from))
      const types = await Promise.all(
        [from, back].map((database) =>
          database.query(`SELECT table_name, udt_name, character_maximum_length, numeric_precision, numeric_scale
            FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'v'
              AND table_name <> 't${columns.findIndex(([type]) => type === 'name')}' AND data_type <> 'USER-DEFINED' ORDER BY table_name`),
        ),
      )
      expect(types[1]).toEqual(types[0])
    })
  })
}
