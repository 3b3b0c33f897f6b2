import { describe, expect, it } from 'vitest'
import { partOf } from './part-of.ts'

const column = { bytes: new Uint8Array(3), lengths: new Int32Array([1, -1, 2]) }
const part = { rowCount: 3, columns: [column], faults: [{ row: 2, reason: 'x' }] }

describe('what a thread sends', () => {
  it('is an answer where all of it fits together', () => {
    expect(partOf(part, 3, 1)).toEqual(part)
    expect(partOf(part, 10, 1)).toEqual(part)
  })

  it.each([
    ['nothing', undefined],
    ['a text', 'x'],
    ['no rows', { ...part, rowCount: 0 }],
    ['more rows than were asked for', { ...part, rowCount: 4 }],
    ['part of a row', { ...part, rowCount: 0.5 }],
    ['a column too few', { ...part, columns: [] }],
    ['a column that is none', { ...part, columns: [null] }],
    ['a length too few', { ...part, columns: [{ ...column, lengths: new Int32Array([1, 2]) }] }],
    ['a length that is none', { ...part, columns: [{ ...column, lengths: new Int32Array([-2, 1, 2]) }] }],
    ['lengths that come to more', { ...part, columns: [{ ...column, lengths: new Int32Array([2, 2, 2]) }] }],
    ['bytes that may change', { ...part, columns: [{ ...column, bytes: new Uint8Array(new SharedArrayBuffer(3)) }] }],
    ['a fault of no row', { ...part, faults: [{ row: 3, reason: 'x' }] }],
    ['a fault without a reason', { ...part, faults: [{ row: 0 }] }],
    ['a fault of a column that is none', { ...part, faults: [{ row: 0, reason: 'x', column: 1 }] }],
  ])('is none where it is %s', (_, message) => {
    expect(partOf(message, 3, 1)).toBeUndefined()
  })
})
