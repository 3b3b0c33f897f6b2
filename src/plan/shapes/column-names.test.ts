import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldColumns, notesAt, shapeOf, shapeOfAll, times } from '../../../test/support/shaped-collections.ts'
import { documentOf } from '../../../test/support/census-of-documents.ts'
import { targetName } from '../names.ts'
import { distinctNames, labelOf } from './column-names.ts'

const names = (fields: { readonly [name: string]: unknown }, wishes: Parameters<typeof shapeOf>[1] = {}): string[] =>
  shapeOf([fields], wishes).table.columns.map(({ name, as }) => as ?? name)

describe('names of columns', () => {
  it.each([
    ['zip', 'zip'],
    ['Order Date', 'Order Date'],
    ['$x', 'x'],
    ['a$b', 'a$b'],
    ['a.b', 'a_b'],
    ['', 'blank'],
    ['  ', 'blank'],
    ['$', 'blank'],
    [' a ', 'a'],
    ['a\nb\u0001', 'a_b_'],
    ['__proto__', 'proto'],
    ['größe', 'größe'],
  ])('%j is %s (cases 29 and 30)', (name, label) => expect(labelOf(name)).toBe(label))

  it('differ for names that are blank, or that nothing is left of (case 29)', () => {
    const all = names({ '': 1, ' ': 1, $: 1 })
    expect(all.slice(1, 4)).toEqual([
      'blank',
      expect.stringMatching(/^blank_[\da-f]{8}$/),
      expect.stringMatching(/^blank_[\da-f]{8}$/),
    ])
    expect(new Set(all).size).toBe(all.length)
  })

  it('differ for a.b, a: {b}, a_b, A_B and $a_b: who is called so keeps the name (case 30)', () => {
    const fields = { 'a.b': 1, a: documentOf({ b: 2 }), A_B: 3, $a_b: 4, a_b: 5 }
    const shaped = shapeOf([fields])
    const hashed = expect.stringMatching(/_[\da-f]{8}: int$/) as string
    expect(fieldColumns(shaped)).toEqual([hashed, hashed, hashed, hashed, 'a_b: int'])
    expect(fieldColumns(shaped).map((text) => text.split(' as ')[0])).toEqual([
      'a\\.b',
      'a.b',
      'A_B',
      '\\$a_b',
      'a_b: int',
    ])
    expect(notesAt(shaped, 'A_B')).toMatch(
      /^called A_B_[\da-f]{8}: another column of the table is called A_B \[\{name: NAME\}\]$/,
    )
    expect(notesAt(shaped, 'a\\.b')).toMatch(/^called a_b_[\da-f]{8}/)
    expect(notesAt(shaped, 'a_b')).toBe('')
  })

  it('do not hang on the order of fields', () => {
    const map = (documents: Parameters<typeof shapeOfAll>[0]) =>
      new Map(shapeOfAll(documents).table.columns.map(({ name, as }) => [name, as ?? name]))
    const one = map([documentOf({ _id: 1, a: 1, A: 2, 'x.y': 1, x: documentOf({ y: 1 }) })])
    const other = map([documentOf({ x: documentOf({ y: 1 }), 'x.y': 1, A: 2, a: 1, _id: 1 })])
    for (const [name, as] of one) expect(other.get(name)).toBe(as)
    expect(one.get('a')).toBe('a')
  })

  it('made ones give way to fields of their name', () => {
    const shaped = shapeOf([{ _rest: 1, _original: 1, lines: [documentOf({ ordinal: 1, orders_id: 2, _rest: 3 })] }], {
      fidelity: 'lossless',
    })
    expect(shaped.table.columns.map(({ name, as }) => as ?? name)).toEqual([
      '_id',
      '_rest',
      '_original',
      '__rest',
      '__original',
    ])
    expect(shaped.table.children?.[0]?.columns.map(({ name, as }) => as ?? name)).toEqual([
      '_orders_id',
      '_ordinal',
      'ordinal',
      'orders_id',
      '_rest',
      '__rest',
    ])
  })

  it('differ in the spelling of the target', () => {
    expect(names({ orderDate: 1, order_date: 1 })).toEqual(['_id', 'orderDate', 'order_date', '_rest'])
    const snake = names({ orderDate: 1, order_date: 1 }, { names: 'snake' }).map((name) =>
      targetName(name, 'snake', 63),
    )
    expect(snake[1]).toMatch(/^order_date_[\da-f]{8}$/)
    expect(snake[2]).toBe('order_date')
  })

  it('of 300 bytes, and two that are the same in the first 63, are told apart by the target’s rule (case 32)', () => {
    const long = 'é'.repeat(150)
    const fields = { [`${long}a`]: 1, [`${long}b`]: 1, [`${long}A`]: 1, [long]: documentOf({ a: 1 }) }
    for (const rule of ['keep', 'lower', 'snake'] as const) {
      const short = names(fields, { names: rule }).map((name) => targetName(name, rule, 63))
      expect(new Set(short.map((name) => name.toLowerCase())).size).toBe(6)
      expect(short.every((name) => Buffer.byteLength(name) <= 63)).toBe(true)
    }
  })
})

describe('names of tables', () => {
  const tables = (fields: { readonly [name: string]: unknown }, wishes: Parameters<typeof shapeOf>[1] = {}) =>
    shapeOf([fields], wishes).table.children?.map(({ as }) => as)

  it('begin with what the collection’s own is called, without dots', () => {
    expect(tables({ a: [1] }, { tableName: 'users' })).toEqual(['users_a'])
    expect(tables({ a: [1] }, { tableName: 'fs.files' })).toEqual(['fs_files_a'])
    expect(tables({ 'x.y': [1] })).toEqual(['orders_x_y'])
  })

  it('are called like no other table, of the collection or beside it', () => {
    const hashed = expect.stringMatching(/^orders_a_b_[\da-f]{8}$/) as string
    expect(tables({ a: documentOf({ b: [1] }), a_b: [1] })).toEqual(['orders_a_b', hashed])
    expect(tables({ a_b: [1] }, { otherTables: ['Orders_A_B'] })).toEqual([hashed])
    const shape = { z: { as: 'table', to: 'orders_a' } } as const
    expect(tables({ a: [1], z: [1] }, { shape })).toEqual([expect.stringMatching(/^orders_a_[\da-f]{8}$/), 'orders_a'])
    const shaped = shapeOf([{ a_b: [1] }], { otherTables: ['orders_a_b'] })
    expect(notesAt(shaped, 'a_b')).toContain('another table is called orders_a_b [{as: table, to: NAME}]')
  })
})

describe('distinctNames', () => {
  const named = fc.record({
    label: fc.string({ unit: fc.constantFrom('a', 'A', 'b', '_', '1'), minLength: 1, maxLength: 4 }),
    turn: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
  })

  it('gives as many names as there are, which differ folded, and are the same in any order', () => {
    fc.assert(
      fc.property(fc.array(named, { maxLength: 20 }), (some) => {
        const all = some.map((one, place) => ({ ...one, id: `id${place}` }))
        const fold = (name: string) => name.toLowerCase()
        const found = distinctNames(all, fold, ['a'])
        expect(new Set([...found.map(fold), 'a']).size).toBe(all.length + 1)
        expect(distinctNames(all.toReversed(), fold, ['a']).toReversed()).toEqual(found)
      }),
    )
  })

  it('finds one though all with a hash are taken', () => {
    const all = [{ label: 'a', id: 'x', turn: 1 }] as const
    const taken = ['a']
    for (const _ of times(12, () => 0)) taken.push(...distinctNames(all, (name) => name, taken))
    expect(new Set(taken).size).toBe(13)
  })
})
