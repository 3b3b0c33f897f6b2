import { expect, it } from 'vitest'
import { defaultFlags, plan } from '../../src/index.ts'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { run } from '../support/child.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const args = ['--mode', 'replace', '--jobs', '1']

describeEngines(['mysql9', 'postgres15'], 'a run that replaces tables and dies', () => {
  it.each([
    ['before the swap', 'before-finish-step', 'old', 2],
    ['after the swap', 'after-finish-step', 'new', 1],
  ] as const)('%s leaves whole tables, and goes on', async (_, point, left, attempts) => {
    await using source = await createDatabase(engineUrl('mysql9'), 'swap')
    await using target = await createDatabase(engineUrl('postgres15'), 'swap')
    await source.query(`CREATE TABLE a (id int PRIMARY KEY, v varchar(9), KEY by_v (v));
      CREATE TABLE b (id int PRIMARY KEY, a int, FOREIGN KEY (a) REFERENCES a (id));
      INSERT INTO a VALUES (1, 'old'); INSERT INTO b VALUES (1, 1)`)
    expect((await run(source.url, target.url, { args })).exitCode).toBe(0)
    await source.query(`UPDATE a SET v = 'new'; INSERT INTO a VALUES (2, 'new'); INSERT INTO b VALUES (2, 2)`)
    const pipeline = { ...pipelineBetween(source.url, target.url), mode: 'replace' as const }
    // The swap is the last of the steps.
    const { finish } = await plan({ pipeline, flags: { ...defaultFlags, laneCount: 1 } })
    const killed = await run(source.url, target.url, { args, probe: `${point}:${finish.length}` })
    expect([killed.signal, killed.exitCode], `${killed.stderr}`).toEqual(['SIGKILL', null])
    const rows = `SELECT DISTINCT a.v FROM a JOIN b ON b.a = a.id`
    expect(await target.query(rows)).toEqual([{ v: left }])
    const next = await run(source.url, target.url, { args })
    expect(next).toMatchObject({ exitCode: 0, summary: { attempts } })
    expect(await target.query(rows)).toEqual([{ v: 'new' }])
    expect(await target.query(`SELECT count(*)::int AS count FROM b`)).toEqual([{ count: 2 }])
    const schemas = `SELECT nspname FROM pg_namespace WHERE nspname LIKE '\\_transload\\__%'`
    expect(await target.query(schemas)).toEqual([])
  })
})
