import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { Move, type Outcome, sourceEngines } from './migrate.ts'

const seed = `SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00';
CREATE TABLE c11 (id INT PRIMARY KEY, free DATE, bound DATE NOT NULL, at DATETIME(3) NOT NULL, stamp TIMESTAMP NOT NULL DEFAULT '2020-01-01', real_date DATE NOT NULL);
INSERT INTO c11 VALUES (1, '0000-00-00', '0000-00-00', '0000-00-00', '0000-00-00', '2024-01-01'),
  (2, '2024-02-29', '2024-02-29', '2024-02-29 01:02:03.004', '2024-02-29 01:02:03', '2024-01-02'),
  (3, NULL, '0000-00-00', '0000-00-00 00:00:00', '2024-02-29', '2024-01-03');
CREATE TABLE c11_key (day DATE, id INT, PRIMARY KEY (day, id));
INSERT INTO c11_key VALUES ('0000-00-00', 1), ('2024-02-29', 2);
CREATE TABLE c12 (id INT PRIMARY KEY, at DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', day DATE DEFAULT '0000-00-00', good DATETIME DEFAULT '2024-02-29 01:02:03');
INSERT INTO c12 (id, at) VALUES (1, '2024-01-01');
CREATE TABLE c13 (id INT PRIMARY KEY, v DATE, at DATETIME);
INSERT INTO c13 VALUES (1, '2024-00-15', NULL), (2, '2024-02-31', NULL), (3, '2024-05-00', NULL), (4, NULL, '2023-02-29 10:11:12'), (5, '2024-02-29', '2024-02-29');
CREATE TABLE c16 (id INT PRIMARY KEY, six DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6), three DATETIME(3), none DATETIME, stamp TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6));
INSERT INTO c16 VALUES (1, '2024-06-01 12:34:56.123456', '2024-06-01 12:34:56.000', '2024-06-01 12:34:56', '2024-06-01 12:34:56.654321');
CREATE TABLE c17 (id INT PRIMARY KEY, v DATETIME(6), day DATE);
INSERT INTO c17 VALUES (1, '9999-12-31 23:59:59.999999', '9999-12-31'), (2, '1000-01-01', '1000-01-01');
CREATE TABLE c18 (id INT PRIMARY KEY, far TIME(6), clock TIME, forced TIME);
INSERT INTO c18 VALUES (1, '838:59:59', '12:00:00', '00:00:01'), (2, '-838:59:59', '00:00:00', '23:59:59'), (3, '24:00:00.000001', '23:59:59', '25:00:00'), (4, NULL, NULL, '-00:00:01');
CREATE TABLE c19 (id INT PRIMARY KEY, v YEAR);
INSERT INTO c19 VALUES (1, 0), (2, 1901), (3, 2155), (4, NULL);`

