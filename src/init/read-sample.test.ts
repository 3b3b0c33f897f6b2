import { expect, it } from 'vitest'
import type { Batch } from '../batch/batch.ts'
import { asTexts, readSample } from './read-sample.ts'

/** Fills a batch with so many rows of two texts, the second of them NULL in every other row. */
function fill(batch: Batch, count: number, length: number): void {
  for (let i = 0; i < count; i++) {
    const row = batch.addRow(0)
    const start = batch.reserve(length)
    batch.bytes.fill(97, start, start + length)
    batch.used += length
    batch.frames[0]?.cells.set(i % 2 === 0 ? [start, length, start, 1] : [start, length], row * 4)
  }
}

/** As a table of so many rows, in batches. */
async function sampleOf(rowCount: number, batchRows: number, length = 3) {
  let left = rowCount
  let reads = 0
  const columns = asTexts(['a', 'b'])
  const sample = await readSample('t', columns, columns.slice(1), (batch) => {
    reads++
    const count = Math.min(left, batchRows)
    left -= count
    fill(batch, count, length)
    return Promise.resolve(left > 0)
  })
  return { ...sample, reads }
}

it('a small table is looked at as a whole, and of it the columns that are wanted', async () => {
  const { columns, ...rest } = await sampleOf(3, 10)
  expect(rest).toEqual({ rowCount: 3, isWhole: true, reads: 1 })
  expect([...columns]).toEqual([['b', ['a', null, 'a']]])
})

it('a table without rows is whole', async () => {
  expect(await sampleOf(0, 10)).toMatchObject({ rowCount: 0, isWhole: true })
})

it('a large one is looked at for 5,000 rows, and no batch more is asked for', async () => {
  expect(await sampleOf(100_000, 3_000)).toMatchObject({ rowCount: 5_000, isWhole: false, reads: 2 })
  expect(await sampleOf(5_000, 5_000)).toMatchObject({ rowCount: 5_000, isWhole: true, reads: 1 })
  expect(await sampleOf(5_001, 9_000)).toMatchObject({ rowCount: 5_000, isWhole: false, reads: 1 })
})

it('one of long rows is looked at for four batches', async () => {
  expect(await sampleOf(1_000, 10)).toMatchObject({ rowCount: 40, isWhole: false, reads: 4 })
})

it('long values are cut', async () => {
  const columns = asTexts(['a', 'b'])
  const sample = await readSample('t', columns, columns, (batch) => {
    fill(batch, 1, 5_000)
    return Promise.resolve(false)
  })
  expect(sample.columns.get('a')?.[0]).toHaveLength(1_000)
})
