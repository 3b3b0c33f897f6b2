import { deserialize, type Document, EJSON } from 'bson'
import { describe, expect, it } from 'vitest'
import { ArenaBatch } from '../../../../batch/batch.ts'
import type { Layout } from '../../../../batch/layout.ts'
import { textToCell } from '../../../../canonical/text.ts'
import type { CanonicalType } from '../../../../model/canonical-type.ts'
import type { WritePlan } from '../../../../model/plan.ts'
import { lastOfEachId } from '../id-table.ts'
import { RowEncoder } from './row-encoder.ts'

const int64: CanonicalType = { kind: 'int', bits: 64, signed: true }
const text: CanonicalType = { kind: 'text' }
const types: readonly CanonicalType[] = [int64, text, text]
const names = ['tenant', 'code', 'note'] as const
const maxBytes = 1000

const layout: Layout = {
  dataset: 'pairs',
  columns: names.map((name, i) => ({ name, type: types[i] ?? text, nullable: true })),
  identify: [0],
}

function writeOf(frame = 0): WritePlan {
  return {
    frame,
    to: { schema: 'shop', name: 'pairs' },
    mode: 'create',
    columns: names.map((name, slot) => ({ name, slot, type: types[slot] ?? text })),
    mergeKey: [],
  }
}

function encoderFor(key: readonly string[], frame = 0): RowEncoder {
  const columns = names.map((name, i) => ({ name, type: i === 0 ? 'long' : 'string', nullable: name !== 'code' }))
  return new RowEncoder(writeOf(frame), { columns, key }, maxBytes, 'a-run')
}

function filled(rows: readonly (readonly (string | null)[])[], frame = 0, origins: readonly number[] = []): ArenaBatch {
  const batch = new ArenaBatch([layout, layout])
  batch.clear('pairs#3', 7, 100)
  if (frame > 0) for (let i = 0; i < 3; i++) batch.addRow(0)
  for (const [i, row] of rows.entries()) {
    const at = batch.addRow(frame, origins[i])
    for (const [slot, value] of row.entries()) {
      if (value === null) continue
      const cell = textToCell(types[slot] ?? text, value)
      const start = batch.reserve(cell.length)
      batch.bytes.set(cell, start)
      batch.used += cell.length
      batch.frames[frame]?.cells.set([start, cell.length], (at * row.length + slot) * 2)
    }
  }
  return batch
}

function documentsOf({ documents }: RowEncoder): unknown[] {
  const { arena, starts, ends } = documents
  return Array.from({ length: documents.count }, (_, i) => {
    const bytes = arena.bytes.subarray(starts[i], ends[i])
    const document: Document = deserialize(bytes, { promoteValues: false, promoteLongs: false })
    return EJSON.serialize(document, { relaxed: false })
  })
}

function encode(encoder: RowEncoder, batch: ArenaBatch, frame = 0): unknown[] {
  const filledFrame = batch.frames[frame]
  if (filledFrame !== undefined) encoder.encode(batch, filledFrame)
  return documentsOf(encoder)
}

describe('rows as documents', () => {
  it('has a key of one column as _id, and nowhere else', () => {
    const batch = filled([['1', 'a', null]])
    expect(encode(encoderFor(['tenant']), batch)).toEqual([{ _id: { $numberLong: '1' }, code: 'a', note: null }])
  })

  it('has a key of several columns as a document, in the order of the key', () => {
    const [document] = encode(encoderFor(['code', 'tenant']), filled([['1', 'a', 'x']]))
    expect(document).toEqual({ _id: { code: 'a', tenant: { $numberLong: '1' } }, note: 'x' })
    expect(Object.keys((document as { _id: object })._id)).toEqual(['code', 'tenant'])
  })

  it('says without a key where the row came from, so that it is the same document when it is read again', () => {
    const rows = [
      ['1', 'a', null],
      ['1', 'a', null],
    ] as const
    const encoder = encoderFor([])
    const first = encode(encoder, filled(rows))
    expect(first).toMatchObject(
      [100, 101].map((row) => ({ _id: { run: 'a-run', split: 'pairs#3', row: { $numberLong: `${row}` } } })),
    )
    expect(encode(encoder, filled(rows))).toEqual(first)
  })

  it('tells rows of one source row apart by their place among them', () => {
    const rows = ['a', 'b', 'c'].map((code) => ['1', code, null])
    const found = encode(encoderFor([], 1), filled(rows, 1, [0, 0, 2]), 1) as { _id: unknown }[]
    const id = (row: number, place: number): unknown => ({
      run: 'a-run',
      split: 'pairs#3',
      row: { $numberLong: String(row) },
      frame: { $numberLong: '1' },
      place: { $numberLong: String(place) },
    })
    expect(found.map(({ _id }) => _id)).toEqual([id(100, 0), id(100, 1), id(102, 0)])
  })

  it('leaves out a value that is absent, and keeps a NULL', () => {
    const batch = filled([['1', 'a', null]])
    batch.frames[0]?.cells.set([0, -2], 4)
    expect(encode(encoderFor(['tenant']), batch)).toEqual([{ _id: { $numberLong: '1' }, code: 'a' }])
  })

  it('rejects a NULL that is not taken, a key without a value, and a document that is too large (case 39)', () => {
    const batch = filled([
      ['1', null, null],
      [null, 'a', null],
      ['3', 'a', 'x'.repeat(maxBytes)],
      ['4', 'a', 'y'],
    ])
    expect(encode(encoderFor(['tenant']), batch)).toMatchObject([{ _id: { $numberLong: '4' } }])
    expect(batch.rejects.map(({ row, code, column }) => [row, code, column])).toEqual([
      [0, 'TL_D403', 'code'],
      [1, 'TL_D403', 'tenant'],
      [2, 'TL_D401', undefined],
    ])
  })

  it('finds the last document of every _id', () => {
    const batch = filled(['1', '2', '1', '3', '2', '1'].map((id) => [id, 'a', null]))
    const encoder = encoderFor(['tenant'])
    encode(encoder, batch)
    const { last, isLast } = lastOfEachId(encoder.documents)
    expect([...last]).toEqual([3, 4, 5])
    expect([...isLast]).toEqual([0, 0, 0, 1, 1, 1])
  })
})
