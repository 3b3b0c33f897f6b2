import { EJSON } from 'bson'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { homeDirectory } from '../support/cli-world.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { createMongoDatabase, type MongoDatabase } from '../support/mongo-database.ts'
import { runInHome } from '../support/run-in-home.ts'

const seed = `
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE kinds (id smallint PRIMARY KEY, r real, d double precision, n numeric, m numeric(10,2), c char(5), b bytea, day date,
  clock timestamp, at timestamptz(3), span interval, u uuid, feel mood, j jsonb, ip inet, a int[], t text[], bits bit(4), flag bool);
INSERT INTO kinds VALUES
 (1, 'NaN', '-Infinity', 'NaN', 12345678.90, 'ab', '\\x00ff', '0044-03-15 BC', '0001-12-31 23:59:59.5 BC', '2024-03-31 02:30:00.123+02',
  '1 year 2 mons -3 days 04:05:06.000007', '00112233-4455-6677-8899-aabbccddeeff', 'sad', '{"b": [1, 2.50, 9223372036854775807]}',
  '192.168.0.1/24', '{{1,2},{3,NULL}}', '{a,"b,c",NULL,""}', B'0101', true),
 (-32768, '0.1', '5e-324', '-Infinity', -0.01, '', '\\x', 'infinity', '-infinity', '0001-12-31 23:59:59+00 BC', '-838:59:59', NULL, NULL, 'null',
  '::ffff:1.2.3.4', '{}', NULL, NULL, false),
 (3, NULL, NULL, 1234567890123456789012345678901234567890, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE pairs (a int, b varchar(5), note text, PRIMARY KEY (a, b));
INSERT INTO pairs VALUES (1, 'x', 'one'), (1, 'y', NULL);
CREATE TABLE loose (v text);
INSERT INTO loose VALUES ('same'), ('same')`

describeEngines(['postgres15', 'mongojava'], 'PostgreSQL into MongoDB', () => {
  let from: TestDatabase
  let to: MongoDatabase
  beforeAll(async () => {
    from = await createDatabase(engineUrl('postgres15'), 'from')
    to = await createMongoDatabase(engineUrl('mongojava'), 'to')
    await from.query(seed)
  })
  afterAll(async () => {
    await from[Symbol.asyncDispose]()
    await to[Symbol.asyncDispose]()
  })

  const documents = async (collection: string): Promise<unknown[]> => {
    const found = await to.db.collection(collection).find({}, { promoteValues: false }).toArray()
    const plain = found.map((one) => JSON.parse(EJSON.stringify(one, { relaxed: false })) as { _id: unknown })
    return plain.toSorted((x, y) => (JSON.stringify(x._id) < JSON.stringify(y._id) ? -1 : 1))
  }

  it(
    'makes documents of rows, with nothing rounded, and rejects what MongoDB cannot hold',
    { timeout: 120_000 },
    async () => {
      await using home = await homeDirectory()
      const run = await runInHome(home.path, 'run', '--source', from.url, '--target', to.url, '--yes')
      expect(run.output).toMatch(/TL_D402 +2/)
      expect(run.output).not.toMatch(/differ/)
      expect(await documents('pairs')).toEqual([
        { _id: { a: { $numberInt: '1' }, b: 'x' }, note: 'one' },
        { _id: { a: { $numberInt: '1' }, b: 'y' }, note: null },
      ])
      expect((await documents('loose')).map((one) => (one as { v: unknown }).v)).toEqual(['same', 'same'])
      expect(await documents('kinds')).toEqual([
        {
          _id: { $numberInt: '-32768' },
          r: { $numberDouble: '0.10000000149011612' },
          d: { $numberDouble: '5e-324' },
          n: { $numberDecimal: '-Infinity' },
          m: { $numberDecimal: '-0.01' },
          c: '',
          b: { $binary: { base64: '', subType: '00' } },
          day: 'infinity',
          clock: '-infinity',
          at: { $date: { $numberLong: '-62135596801000' } },
          span: { months: { $numberLong: '0' }, days: { $numberLong: '0' }, micros: { $numberLong: '-3020399000000' } },
          u: null,
          feel: null,
          j: null,
          ip: '::ffff:1.2.3.4',
          a: [],
          t: null,
          bits: null,
          flag: false,
        },
        {
          _id: { $numberInt: '1' },
          r: { $numberDouble: 'NaN' },
          d: { $numberDouble: '-Infinity' },
          n: { $numberDecimal: 'NaN' },
          m: { $numberDecimal: '12345678.90' },
          c: 'ab',
          b: { $binary: { base64: 'AP8=', subType: '00' } },
          day: '0044-03-15 BC',
          clock: '0001-12-31 23:59:59.500000 BC',
          at: { $date: { $numberLong: '1711845000123' } },
          span: { months: { $numberLong: '14' }, days: { $numberLong: '-3' }, micros: { $numberLong: '14706000007' } },
          u: { $binary: { base64: 'ABEiM0RVZneImaq7zN3u/w==', subType: '04' } },
          feel: 'sad',
          j: { b: [{ $numberInt: '1' }, { $numberDouble: '2.5' }, { $numberLong: '9223372036854775807' }] },
          ip: '192.168.0.1/24',
          a: [
            [{ $numberInt: '1' }, { $numberInt: '2' }],
            [{ $numberInt: '3' }, null],
          ],
          t: ['a', 'b,c', null, ''],
          bits: '0101',
          flag: true,
        },
      ])
    },
  )
})
