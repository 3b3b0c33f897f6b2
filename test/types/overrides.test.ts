import { afterAll, beforeAll, expect, it } from 'vitest'
import { zoneClock } from '../../src/canonical/zone-clock.ts'
import { type Pipeline, validate } from '../../src/index.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { Move, type Outcome, sourceEngines } from './migrate.ts'

const seed = `SET sql_mode = 'ALLOW_INVALID_DATES';
  CREATE TABLE visits (
    id int PRIMARY KEY, level tinyint(1), seen_at datetime(6), left_at datetime DEFAULT CURRENT_TIMESTAMP, made_at timestamp NULL,
    day date, KEY by_seen (seen_at));
  INSERT INTO visits VALUES
    (1, 1, '2024-01-02 03:04:05.678901', '2024-07-01 12:00:00', '2024-01-01', '2024-01-01'),
    (2, 0, '1900-01-01 00:00:00.000001', '9999-12-31 23:59:59', NULL, NULL),
    (3, 0, '2024-10-27 02:30:00', '2024-10-27 01:30:00', NULL, NULL),
    (4, NULL, '2024-03-31 02:30:00', NULL, NULL, NULL),
    (5, NULL, '0000-00-00', NULL, NULL, NULL),
    (6, 1, '2024-01-01', '2024-03-31 02:30:00', NULL, NULL)`

const mapping = {
  types: { 'tinyint(1)': 'smallint' },
  columns: {
    'visits.seen_at': { type: 'instant', assume: 'Europe/Berlin', gap: 'later', overlap: 'earlier', id: 'seen' },
    '*.*_at': { is: 'datetime', type: 'instant', assume: 'Europe/Berlin' },
  },
} as const

async function pipelineOf(move: Move, file: Omit<PipelineFile, 'version'>): Promise<Pipeline> {
  const whole = { version: 1, source: move.source.url, target: move.target.url, ...file } as const
  return await loadPipeline(whole, {}, { environment: {}, directory: '.' })
}

