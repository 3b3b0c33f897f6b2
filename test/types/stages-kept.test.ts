import { expect, it } from 'vitest'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { type Pipeline, retry, run, type RunFlags, type RunSummary, validate } from '../../src/index.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

type Dataset = NonNullable<PipelineFile['datasets']>[number]

const users = `CREATE TABLE users (id int PRIMARY KEY, email varchar(80), score int, roles varchar(40))`

const staged = {
  from: 'users',
  transform: [
    { dedupe: { by: 'email', map: 'same' } },
    { explode: { from: 'roles', by: 'comma', to: 'roles', key: { id: 'user_id' }, into: 'role', ordinal: 'n' } },
  ],
} satisfies Dataset

async function pipelineOf(source: string, target: string, dataset: Dataset, mode?: 'replace'): Promise<Pipeline> {
  const errors = { maxRows: 10 }
  const file: PipelineFile = { version: 1, source, target, datasets: [dataset], errors, ...(mode && { mode }) }
  return await loadPipeline(file, {}, { environment: {}, directory: '.' })
}

async function move(pipeline: Pipeline, flags: Partial<RunFlags> = {}): Promise<RunSummary> {
  return await run({ pipeline, flags: { laneCount: 1, yes: true, ...flags } })
}

describeEngines(['mysql9', 'postgres15'], 'tables that stages make, and what stages keep', () => {
  it('are replaced as often as the pipeline is run', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'kept')
    await using target = await createDatabase(engineUrl('postgres15'), 'kept')
    await source.query(`${users}; INSERT INTO users VALUES (1, 'a', 1, 'x,y'), (2, 'a', 2, 'z'), (3, 'b', 1, 'x')`)
    const pipeline = await pipelineOf(source.url, target.url, staged, 'replace')
    expect(await move(pipeline)).toMatchObject({ exitCode: 0 })
    await source.query(`UPDATE users SET roles = 'w' WHERE id = 3`)
    expect(await move(pipeline)).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(await target.query('SELECT user_id, role FROM roles ORDER BY user_id, n')).toEqual([
      { user_id: 1, role: 'x' },
      { user_id: 1, role: 'y' },
      { user_id: 3, role: 'w' },
    ])
    expect(await target.query(`SELECT nspname FROM pg_namespace WHERE nspname = '_transload_public'`)).toEqual([])
  })

  it('are refused before the first row where their names are taken', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'kept')
    await using target = await createDatabase(engineUrl('postgres15'), 'kept')
    await source.query(`${users}; INSERT INTO users VALUES (1, 'a', 1, 'x,y')`)
    await target.query('CREATE VIEW roles AS SELECT 1 AS n')
    const { error } = await move(await pipelineOf(source.url, target.url, staged))
    expect(error?.message).toContain('The name "public"."roles" is taken by a view')
    expect(await target.query(`SELECT FROM pg_class WHERE relname = 'users'`)).toEqual([])
  })

  it('are given up with a run that is begun anew', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'kept')
    await using target = await createDatabase(engineUrl('postgres15'), 'kept')
    await source.query(`${users}; INSERT INTO users VALUES (1, 'a', 1, 'x,y'), (3, 'b', 1, 'x')`)
    const pipeline = await pipelineOf(source.url, target.url, staged)
    const stop = new AbortController()
    const stopped = await run({
      pipeline,
      flags: { laneCount: 1 },
      events: { committed: () => stop.abort(new Error('enough')) },
      stop: stop.signal,
    })
    expect(stopped.exitCode).not.toBe(0)
    expect(await move(pipeline, { fresh: true })).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
  })

  it('are looked up in what this pipeline has kept, whoever fills a map of the same name in the same target', async () => {
    await using one = await createDatabase(engineUrl('mysql9'), 'kept')
    await using other = await createDatabase(engineUrl('mysql9'), 'kept')
    await using target = await createDatabase(engineUrl('postgres15'), 'kept')
    await one.query(`${users}; INSERT INTO users VALUES (1, 'a', 1, NULL), (2, 'a', 2, NULL), (3, 'b', 1, NULL)`)
    await other.query(`${users}; INSERT INTO users VALUES (1, 'x', 1, NULL), (2, 'a', 2, NULL), (4, 'a', 1, NULL)`)
    const first = await pipelineOf(one.url, `${target.url}?schema=one`, staged)
    const second = await pipelineOf(other.url, `${target.url}?schema=other`, staged)
    for (const pipeline of [first, second]) expect(await move(pipeline)).toMatchObject({ exitCode: 0 })
    for (const pipeline of [first, second]) {
      const { summary } = await validate({ pipeline, mode: 'stream' })
      expect(summary).toMatchObject({ status: 'equal' })
    }
  })

  it('let a row in late that nobody has looked at, where nothing of its value is there', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'kept')
    await using target = await createDatabase(engineUrl('postgres15'), 'kept')
    await source.query(`${users}; INSERT INTO users VALUES (1, 'a', 1, NULL), (2, 'q', -1, NULL), (3, 'b', -1, NULL)`)
    const dataset = { from: 'users', transform: [{ check: { scored: 'score > 0' } }, ...staged.transform] }
    const pipeline = await pipelineOf(source.url, target.url, dataset)
    const first = await move(pipeline)
    expect(first).toMatchObject({ exitCode: 4, rejects: { count: 2 } })
    await source.query('UPDATE users SET score = 5 WHERE id = 2')
    const again = await retry({ pipeline, run: first.run ?? '' })
    expect(again).toMatchObject({ exitCode: 4, error: { code: 'TL_D412' }, rejects: { count: 1 } })
    expect(await target.query('SELECT id FROM users ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('do not hide that a value which was gathered is another at the source', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'kept')
    await using target = await createDatabase(engineUrl('postgres15'), 'kept')
    await source.query(`CREATE TABLE users (id int PRIMARY KEY, entity int NOT NULL, name varchar(9), value varchar(9));
      INSERT INTO users VALUES (1, 1, 'color', 'red'), (2, 1, 'size', '5'), (3, 2, 'size', '6')`)
    const columns = { color: 'text', size: 'int(32)' }
    const dataset = { from: 'users', transform: [{ pivot: { by: 'entity', name: 'name', value: 'value', columns } }] }
    const pipeline = await pipelineOf(source.url, target.url, dataset)
    expect(await move(pipeline)).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    const statuses: string[] = []
    for (const [id, there, was] of [
      [1, 'blue', 'red'],
      [2, '7', '5'],
      [3, '7', '6'],
    ]) {
      for (const value of [there, was]) {
        await source.query(`UPDATE users SET value = '${value}' WHERE id = ${id}`)
        statuses.push((await validate({ pipeline, mode: 'stream' })).summary.status)
      }
    }
    expect(statuses).toEqual(['different', 'equal', 'different', 'equal', 'different', 'equal'])
  })
})
