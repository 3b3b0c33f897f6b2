import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProbePoint } from '../../src/async/probe.ts'
import { run } from '../support/child.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import type { SeedTable, World } from '../support/harness.ts'
import { startMysqlWorld } from '../support/seed-mysql.ts'
import { startPostgresWorld } from '../support/seed-postgres.ts'
import { births, goodTables, orders, shopRows } from '../support/seed-shop.ts'
import { allTables, expectArrived, onlyTables, seedShop } from './shop-world.ts'

type Leaves = 'no tables' | 'some tables' | 'no rows' | 'whole tables' | 'part of a table' | 'all rows'

interface Point {
  /** How often the place is passed before the kill: the middle of a table says more than its beginning. */
  readonly times: number
  readonly tables: readonly SeedTable[]
  /** What the killed process leaves in the target. With one lane that is certain. */
  readonly leaves: readonly Leaves[]
}

/** A record, so that a point that is added cannot be forgotten here. */
const points: { readonly [point in ProbePoint]: Point } = {
  'after-plan': { times: 1, tables: goodTables, leaves: ['no tables'] },
  'splits-stored': { times: 1, tables: goodTables, leaves: ['no rows'] },
  // Two batches are read ahead: the fourth is read once the first is committed.
  'after-read': { times: 4, tables: [orders], leaves: ['part of a table'] },
  'after-transform': { times: 4, tables: [orders], leaves: ['part of a table'] },
  'before-write': { times: 3, tables: goodTables, leaves: ['part of a table'] },
  'mid-write': { times: 3, tables: goodTables, leaves: ['part of a table'] },
  'commit-sent': { times: 2, tables: goodTables, leaves: ['part of a table'] },
  'after-commit': { times: 2, tables: goodTables, leaves: ['part of a table'] },
  'rejects-stored': { times: 1, tables: allTables, leaves: ['part of a table', 'whole tables', 'all rows'] },
  'after-load': { times: 1, tables: allTables, leaves: ['all rows'] },
  'before-finish-step': { times: 2, tables: goodTables, leaves: ['all rows'] },
  'after-finish-step': { times: 2, tables: goodTables, leaves: ['all rows'] },
  'before-validate': { times: 1, tables: allTables, leaves: ['all rows'] },
}

/** Nothing is in the state yet: the next run is a new one. */
const beforeState: readonly string[] = ['after-plan']

function exerciseKills(engine: EngineName, killed: readonly ProbePoint[]): void {
  describe(`a run from ${engine} that dies`, () => {
    let source: World
    beforeAll(async () => {
      source = await startMysqlWorld(engine)
      await seedShop(source)
    })
    afterAll(() => source[Symbol.asyncDispose]())

    it.each(killed)('at %s goes on where it was', async (point) => {
      const { times, tables, leaves } = points[point]
      await using target = await startPostgresWorld('postgres15')
      const args = ['--jobs', '1', ...onlyTables(tables)]
      const first = await run(source.url, target.url, { args, probe: `${point}:${times}` })
      expect([first.signal, first.exitCode], `${first.stderr}`).toEqual(['SIGKILL', null])
      expect(leaves).toContain(await leftIn(target, tables))
      const second = await run(source.url, target.url, { args })
      await expectArrived(second, source, target, tables)
      expect(second.summary?.attempts).toBe(beforeState.includes(point) ? 1 : 2)
    })
  })
}

async function leftIn(target: World, tables: readonly SeedTable[]): Promise<Leaves> {
  const left = await Promise.all(tables.map((table) => rowCountOf(target, table)))
  const there = left.filter((count) => count !== undefined)
  if (there.length < tables.length) return there.length === 0 ? 'no tables' : 'some tables'
  if (there.every((count) => count === 0)) return 'no rows'
  const whole = tables.map((table) => shopRows(table).length - (table === births ? 1 : 0))
  if (whole.every((count, i) => count === there[i])) return 'all rows'
  return whole.every((count, i) => there[i] === 0 || there[i] === count) ? 'whole tables' : 'part of a table'
}

/** Undefined where the table is not there. */
async function rowCountOf(target: World, table: SeedTable): Promise<number | undefined> {
  try {
    const rows = await target.readAll({ ...table, columns: table.columns.slice(0, 1) })
    return rows.length
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined
    throw error
  }
}

const everyPoint = Object.keys(points) as ProbePoint[]

describeEngines(['mysql9', 'postgres15'], 'MySQL to PostgreSQL', () => exerciseKills('mysql9', everyPoint))
describeEngines(['mariadb', 'postgres15'], 'MariaDB to PostgreSQL', () => {
  exerciseKills('mariadb', ['mid-write', 'commit-sent', 'after-load'])
})
