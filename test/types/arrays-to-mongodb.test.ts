import { EJSON } from 'bson'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunSummary } from '../../src/model/run-summary.ts'
import { homeDirectory } from '../support/cli-world.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { createMongoDatabase, type MongoDatabase } from '../support/mongo-database.ts'
import { runCommandLine } from '../support/run-command-line.ts'

const seed = `
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE lists (id int PRIMARY KEY, shorts int2[], ints int[], longs bigint[], numbers numeric(12,2)[], free numeric[],
  wide numeric(40,2)[], texts text[], names varchar(5)[], padded char(3)[], moments timestamptz[], clocks timestamp[], days date[],
  hours time[], blobs bytea[], ids uuid[], doubles float8[], reals real[], flags bool[], moods mood[],
  addresses inet[], bits bit(4)[]);
INSERT INTO lists VALUES
 (1, '{1,NULL}', '{{1,2},{3,NULL}}', '{9007199254740993,-1}', '{1.50,NULL,-0.01}', '{1e-30,NaN,1E+30,Infinity}', '{1.50}',
  array['a', '', NULL, E'"\\n\\\\{,', 'Zoë 😀'], '{ab}', '{ab,"a  "}',
  '{2024-03-31 02:30:00.123+02,NULL,0044-03-15 12:00:00+00 BC}', '{2024-01-01 00:00:00.000001}', '{2024-02-29,infinity}',
  '{23:59:59.5}', array['\\x00ff'::bytea, NULL, '\\x', '\\x225c78'],
  '{00112233-4455-6677-8899-aabbccddeeff}', '{NaN,-Infinity,1e-7,-0,0.1}', '{0.1,NaN,Infinity}', '{t,f,NULL}', '{sad,NULL}',
  '{192.168.0.1,10.0.0.0/8}', '{0101}'),
 (2, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');
INSERT INTO lists (id) VALUES (3);
INSERT INTO lists (id, shorts, ints, longs, numbers, free, wide, texts, names, padded, moments, clocks, days, hours, blobs, ids,
  doubles, reals, flags) VALUES
 (4, NULL, '[0:1]={7,8}', NULL, '{{1,2},{3.10,4}}', NULL, NULL, '{{{a,b}}}', NULL, NULL,
  '{{2024-01-01 00:00:00.0001+00,2024-01-01 00:00:00+00}}', NULL, NULL, NULL,
  array[['\\x01', '\\x02'], ['\\x03', NULL]]::bytea[], NULL, '{{NaN},{1}}', NULL, '[2:3][-1:0]={{t,f},{f,NULL}}');
CREATE TABLE others (id int PRIMARY KEY, spans interval[], objects jsonb[], points point[]);
INSERT INTO others VALUES (1, '{1 year 2 mons}', array['{"a": [1]}', 'null']::jsonb[], '{"(1,2)"}'), (2, NULL, NULL, NULL);
CREATE TABLE beyond (id int PRIMARY KEY, moments timestamptz[], numbers numeric[]);
INSERT INTO beyond VALUES (1, '{infinity}', NULL), (2, NULL, '{1,12345678901234567890123456789012345}'), (3, '{}', '{}')`

