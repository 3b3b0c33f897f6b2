import { expect, it } from 'vitest'
import { run } from '../../src/index.ts'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

describeEngines(['mysql9', 'postgres15'], 'rows that are merged', () => {
  it('are of their own table, whatever the one before had for columns', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merge')
    await using target = await createDatabase(engineUrl('postgres15'), 'merge')
    const types = [
      ['decimal(12,2)', 'datetime(0)', 'varchar(3)'],
      ['decimal(12,4)', 'datetime(6)', 'varchar(10)'],
      ['decimal(30,10)', 'datetime(3)', 'char(20)'],
      ['int', 'date', 'varchar(4), e int DEFAULT 7'],
    ]
    for (const [place, [number, clock, text]] of types.entries()) {
      await source.query(`CREATE TABLE t${place} (id int PRIMARY KEY, n ${number}, d ${clock}, t ${text});
        INSERT INTO t${place} (id, n, d, t) VALUES (1, 1.2345, '2024-01-01 10:00:00.654321', 'ab '), (2, NULL, NULL, NULL)`)
    }
    const pipeline = pipelineBetween(source.url, target.url)
    expect(await run({ pipeline, flags: { laneCount: 1 } })).toMatchObject({ exitCode: 0 })
    const merged = { ...pipeline, mode: 'merge' as const }
    for (const laneCount of [1, 2]) {
      const summary = await run({ pipeline: merged, flags: { laneCount } })
      expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    }
    expect(await target.query(`SELECT n::text, d::text, t, n IS NULL AS none FROM t1 ORDER BY id`)).toEqual([
      { n: '1.2345', d: '2024-01-01 10:00:00.654321', t: 'ab ', none: false },
      { n: null, d: null, t: null, none: true },
    ])
  })
})