for (const engine of sourceEngines) {
  describeEngines([engine, 'postgres15'], `overrides in a mapping, from ${engine}`, () => {
    let move: Move
    let pipeline: Pipeline
    let outcome: Outcome

    beforeAll(async () => {
      move = await Move.between(engine)
      await move.source.query(seed)
      pipeline = await pipelineOf(move, { mapping })
      outcome = await move.run({ pipeline })
    })
    afterAll(async () => {
      await move[Symbol.asyncDispose]()
    })

    it('decide types, and are named by the plan', async () => {
      const { columns } = outcome.plan.datasets[0]!
      expect(columns.map(({ from, targetType, rule }) => [from, targetType, rule])).toEqual([
        ['id', 'integer', 'mysql.int'],
        ['level', 'smallint', 'types.tinyint(1)'],
        ['seen_at', 'timestamptz(6)', 'seen'],
        ['left_at', 'timestamptz(0)', 'columns.*.*_at'],
        ['made_at', 'timestamptz(0)', 'mysql.timestamp'],
        ['day', 'date', 'mysql.date'],
      ])
      expect(columns[2]!.losses.map(({ rule }) => rule)).toEqual([
        'zero-date-null',
        'clock-gap-later',
        'clock-overlap-earlier',
      ])
      const { initial } = (await move.columnsOf('visits')).get('left_at')!
      expect(initial).toBe('CURRENT_TIMESTAMP(0)')
      expect([...(await move.definitionsOf('visits')).keys()]).toContain('by_seen')
    })

    it('make moments of the clocks of a zone, count what they choose, and refuse what nobody chose', async () => {
      expect(await move.texts('visits', 'seen_at')).toEqual([
        '2024-01-02 02:04:05.678901+00',
        '1899-12-31 23:00:00.000001+00',
        '2024-10-27 00:30:00+00',
        '2024-03-31 01:30:00+00',
        null,
      ])
      expect(await move.texts('visits', 'left_at')).toEqual([
        '2024-07-01 10:00:00+00',
        '9999-12-31 22:59:59+00',
        '2024-10-26 23:30:00+00',
        null,
        null,
      ])
      expect(outcome.losses('visits', 'seen_at')).toEqual({
        'zero-date-null': 1,
        'clock-gap-later': 1,
        'clock-overlap-earlier': 1,
      })
      expect(outcome.dataset('visits')).toMatchObject({ read: 6, written: 5, rejected: 1 })
      expect(outcome.rejects.map(({ key, column, reason }) => [key, column, reason])).toEqual([
        [{ id: '6' }, 'left_at', 'cast: "2024-03-31 02:30:00" is a time that the clocks of Europe/Berlin skip'],
      ])
    })

    it('are equal to what they came of, by the run and by transload validate', async () => {
      expect(outcome.summary.validation?.status).toBe('equal')
      const { summary } = await validate({ pipeline })
      expect(summary.status).toBe('equal')
      expect(summary.datasets[0]!.columns).toContainEqual(
        expect.objectContaining({ from: 'seen_at', strength: 'exact' }),
      )
    })

    it('are found out where a moment is another', async () => {
      await move.target.query("UPDATE visits SET seen_at = seen_at + interval '1 hour' WHERE id = 3")
      const { summary } = await validate({ pipeline })
      await move.target.query("UPDATE visits SET seen_at = seen_at - interval '1 hour' WHERE id = 3")
      expect(summary.status).toBe('different')
      expect(summary.datasets[0]!.samples).toMatchObject([
        { key: { id: '3' }, column: 'seen_at', source: { text: '2024-10-27 00:30:00.000000+00' } },
      ])
      expect((await validate({ pipeline })).summary.status).toBe('equal')
    })

    it('are refused before the first row where they do not fit', async () => {
      const planned = async (file: Omit<PipelineFile, 'version'>): Promise<string | undefined> => {
        const { summary } = await move.run({ pipeline: await pipelineOf(move, file), flags: { fresh: true } })
        return `${summary.error?.message} ${summary.error?.hint}`
      }
      const day = { type: 'instant', assume: 'UTC' }
      expect(await planned({ mapping: { columns: { '*.day': day } } })).toMatch(
        /columns\.\*\.day takes visits\.day for a clock of UTC, and it is date.*Narrow it with is: datetime/,
      )
      expect(
        await planned({ mapping: { types: { int: 'smalint' } }, datasets: [{ from: 'visits', to: 'others' }] }),
      ).toMatch(/says smalint.*Did you mean smallint\?/)
      const others = [{ from: 'visits', to: 'others' }]
      const bits = { mapping: { columns: { 'visits.left_at': 'int64' } }, datasets: others }
      expect(await planned(bits)).toMatch(/Did you mean int\(64\)\?/)
      expect(await planned({ mapping: { columns: { 'visits.lefft_at': 'text' } } })).toMatch(/Did you mean left_at\?/)
      const decode = { from: 'visits', columns: { level: { decode: 'utf8' } } }
      expect(await planned({ datasets: [decode] })).toMatch(/visits\.level is tinyint\(1\), and has no charset/)
    })
  })
}

describeEngines(['postgres15'], 'the clock of a zone', () => {
  it.each([
    'Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'Asia/Tehran',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  ])('is read as the server reads that of %s', async (zone) => {
    await using database = await createDatabase(engineUrl('postgres15'), 'zones')
    const rows = await database.query(
      `SELECT extract(epoch FROM clock)::bigint AS clock, extract(epoch FROM clock AT TIME ZONE '${zone}')::bigint AS at
         FROM (SELECT generate_series(timestamp '1890-01-01', '2021-01-01', '11 hours 50 minutes') AS clock
           UNION ALL SELECT generate_series(timestamp '2490-01-01', '2510-01-01', '11 hours 30 minutes')
           UNION ALL VALUES (timestamp '0001-02-03 04:05:06'), ('9999-12-30 00:00:00')) AS clocks`,
    )
    const clock = zoneClock(zone)
    const others = rows.filter((row) => {
      const reading = clock.read(Number(row['clock']))
      const at = Number(row['at'])
      return reading.is === 'once' ? reading.at !== at : reading.earlier !== at && reading.later !== at
    })
    expect(others).toEqual([])
    expect(rows.length).toBeGreaterThan(100_000)
  })
})
