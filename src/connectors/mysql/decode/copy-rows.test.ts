import { describe, expect, it } from 'vitest'
import { ArenaBatch, fullBatchBytes } from '../../../batch/batch.ts'
import { cellToText } from '../../../canonical/text.ts'
import type { ReadColumn } from '../../../model/plan.ts'
import { RowDecoder } from './row-decoder.ts'
import { wireType, type WireField } from './wire-field.ts'

const int32 = { kind: 'int', bits: 32, signed: true } as const

function column(name: string): ReadColumn {
  const native = { name: 'int', text: 'int', args: [] }
  return { name, type: int32, native, nullable: true, policies: {} }
}

const columns = [column('a'), column('b')]
const field: WireField = { type: wireType.long, width: 4, decimals: 0, unsigned: false }

/** Packets of rows, numbered from `sequence` on; null is NULL. */
function packets(rows: readonly (readonly (number | null)[])[], sequence: number): Buffer {
  return Buffer.concat(
    rows.map((row, i) => {
      const values = row.flatMap((value) => {
        if (value === null) return []
        const bytes = Buffer.alloc(4)
        bytes.writeInt32LE(value)
        return [bytes]
      })
      const bitmap = row.reduce<number>((bits, value, slot) => (value === null ? bits | (1 << (slot + 2)) : bits), 0)
      const payload = Buffer.concat([Buffer.from([0, bitmap]), ...values])
      return Buffer.concat([Buffer.from([payload.length, 0, 0, (sequence + i) & 0xff]), payload])
    }),
  )
}

function worldOf(): { readonly decoder: RowDecoder; readonly batch: ArenaBatch } {
  const layout = { dataset: 't', columns, identify: [0] }
  return { decoder: new RowDecoder(columns, [], [field, field]), batch: new ArenaBatch([layout]) }
}

function valuesOf(batch: ArenaBatch): string[][] {
  const frame = batch.frames[0]
  return Array.from({ length: frame?.rowCount ?? 0 }, (_, row) =>
    columns.map((_column, slot) => {
      const cell = (row * columns.length + slot) * 2
      return cellToText(int32, batch.bytes, frame?.cells[cell] ?? 0, frame?.cells[cell + 1] ?? 0)
    }),
  )
}

describe('rows of a fixed length', () => {
  it('are taken at once, over the end of the packets’ numbers, and say where the last one lies', () => {
    const { decoder, batch } = worldOf()
    const rows = Array.from({ length: 300 }, (_, i) => [i, -i])
    const buffer = packets(rows, 250)
    expect(decoder.copyRows(buffer, 0, 250, batch)).toEqual({ count: 300, end: buffer.length })
    expect(valuesOf(batch)).toEqual(rows.map((row) => row.map((value) => String(value === 0 ? 0 : value))))
    decoder.locateLast()
    expect([...decoder.starts]).toEqual([buffer.length - 8, buffer.length - 4])
    expect([...decoder.lengths]).toEqual([4, 4])
  })

  it.each([
    [
      'has a NULL',
      packets(
        [
          [1, 1],
          [2, null],
          [3, 3],
        ],
        0,
      ),
    ],
    ['is out of order', Buffer.concat([packets([[1, 1]], 0), packets([[3, 3]], 2)])],
    [
      'is cut off',
      packets(
        [
          [1, 1],
          [2, 2],
        ],
        0,
      ).subarray(0, 27),
    ],
    ['is no row', Buffer.concat([packets([[1, 1]], 0), Buffer.from([10, 0, 0, 1, 0xfe]), Buffer.alloc(9)])],
  ])('are taken up to one that %s', (_, buffer) => {
    const { decoder, batch } = worldOf()
    expect(decoder.copyRows(buffer, 0, 0, batch)).toEqual({ count: 1, end: 14 })
    expect(valuesOf(batch)).toEqual([['1', '1']])
  })

  it('leave the one that fills a batch to be taken alone', () => {
    const { decoder, batch } = worldOf()
    const buffer = packets(
      Array.from({ length: 1000 }, (_, i) => [i, i]),
      0,
    )
    const copy = (): number | undefined => decoder.copyRows(buffer, 0, 0, batch)?.end
    while (copy() === buffer.length);
    expect(batch.isFull()).toBe(false)
    expect(batch.rowsBeforeFull(0, 8)).toBe(0)
    expect(copy()).toBeUndefined()
    decoder.decode(buffer, 4, 14, batch)
    expect(batch.isFull()).toBe(true)
    expect(batch.frames[0]?.rowCount).toBe(Math.ceil(fullBatchBytes / (8 + 16)))
  })

  it('are not taken where a value has a length of its own', () => {
    const text = {
      ...column('b'),
      type: { kind: 'text' },
      native: { name: 'text', text: 'text', args: [], charset: 'utf8mb4' },
    } as const
    const layout = { dataset: 't', columns: [column('a'), text], identify: [0] }
    const decoder = new RowDecoder([column('a'), text], [], [field, { ...field, type: wireType.blob, width: 0 }])
    expect(decoder.copyRows(packets([[1, 1]], 0), 0, 0, new ArenaBatch([layout]))).toBeUndefined()
  })
})
