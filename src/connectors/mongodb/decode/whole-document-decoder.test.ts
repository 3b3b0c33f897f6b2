import { BSON } from 'bson'
import { expect, it } from 'vitest'
import { ArenaBatch } from '../../../batch/batch.ts'
import { fate } from '../../../model/fate.ts'
import type { ReadPlan } from '../../../model/plan.ts'
import { decoderOf } from './whole-document-decoder.ts'

const read: ReadPlan = {
  dataset: 't',
  table: { schema: 'd', name: 't' },
  columns: [
    {
      name: '_id',
      native: { name: 'id', text: 'id', args: [] },
      type: { kind: 'text' },
      nullable: false,
      policies: {},
    },
    {
      name: '$document',
      native: { name: 'bson', text: 'bson', args: [] },
      type: { kind: 'native', engine: 'mongodb', type: 'bson' },
      nullable: false,
      policies: {},
    },
  ],
  identify: ['_id'],
}

function decode(...documents: Uint8Array[]) {
  const batch = new ArenaBatch([{ dataset: 't', columns: read.columns, identify: [0] }])
  const decoder = decoderOf(read)
  for (const [place, document] of documents.entries()) {
    const before = new Uint8Array(document.length + 6).fill(0xee)
    before.set(document, 3)
    decoder.decode(before, 3, 3 + document.length, place + 1, batch)
  }
  const { cells, rowCount, fate: fates } = batch.frames[0]!
  const cell = (at: number): Buffer | undefined =>
    cells[at * 2 + 1]! < 0
      ? undefined
      : Buffer.from(batch.bytes.slice(cells[at * 2], cells[at * 2]! + cells[at * 2 + 1]!))
  const rows = Array.from({ length: rowCount }, (_, row) => ({
    id: cell(row * 2)?.toString(),
    document: cell(row * 2 + 1)?.toString('hex'),
    isLive: fates[row] === fate.live,
  }))
  return { rows, rejects: batch.rejects }
}

const hex = (document: object): string => Buffer.from(BSON.serialize(document)).toString('hex')

it('takes documents byte for byte, but for an _id that does not stand in front (cases 2, 29, 31)', () => {
  const twice = Buffer.from(hex({ _id: 1, a: 1, b: 2 }), 'hex')
  twice[twice.indexOf('b\0', 14)] = 0x61
  const odd = BSON.serialize({ '': {}, a: [1, 'x'], _id: { b: 1, a: 2 }, z: null })
  const { rows, rejects } = decode(BSON.serialize({ _id: null }), odd, twice)
  expect(rows).toEqual([
    { id: 'null', document: hex({ _id: null }), isLive: true },
    {
      id: '{"b":{"$numberInt":"1"},"a":{"$numberInt":"2"}}',
      document: hex({ _id: { b: 1, a: 2 }, '': {}, a: [1, 'x'], z: null }),
      isLive: true,
    },
    { id: '{"$numberInt":"1"}', document: twice.toString('hex'), isLive: true },
  ])
  expect(rejects).toEqual([])
})

it('rejects what is no BSON to its depth, and what has no _id, and leaves the others as they are', () => {
  const broken = BSON.serialize({ _id: 1, a: { b: 'text' } })
  broken[broken.length - 3] = 7
  const { rows, rejects } = decode(
    BSON.serialize({ _id: 1 }),
    broken,
    BSON.serialize({ a: 1 }),
    BSON.serialize({ _id: 2 }),
  )
  expect(rows.map(({ id, isLive }) => [id, isLive])).toEqual([
    ['{"$numberInt":"1"}', true],
    [undefined, false],
    [undefined, false],
    ['{"$numberInt":"2"}', true],
  ])
  expect(rejects.map(({ row, code }) => [row, code])).toEqual([
    [1, 'TL_D402'],
    [2, 'TL_D402'],
  ])
  expect(rejects[1]?.reason).toBe('it has no _id')
})
