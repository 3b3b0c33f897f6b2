import { expect, it } from 'vitest'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { runCli, summaryOf } from '../bad-input/run-cli.ts'

/** Rows that no server gives out in the time that the tests allow. */
const rows = 150_000
const table = 'CREATE TABLE t (a int, b varchar(100))'

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine, 'postgres15'], `a validation of ${engine} whose statements have a time`, () => {
    const numbers =
      engine === 'mysql9'
        ? 'SET SESSION cte_max_recursion_depth = 1000000;'
        : 'SET SESSION max_recursive_iterations = 1000000;'
    const fill = `${numbers} INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT i, REPEAT('x', 90) FROM n`
    const same = `INSERT INTO t SELECT i, repeat('x', 90) FROM generate_series(1, ${rows}) AS i`

    it.each([
      ['at the source', `${table}; ${fill}`, table],
      ['at the target', table, `${table}; ${same}`],
    ])('ends with the server’s word where one takes longer, %s', async (_, here, there) => {
      await using source = await createDatabase(engineUrl(engine), 'timeout')
      await using target = await createDatabase(engineUrl('postgres15'), 'timeout')
      await source.query(here)
      await target.query(there)
      const ends = [
        '--source',
        source.url,
        '--target',
        target.url,
        '--mode',
        'stream',
        '--max-differences',
        '1_000_000',
        '--json',
      ]
      const late = await runCli(['validate', ...ends, '--statement-timeout', '60ms'])
      expect([late.exitCode, summaryOf(late).error]).toMatchObject([
        3,
        { code: 'TL_V704', message: expect.stringContaining('longer than --statement-timeout') as string },
      ])
      const enough = await runCli(['validate', ...ends, '--statement-timeout', '10m'])
      expect(enough.exitCode).toBe(1)
    })

    it('reads a large table by small ranges, each in its time', async () => {
      await using source = await createDatabase(engineUrl(engine), 'timeout')
      await using target = await createDatabase(engineUrl('postgres15'), 'timeout')
      await source.query(`${table.replace('a int', 'a int PRIMARY KEY')}; ${fill}`)
      await target.query(`${table.replace('a int', 'a int PRIMARY KEY')}; ${same}`)
      const ends = ['--source', source.url, '--target', target.url, '--json']
      const found = await runCli(['validate', ...ends, '--mode', 'stream', '--statement-timeout', '20s'])
      expect([found.exitCode, JSON.parse(found.stdout)]).toMatchObject([
        0,
        { status: 'equal', datasets: [{ sourceRows: rows, way: { mode: 'ordered' } }] },
      ])
    })
  })
}
