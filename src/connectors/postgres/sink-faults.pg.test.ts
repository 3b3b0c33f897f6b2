import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import type { ArenaBatch } from '../../batch/batch.ts'
import { createDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { batchOf, never, openTarget, type TextRow, WriterWorld } from '../../../test/support/postgres/writer-world.ts'
import { startProxy } from '../../../test/support/proxy.ts'

const columns = [
  { name: 'id', type: { kind: 'int', bits: 32, signed: true } },
  { name: 'value', type: { kind: 'text' } },
] as const
const table = { table: 'data', columns }
const copyDone = new Uint8Array([0x63, 0, 0, 0, 4])

const rows = (from: number, count: number, length = 20): TextRow[] =>
  Array.from({ length: count }, (_, n) => [String(from + n), `${from + n} `.repeat(length).slice(0, length)])

describeEngines(['postgres15'], 'a writer behind a bad network', () => {
  const world = async () => {
    const database = await createDatabase(engineUrl('postgres15'), 'faults')
    await database.query('CREATE TABLE data (id integer PRIMARY KEY, value text)')
    return database
  }
  const ids = async (database: { query: (sql: string) => Promise<readonly object[]> }) =>
    await database.query('SELECT count(*)::integer AS n, count(DISTINCT id)::integer AS distinct FROM data')

  it('finds a commit whose answer was lost in the state, and goes on without a duplicate', async () => {
    await using database = await world()
    await using proxy = await startProxy(database.url)
    await using target = await openTarget(proxy.url())
    const run = await WriterWorld.begin(target, [table])
    const batches: ArenaBatch[] = [0, 1].map((sequence) =>
      batchOf(run.layouts, [rows(sequence * 100, 100)], { sequence, readBefore: sequence * 100 }),
    )
    const [first, second] = batches
    if (first === undefined || second === undefined) throw new Error('no batches')
    {
      await using writer = await run.openWriter()
      proxy.holdReplies({ after: copyDone })
      const write = writer.write(first, run.checkpoint(first), never).then(String, (error: unknown) => error)
      await proxy.untilHeld(AbortSignal.timeout(10_000))
      proxy.cut()
      proxy.resume()
      expect(await write).toMatchObject({ code: 'TL_T302' })
    }
    const { fence } = await target.state.takeOver(run.run.run, never)
    const [split] = await target.state.splits(run.run.run, never)
    expect(split).toMatchObject({ sequence: 1, cursor: [0], counts: { read: 100, written: 100 } })
    await using next = await run.openWriter({ fence, sequence: 1, readBefore: 100 })
    await next.write(second, run.checkpoint(second, { fence, done: true }), never)
    expect(await ids(database)).toEqual([{ n: 200, distinct: 200 }])
  })

  it('loses nothing and keeps nothing where the connection breaks in the middle of a COPY', async () => {
    await using database = await world()
    await using proxy = await startProxy(database.url)
    await using target = await openTarget(proxy.url())
    const run = await WriterWorld.begin(target, [table])
    const batch = batchOf(run.layouts, [rows(0, 2_000, 500)])
    {
      await using writer = await run.openWriter()
      proxy.throttle(400_000)
      const write = writer.write(batch, run.checkpoint(batch), never).then(String, (error: unknown) => error)
      setTimeout(() => proxy.cut(), 500)
      expect(await write).toMatchObject({ code: 'TL_T302' })
      proxy.resume()
    }
    const { fence } = await target.state.takeOver(run.run.run, never)
    expect(await target.state.splits(run.run.run, never)).toMatchObject([{ sequence: 0, counts: { read: 0 } }])
    await using writer = await run.openWriter({ fence })
    await writer.write(batch, run.checkpoint(batch, { fence, done: true }), never)
    expect(await ids(database)).toEqual([{ n: 2_000, distinct: 2_000 }])
  })

  it('gets every byte through a slow network', async () => {
    await using database = await world()
    await using proxy = await startProxy(database.url)
    await using target = await openTarget(proxy.url())
    const run = await WriterWorld.begin(target, [table])
    const texts = rows(0, 1_500, 1_000)
    const batch = batchOf(run.layouts, [texts])
    await using writer = await run.openWriter()
    proxy.throttle(2_000_000)
    await writer.write(batch, run.checkpoint(batch, { done: true }), never)
    const [sum] = await database.query("SELECT md5(string_agg(value, '' ORDER BY id)) AS md5 FROM data")
    const expected = createHash('md5')
    for (const [, text] of texts) expected.update(text ?? '')
    expect(sum).toEqual({ md5: expected.digest('hex') })
  })

  it('ends within 5 s of an abort though nobody answers any more', async () => {
    await using database = await world()
    await using proxy = await startProxy(database.url)
    await using target = await openTarget(proxy.url())
    const run = await WriterWorld.begin(target, [table])
    await using writer = await run.openWriter()
    const batch = batchOf(run.layouts, [rows(0, 10)])
    proxy.stall()
    const abort = new AbortController()
    const reason = new Error('enough')
    const write = writer.write(batch, run.checkpoint(batch), abort.signal)
    let start = 0
    setTimeout(() => {
      start = performance.now()
      abort.abort(reason)
    }, 100)
    await expect(write).rejects.toBe(reason)
    expect(performance.now() - start).toBeLessThan(5_000)
    proxy.cut()
    proxy.resume()
  }, 20_000)
})
