import { expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { defaultFlags, type Difference, run, validate } from '../../src/index.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { fillSql, type Found, plantsTogether, sourceSql } from './plants.ts'

/** All kinds of difference in one database, each to be told of with its key, column and reason, and nothing else. */
function compareTogether(from: EngineName, to: EngineName, rowCount: number): void {
  describeEngines([from, to], `a validation of ${to} against ${from}, of ${rowCount} rows`, () => {
    it('finds all that was planted, and nothing beside it', async () => {
      await using source = await createDatabase(engineUrl(from), 'together')
      await using target = await createDatabase(engineUrl(to), 'together')
      for (const statement of `${sourceSql};${fillSql(rowCount)}`.split(/;\s*\n/)) await source.query(statement)
      const pipeline = pipelineBetween(source.url, target.url)
      const moved = await run({ pipeline, flags: defaultFlags })
      expect(moved.validation).toMatchObject({ status: 'equal', datasets: [{}, { targetRows: rowCount }, {}] })

      const planted = plantsTogether(rowCount).filter(({ needs }) => needs === undefined || from === 'mariadb')
      for (const { sql } of planted) await target.query(sql)
      const wanted = planted.flatMap(({ table = 'things', key, column, reason, found }) =>
        (found ?? [{ key, column, reason }]).map((one) => ({ ...one, table })),
      )
      const isOpen = new Set(wanted.filter(({ reason }) => reason === undefined).map((one) => placeOf(one.table, one)))
      const expected = wanted.map((one) => `${placeOf(one.table, one)} ${one.reason ?? 'for any reason'}`)
      for (const mode of ['stream', 'digest'] as const) {
        const told: Difference[] = []
        const events = { difference: (difference: Difference) => void told.push(difference) }
        const { summary } = await validate({ pipeline, mode, events })
        expect(summary.status).toBe('different')
        const found = told.map((one) => {
          const place = placeOf(one.from, one)
          return isOpen.has(place) ? `${place} for any reason` : `${place} ${one.reason}`
        })
        expect(found.toSorted()).toEqual(expected.toSorted())
        // What many have in common is said once.
        const things = summary.datasets.find((one) => one.from === 'things')
        expect(things?.way?.mode).toBe(mode === 'digest' ? 'digest' : 'ordered')
        expect(things?.reasons?.[0]).toEqual({ reason: 'TZ_SHIFT', column: 'clock', detail: '-02:00', count: 5_312 })
        expect(things?.reasons).toContainEqual({ reason: 'TZ_SHIFT', column: 'clock', detail: '-05:45', count: 1 })
      }
    })
  })
}

/** Where a difference is. Of rows without a key more than one may be at one place. */
function placeOf(table: string, { key, column }: Found): string {
  return JSON.stringify([table, key, column ?? null])
}

compareTogether('mysql9', 'embedded18', 300_000)
compareTogether('mariadb', 'postgres15', 1_000_000)
