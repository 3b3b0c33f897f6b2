import { describe, expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { DatasetConfig, Pipeline } from '../../src/config/pipeline.ts'
import { memory, memoryDatabase } from '../../src/connectors/memory/index.ts'
import { defaultFlags } from '../../src/index.ts'
import { type RejectFilter, replayRejects } from '../../src/run/replay.ts'
import type { RunRequest } from '../../src/run/request.ts'
import { run } from '../../src/run/run.ts'
import { memoryTable } from '../support/memory-table.ts'
import { quietEvents } from '../types/run-defaults.ts'

const never = new AbortController().signal

let serial = 0

/** Two databases of this process, and a table `users` with an id, a status and a note in the first. */
function openWorld(rows: readonly (readonly (string | null)[])[], isKeyed = true) {
  serial++
  const [from, to] = [`replaysource${serial}`, `replaytarget${serial}`]
  const [source, target] = [memoryDatabase(from), memoryDatabase(to)]
  const info = memoryTable('users', { id: 'int(64)', status: 'text', note: 'text?' }, isKeyed)
  source.put(
    info,
    rows.map((row) => [...row]),
  )
  const pipeline = (dataset: Partial<DatasetConfig>, over: Partial<Pipeline> = {}): Pipeline => ({
    ...pipelineBetween(`memory:${from}`, `memory:${to}`),
    datasets: [{ from: 'users', columns: {}, ...dataset }],
    ...over,
  })
  const state = async () => (await openTarget(to)).state
  return {
    source,
    target,
    info,
    pipeline,
    rejects: async (id: string) => await (await state()).rejects(id, never),
    fence: async (id: string) => (await (await state()).takeOver(id, never)).fence,
    arrived: () => target.tables.get('main.users')?.rows.map((row) => row.join('|')),
  }
}

async function openTarget(name: string) {
  const end = memory.parseUrl(`memory:${name}`)
  if (memory.openTarget === undefined) throw new Error('memory is no target')
  return await memory.openTarget(end, { laneCount: 1, notice: () => {} }, never)
}

const mapTo = (values: Record<string, string>) => ({
  transform: [{ map: { column: 'status', type: 'text', values, otherwise: 'reject' } }],
})
const strict = mapTo({ new: 'N' })
const repaired = mapTo({ new: 'N', odd: 'O' })

function requestOf(pipeline: Pipeline): RunRequest {
  return {
    pipeline,
    flags: { ...defaultFlags, yes: true },
    registry: async () => memory,
    events: quietEvents,
    savedPlan: undefined,
    version: '0.0.0',
    stop: never,
    signal: never,
  }
}

async function rejected(world: ReturnType<typeof openWorld>, dataset: Partial<DatasetConfig> = strict) {
  const { run: id, rejects, error } = await run(requestOf(world.pipeline(dataset)))
  if (id === null) throw new Error(error?.message)
  return { id, count: rejects.count }
}

const replay = (pipeline: Pipeline, id: string, filter: RejectFilter = {}) =>
  replayRejects(requestOf(pipeline), id, filter)

const three = [
  ['1', 'new', 'a'],
  ['2', 'odd', 'b'],
  ['3', 'weird', null],
]

describe('replayRejects', () => {
  it('sends rows as they are stored through the pipeline as it is now, whatever the source has by then', async () => {
    const world = openWorld(three)
    const { id } = await rejected(world)
    world.source.put(world.info, [])
    const again = await replay(world.pipeline(repaired), id)
    expect(again).toMatchObject({
      run: id,
      exitCode: 4,
      consistency: { level: 'snapshot' },
      rejects: { count: 1, replayed: 1 },
      datasets: [
        { read: 3, written: 2, rejected: 1, vanished: 0, replayed: 1, outputs: [{ written: 2, rejected: 1 }] },
      ],
    })
    expect(world.arrived()).toEqual(['1|N|a', '2|O|b'])
    expect(await world.rejects(id)).toMatchObject([
      { position: 2, key: { id: '3' }, reason: 'map: "weird" is not in the table' },
    ])
  })

  it('sends none twice, and ends well where none is left', async () => {
    const world = openWorld(three)
    const { id } = await rejected(world)
    const all = world.pipeline(mapTo({ new: 'N', odd: 'O', weird: 'W' }))
    for (const attempt of [2, 3, 4]) {
      const again = await replay(all, id)
      expect(again.error).toBeUndefined()
      expect(again).toMatchObject({ exitCode: 0, attempts: attempt, rejects: { count: 0, replayed: 2 } })
      expect(world.arrived()).toEqual(['1|N|a', '2|O|b', '3|W|'])
    }
  })

  it('keeps a row that fails again, as it was read first and with its new reason', async () => {
    const world = openWorld(three)
    const { id } = await rejected(world)
    const [before] = await world.rejects(id)
    const checked = { transform: [...repaired.transform, { check: { noted: 'note != "b"' } }] }
    await replay(world.pipeline(checked), id, { dataset: 'users' })
    const [after] = await world.rejects(id)
    expect(after).toMatchObject({ ...before, column: undefined, printed: [], reason: expect.stringContaining('noted') })
    expect(await replay(world.pipeline(repaired), id)).toMatchObject({ datasets: [{ written: 2, rejected: 1 }] })
  })

  it('counts a row that the pipeline leaves out by now as filtered', async () => {
    const world = openWorld(three)
    const { id } = await rejected(world)
    const again = await replay(world.pipeline({ transform: [{ filter: 'status == "new"' }] }), id)
    expect(again).toMatchObject({
      exitCode: 0,
      datasets: [{ read: 3, written: 1, filtered: 2, rejected: 0, replayed: 2 }],
    })
  })

  it('takes just those of a dataset, or with a code', async () => {
    const world = openWorld(three)
    const { id } = await rejected(world)
    const none = await replay(world.pipeline(repaired), id, { code: 'TL_D406' })
    expect(none.error).toMatchObject({ code: 'TL_C105', message: `The run ${id} has no such rejected rows waiting` })
    expect(await replay(world.pipeline(repaired), id, { code: 'TL_D415' })).toMatchObject({
      datasets: [{ written: 2 }],
    })
  })

  describe('where a row is not stored whole', () => {
    const without = { columns: { note: { drop: true } }, ...strict }
    const withNote = {
      transform: [{ set: { status: 'coalesce(note, "none")' } }, { drop: ['note'] }],
    }

    it('reads it again by key, and says that rows are of two moments', async () => {
      const world = openWorld(three)
      const { id, count } = await rejected(world, without)
      expect(count).toBe(2)
      world.source.keepsLog = false
      const again = await replay(world.pipeline(withNote), id)
      expect(again).toMatchObject({ exitCode: 0, consistency: { level: 'mixed' }, datasets: [{ read: 3, written: 3 }] })
      expect(world.arrived()).toEqual(['1|N', '2|b', '3|none'])
    })

    it('refuses one that the source has no more, by name', async () => {
      const world = openWorld(three)
      const { id } = await rejected(world, without)
      world.source.put(world.info, three.slice(0, 2))
      expect(await replay(world.pipeline(withNote), id)).toMatchObject({ datasets: [{ written: 2, rejected: 1 }] })
      expect(await world.rejects(id)).toMatchObject([
        {
          key: { id: '3' },
          code: 'TL_D420',
          reason:
            'note is not stored, and the source has no row of that key any more ' +
            '(rejected before with TL_D415 in status: map: "weird" is not in the table)',
        },
      ])
    })

    it('refuses those of a table without a key', async () => {
      const world = openWorld(three, false)
      const { id } = await rejected(world, without)
      expect(await replay(world.pipeline(withNote), id)).toMatchObject({ datasets: [{ written: 1, rejected: 2 }] })
      const reason = expect.stringContaining('note is not stored, and its table has no key to read it again by')
      expect(await world.rejects(id)).toMatchObject([{ reason }, { reason }])
    })
  })

  it('refuses a pipeline that takes the dataset elsewhere, or does not take it', async () => {
    const world = openWorld(three)
    const { id } = await rejected(world)
    world.target.put({ ...world.info, name: { schema: 'main', name: 'people' } }, [])
    expect((await replay(world.pipeline({ to: 'people', ...repaired }), id)).error).toMatchObject({
      code: 'TL_C105',
      message: 'The run took users to main.users, and by the pipeline it goes to main.people',
    })
    expect((await replay(world.pipeline(repaired, { except: ['users'] }), id)).error).toMatchObject({
      code: 'TL_C105',
      message: 'Rows of users were rejected, and the pipeline does not take that dataset',
    })
    expect(world.target.tables.get('main.people')?.rows).toEqual([])
    expect(await world.rejects(id)).toHaveLength(2)
  })

  it('refuses other ends, a run that is not there, and one that is not copied', async () => {
    const world = openWorld(three)
    const { id } = await rejected(world)
    const other = openWorld(three)
    const elsewhere = { ...world.pipeline(repaired), source: other.pipeline({}).source }
    expect((await replay(elsewhere, id)).error).toMatchObject({ code: 'TL_K503' })
    expect((await replay(world.pipeline(repaired), 'nobody')).error).toMatchObject({ code: 'TL_T305' })
    const stopping = world.pipeline(strict, { errors: { onReject: 'stop' }, mode: 'append' })
    const stopped = await run({ ...requestOf(stopping), stop: AbortSignal.abort(new Error('stopped')) })
    expect((await replay(world.pipeline(repaired), stopped.run ?? '')).error?.message).toMatch(/are not copied yet/)
  })

  it('writes nothing once another has taken the run over', async () => {
    const world = openWorld(three)
    const { id } = await rejected(world)
    const late = requestOf(world.pipeline(repaired))
    let isTaken = false
    const registry: RunRequest['registry'] = async () => ({
      ...memory,
      openTarget: async (...args) => {
        const target = await memory.openTarget!(...args)
        const openWriter = target.openWriter.bind(target)
        target.openWriter = async (lane, signal) => {
          if (!isTaken) await world.fence(id)
          isTaken = true
          return await openWriter(lane, signal)
        }
        return target
      },
    })
    expect((await replayRejects({ ...late, registry }, id, {})).error).toMatchObject({ code: 'TL_K501' })
    expect(world.arrived()).toEqual(['1|N|a'])
    expect(await world.rejects(id)).toHaveLength(2)
    expect(await replayRejects(late, id, {})).toMatchObject({ datasets: [{ written: 2 }] })
  })
})
