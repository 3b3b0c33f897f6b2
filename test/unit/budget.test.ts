import { describe, expect, it } from 'vitest'
import { loadPipeline, pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { DatasetConfig, Pipeline } from '../../src/config/pipeline.ts'
import { memory, memoryDatabase } from '../../src/connectors/memory/index.ts'
import { defaultFlags } from '../../src/index.ts'
import { run } from '../../src/run/run.ts'
import { memoryTable } from '../support/memory-table.ts'
import { quietEvents } from '../types/run-defaults.ts'

const columns = { id: 'int(64)', status: 'text' }
const never = new AbortController().signal

let serial = 0

/** Tables `a` with two bad rows of four, and `b` with one of two. */
function openWorld() {
  serial++
  const [from, to] = [`budgetsource${serial}`, `budgettarget${serial}`]
  const source = memoryDatabase(from)
  const rows = (statuses: string): string[][] => statuses.split('').map((status, i) => [String(i), status])
  source.put(memoryTable('a', columns), rows('NxNx'))
  source.put(memoryTable('b', columns), rows('Nx'))
  const transform = [{ map: { column: 'status', type: 'text', values: { N: 'new' }, otherwise: 'reject' } }]
  const go = async (a: DatasetConfig['errors'], b: DatasetConfig['errors'], over: Partial<Pipeline> = {}) => {
    const dataset = (name: string, errors: DatasetConfig['errors']) => ({ from: name, columns: {}, transform, errors })
    // The first that fits counts, and a pattern may stand for a table.
    const datasets = [dataset('a', a), dataset('main.?', b)]
    return await run({
      pipeline: { ...pipelineBetween(`memory:${from}`, `memory:${to}`), datasets, ...over },
      flags: { ...defaultFlags, yes: true, laneCount: 1 },
      registry: async () => memory,
      events: quietEvents,
      savedPlan: undefined,
      version: '0.0.0',
      stop: never,
      signal: never,
    })
  }
  return { go, target: memoryDatabase(to) }
}

const stop = { onReject: 'stop' } as const
const max = (maxRows: number) => ({ maxRows, onReject: 'continue' }) as const

describe('budgets of rejected rows', () => {
  it.each([
    [max(1), undefined, 'a: 2 rejected, maxRows is 1'],
    [max(2), max(0), 'b: 1 rejected'],
    [undefined, stop, 'b: 1 rejected, and the pipeline says onReject: stop'],
    [{ maxRatio: 0.4, onReject: 'continue' } as const, undefined, 'a: 2 of 4 rejected, maxRatio is 0.4'],
  ])('of a dataset: %j and %j', async (a, b, reason) => {
    const { go } = openWorld()
    const { error, exitCode } = await go(a, b)
    expect([error?.code, exitCode]).toEqual(['TL_D410', 4])
    expect(error?.message).toContain(reason)
  })

  it('hold beside the one for all, and neither makes up for the other', async () => {
    expect((await openWorld().go(max(2), max(1), { errors: max(2) })).error?.message).toContain(
      '3 rejected, maxRows is 2',
    )
    expect((await openWorld().go(max(2), max(0), { errors: max(9) })).error?.message).toContain('b: 1 rejected')
    expect((await openWorld().go(max(2), max(1), { errors: max(3) })).error?.code).toBe('TL_D412')
  })

  it('are no part of what a run is: it goes on under others', async () => {
    const { go } = openWorld()
    const first = await go(max(0), undefined)
    const second = await go(max(2), undefined)
    expect([second.run, second.error?.code, second.attempts]).toEqual([first.run, 'TL_D412', 2])
  })

  it('let tables be replaced where each that has rejected rows has one', async () => {
    for (const [b, places] of [
      [undefined, []],
      [max(1), ['main.a', 'main.b']],
    ] as const) {
      const { go, target } = openWorld()
      await go(max(2), b, { mode: 'replace' })
      expect([...target.tables.keys()].filter((name) => name.startsWith('main.'))).toEqual(places)
    }
  })

  it('are read of each dataset of a file', async () => {
    const datasets = [{ from: 'a', errors: { maxRatio: 0.5 } }, { from: 'b' }]
    const pipeline = await loadPipeline(
      { version: 1, source: 'memory:x', target: 'memory:y', datasets },
      {},
      { environment: {}, directory: '/' },
    )
    expect(pipeline.datasets.map(({ errors }) => errors)).toEqual([{ maxRatio: 0.5, onReject: 'continue' }, undefined])
  })
})
