import { describe, expect, it } from 'vitest'
import { parseBounds } from '../sql/key-bounds.ts'
import { parseCursor } from './bounds.ts'
import { KeyColumn } from './key-column.ts'
import type { NativeType } from '../../model/relation.ts'

function column(native: Partial<NativeType> & { name: string }): KeyColumn | undefined {
  const whole = { text: native.name, args: [], ...native }
  return KeyColumn.of({ name: 'k', native: whole, type: { kind: 'text' }, nullable: false, policies: {} })
}

describe('a key column', () => {
  it.each(['float', 'double', 'json', 'geometry', 'vector', 'invented'])('is not made of %s', (name) => {
    expect(column({ name })).toBeUndefined()
  })

  it('is not made of text whose charset nobody knows', () => {
    expect(column({ name: 'varchar' })).toBeUndefined()
    expect(column({ name: 'varchar', charset: 'klingon' })).toBeUndefined()
  })

  it.each([
    [{ name: 'bigint' }, '-5', '-5'],
    [{ name: 'decimal' }, '1.10', '1.10'],
    [{ name: 'date' }, '2024-02-31', '20240231'],
    [{ name: 'date' }, '1000-00-00', "'1000-00-00'"],
    [{ name: 'datetime' }, '2024-01-02 03:04:05.678', '20240102030405.678'],
    [{ name: 'datetime' }, '0000-00-00 00:00:00', "'0000-00-00 00:00:00'"],
    [{ name: 'time' }, '-838:59:59.000', "'-838:59:59.000'"],
    [{ name: 'varchar', charset: 'gbk' }, 'd6d0', "_gbk X'd6d0'"],
    [{ name: 'binary' }, '00ff', "X'00ff'"],
    [{ name: 'uuid' }, "0'1", "'0''1'"],
  ])('spells %j %s as %s', (native, value, literal) => {
    expect(column(native)?.literal(value)).toBe(literal)
  })

  it.each([
    [{ name: 'bigint' }, '1 OR 1=1'],
    [{ name: 'decimal' }, '1e5'],
    [{ name: 'date' }, "2024-01-01' OR '"],
    [{ name: 'datetime' }, '2024-01-01'],
    [{ name: 'varchar', charset: 'latin1' }, "41' OR '"],
    [{ name: 'binary' }, '4'],
    [{ name: 'enum', labels: ['a'] }, "'a'"],
  ])('takes no %j from a checkpoint that says %s', (native, value) => {
    expect(() => column(native)?.compare(value)).toThrow('TL_K504')
  })

  it('compares ENUMs by lists of ordinals, which an index can find', () => {
    expect(column({ name: 'enum', labels: ['z', 'b', 'a'] })?.compare('2')).toEqual({
      equal: '`k` = 2',
      greater: '`k` IN (3)',
      greaterOrEqual: '`k` IN (2, 3)',
      less: '`k` IN (0, 1)',
      lessOrEqual: '`k` IN (0, 1, 2)',
    })
    expect(column({ name: 'enum', labels: ['z'] })?.compare('1').greater).toBe('1 = 0')
  })

  it('knows which values the server would not take back', () => {
    const days = column({ name: 'date' })
    expect(
      ['2024-02-31', '0999-02-31', '0999-02-28', '0000-00-00', '0999-00-31', '0000-02-29'].map((day) =>
        days?.isValid(day),
      ),
    ).toEqual([true, false, true, true, true, false])
    expect(column({ name: 'varchar', charset: 'utf8mb4' })?.isValid('ff')).toBe(false)
    expect(column({ name: 'varchar', charset: 'latin1' })?.isValid('ff')).toBe(true)
  })
})

describe('stored places', () => {
  it('are read as they were written', () => {
    expect(parseBounds({})).toEqual({ after: undefined, upTo: undefined })
    expect(parseBounds({ after: ['1', 'a'], upTo: ['2', 'b'] })).toEqual({ after: ['1', 'a'], upTo: ['2', 'b'] })
    expect(parseBounds({ keys: [{ a: '1', b: null }] })).toEqual({ keys: [{ a: '1', b: null }] })
    expect(parseCursor(['1'])).toEqual(['1'])
    expect(parseCursor({ end: true })).toBeUndefined()
  })

  it.each([[null], [5], [[]], [[1]], [{ after: 'x' }], [{ after: [1] }], [{ keys: [5] }], [{ keys: [{ a: 5 }] }]])(
    'are refused where they are none: %j',
    (value) => expect(() => parseBounds(value)).toThrow('TL_K504'),
  )

  it.each([[null], ['x'], [[]], [[1]], [{}]])('are no cursor: %j', (value) => {
    expect(() => parseCursor(value)).toThrow('TL_K504')
  })
})
