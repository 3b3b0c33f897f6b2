import { afterAll, beforeAll, expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { Snapshot } from '../../src/contract/source.ts'
import { defaultFlags, registry, run, type Pipeline, validate } from '../../src/index.ts'
import { loadRules } from '../../src/mapping/load-rules.ts'
import { type Ends, openEnds } from '../../src/run/ends.ts'
import type { CompareOptions } from '../../src/validate/compare-options.ts'
import { compareTable, type TableComparison } from '../../src/validate/compare-table.ts'
import { pairTables, type PairedTables } from '../../src/validate/pair-tables.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { fillSql, type Plant, plants, rowCount, sourceSql } from './plants.ts'

const never = new AbortController().signal
const tables = ['things', 'words', 'loose']

/** What a database's defaults may be set to, none of which a comparison may hang on. */
const awkward = {
  DateStyle: "'SQL, DMY'",
  IntervalStyle: "'sql_standard'",
  TimeZone: "'Asia/Kathmandu'",
  bytea_output: "'escape'",
  extra_float_digits: '-15',
  default_transaction_isolation: "'serializable'",
}

function comparePair(from: EngineName, to: EngineName): void {
  describeEngines([from, to], `a validation of ${to} against ${from}`, () => {
    let source: TestDatabase
    let target: TestDatabase
    let pipeline: Pipeline
    // The source stays as it is: it is looked at once for all plants.
    let ends: Ends
    let snapshot: Snapshot
    let paired: PairedTables
    beforeAll(async () => {
      source = await createDatabase(engineUrl(from), 'plants')
      target = await createDatabase(engineUrl(to), 'plants')
      for (const statement of `${sourceSql};${fillSql(rowCount)}`.split(/;\s*\n/)) await source.query(statement)
      pipeline = pipelineBetween(source.url, target.url)
      const summary = await run({ pipeline, flags: { ...defaultFlags, laneCount: 2 } })
      expect(summary.error).toBeUndefined()
      for (const table of tables) await target.query(`CREATE TABLE ${table}_as_it_was AS TABLE ${table}`)
      const flags = { laneCount: 1, maxBytesPerSecond: undefined }
      const request = { pipeline, registry, flags, events: { notice: () => {} }, signal: never }
      ends = await openEnds(request, { source: '', target: '' })
      const catalog = await ends.source.catalog(never)
      snapshot = await ends.source.openSnapshot(1, [], never)
      await using contents = await ends.target.openContents!(never)
      const rules = await loadRules(ends.sourceEnd.engine, ends.targetEnd.engine, undefined)
      paired = await pairTables(
        {
          label: '',
          catalog,
          pipeline,
          target: ends.target,
          rules,
          source: snapshot.contents!,
          contents,
          maps: ends.target.keyMaps({ plans: [] }, false),
        },
        never,
      )
    })
    afterAll(async () => {
      await snapshot[Symbol.asyncDispose]()
      await ends.source[Symbol.asyncDispose]()
      await ends.target[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    })

    const planted = async ({ sql, table: name = 'things' }: Plant): Promise<TableComparison> => {
      await target.query(sql)
      try {
        await using contents = await ends.target.openContents!(never)
        const table = paired.tables.find((one) => one.from === name)!
        const options: CompareOptions = {
          source: snapshot.contents!,
          target: contents,
          maxDifferences: 100_000,
          onDifference: () => {},
          pause: async () => {},
          retract: async () => {},
          hide: undefined,
          signal: never,
        }
        const streamed = await compareTable(table, options)
        // Whatever way it is looked at, it is the same; ranges are smaller than anybody would have them.
        for (const way of ['auto', 'stream', 'digest'] as const) {
          const { log } = await compareTable(table, { ...options, way, rangeRows: 700 })
          expect({ way, ...log.state }).toEqual({ way, ...streamed.log.state })
        }
        return streamed
      } finally {
        await target.query(`DELETE FROM ${name}; INSERT INTO ${name} SELECT * FROM ${name}_as_it_was`)
      }
    }

    it('finds nothing where nothing was changed but what the mapping declares', async () => {
      const { summary, error } = await validate({ pipeline })
      expect(error).toBeUndefined()
      expect(summary.status).toBe('equal')
      expect(summary.datasets.map(({ from: name, way }) => [name, way?.mode])).toEqual([
        ['loose', 'buckets'],
        ['things', 'ordered'],
        ['words', 'buckets'],
      ])
      expect(summary.datasets.flatMap(({ declared = [] }) => declared)).toEqual([
        { column: 'note', rule: 'nul-byte-removed', count: 2 },
      ])
    })

    it('finds nothing, whatever server and database are set to', async () => {
      const [before] = await source.query('SELECT @@GLOBAL.time_zone AS zone, @@GLOBAL.sql_mode AS mode')
      try {
        await source.query("SET GLOBAL time_zone = '-09:30', GLOBAL sql_mode = 'ANSI,PAD_CHAR_TO_FULL_LENGTH'")
        for (const [setting, value] of Object.entries(awkward)) {
          await target.query(`ALTER DATABASE "${target.name}" SET ${setting} = ${value}`)
        }
        const { summary, error } = await validate({ pipeline })
        expect(error).toBeUndefined()
        expect(summary.status).toBe('equal')
      } finally {
        await source.query('SET GLOBAL time_zone = ?, GLOBAL sql_mode = ?', [before?.['zone'], before?.['mode']])
        await target.query(`ALTER DATABASE "${target.name}" RESET ALL`)
      }
    })

    it.each(plants.filter(({ needs }) => needs === undefined || from === 'mariadb'))('finds $name', async (plant) => {
      const { log, isStopped } = await planted(plant)
      const { reason, column, detail, count = 1, hasMore = false } = plant
      expect(isStopped).toBe(false)
      expect(log.reasons).toContainEqual({ reason, column, detail, count })
      expect(log.reasons.length > 1).toBe(hasMore)
      const samples = log.samples.filter((one) => one.reason === reason && one.column === column)
      expect(samples.map(({ key }) => key)).toContainEqual(plant.key)
    })
  })
}

comparePair('mysql9', 'postgres15')
comparePair('mysql9', 'embedded18')
comparePair('mariadb', 'postgres15')
comparePair('mariadb', 'embedded18')
