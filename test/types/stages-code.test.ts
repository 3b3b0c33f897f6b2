import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Pipeline, plan, retry, run, type RunSummary, validate } from '../../src/index.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { CodeModules } from '../support/code-modules.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

type Datasets = NonNullable<PipelineFile['datasets']>

interface World {
  readonly source: TestDatabase
  readonly target: TestDatabase
  readonly pipeline: (stage: Stage, rest?: Partial<PipelineFile>) => Promise<Pipeline>
}

type Stage = NonNullable<NonNullable<Datasets[number]['transform']>[number]['code']>

let modules: CodeModules
beforeAll(async () => {
  modules = await CodeModules.create()
})
afterAll(async () => await modules[Symbol.asyncDispose]())

async function within(seed: string, text: string, work: (world: World) => Promise<void>): Promise<void> {
  await using source = await createDatabase(engineUrl('mysql9'), 'code')
  await using target = await createDatabase(engineUrl('postgres15'), 'code')
  await source.query(seed)
  await writeFile(join(modules.folder, 'f.ts'), text)
  const pipeline = async (stage: Stage, rest: Partial<PipelineFile> = {}): Promise<Pipeline> => {
    const datasets = [{ from: 't', transform: [{ code: stage }] }]
    const file = { version: 1, source: source.url, target: target.url, datasets, ...rest } satisfies PipelineFile
    return await loadPipeline(file, {}, { environment: {}, directory: modules.folder })
  }
  await work({ source, target, pipeline })
}

const rows = `CREATE TABLE t (id int PRIMARY KEY, name varchar(20));
  INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i, CONCAT('n', i) FROM n`
const stage: Stage = { module: './f.ts', export: 'f', reads: ['id', 'name'], writes: { name: 'text' }, timeout: 1000 }

async function moved(pipeline: Pipeline): Promise<RunSummary> {
  return await run({ pipeline, flags: { laneCount: 1 } })
}

