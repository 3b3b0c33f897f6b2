import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run, startRun } from '../support/child.ts'
import { startProxy } from '../support/proxy.ts'
import { untilUnderWay } from './exercise-faults.ts'
import type { LiveServer } from './live-server.ts'
import { endOf, type LiveWorld, liveWorld } from './live-world.ts'
import { planWithSplits } from './plan-with-splits.ts'

const count = 6_000

async function seed({ source }: LiveWorld): Promise<void> {
  const pad = 'x'.repeat(2_000)
  await source.insert(
    't',
    Array.from({ length: count }, (_, n) => ({ _id: n, n, pad, lines: [{ c: n }] })),
  )
}

/** Documents of a server that somebody takes away, moves or changes while they are copied. */
export function exerciseMoves(server: LiveServer): void {
  it('goes on behind the document that it had come to, though that one is gone (case 5)', async () => {
    await using world = await liveWorld(server, 'gone')
    await seed(world)
    const { source, target } = world
    const args = ['--plan', await planWithSplits(world, 1), '--source-quiet', '--jobs', '1']
    const killed = await run(source.url, target.url, { args, probe: 'after-commit:2' })
    expect(killed.signal).toBe('SIGKILL')
    const [point] = await target.query('SELECT max(_id)::int AS last FROM t')
    const last = Number(point?.['last'])
    expect(last).toBeLessThan(count - 2)
    await source.db.collection('t').deleteMany({ _id: { $in: [last, last + 1] } } as never)
    const { exitCode, summary } = await run(source.url, target.url, { args })
    // What was copied before it was taken away is there still, and is told.
    expect([exitCode, summary?.validation?.status]).toEqual([1, 'different'])
    const [dataset] = summary?.validation?.datasets ?? []
    expect(dataset?.differences).toEqual({ missing: 0, extra: 1, changed: 0 })
    expect(dataset?.samples.map(({ key }) => key)).toEqual([{ _id: String(last) }])
    const there = await target.query('SELECT count(*)::int AS n, count(DISTINCT n)::int AS d FROM t WHERE _id <> $1', [
      last,
    ])
    expect(there).toEqual([{ n: count - 2, d: count - 2 }])
  })

  it('tells of a document that moved behind the place it had come to, and has it when run again (case 6)', async () => {
    await using world = await liveWorld(server, 'moved')
    await seed(world)
    const { source, target } = world
    await using proxy = await startProxy(source.url)
    proxy.throttle(8_000_000)
    const args = ['--jobs', '1', '--census', 'sample']
    await using child = await startRun(proxy.url(), target.url, { args })
    await Promise.race([untilUnderWay(target, count), child.ended])
    const moved = count - 1
    await source.db.collection('t').deleteOne({ _id: moved } as never)
    await source.insert('t', [{ _id: -1, n: moved, pad: 'moved', lines: [{ c: moved }] }])
    proxy.resume()
    const { exitCode, summary } = await child.ended
    expect([exitCode, summary?.validation?.status]).toEqual([1, 'different'])
    const [dataset] = summary?.validation?.datasets ?? []
    expect(dataset?.differences).toMatchObject({ missing: 1, changed: 0 })
    expect(dataset?.samples.map(({ key }) => key)).toContainEqual({ _id: '-1' })
    const again = await world.run('--mode', 'replace')
    expect([endOf(again), again.document.validation?.status]).toEqual([{ status: 0 }, 'equal'])
    const rows = await target.query('SELECT _id FROM t WHERE n = $1', [moved])
    expect(rows).toEqual([{ _id: -1 }])
  })

  it('keeps values of types that come behind those that were looked at (case 34)', async () => {
    await using world = await liveWorld(server, 'later')
    const plain = Array.from({ length: 11_000 }, (_, n) => ({ _id: n, v: n, l: [1] }))
    await world.source.insert('t', [...plain, { _id: 11_000, v: 'text', w: 'new', l: ['odd'] }])
    const ran = await world.run('--census', 'off')
    expect([endOf(ran), ran.document.validation?.status]).toEqual([{ status: 0 }, 'equal'])
    const [row] = await world.target.query('SELECT v, _rest::text FROM t WHERE _id = 11000')
    expect(row).toEqual({ v: null, _rest: '{"v": "text", "w": "new"}' })
    const [element] = await world.target.query('SELECT value, _rest::text FROM t_l WHERE t_id = 11000')
    expect(element).toEqual({ value: null, _rest: '{"$value": "odd"}' })
    const [earlier] = await world.target.query('SELECT count(*)::int AS n, sum(v)::int AS sum FROM t WHERE v = _id')
    expect(earlier).toEqual({ n: 11_000, sum: (10_999 * 11_000) / 2 })
  })

  it('rejects a key that the sample had none like, and takes it where it is told to', async () => {
    await using world = await liveWorld(server, 'keys')
    const key = (n: number): string => `k${String(n).padStart(6, '0')}`
    const documents = Array.from({ length: 30_000 }, (_, n) => ({ _id: key(n) }))
    await world.source.insert('t', [...documents, { _id: `${key(14_990)}\0` }])
    const ran = await world.run('--census', 'sample')
    expect([ran.status, ran.document.datasets[0]]).toMatchObject([4, { written: 30_000, rejected: 1 }])
    expect(ran.document.rejects.byReason).toEqual({ TL_D405: 1 })
    const ends = { source: world.source.url, target: world.target.url }
    const datasets = [{ from: 't', to: 'public.whole', shape: { _id: { as: 'column', type: 'id' } } }]
    await writeFile(join(world.directory, 'p.yaml'), JSON.stringify({ version: 1, ...ends, datasets }))
    const cured = await world.transload('run', 'p.yaml', '--json', '--yes', '--census', 'sample')
    expect(endOf(cured)).toEqual({ status: 0 })
    expect(await world.target.query('SELECT count(*)::int AS n FROM whole')).toEqual([{ n: 30_001 }])
  })

  it('takes the largest documents that there are (case 39)', async () => {
    await using world = await liveWorld(server, 'large')
    const largest = 16 * 1024 * 1024 - 100
    for (const _id of [1, 2, 3]) await world.source.insert('t', [{ _id, v: String(_id).repeat(largest) }])
    const ran = await world.run()
    expect([endOf(ran), ran.document.validation?.status]).toEqual([{ status: 0 }, 'equal'])
    expect(await world.target.query('SELECT _id, length(v) AS length, left(v, 1) AS first FROM t ORDER BY 1')).toEqual(
      [1, 2, 3].map((_id) => ({ _id, length: largest, first: String(_id) })),
    )
  })
}
