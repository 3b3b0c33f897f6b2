import { describe, expect, it } from 'vitest'
import type { Plain } from '../../../src/model/plain.ts'
import { throughStages, type Through } from '../../support/through-stages.ts'

const columns = { id: 'int(32)', name: 'text?', age: 'int(16)?', price: 'decimal(8,2)' }
const rows = [
  ['1', 'Ann', '17', '1.10'],
  ['2', null, null, '0.00'],
  ['3', 'Cy', '40', '-2.50'],
]

async function through(...stages: Plain[]): Promise<Through> {
  return await throughStages(columns, stages, rows)
}

describe('filter', () => {
  it('keeps the rows for which the condition holds, and counts the others', async () => {
    const { rows: left, filtered, rejected } = await through({ filter: 'age != null && age >= 18' })
    expect(left.map(([id]) => id)).toEqual(['3'])
    expect([filtered, rejected]).toEqual([2, []])
  })

  it('rejects a row for which there is no answer', async () => {
    const { rows: left, filtered, rejected } = await through({ filter: 'age >= 18' })
    expect(left.map(([id]) => id)).toEqual(['3'])
    expect([filtered, rejected.length]).toEqual([1, 1])
    expect(rejected[0]).toMatch(/^1 undefined: filter: .*NULL/)
  })

  it('sees what the stages before it have made', async () => {
    const { rows: left } = await through({ set: { loud: 'upper(coalesce(name, "?"))' } }, { filter: 'loud == "CY"' })
    expect(left.map(([id]) => id)).toEqual(['3'])
  })

  it.each([
    ['nam == "x"', '0.filter: filter: ', 'nam'],
    ['age +', '0.filter: filter: ', '1:'],
    ['age', '0.filter: filter: ', 'a condition is true or false'],
  ])('refuses %j before the first row', async (condition, place, reason) => {
    await expect(through({ filter: condition })).rejects.toThrow(place)
    await expect(through({ filter: condition })).rejects.toThrow(reason)
  })
})

describe('check', () => {
  it('rejects rows by the name of the condition that does not hold', async () => {
    const {
      rows: left,
      filtered,
      rejected,
    } = await through({
      check: { 'price is not negative': 'price >= decimal("0")', 'has a name': 'name != null' },
    })
    expect(left.map(([id]) => id)).toEqual(['1'])
    expect(filtered).toBe(0)
    expect(rejected).toEqual([
      '1 undefined: check: has a name does not hold',
      '2 undefined: check: price is not negative does not hold',
    ])
  })
})

describe('set', () => {
  it('gives new columns and old ones the values of expressions', async () => {
    const { columns: after, rows: left } = await through({
      set: {
        age: 'coalesce(age, 0) + 1',
        twice: 'price * decimal("2")',
        label: { to: 'string(id) + ":" + coalesce(name, "-")', type: 'text(20)' },
      },
    })
    expect(after).toEqual([
      'id int(32)',
      'name text?',
      'age int(16)',
      'price decimal(8,2)',
      'twice decimal',
      'label text(20)',
    ])
    expect(left).toEqual([
      ['1', 'Ann', '18', '1.10', '2.20', '1:Ann'],
      ['2', null, '1', '0.00', '0.00', '2:-'],
      ['3', 'Cy', '41', '-2.50', '-5.00', '3:Cy'],
    ])
  })

  it('has all of its expressions see the row as it was', async () => {
    const stage = { set: { a: 'b', b: 'a' } }
    expect((await throughStages({ a: 'text', b: 'text' }, [stage], [['x', 'y']])).rows).toEqual([['y', 'x']])
  })

  it('rejects a row whose value does not fit, with its own reason, and no other', async () => {
    const { rows: left, rejected } = await through({ set: { age: '32767 * id' } })
    expect(left.map(([id, , age]) => [id, age])).toEqual([['1', '32767']])
    expect(rejected).toHaveLength(2)
  })

  it.each([
    [{ age: 'name' }, '0.set.age: set: age is int(16), and the expression comes to a string'],
    [{ x: 'null' }, '0.set.x: set: x is new, and the expression comes to NULL'],
    [{ x: 'nme' }, '0.set.x: set: '],
  ])('refuses %j before the first row', async (wishes, message) => {
    await expect(through({ set: wishes })).rejects.toThrow(message)
  })

  it('is not led astray by names that objects have of their own', async () => {
    const odd = Object.fromEntries([
      ['constructor', 'text'],
      ['__proto__', 'text'],
      ['x', 'text'],
    ])
    const stage = { set: { x: 'row["constructor"] + row["__proto__"]' } }
    expect((await throughStages(odd, [stage], [['a', 'b', 'c']])).rows).toEqual([['a', 'b', 'ab']])
  })
})
