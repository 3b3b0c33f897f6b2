import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { type Pipeline, validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { Move, type Outcome, sourceEngines } from './migrate.ts'

const seed = `SET sql_mode = 'ALLOW_INVALID_DATES';
  CREATE TABLE people (
    id int PRIMARY KEY, born date, died date, met datetime(3), sure datetime NOT NULL, mood enum('', 'gay'), way enum('a', 'b'),
    note text CHARSET utf8mb4, age int, size int, slept time, flag tinyint(1), clean date);
  INSERT INTO people VALUES
    (1, '0000-00-00', '0000-00-00', '2024-02-31 01:02:03.450', '0000-00-00', 0, 0, CONCAT('a', CHAR(0), 'b'), 300, 70000,
      '25:00:00', 2, '2024-01-01'),
    (2, '2000-02-29', '2024-01-02', '2024-01-02 03:04:05.678', '2024-01-02 03:04:05', '', 'a', 'ab', 7, 7, '23:59:59', 1, NULL),
    (3, NULL, NULL, '0000-00-00', '2024-01-01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`

for (const engine of sourceEngines) {
  describeEngines([engine, 'postgres15'], `policies of columns, from ${engine}`, () => {
    let move: Move
    let pipeline: Pipeline
    let outcome: Outcome

    beforeAll(async () => {
      move = await Move.between(engine)
      await move.source.query(seed)
      pipeline = await loadPipeline(
        {
          version: 1,
          source: move.source.url,
          target: move.target.url,
          mapping: {
            policies: { 'zero-date': 'text', 'enum-zero': { replace: 'a' } },
            columns: {
              'people.died': { policies: { 'zero-date': { replace: '1970-01-01' } } },
              'people.met': { policies: { 'partial-date': 'text' } },
              '*.sure': { policies: { 'zero-date': null } },
              '*.age': { type: 'int(8)', policies: { 'out-of-range': 'null' } },
              '*.slept': { type: 'time', policies: { 'out-of-range': { replace: '00:00:00' } } },
            },
          },
          datasets: [
            {
              from: 'people',
              columns: {
                note: { policies: { 'nul-byte': { replace: '␀' } } },
                mood: { policies: { 'enum-zero': 'text' } },
                size: { type: 'int(16)', policies: { 'out-of-range': { replace: -1 } } },
                flag: { type: 'bool', policies: { 'out-of-range': { replace: 'true' } } },
              },
            },
          ],
        },
        {},
        { environment: {}, directory: '.' },
      )
      outcome = await move.run({ pipeline })
    })
    afterAll(async () => {
      await move[Symbol.asyncDispose]()
    })

    it('do what they say, and columns that keep such values become text', async () => {
      expect(outcome.summary.error).toBeUndefined()
      const { columns } = outcome.plan.datasets[0]!
      expect(columns.map(({ from, targetType, rule }) => `${from} ${targetType}: ${rule}`)).toEqual([
        'id integer: mysql.int',
        'born text: zero-date-text',
        'died date: mysql.date',
        'met text: zero-date-text',
        'sure timestamp(0): mysql.datetime',
        'mood text: enum-zero-text',
        'way "public"."people_way": mysql.enum',
        'note text: mysql.text',
        'age smallint: columns.*.age',
        'size smallint: pipeline',
        'slept time(0): columns.*.slept',
        'flag boolean: pipeline',
        'clean date: mysql.date',
      ])
      const texts = (column: string) => move.texts('people', column)
      expect(await texts('born')).toEqual(['0000-00-00', '2000-02-29', null])
      expect(await texts('died')).toEqual(['1970-01-01', '2024-01-02', null])
      expect(await texts('met')).toEqual([
        '2024-02-31 01:02:03.450',
        '2024-01-02 03:04:05.678',
        '0000-00-00 00:00:00.000',
      ])
      expect(await texts('sure')).toEqual([null, '2024-01-02 03:04:05', '2024-01-01 00:00:00'])
      expect(await texts('mood')).toEqual(['', '', null])
      expect(await texts('way')).toEqual(['a', 'a', null])
      expect(await texts('note')).toEqual(['a␀b', 'ab', null])
      expect(await texts('age')).toEqual([null, '7', null])
      expect(await texts('size')).toEqual(['-1', '7', null])
      expect(await texts('slept')).toEqual(['00:00:00', '23:59:59', null])
      expect(await texts('flag')).toEqual(['true', 'true', null])
    })

    it('count each value that they change or keep, under a rule that the plan declares', () => {
      const losses = outcome.dataset('people').losses.map(({ column, rule, count }) => `${column} ${rule} ${count}`)
      expect(losses.toSorted()).toEqual([
        'age out-of-range-null 1',
        'born zero-date-text 1',
        'died zero-date-replaced 1',
        'flag out-of-range-replaced 1',
        'met partial-date-text 1',
        'met zero-date-text 1',
        'mood enum-zero-text 1',
        'note nul-byte-replaced 1',
        'size out-of-range-replaced 1',
        'slept out-of-range-replaced 1',
        'sure zero-date-null 1',
        'way enum-zero-replaced 1',
      ])
      const declared = outcome.plan.datasets[0]!.columns.flatMap(({ from, losses: rules }) =>
        rules.map(({ rule }) => `${from} ${rule}`),
      )
      expect(declared).toEqual(expect.arrayContaining(losses.map((text) => text.replace(/ \d+$/, ''))))
    })

    it('are what validation expects, by the run and on its own', async () => {
      expect(outcome.summary.validation?.status).toBe('equal')
      const { summary } = await validate({ pipeline })
      expect(summary.status).toBe('equal')
      expect(summary.datasets[0]!.columns.filter(({ strength }) => strength === 'skipped')).toEqual([])
    })

    it('are found out where the target has something else', async () => {
      await move.target.query("UPDATE people SET born = NULL, died = '1970-01-02', age = 44 WHERE id = 1")
      const { summary } = await validate({ pipeline })
      const samples = summary.datasets[0]!.samples.map(({ key, column }) => `${String(key?.['id'])} ${column}`)
      expect(samples.toSorted()).toEqual(['1 age', '1 born', '1 died'])
    })
  })
}