describeEngines(['postgres15', 'mongojava'], 'arrays of PostgreSQL in MongoDB', () => {
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

  const run = async (...argv: readonly string[]): Promise<RunSummary> => {
    const { stdout } = await runCommandLine(['run', ...argv, '--yes', '--json'], {})
    return JSON.parse(stdout) as RunSummary
  }

  const documents = async (collection: string): Promise<unknown[]> => {
    const found = await to.db.collection(collection).find({}, { promoteValues: false }).sort({ _id: 1 }).toArray()
    return found.map((one): unknown => JSON.parse(EJSON.stringify(one, { relaxed: false })))
  }
  const int = (value: number): unknown => ({ $numberInt: String(value) })
  const long = (value: string): unknown => ({ $numberLong: value })

  it(
    'has elements that are what a column of their type would be, and compares them',
    { timeout: 120_000 },
    async () => {
      const { error, datasets, validation } = await run('--source', from.url, '--target', to.url, '--only', 'lists')
      expect(error).toBeUndefined()
      expect(datasets[0]?.losses.map(({ column, rule, count }) => [column, rule, count])).toEqual([
        ['ints', 'postgres.first-index', 1],
        ['flags', 'postgres.first-index', 1],
        ['moments', 'mongodb.microseconds', 1],
      ])
      expect(validation?.status).toBe('equal')

      const [full, empty, none, nested] = await documents('lists')
      const decimal = (value: string): unknown => ({ $numberDecimal: value })
      const double = (value: string): unknown => ({ $numberDouble: value })
      const date = (ms: number): unknown => ({ $date: { $numberLong: String(ms) } })
      const binary = (base64: string, subType = '00'): unknown => ({ $binary: { base64, subType } })
      expect(full).toEqual({
        _id: int(1),
        shorts: [int(1), null],
        ints: [
          [int(1), int(2)],
          [int(3), null],
        ],
        longs: [long('9007199254740993'), long('-1')],
        numbers: [decimal('1.50'), null, decimal('-0.01')],
        free: [decimal('1E-30'), decimal('NaN'), decimal('1000000000000000000000000000000'), decimal('Infinity')],
        wide: ['1.50'],
        texts: ['a', '', null, '"\n\\{,', 'Zoë 😀'],
        names: ['ab'],
        padded: ['ab', 'a'],
        moments: [date(1_711_845_000_123), null, date(Date.UTC(-43, 2, 15, 12))],
        clocks: ['2024-01-01 00:00:00.000001'],
        days: ['2024-02-29', 'infinity'],
        hours: ['23:59:59.500000'],
        blobs: [binary('AP8='), null, binary(''), binary('Ilx4')],
        ids: [binary('ABEiM0RVZneImaq7zN3u/w==', '04')],
        doubles: [double('NaN'), double('-Infinity'), double('1e-7'), double('-0.0'), double('0.1')],
        reals: [double('0.10000000149011612'), double('NaN'), double('Infinity')],
        flags: [true, false, null],
        moods: ['sad', null],
        addresses: ['192.168.0.1', '10.0.0.0/8'],
        bits: ['0101'],
      })
      const names = Object.keys(full as object).slice(1)
      expect(empty).toEqual({ _id: int(2), ...Object.fromEntries(names.map((name) => [name, []])) })
      expect(none).toEqual({ _id: int(3), ...Object.fromEntries(names.map((name) => [name, null])) })
      expect(nested).toMatchObject({
        ints: [int(7), int(8)],
        numbers: [
          [decimal('1.00'), decimal('2.00')],
          [decimal('3.10'), decimal('4.00')],
        ],
        texts: [[['a', 'b']]],
        moments: [[date(1_704_067_200_000), date(1_704_067_200_000)]],
        blobs: [
          [binary('AQ=='), binary('Ag==')],
          [binary('Aw=='), null],
        ],
        doubles: [[double('NaN')], [double('1.0')]],
        flags: [
          [true, false],
          [false, null],
        ],
      })
    },
  )

  it('has spans, JSON and what is text, and says what is not compared', { timeout: 120_000 }, async () => {
    const { error, validation } = await run('--source', from.url, '--target', to.url, '--only', 'others')
    expect(error).toBeUndefined()
    const skipped = validation?.datasets[0]?.columns.filter(({ strength }) => strength === 'skipped')
    expect(skipped?.map((column) => column.from)).toEqual(['spans', 'objects', 'points'])
    expect(await documents('others')).toEqual([
      {
        _id: int(1),
        spans: [{ months: long('14'), days: long('0'), micros: long('0') }],
        objects: [{ a: [int(1)] }, null],
        points: ['(1,2)'],
      },
      // What goes over as JSON has a null of its own: a NULL is no field there.
      { _id: int(2), spans: null, objects: null },
    ])
  })

  it('rejects the row of an element that no column could hold', { timeout: 120_000 }, async () => {
    const { datasets, rejects } = await run('--source', from.url, '--target', to.url, '--only', 'beyond')
    expect(datasets[0]).toMatchObject({ read: 3, written: 1, rejected: 2 })
    expect(rejects.byReason).toEqual({ TL_D402: 2 })
  })

  it('goes back into tables', { timeout: 120_000 }, async () => {
    await using back = await createDatabase(engineUrl('postgres15'), 'back')
    const { error, validation } = await run('--source', to.url, '--target', back.url, '--only', 'lists')
    expect(error).toBeUndefined()
    expect(validation?.status).toBe('equal')
    const ids = await back.query('SELECT lists_id, ordinal, value::text FROM lists_ids')
    expect(ids).toEqual([{ lists_id: 1, ordinal: 1, value: '00112233-4455-6677-8899-aabbccddeeff' }])
    const shorts = await back.query('SELECT ordinal, value FROM lists_shorts ORDER BY ordinal')
    expect(shorts).toEqual([
      { ordinal: 1, value: 1 },
      { ordinal: 2, value: null },
    ])
  })

  it('is taken apart by a stage, and compared behind it', { timeout: 120_000 }, async () => {
    await using home = await homeDirectory()
    const file = join(home.path, 'tags.yaml')
    const stage = '{ explode: { from: texts, into: text, to: tags, key: { id: list_id }, ordinal: place } }'
    await writeFile(
      file,
      `version: 1\nsource: ${from.url}\ntarget: ${to.url}\nmode: replace\ndatasets:\n  - from: lists\n    transform:\n      - ${stage}\n`,
    )
    const { error, validation } = await run(file)
    expect(error).toBeUndefined()
    expect(validation?.status).toBe('equal')
    expect((await documents('tags')).map((one) => (one as { text: unknown }).text)).toEqual([
      'a',
      '',
      null,
      '"\n\\{,',
      'Zoë 😀',
      '[["a","b"]]',
    ])
  })

  it('finds an element that is another', { timeout: 120_000 }, async () => {
    const lists = to.db.collection<{ _id: number }>('lists')
    const changes = {
      'ints.1.0': 4,
      'moments.0': new Date(1_711_845_000_124),
      'texts.4': 'Zoe',
      'doubles.0': null,
      'blobs.0': '00ff',
      'flags.2': false,
    }
    await lists.updateOne({ _id: 1 }, { $set: changes })
    const argv = ['validate', '--source', from.url, '--target', to.url, '--only', 'lists', '--json']
    const { stdout } = await runCommandLine(argv, {})
    const found = (JSON.parse(stdout) as RunSummary['validation'])?.datasets[0]
    const differing = found?.reasons?.map(({ column }) => column).filter((column) => column !== undefined)
    expect(new Set(differing)).toEqual(new Set(['ints', 'moments', 'texts', 'doubles', 'blobs', 'flags']))
  })
})