describeEngines(['mysql9', 'mariadb', 'postgres15'], 'dates and times', () => {
  describe.each(sourceEngines)('%s', (engine) => {
    let move: Move
    let outcome: Outcome

    beforeAll(async () => {
      move = await Move.between(engine)
      await move.source.query(seed)
      const except = ['c11', 'c11_key', 'c12', 'c13', 'c16', 'c17', 'c19'].map((from) => ({ from, columns: {} }))
      const datasets = [...except, { from: 'c18', columns: { forced: { type: 'time(0)' } } }]
      outcome = await move.run({ pipeline: { datasets } })
    })
    afterAll(() => move[Symbol.asyncDispose]())

    it('counts what was rejected, and compares the rest', () => {
      expect(outcome.summary).toMatchObject({
        exitCode: 4,
        error: { code: 'TL_D412' },
        rejects: { count: 7, byReason: { TL_D406: 5, TL_D402: 2 } },
        validation: { status: 'equal' },
      })
    })

    it('case 11: a zero date is NULL and counted, and its NOT NULL is dropped and said to be', async () => {
      expect(await move.texts('c11', `concat_ws(' ', free, bound, at, stamp)`)).toEqual([
        '',
        '2024-02-29 2024-02-29 2024-02-29 01:02:03.004 2024-02-29 01:02:03+00',
        '2024-02-29 00:00:00+00',
      ])
      const keys = (count: number, ids: readonly string[]) => ({
        rule: 'zero-date-null',
        count,
        sampleKeys: ids.map((id) => ({ id })),
      })
      expect(outcome.dataset('c11').losses.toSorted((a, b) => a.column.localeCompare(b.column))).toMatchObject([
        { column: 'at', ...keys(2, ['1', '3']) },
        { column: 'bound', ...keys(2, ['1', '3']) },
        { column: 'free', ...keys(1, ['1']) },
        { column: 'stamp', ...keys(1, ['1']) },
      ])
      const columns = await move.columnsOf('c11')
      const nullable = [...columns.values()].map((column) => column.nullable)
      expect(nullable).toEqual([false, true, true, true, true, false])
      expect(outcome.column('c11', 'bound')).toMatchObject({
        losses: [{ rule: 'zero-date-null', found: 2 }],
        notes: ['NOT NULL is dropped: values become NULL'],
      })
      // A key cannot be NULL: there the row is rejected.
      expect(await move.texts('c11_key', 'day')).toEqual(['2024-02-29'])
      expect(outcome.rejects.filter(({ dataset }) => dataset === 'c11_key')).toMatchObject([
        { column: 'day', code: 'TL_D406', key: { id: '1' }, row: { day: { text: '0000-00-00' } } },
      ])
    })

    it('case 12: a default that is a zero date is dropped and reported', async () => {
      const columns = await move.columnsOf('c12')
      expect(columns.get('at')?.initial).toBeNull()
      expect(columns.get('day')?.initial).toBeNull()
      expect(columns.get('good')?.initial).toContain("'2024-02-29 01:02:03'")
      for (const name of ['c12.at', 'c12.day']) {
        expect(outcome.notCarried(name)).toMatchObject([
          { kind: 'default', reason: expect.stringContaining('is not a date that exists') },
        ])
      }
      expect(outcome.notCarried('c12.good')).toEqual([])
    })

    it('case 13: a date that does not exist costs its row, and no neighbour of it is stored', async () => {
      expect(await move.texts('c13', 'v')).toEqual(['2024-02-29'])
      const rejects = outcome.rejects.filter(({ dataset }) => dataset === 'c13')
      expect(rejects.map(({ key, column, code }) => [key['id'], column, code])).toEqual([
        ['1', 'v', 'TL_D406'],
        ['2', 'v', 'TL_D406'],
        ['3', 'v', 'TL_D406'],
        ['4', 'at', 'TL_D406'],
      ])
      expect(rejects.map(({ row }) => row['v'] ?? row['at'])).toEqual([
        { text: '2024-00-15' },
        { text: '2024-02-31' },
        { text: '2024-05-00' },
        { text: '2023-02-29 10:11:12' },
      ])
      expect(outcome.column('c13', 'v').notes).toEqual(['3 dates do not exist: their rows are rejected'])
    })

    it('case 16: a fraction keeps its digits, and CURRENT_TIMESTAMP(6) stays an expression', async () => {
      const columns = await move.columnsOf('c16')
      expect([...columns.values()].map(({ type }) => type)).toEqual([
        'integer',
        'timestamp(6) without time zone',
        'timestamp(3) without time zone',
        'timestamp(0) without time zone',
        'timestamp(6) with time zone',
      ])
      expect(columns.get('six')?.initial).toBe('LOCALTIMESTAMP')
      expect(columns.get('stamp')?.initial).toBe('CURRENT_TIMESTAMP')
      expect(await move.texts('c16', `concat_ws(' ', six, three, none, stamp)`)).toEqual([
        '2024-06-01 12:34:56.123456 2024-06-01 12:34:56 2024-06-01 12:34:56 2024-06-01 12:34:56.654321+00',
      ])
    })

    it('case 17: the last microsecond of the year 9999 is not rounded into the year 10000', async () => {
      expect(await move.texts('c17', `concat_ws(' ', v, day)`)).toEqual([
        '9999-12-31 23:59:59.999999 9999-12-31',
        '1000-01-01 00:00:00 1000-01-01',
      ])
    })

    it('case 18: TIME beyond a day is interval where it is seen, time where it is not, and else a reject', async () => {
      const types = [...(await move.columnsOf('c18')).values()].map(({ type }) => type)
      expect(types).toEqual(['integer', 'interval(6)', 'time(0) without time zone', 'time(0) without time zone'])
      expect(await move.texts('c18', 'far')).toEqual(['838:59:59', '-838:59:59'])
      expect(await move.texts('c18', 'clock')).toEqual(['12:00:00', '00:00:00'])
      // The pipeline says time(0) for a column that has more: those rows are rejected.
      const rejects = outcome.rejects.filter(({ dataset }) => dataset === 'c18')
      expect(rejects).toMatchObject([
        { column: 'forced', code: 'TL_D402', key: { id: '3' }, row: { forced: { text: '25:00:00' } } },
        { column: 'forced', code: 'TL_D402', key: { id: '4' }, row: { forced: { text: '-00:00:01' } } },
      ])
    })

    it('case 19: YEAR is smallint, the year 0 included', async () => {
      expect(await move.typeOf('c19', 'v')).toBe('smallint')
      expect(await move.texts('c19', 'v')).toEqual(['0', '1901', '2155', null])
    })
  })

  describe.each(sourceEngines)('whatever the zones, %s', (engine) => {
    const found: Clocks[] = []

    beforeAll(async () => {
      await using move = await Move.between(engine)
      await move.source.query(`SET SESSION time_zone = '+00:00';
        CREATE TABLE clocks (id INT PRIMARY KEY, wall DATETIME, moment TIMESTAMP NULL);
        INSERT INTO clocks VALUES (1, '2024-03-10 02:30:00', '2024-03-10 10:30:00'), (2, '2024-03-31 02:30:00', '2024-03-31 01:00:00')`)
      for (const zones of differentZones) {
        found.push(await underZones(move, zones, () => moveClocks(move)))
      }
    }, 60_000)

    it('case 14: a DATETIME in the hole of a DST change keeps its digits', () => {
      expect(found.map(({ wallType, wall }) => [wallType, wall])).toEqual(
        differentZones.map(() => ['timestamp(0) without time zone', ['2024-03-10 02:30:00', '2024-03-31 02:30:00']]),
      )
    })

    it('case 15: a TIMESTAMP is the same moment', () => {
      expect(found.map(({ momentType, moment }) => [momentType, moment])).toEqual(
        differentZones.map(() => ['timestamp(0) with time zone', ['2024-03-10 10:30:00+00', '2024-03-31 01:00:00+00']]),
      )
    })
  })
})

