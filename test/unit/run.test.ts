import { describe, expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { Pipeline } from '../../src/config/pipeline.ts'
import { memory, memoryDatabase } from '../../src/connectors/memory/index.ts'
import type { TableInfo } from '../../src/model/relation.ts'
import type { RunSummary } from '../../src/model/run-summary.ts'
import type { RunFlags, RunRequest } from '../../src/run/request.ts'
import { retryRejects } from '../../src/run/retry.ts'
import { run } from '../../src/run/run.ts'
import { memoryTable } from '../support/memory-table.ts'
import { quietEvents, testFlags } from '../types/run-defaults.ts'

let serial = 0

function world(): {
  pipeline: Pipeline
  source: ReturnType<typeof memoryDatabase>
  target: ReturnType<typeof memoryDatabase>
} {
  serial++
  const pipeline = pipelineBetween(`memory:source${serial}`, `memory:target${serial}`)
  return { pipeline, source: memoryDatabase(`source${serial}`), target: memoryDatabase(`target${serial}`) }
}

function table(name: string, withKey: boolean): TableInfo {
  return memoryTable(name, { id: 'int(64)', name: 'text?' }, withKey)
}

function rows(count: number): [string, string | null][] {
  return Array.from({ length: count }, (_, i) => [String(i), i % 3 === 0 ? null : `name ${i} ${'x'.repeat(40)}`])
}

function requestOf(pipeline: Pipeline, over: Partial<RunFlags> = {}, stop = new AbortController().signal): RunRequest {
  return {
    pipeline,
    flags: { ...testFlags, ...over },
    registry: async () => memory,
    events: quietEvents,
    savedPlan: undefined,
    version: '0.0.0',
    stop,
    signal: new AbortController().signal,
  }
}

function go(pipeline: Pipeline, over: Partial<RunFlags> = {}, stop?: AbortSignal): Promise<RunSummary> {
  return run(requestOf(pipeline, over, stop))
}

describe('run', () => {
  it('copies every row once and says that it counted', async () => {
    const { pipeline, source, target } = world()
    source.put(table('keyed', true), rows(300_000))
    source.put(table('keyless', false), [...rows(10), ...rows(10)])
    const summary = await go(pipeline)
    expect(summary.error).toBeUndefined()
    expect(summary).toMatchObject({ status: 'ok', exitCode: 0, validation: { status: 'counted' } })
    expect(summary.datasets.map(({ from, read, written }) => ({ from, read, written }))).toEqual([
      { from: 'keyed', read: 300_000, written: 300_000 },
      { from: 'keyless', read: 20, written: 20 },
    ])
    expect(new Set(target.tables.get('main.keyed')?.rows.map((row) => row[0])).size).toBe(300_000)
    expect(target.tables.get('main.keyless')?.rows).toHaveLength(20)
  })

  it('says why it did not compare values, and warns who asked for them', async () => {
    const { pipeline, source } = world()
    source.put(table('keyed', true), rows(10))
    const message = 'Values were not compared: the source cannot be read again, as a dump cannot'
    const silent = await go(pipeline)
    expect(silent).toMatchObject({ exitCode: 0, warnings: [], validation: { status: 'counted' } })
    expect(silent.validation?.coverage).toEqual([`${message}.`])
    const { pipeline: other, source: again } = world()
    again.put(table('keyed', true), rows(10))
    const asked = await go({ ...other, validate: { mode: 'stream', orphans: true, mask: [] } })
    expect(asked).toMatchObject({ exitCode: 0, validation: { status: 'counted', coverage: [`${message}.`] } })
    expect(asked.warnings).toEqual([{ code: 'values-not-compared', message }])
  })

  it('goes on by itself after a lost answer, and writes nothing twice', async () => {
    const { pipeline, source, target } = world()
    source.put(table('keyed', true), rows(150_000))
    source.put(table('keyless', false), rows(50_000))
    target.faults.push('lose-answer', 'refuse', 'lose-answer')
    const summary = await go(pipeline)
    expect(summary.error).toBeUndefined()
    expect(summary.attempts).toBeGreaterThan(1)
    expect(target.tables.get('main.keyed')?.rows).toHaveLength(150_000)
    expect(target.tables.get('main.keyless')?.rows).toHaveLength(50_000)
  })

  it('refuses to go on where the source’s moment cannot be proved, and names the ways on', async () => {
    const { pipeline, source, target } = world()
    source.put(table('keyed', true), rows(200_000))
    const stop = new AbortController()
    stop.abort(new Error('stopped by the test'))
    expect((await go(pipeline, {}, stop.signal)).status).toBe('failed')
    source.put(table('other', true), rows(1))
    const refused = await go(pipeline)
    expect(refused).toMatchObject({ status: 'failed', exitCode: 7, error: { code: 'TL_K502' }, resumable: true })
    expect(refused.error?.hint).toContain('--source-quiet')
    const mixed = await go(pipeline, { resumeMixed: true })
    expect(mixed.error).toBeUndefined()
    expect(mixed.consistency.level).toBe('mixed')
    expect(target.tables.get('main.keyed')?.rows).toHaveLength(200_000)
  })

  it('refuses a target table that has rows', async () => {
    const { pipeline, source, target } = world()
    source.put(table('keyed', true), rows(10))
    expect((await go(pipeline)).exitCode).toBe(0)
    const second = await go(pipeline)
    expect(second).toMatchObject({ exitCode: 7, error: { code: 'TL_T307' } })
    expect(target.tables.get('main.keyed')?.rows).toHaveLength(10)
  })

  it('rejects one bad row and not its batch', async () => {
    const { pipeline, source, target } = world()
    const notNull = table('keyed', true)
    source.put(notNull, [
      ['1', 'a'],
      [null, 'b'],
      ['3', 'c'],
    ] as [string, string][])
    const summary = await go(pipeline)
    expect(summary).toMatchObject({
      exitCode: 4,
      error: { code: 'TL_D412' },
      rejects: { count: 1, byReason: { TL_D403: 1 } },
    })
    expect(target.tables.get('main.keyed')?.rows).toHaveLength(2)
    expect(summary.validation?.status).toBe('counted')
  })

  it('names what the pipeline asks for and the source does not have', async () => {
    const { pipeline, source } = world()
    source.put(table('keyed', true), rows(1))
    const datasets = [{ from: 'keyed', columns: { nmae: { drop: true } } }]
    expect((await go({ ...pipeline, datasets })).error).toMatchObject({ code: 'TL_C107' })
    expect((await go({ ...pipeline, only: ['nothing'] })).error).toMatchObject({ code: 'TL_C107' })
  })
})

describe('retryRejects', () => {
  it('reads rejected rows again by key, and accounts for those that are gone', async () => {
    const { pipeline, source, target } = world()
    const info = table('keyed', true)
    const strict = { ...info, columns: info.columns.map((column) => ({ ...column, nullable: false })) }
    source.put(strict, [
      ['1', 'a'],
      ['2', null],
      ['3', null],
      ['4', 'd'],
    ])
    const first = await go(pipeline)
    expect(first).toMatchObject({ exitCode: 4, rejects: { count: 2 } })
    source.put(strict, [
      ['1', 'a'],
      ['2', 'repaired'],
      ['4', 'd'],
    ])
    const second = await retryRejects(requestOf(pipeline), first.run ?? '')
    expect(second.error).toBeUndefined()
    expect(second.datasets[0]).toMatchObject({ read: 4, written: 3, rejected: 0, vanished: 1 })
    expect(second.consistency.level).toBe('mixed')
    expect(target.tables.get('main.keyed')?.rows.map((row) => row[0])).toEqual(['1', '4', '2'])
    const third = await retryRejects(requestOf(pipeline), first.run ?? '')
    expect(third.error?.message).toContain('no rejected rows')
  })
})
