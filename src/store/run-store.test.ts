import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { RunSummary } from '../model/run-summary.ts'
import { RunStore } from './run-store.ts'
import { transloadHome } from './transload-home.ts'

async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'transload-store-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

function summary(run: string | null, over: Partial<RunSummary> = {}): RunSummary {
  return {
    schema: 'transload.run/1',
    version: '0.0.0',
    run,
    status: 'ok',
    exitCode: 0,
    resumable: false,
    attempts: 1,
    startedAt: '2026-11-22T10:00:00.000Z',
    finishedAt: '2026-11-22T10:01:00.000Z',
    seconds: 60,
    phases: { plan: 1, prepare: 1, copy: 50, finish: 5, validate: 3 },
    source: 'mysql://db/shop',
    target: 'postgres://pg/shop',
    consistency: { level: 'snapshot', position: null, moments: [] },
    datasets: [],
    objects: { created: 0, notCarried: [], notValidated: [] },
    rejects: { count: 0, file: null, byReason: {} },
    warnings: [],
    validation: null,
    ...over,
  }
}

const begun = { startedAt: '2026-11-22T09:00:00.000Z', source: 'mysql://db/shop', target: 'postgres://pg/shop' }

describe('RunStore', () => {
  it('keeps the last attempt of a run, its first start and its last report', async () => {
    await using directory = await temporaryDirectory()
    using store = new RunStore(join(directory.path, 'deep', 'runs.db'))
    store.begin({ run: 'a-1', ...begun })
    expect(store.find('a-1')).toMatchObject({ status: 'running', exitCode: null, summary: null })
    store.end(summary('a-1', { status: 'interrupted', exitCode: 130 }), '/reports/one')
    store.begin({ run: 'a-1', ...begun, startedAt: '2026-11-23T00:00:00.000Z' })
    store.end(summary('a-1'), undefined)
    store.end(summary('b-2', { startedAt: '2026-11-24T00:00:00.000Z' }), undefined)
    store.end(summary(null), undefined)
    expect(
      store.list(10).map(({ run, status, startedAt, reportDirectory }) => [run, status, startedAt, reportDirectory]),
    ).toEqual([
      ['b-2', 'ok', '2026-11-24T00:00:00.000Z', null],
      ['a-1', 'ok', begun.startedAt, '/reports/one'],
    ])
    expect(store.find('a-1')?.summary).toEqual(summary('a-1'))
  })

  it('finds a run by a beginning that is its own', async () => {
    await using directory = await temporaryDirectory()
    using store = new RunStore(join(directory.path, 'runs.db'))
    for (const run of ['20261122-170311-4f3a', '20261122-180000-4f3a', 'x%y']) store.end(summary(run), undefined)
    expect(store.find('20261122-17')?.run).toBe('20261122-170311-4f3a')
    expect(store.find('20261122')).toBeUndefined()
    expect(store.find('x_')).toBeUndefined()
  })

  it('says of a run whose process died that it is unfinished', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'runs.db')
    await inOtherProcess(path, `store.begin({ run: 'killed', ...${JSON.stringify(begun)} })`)
    using store = new RunStore(path)
    expect(store.find('killed')?.status).toBe('unfinished')
  })

  it('takes the words of many processes at once, of whom one makes the file', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'runs.db')
    const write = (name: string) =>
      `for (let i = 0; i < 20; i++) store.begin({ run: '${name}-' + i, ...${JSON.stringify(begun)} })`
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => inOtherProcess(path, write(name))))
    using store = new RunStore(path)
    expect(store.list(1000)).toHaveLength(80)
  })

  it('is readable by its owner alone, and refuses what is no store of its version', async () => {
    await using directory = await temporaryDirectory()
    const home = join(directory.path, 'home')
    using _ = new RunStore(join(home, 'runs.db'))
    expect((await stat(home)).mode & 0o077).toBe(0)
    await writeFile(join(directory.path, 'text.db'), 'This is a text and no database, as anybody can see. '.repeat(20))
    expect(() => new RunStore(join(directory.path, 'text.db'))).toThrow('not a database')
    await inOtherProcess(join(directory.path, 'newer.db'), '', "d.exec('PRAGMA user_version = 99')")
    expect(() => new RunStore(join(directory.path, 'newer.db'))).toThrow('newer version')
  })
})

describe('transloadHome', () => {
  it('goes by the environment, then by the user’s home', () => {
    expect(transloadHome({ TRANSLOAD_HOME: '/data/t' })).toBe('/data/t')
    expect(transloadHome({ TRANSLOAD_HOME: '' })).toMatch(/\.transload$/)
  })
})

/** Runs statements with `store` in a Node of their own; `raw` with `d`, the bare database. */
async function inOtherProcess(path: string, statements: string, raw = ''): Promise<void> {
  const module = new URL('./run-store.ts', import.meta.url).href
  const script = `
    import { DatabaseSync } from 'node:sqlite'
    import { RunStore } from ${JSON.stringify(module)}
    const store = new RunStore(${JSON.stringify(path)})
    ${statements}
    const d = new DatabaseSync(${JSON.stringify(path)})
    ${raw}`
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
}