interface Clocks {
  readonly wallType: string | undefined
  readonly wall: readonly (string | null)[]
  readonly momentType: string | undefined
  readonly moment: readonly (string | null)[]
}

interface Zones {
  readonly source: string
  readonly host: string
  readonly target: string
}

const differentZones: readonly Zones[] = [
  { source: '-07:00', host: 'America/Los_Angeles', target: 'Europe/Berlin' },
  { source: '+12:45', host: 'Europe/Berlin', target: 'America/Los_Angeles' },
  { source: 'SYSTEM', host: 'Pacific/Chatham', target: 'Asia/Kolkata' },
]

/** Sets the zone of the source's server, of this process and of the target's database, and puts them back. */
async function underZones<T>({ source, target }: Move, zones: Zones, body: () => Promise<T>): Promise<T> {
  const [before] = await source.query('SELECT @@GLOBAL.time_zone AS zone')
  const hostBefore = process.env['TZ']
  await target.query(`ALTER DATABASE "${target.name}" SET timezone = '${zones.target}'`)
  await source.query('SET GLOBAL time_zone = ?', [zones.source])
  process.env['TZ'] = zones.host
  try {
    return await body()
  } finally {
    if (hostBefore === undefined) delete process.env['TZ']
    else process.env['TZ'] = hostBefore
    await source.query('SET GLOBAL time_zone = ?', [before?.['zone']])
  }
}

async function moveClocks(move: Move): Promise<Clocks> {
  const { summary } = await move.run()
  if (summary.error !== undefined) throw new Error(summary.error.message)
  const found = {
    wallType: await move.typeOf('clocks', 'wall'),
    wall: await move.texts('clocks', 'wall'),
    momentType: await move.typeOf('clocks', 'moment'),
    moment: await move.texts('clocks', 'moment'),
  }
  await move.target.query('DROP TABLE clocks')
  return found
}
