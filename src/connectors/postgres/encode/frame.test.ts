import { describe, expect, it } from 'vitest'
import { batchOf } from '../../../../test/support/postgres/writer-world.ts'
import { settle } from '../../../batch/settle.ts'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import { parseTypeText } from '../types.ts'
import type { WriteTarget } from '../write-target.ts'
import { splitJsonArray } from './array.ts'
import { FrameEncoder } from './frame.ts'

const int16: CanonicalType = { kind: 'int', bits: 16, signed: true }
const text: CanonicalType = { kind: 'text' }

function worldOf(columns: readonly (readonly [name: string, type: CanonicalType, to: string])[], notNull = false) {
  const layout = {
    dataset: 'd',
    identify: [0],
    columns: columns.map(([name, type]) => ({ name, type, nullable: true })),
  }
  const target: WriteTarget = {
    plan: { frame: 0, to: { schema: 's', name: 't' }, mode: 'append', columns: [], mergeKey: [] },
    table: '"s"."t"',
    isWatched: false,
    fields: columns.map(([name, type, to], slot) => ({
      column: { name, slot, type },
      type: parseTypeText(to),
      notNull,
      identityAlways: false,
    })),
  }
  return { layouts: [layout], target }
}

const header = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1').toString('hex') + '00'.repeat(8)

describe('FrameEncoder', () => {
  it('writes header, rows and trailer as the documentation of COPY has them', () => {
    const { layouts, target } = worldOf([
      ['a', int16, 'integer'],
      ['b', text, 'text'],
    ])
    const batch = batchOf(layouts, [
      [
        ['-2', 'é'],
        ['7', null],
      ],
    ])
    const { pieces, rowCount, rows } = new FrameEncoder(target, { isChecked: true, hasRowNumbers: false }).encode(batch)
    expect(rowCount).toBe(2)
    expect([...rows]).toEqual([0, 1])
    expect(Buffer.concat(pieces).toString('hex')).toBe(
      `${header}0002` + '00000004fffffffe' + '00000002c3a9' + '0002' + '0000000400000007' + 'ffffffff' + 'ffff',
    )
  })

  it('case 35: rejects a row that the server could not build, by its lengths alone', () => {
    const bytes: CanonicalType = { kind: 'bytes' }
    const { layouts, target } = worldOf([
      ['id', int16, 'smallint'],
      ['a', bytes, 'bytea'],
      ['b', bytes, 'bytea'],
    ])
    const row = (id: string): [string, string, string] => [id, '00', '00']
    const batch = batchOf(layouts, [[row('1'), row('2'), row('3'), row('4')]])
    const cells = batch.frames[0]?.cells
    if (cells === undefined) throw new Error('no frame')
    // Never written to, so that the system gives no memory for it: nobody is to look at it.
    batch.reserve(2 ** 30)
    cells[1 * 6 + 3] = 2 ** 30
    cells[2 * 6 + 3] = 2 ** 29
    cells[2 * 6 + 5] = 2 ** 29
    const { rowCount, rows } = new FrameEncoder(target, { isChecked: true, hasRowNumbers: false }).encode(batch)
    expect([...rows.subarray(0, rowCount)]).toEqual([0, 3])
    expect(batch.rejects).toEqual([
      {
        row: 1,
        stage: 'write',
        column: 'a',
        code: 'TL_D401',
        reason: 'with a it has 1073741848 bytes, and a row has at most 1073741311',
      },
      {
        row: 2,
        stage: 'write',
        column: 'b',
        code: 'TL_D401',
        reason: 'with b it has 1073741859 bytes, and a row has at most 1073741311',
      },
    ])
    const kept = settle(batch).rejects.map((reject) => [reject.key, reject.row])
    expect(kept).toEqual([
      [{ id: '2' }, { id: { text: '2' }, b: { base64: 'AA==' } }],
      [{ id: '3' }, { id: { text: '3' } }],
    ])
  })

  it('leaves rejected rows out, wherever they stand, and numbers those that go', () => {
    const { layouts, target } = worldOf(
      [
        ['a', int16, 'smallint'],
        ['b', text, 'varchar(2)'],
      ],
      true,
    )
    const batch = batchOf(layouts, [
      [
        ['1', 'abc'],
        ['2', 'ab'],
        ['3', null],
        ['4', 'b'],
        ['5', 'abcd'],
      ],
    ])
    const encoder = new FrameEncoder(target, { isChecked: false, hasRowNumbers: true })
    const { pieces, rowCount, rows } = encoder.encode(batch)
    expect([...rows.subarray(0, rowCount)]).toEqual([1, 3])
    expect(batch.rejects.map(({ row, code, column }) => [row, code, column])).toEqual([
      [0, 'TL_D402', 'b'],
      [2, 'TL_D403', 'b'],
      [4, 'TL_D402', 'b'],
    ])
    expect(Buffer.concat(pieces).toString('hex')).toBe(
      `${header}0003` +
        '0000000400000001' +
        '000000020002' +
        '000000026162' +
        '0003' +
        '0000000400000003' +
        '000000020004' +
        '0000000162' +
        'ffff',
    )
    // The same batch again: nothing is rejected twice, nothing has moved.
    expect(Buffer.concat(encoder.encode(batch).pieces).equals(Buffer.concat(pieces))).toBe(true)
    expect(batch.rejects).toHaveLength(3)
  })

  it('takes back a row that failed after a large value', () => {
    const { layouts, target } = worldOf([
      ['a', text, 'text'],
      ['b', int16, 'boolean'],
    ])
    const large = 'x'.repeat(300_000)
    const batch = batchOf(layouts, [
      [
        ['before', '1'],
        [large, '9'],
        [large, '0'],
        ['after', '1'],
      ],
    ])
    const bytes = Buffer.concat(
      new FrameEncoder(target, { isChecked: false, hasRowNumbers: false }).encode(batch).pieces,
    )
    const row = (value: string, flag: string): string => {
      const length = Buffer.byteLength(value).toString(16).padStart(8, '0')
      return `0002${length}${Buffer.from(value).toString('hex')}00000001${flag}`
    }
    expect(bytes.toString('hex')).toBe(`${header}${row('before', '01')}${row(large, '00')}${row('after', '01')}ffff`)
    expect(batch.rejects.map(({ row: number }) => number)).toEqual([1])
  })

  it('never sends one buffer twice', () => {
    const { layouts, target } = worldOf([['a', text, 'text']])
    const rows = Array.from({ length: 40 }, () => ['y'.repeat(30_000)])
    const batch = batchOf(layouts, [rows])
    const encoder = new FrameEncoder(target, { isChecked: false, hasRowNumbers: false })
    const buffers = [...encoder.encode(batch).pieces, ...encoder.encode(batch).pieces].map((piece) => piece.buffer)
    expect(new Set(buffers).size).toBe(buffers.length)
  })
})

describe('splitJsonArray', () => {
  it('keeps numbers as they are written', () => {
    expect(splitJsonArray('[1.10, "a,]\\"", null, true, {"x": [1, 2]}, 12345678901234567890]')).toEqual([
      '1.10',
      'a,]"',
      null,
      'true',
      '{"x": [1, 2]}',
      '12345678901234567890',
    ])
    expect(splitJsonArray(' [ ] ')).toEqual([])
    expect(splitJsonArray('{"a": 1}')).toBeUndefined()
    expect(splitJsonArray('[1,]')).toBeUndefined()
  })
})
