import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProbePoint } from '../../src/async/probe.ts'
import { run } from '../support/child.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import type { SeedTable, World } from '../support/harness.ts'
import { startMysqlWorld } from '../support/seed-mysql.ts'
import { startPostgresWorld } from '../support/seed-postgres.ts'
import { births, goodTables, shopRows } from '../support/seed-shop.ts'
import { allTables, expectArrived, onlyTables, seedShop } from './shop-world.ts'

type Leaves = 'no tables' | 'some tables' | 'no rows' | 'some rows' | 'all rows'

interface Point {
  /** How often the place is passed before the kill: the middle of a copy says more than its beginning. */
  readonly times: number
  readonly tables: readonly SeedTable[]
  /** What a killed process may leave in the target. Both, where it hangs on which lane was faster. */
  readonly leaves: readonly Leaves[]
}

/** A record, so that a point that is added cannot be forgotten here. */
const points: { readonly [point in ProbePoint]: Point } = {
  'after-plan': { times: 1, tables: goodTables, leaves: ['no tables'] },
  'splits-stored': { times: 1, tables: goodTables, leaves: ['no rows'] },
  'after-read': { times: 4, tables: allTables, leaves: ['no rows', 'some rows'] },
  'after-transform': { times: 3, tables: goodTables, leaves: ['no rows', 'some rows'] },
  'before-write': { times: 5, tables: goodTables, leaves: ['some rows'] },
  'mid-write': { times: 4, tables: allTables, leaves: ['some rows'] },
  'commit-sent': { times: 3, tables: allTables, leaves: ['some rows'] },
  'after-commit': { times: 3, tables: allTables, leaves: ['some rows'] },
  'rejects-stored': { times: 1, tables: allTables, leaves: ['some rows'] },
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
      const args = ['--jobs', '2', ...onlyTables(tables)]
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
  let missing = 0
  let left = 0
  for (const table of tables) {
    const [first] = table.columns
    // A table that is not there cannot be read: that is one of the answers.
    const read = target.readAll({ ...table, columns: first === undefined ? [] : [first] })
    const [result] = await Promise.allSettled([read])
    if (result.status === 'rejected') missing++
    else left += result.value.length
  }
  if (missing > 0) return missing === tables.length ? 'no tables' : 'some tables'
  if (left === 0) return 'no rows'
  const all = tables.reduce((sum, table) => sum + shopRows(table).length, 0)
  return left >= all - (tables.includes(births) ? 1 : 0) ? 'all rows' : 'some rows'
}

const everyPoint = Object.keys(points) as ProbePoint[]

describeEngines(['mysql9', 'postgres15'], 'MySQL to PostgreSQL', () => exerciseKills('mysql9', everyPoint))
describeEngines(['mariadb', 'postgres15'], 'MariaDB to PostgreSQL', () => {
  exerciseKills('mariadb', ['mid-write', 'commit-sent', 'after-load'])
})