describeEngines(['mysql9', 'postgres15'], 'rows that go through a function of one’s own', () => {
  it('are all there but those that it never comes back from, throws for, or spoils', async () => {
    const text = `export const f = ({ id, name }: { id: number; name: string }) => {
      if (id === 100) for (;;) {}
      if (id === 200) process.exit(1)
      if (id === 300) throw new Error('no')
      if (id === 400) return { name: 7 }
      if (id === 500) { const all: unknown[] = []; for (;;) all.push(new Array(2 ** 22).fill(all)) }
      return { name: name.toUpperCase() }
    }`
    await within(rows, text, async ({ target, pipeline }) => {
      const summary = await moved(await pipeline(stage))
      expect(summary.error?.code).toBe('TL_D412')
      expect(summary.datasets).toMatchObject([{ read: 900, written: 895, rejected: 5 }])
      expect(summary.validation?.status).toBe('equal')
      const [counts] = await target.query(
        `SELECT count(*)::int AS n, count(*) FILTER (WHERE name = 'N' || id)::int AS right FROM t`,
      )
      expect(counts).toEqual({ n: 895, right: 895 })
      const wrong = "UPDATE t SET name = 'other' WHERE id = 7"
      await target.query(wrong)
      const { summary: compared } = await validate({ pipeline: await pipeline(stage), mode: 'stream' })
      expect(compared.datasets).toMatchObject([{ differences: { missing: 0, extra: 0, changed: 1 } }])
    })
  })

  it('may be of columns that are called what objects have of their own', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, \`__proto__\` varchar(9), constructor varchar(9), toString int, hasOwnProperty bigint);
      INSERT INTO t VALUES (1, 'p', 'c', 7, 8), (2, NULL, NULL, NULL, NULL)`
    const text = `export const f = (row: Record<string, unknown>) =>
      ({ constructor: Object.keys(row).join('/'), valueOf: String(row['__proto__']) + row['toString'] + row['hasOwnProperty'] })`
    await within(seed, text, async ({ target, pipeline }) => {
      const reads = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
      const summary = await moved(await pipeline({ ...stage, reads, writes: { constructor: 'text', valueOf: 'text' } }))
      expect(summary.error).toBeUndefined()
      expect(summary.validation?.status).toBe('equal')
      const all = '__proto__/constructor/toString/hasOwnProperty'
      const found = await target.query(
        'SELECT id, "__proto__" AS proto, constructor AS "con", "toString" AS text, "valueOf" AS made FROM t ORDER BY id',
      )
      expect(found.map(({ id, proto, con, text: to, made }) => [id, proto, con, to, made])).toEqual([
        [1, 'p', all, 7, 'p78'],
        [2, null, all, null, 'nullnullnull'],
      ])
    })
  })

  it('end the run by its budget, where the function loses every row', async () => {
    await within(rows, 'export const f = () => process.exit()', async ({ pipeline }) => {
      const summary = await moved(await pipeline(stage, { errors: { maxRows: 5 } }))
      expect(summary.error?.code).toBe('TL_D410')
    })
  })

  it('are refused before the first row where the module does not fit', async () => {
    await within(rows, 'export const g = () => 1', async ({ target, pipeline }) => {
      const summary = await moved(await pipeline(stage))
      expect([summary.exitCode, summary.error?.code]).toEqual([2, 'TL_C102'])
      expect(summary.error?.message).toContain('./f.ts exports no function f')
      expect(await target.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'public'`)).toEqual([])
    })
  })

  it('are sent through the function that they were planned with, or not at all', async () => {
    const text = `export const f = ({ id, name }) => { if (id === 3) throw new Error('no'); return { name } }`
    await within(rows, text, async ({ pipeline }) => {
      const before = await pipeline(stage)
      const planned = await plan({ pipeline: before })
      expect(JSON.stringify(planned)).not.toContain(modules.folder)
      const first = await run({ pipeline: before, plan: planned })
      expect(first.datasets).toMatchObject([{ written: 899, rejected: 1 }])
      await writeFile(join(modules.folder, 'f.ts'), `${text}\n`)
      const after = await pipeline({ ...stage, writes: { name: 'text' } })
      await expect(run({ pipeline: after, plan: planned })).rejects.toThrow('[TL_K503]')
      // What stands on the disk by now is another: what is run is what the pipeline has found there.
      const again = await retry({ pipeline: before, run: String(first.run) })
      expect(again.datasets).toMatchObject([{ written: 899, rejected: 1 }])
    })
  })

  it('are not sent through another by a process that finds another there; what it prints is no part of the document', async () => {
    const text = `export const f = ({ id, name }) => {
      console.log('seen', id, 'x'.repeat(10_000))
      if (id === 3) throw new Error('no')
      return { name }
    }`
    await within(rows, text, async ({ source, target }) => {
      const file = join(modules.folder, 'p.yaml')
      const datasets = [{ from: 't', transform: [{ code: stage }] }]
      await writeFile(file, JSON.stringify({ version: 1, source: source.url, target: target.url, datasets }))
      const first = command(['run', file, '--json', '--yes'])
      const { run: id, datasets: counted } = JSON.parse(first.stdout) as RunSummary & { readonly run: string }
      expect(counted).toMatchObject([{ written: 899, rejected: 1 }])
      expect(first.stderr).toContain('seen 1 xxx')
      expect(first.stderr).toContain('A code stage prints more than 256 KiB: the rest of it is left out.')
      expect(first.stderr.length).toBeLessThan(300 * 1024)
      await writeFile(join(modules.folder, 'f.ts'), `${text}\n`)
      const again = command(['rejects', id, file, '--retry', '--json'])
      expect(again.status).toBe(7)
      expect(again.stdout).toContain('TL_K503')
      await writeFile(join(modules.folder, 'f.ts'), text)
      expect(command(['rejects', id, file, '--retry', '--json']).status).toBe(4)
    })
  })
})

const bin = new URL('../../bin/transload.js', import.meta.url).pathname

function command(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: modules.folder,
    env: { ...process.env, TRANSLOAD_HOME: modules.folder },
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { status, stdout, stderr }
}
