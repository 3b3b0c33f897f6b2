import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type AskedRows, CodeWorker } from './code-worker.ts'
import type { Part } from './messages.ts'

function workerOf(source: string): CodeWorker {
  const writes = [{ name: 'out', type: { kind: 'text' }, nullable: true }] as const
  return new CodeWorker(
    { url: import.meta.url.replace('code-worker.test', 'mine'), source, exportName: 'f', reads: [], writes },
    60_000,
  )
}

class Asked implements AskedRows {
  readonly rows: readonly number[]
  readonly taken: number[] = []
  readonly refused: string[] = []

  constructor(count: number) {
    this.rows = Array.from({ length: count }, (_, row) => row)
  }

  pack(rows: readonly number[]) {
    return { rowCount: rows.length, columns: [] }
  }

  take(rows: readonly number[], _part: Part): void {
    this.taken.push(...rows)
  }

  refuse(row: number, reason: string): void {
    this.refused.push(`${row}: ${reason}`)
  }
}

it('is left at once where the signal aborts, and nothing is told of it later', async () => {
  const worker = workerOf('export const f = () => { for (;;) {} }')
  const asked = new Asked(3)
  const stopping = new AbortController()
  const working = worker.work(asked, stopping.signal)
  const timer = setTimeout(() => stopping.abort(new Error('enough')), 300)
  await expect(working).rejects.toThrow('enough')
  clearTimeout(timer)
  await worker.close()
  await delay(50)
  expect([asked.taken, asked.refused]).toEqual([[], []])
})

it('serves one after the other of those that share it, and again after it was closed', async () => {
  const worker = workerOf('let asked = 0; export const f = () => ({ out: String(asked++) })')
  const { signal } = new AbortController()
  const [first, second, third] = [new Asked(5000), new Asked(3), new Asked(0)]
  await Promise.all([
    worker.work(first, signal),
    worker.work(second, signal),
    worker.close(),
    worker.work(third, signal),
  ])
  const fourth = new Asked(2)
  await worker.work(fourth, signal)
  await worker.close()
  expect([first, second, third, fourth].map(({ taken }) => taken)).toEqual([first.rows, second.rows, [], fourth.rows])
})

it('refuses what it was given where its module cannot be loaded again', async () => {
  const worker = workerOf('if (Date.now() > 0) throw new Error("not today"); export const f = 1')
  const asked = new Asked(2)
  await worker.work(asked, new AbortController().signal)
  expect(asked.refused).toEqual([
    expect.stringMatching(/^0: the module cannot be loaded again: Error: not today \(mine\.ts:1:\d+\)$/),
    expect.stringMatching(/^1: the module cannot be loaded again/),
  ])
})

it.each([20, 26])('comes to an end where each of %d rows costs its thread', { timeout: 60_000 }, async (count) => {
  const worker = workerOf('export const f = () => process.exit()')
  const asked = new Asked(count)
  await worker.work(asked, new AbortController().signal)
  expect(asked.refused).toHaveLength(count)
  expect(asked.refused.filter((one) => one.includes('it was not tried'))).toHaveLength(Math.max(0, count - 25))
})
