import { expect, it } from 'vitest'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { startEngine } from '../support/engines/start-engine.ts'
import { expectExit, expectRefusal } from './expect-refusal.ts'
import { type CliOutcome, runCli, summaryOf } from './run-cli.ts'
import { openSmallDisk } from './small-disk.ts'

const rowCount = 60_000

describeEngines(['mysql9', 'embedded18'], 'a disk that is full', () => {
  it('ends the run with its own code, and the same command goes on once there is room', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'disk')
    await source.query(`SET cte_max_recursion_depth = ${rowCount};
      CREATE TABLE events (id int PRIMARY KEY, body varchar(400) NOT NULL, KEY (body(20)));
      INSERT INTO events WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rowCount})
        SELECT i, CONCAT(SHA2(i, 256), REPEAT(SHA2(i * 7, 256), 5)) FROM n`)
    await using server = await startEngine('embedded18')
    await using disk = await openSmallDisk(server)
    const run = (): Promise<CliOutcome> =>
      runCli(['run', '--source', source.url, '--target', disk.database.url, '--json', '--jobs', '1'])

    const full = await run()
    expectRefusal(
      full,
      { code: 'TL_T306', exitCode: 3, names: ['target postgres://', 'no room left'], cure: /Free space.*same command/ },
      [],
    )
    const first = summaryOf(full)
    expect(first.resumable).toBe(true)
    const [there] = await disk.database.query('SELECT count(*)::int AS count FROM events')
    // What was committed before is there, and counted: the disk did not fill up at once.
    expect(there).toEqual({ count: first.datasets[0]?.written })
    expect(first.datasets[0]?.written).toBeGreaterThan(0)

    const again = await run()
    expectExit(again, 3)
    expect(summaryOf(again)).toMatchObject({ error: { code: 'TL_T306' }, run: first.run })

    disk.free()
    const done = await run()
    expectExit(done, 0)
    expect(summaryOf(done)).toMatchObject({
      run: first.run,
      attempts: 3,
      validation: { status: 'equal' },
      datasets: [{ read: rowCount, written: rowCount, rejected: 0 }],
    })
    const rows = await disk.database.query('SELECT id, body FROM events ORDER BY id')
    expect(rows).toHaveLength(rowCount)
    expect(rows).toEqual(await source.query('SELECT id, body FROM events ORDER BY id'))
    expect(disk.limit).toMatch(/^a /)
  }, 120_000)
})
