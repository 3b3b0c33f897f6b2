import { describe, expect, it } from 'vitest'
import { fate } from '../model/fate.ts'
import { ArenaBatch, fullBatchBytes } from './batch.ts'
import type { Layout } from './layout.ts'
import { rowKey } from './row-text.ts'
import { settle } from './settle.ts'

const layout: Layout = {
  dataset: 'orders',
  columns: [
    { name: 'id', type: { kind: 'int', bits: 32, signed: true }, nullable: false },
    { name: 'note', type: { kind: 'text' }, nullable: true },
  ],
  identify: [0],
}

function put(batch: ArenaBatch, row: number, slot: number, bytes: Uint8Array): void {
  const start = batch.reserve(bytes.length)
  batch.bytes.set(bytes, start)
  batch.used += bytes.length
  const frame = batch.frames[0]
  frame?.cells.set([start, bytes.length], (row * 2 + slot) * 2)
}

function filled(count: number): ArenaBatch {
  const batch = new ArenaBatch([layout], 64, 4)
  batch.clear('orders#0', 3, 1000)
  for (let i = 0; i < count; i++) put(batch, batch.addRow(0), 0, Uint8Array.of(i & 255, i >> 8, 0, 0))
  return batch
}

describe('ArenaBatch', () => {
  it('keeps every cell while arena and cells grow', () => {
    const batch = filled(5000)
    expect(rowKey(batch, 0)).toEqual({ id: '0' })
    expect(rowKey(batch, 4999)).toEqual({ id: '4999' })
    expect(batch.frames[0]?.cells[1 * 2 + 1]).toBe(-1)
  })

  it('is full at four MiB of arena and cells, and gives a huge arena back', () => {
    const batch = filled(0)
    expect(batch.isFull()).toBe(false)
    put(batch, batch.addRow(0), 1, new Uint8Array(fullBatchBytes - 32))
    expect(batch.isFull()).toBe(false)
    batch.addRow(0)
    expect(batch.isFull()).toBe(true)
    put(batch, 1, 1, new Uint8Array(20 * fullBatchBytes))
    expect(batch.isOversize()).toBe(true)
    batch.release()
    batch.clear('orders#0', 4, 1002)
    expect(batch.bytes.length).toBeLessThan(2 * fullBatchBytes)
    expect(batch.frames[0]?.rowCount).toBe(0)
  })

  it('counts losses only of rows that go over, and tells rejects by their place in the split', () => {
    const batch = filled(4)
    batch.lose(0, 'note', 'nul-byte-removed')
    batch.lose(2, 'note', 'nul-byte-removed')
    batch.reject({
      row: 2,
      stage: 'read',
      column: 'note',
      code: 'TL_D404',
      reason: 'bad',
      original: { base64: '/w==' },
    })
    batch.reject({ row: 2, stage: 'write', code: 'TL_D403', reason: 'again' })
    const frame = batch.frames[0]
    if (frame !== undefined) frame.fate[3] = fate.filtered
    const settled = settle(batch)
    expect(settled).toMatchObject({ written: 2, filtered: 1, rejected: 1 })
    const place = { split: 'orders#0', position: 1000 }
    expect(settled.losses).toEqual([
      { column: 'note', rule: 'nul-byte-removed', count: 1, sampleKeys: [{ id: '0' }], first: place, last: place },
    ])
    expect(settled.rejects).toEqual([
      {
        dataset: 'orders',
        split: 'orders#0',
        position: 1002,
        stage: 'read',
        column: 'note',
        code: 'TL_D404',
        reason: 'bad',
        key: { id: '2' },
        row: { id: { text: '2' }, note: { base64: '/w==' } },
        printed: ['note'],
      },
    ])
  })

  it('keeps of a rejected row what the source gave of a value that a loss has changed', () => {
    const batch = filled(2)
    const show = (bytes: Uint8Array, start: number, length: number) => ({
      text: Buffer.from(bytes.subarray(start, start + length)).toString(),
    })
    batch.lose(1, 'note', 'nul-byte-removed', batch.keep(Buffer.from('a\0b')), 3, show)
    batch.reserve(10 * fullBatchBytes)
    batch.reject({ row: 1, stage: 'target', code: 'TL_D409', reason: 'a check' })
    expect(settle(batch).rejects[0]).toMatchObject({ row: { note: { text: 'a\0b' } }, printed: ['note'] })
    expect(batch.keptBytes).toBe(3)
  })

  it('rejects a row that is sent again with what was kept of it first, and the new reason', () => {
    const batch = filled(2)
    const first = {
      dataset: 'orders',
      split: 'orders#7',
      position: 41,
      stage: 'read',
      column: 'note',
      code: 'TL_D405',
      reason: 'a NUL',
      key: { id: '9' },
      row: { id: { text: '9' }, note: { text: 'a\0' } },
    } as const
    batch.replayed = [{ ...first, position: 40 }, first]
    batch.lose(1, 'note', 'nul-byte-removed')
    batch.reject({ row: 1, stage: 'target', code: 'TL_D409', reason: 'a check' })
    expect(settle(batch).rejects).toEqual([
      { ...first, stage: 'target', column: undefined, code: 'TL_D409', reason: 'a check', printed: ['note'] },
    ])
  })

  it('rejects with a row all rows that came of it', () => {
    const batch = new ArenaBatch([layout, layout])
    batch.addRow(0)
    batch.addRow(0)
    batch.addRow(1, 1)
    batch.addRow(1, 0)
    batch.addRow(1, 1)
    batch.reject({ row: 1, stage: 'write', code: 'TL_D403', reason: '' })
    expect([...(batch.frames[1]?.fate.subarray(0, 3) ?? [])]).toEqual([fate.rejected, fate.live, fate.rejected])
  })
})
