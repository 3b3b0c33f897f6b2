import { expect } from 'vitest'
import { memory } from '../../src/connectors/memory/index.ts'
import type { Registry } from '../../src/contract/connector.ts'
import type { RunSummary } from '../../src/model/run-summary.ts'
import type { RunFlags } from '../../src/run/request.ts'
import { run } from '../../src/run/run.ts'
import type { SeedTable, World } from '../support/harness.ts'
import { startMemoryWorld } from '../support/seed-memory.ts'
import type { Law, LawGroup, Scene } from './law.ts'
import { pipelineBetween } from './open-ends.ts'
import { quietEvents, testFlags } from '../types/run-defaults.ts'
import { sorted } from './read-split.ts'
import { keyed, keyless, numbered } from './tables.ts'

const strict: SeedTable = {
  ...keyed,
  name: 'strict',
  columns: keyed.columns.map((one) => ({ ...one, nullable: false })),
}

async function runBetween(
  scene: Scene,
  source: string,
  target: string,
  over: Partial<RunFlags> = {},
): Promise<RunSummary> {
  const registry: Registry = (url) => Promise.resolve(url.startsWith('memory:') ? memory : scene.connector)
  return await run({
    pipeline: pipelineBetween(source, target),
    flags: { ...testFlags, ...over },
    registry,
    events: quietEvents,
    savedPlan: undefined,
    version: '0.0.0',
    stop: new AbortController().signal,
    signal: new AbortController().signal,
  })
}

async function exerciseRun(scene: Scene, from: World, to: World): Promise<void> {
  await from.seed(keyed, numbered(1200))
  await from.seed(keyless, [...numbered(40), ...numbered(40)])
  await from.seed({ ...keyed, name: 'empty' }, [])
  const summary = await runBetween(scene, from.url, to.url)
  expect(summary.error).toBeUndefined()
  expect(summary).toMatchObject({ status: 'ok', exitCode: 0, attempts: 1 })
  expect(['equal', 'counted']).toContain(summary.validation?.status)
  const counts = summary.datasets.map(({ from: name, read, written }) => `${name} ${read} ${written}`).toSorted()
  expect(counts).toEqual(['empty 0 0', 'keyed 1200 1200', 'keyless 80 80'])
  expect(sorted(await to.readAll(keyed))).toEqual(sorted(numbered(1200)))
  expect(sorted(await to.readAll(keyless))).toEqual(sorted([...numbered(40), ...numbered(40)]))
  const second = await runBetween(scene, from.url, to.url)
  expect(second).toMatchObject({ exitCode: 7, error: { code: 'TL_T307' } })
  expect(await to.readAll(keyed)).toHaveLength(1200)
}

const rejectsOne: Law = {
  name: 'ends with 4 where a row was rejected, and with counts that add up',
  needs: ['target'],
  exercise: async (scene) => {
    await using from = await startMemoryWorld()
    await from.seed(strict, numbered(300))
    const summary = await runBetween(scene, from.url, scene.world.url)
    expect(summary).toMatchObject({ exitCode: 4, error: { code: 'TL_D412' }, rejects: { count: 100 } })
    expect(summary.datasets).toMatchObject([{ read: 300, written: 200, rejected: 100 }])
    expect(await scene.world.readAll(strict)).toHaveLength(200)
    expect(['equal', 'counted']).toContain(summary.validation?.status)
  },
}

const goesOn: Law = {
  name: 'goes on by itself after a lost answer, and writes nothing twice',
  needs: ['target'],
  exercise: async (scene) => {
    await using from = await startMemoryWorld()
    await from.seed(keyed, numbered(50))
    await from.seed(keyless, [...numbered(9), ...numbered(9)])
    await using way = await scene.world.severed()
    way.loseNextAnswer()
    const summary = await runBetween(scene, from.url, way.url, { laneCount: 1 })
    expect(summary.error).toBeUndefined()
    expect(summary.attempts).toBeGreaterThan(1)
    expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(numbered(50)))
    expect(sorted(await scene.world.readAll(keyless))).toEqual(sorted([...numbered(9), ...numbered(9)]))
  },
}

/** Whole runs, with the in-memory connector at the other end. */
export const running: LawGroup = {
  title: 'a whole run',
  laws: [
    {
      name: 'carries every row from it once, and refuses to do so twice',
      needs: ['source'],
      timeoutMs: 60_000,
      exercise: async (scene) => {
        await using to = await startMemoryWorld()
        await exerciseRun(scene, scene.world, to)
      },
    },
    {
      name: 'carries every row to it once, and refuses to do so twice',
      needs: ['target'],
      timeoutMs: 60_000,
      exercise: async (scene) => {
        await using from = await startMemoryWorld()
        await exerciseRun(scene, from, scene.world)
      },
    },
    { ...rejectsOne, timeoutMs: 60_000 },
    { ...goesOn, timeoutMs: 60_000 },
  ],
}
