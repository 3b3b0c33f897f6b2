import { describe, expect, it } from 'vitest'
import { throughStages } from '../../support/through-stages.ts'

const users = { id: 'int(32)', name: 'text(50)?', active: 'bool', joined: 'date?' }
const rows = [
  ['1', 'Ann', 'true', '2020-02-29'],
  ['2', null, 'false', null],
]

describe('rename', () => {
  it('gives columns other names, and may exchange them', async () => {
    expect(
      await throughStages(users, [{ rename: { name: 'full_name' } }, { rename: { id: 'joined', joined: 'id' } }], rows),
    ).toEqual({
      columns: ['joined int(32)', 'full_name text(50)?', 'active bool', 'id date?'],
      rows,
      filtered: 0,
      rejected: [],
    })
  })

  it.each([
    [{ nme: 'x' }, '[TL_C102] p.yaml: 0.rename.nme: rename: there is no column nme here'],
    [{ name: 'id' }, '[TL_C102] p.yaml: 0.rename.name: rename: there is a column id already'],
    [{ name: 'x', id: 'x' }, '[TL_C102] p.yaml: 0.rename.id: rename: there is a column x already'],
    [{ constructor: 'x' }, '[TL_C102] p.yaml: 0.rename.constructor: rename: there is no column constructor here'],
  ])('refuses %j', async (names, message) => {
    await expect(throughStages(users, [{ rename: names }], [])).rejects.toThrow(message)
  })

  it('takes names that objects have of their own', async () => {
    const columns = { constructor: 'int(32)', ['__proto__']: 'text', toString: 'text?' }
    const odd = Object.fromEntries(Object.entries(columns))
    const { columns: after } = await throughStages(odd, [{ rename: { toString: 'valueOf' } }], [])
    expect(after).toContain('valueOf text?')
    expect(after).toContain('constructor int(32)')
  })
})

describe('drop and keep', () => {
  it('leave columns out', async () => {
    expect(await throughStages(users, [{ drop: ['name', 'joined'] }], rows)).toMatchObject({
      columns: ['id int(32)', 'active bool'],
      rows: [
        ['1', 'true'],
        ['2', 'false'],
      ],
    })
    expect((await throughStages(users, [{ keep: ['joined', 'id'] }], rows)).columns).toEqual([
      'joined date?',
      'id int(32)',
    ])
  })

  it('know nothing of a column that is out', async () => {
    const twice = [{ drop: ['name'] }, { drop: ['name'] }]
    await expect(throughStages(users, twice, [])).rejects.toThrow('1.drop.0: drop: there is no column name here')
  })
})

describe('constant', () => {
  it('has the same value in every row', async () => {
    const stage = {
      constant: { tenant: 'acme', version: 3, ratio: 0.5, live: true, since: { value: '2024-01-31', type: 'date' } },
    }
    expect(await throughStages({ id: 'int(32)' }, [stage], [['1'], ['2']])).toEqual({
      columns: ['id int(32)', 'tenant text', 'version int(32)', 'ratio float64', 'live bool', 'since date'],
      rows: [
        ['1', 'acme', '3', '0.5', 'true', '2024-01-31'],
        ['2', 'acme', '3', '0.5', 'true', '2024-01-31'],
      ],
      filtered: 0,
      rejected: [],
    })
  })

  it.each([
    [{ id: 1 }, 'constant: there is a column id already'],
    [{ day: { value: '2024-02-30', type: 'date' } }, '0.constant.day: constant: "2024-02-30" is no date'],
  ])('refuses %j', async (columns, message) => {
    await expect(throughStages({ id: 'int(32)' }, [{ constant: columns }], [])).rejects.toThrow(message)
  })
})

describe('default', () => {
  it('stands in the place of NULL, and of nothing else', async () => {
    const through = await throughStages(
      { a: 'text?', b: 'int(16)?' },
      [{ default: { a: '-', b: 0 } }],
      [
        [null, null],
        ['', '7'],
      ],
    )
    expect(through).toMatchObject({
      columns: ['a text', 'b int(16)'],
      rows: [
        ['-', '0'],
        ['', '7'],
      ],
    })
  })

  it('has to be of the column’s type', async () => {
    await expect(throughStages({ b: 'int(16)?' }, [{ default: { b: 40_000 } }], [])).rejects.toThrow(
      '0.default.b: default: "40000" is no int(16)',
    )
  })
})

describe('map', () => {
  const values = { '0': 'inactive', '1': 'active', '9': null }

  it('looks values up, and says what becomes of others', async () => {
    const of = async (more: object): Promise<unknown> =>
      await throughStages(
        { s: 'int(8)?' },
        [{ map: { column: 's', values, type: 'text', ...more } }],
        [['0'], ['9'], [null], ['5']],
      )
    expect(await of({})).toEqual({
      columns: ['s text?'],
      rows: [['inactive'], [null], [null]],
      filtered: 0,
      rejected: ['3 s: map: "5" is not in the table'],
    })
    expect(await of({ otherwise: 'keep', whenNull: 'unknown' })).toMatchObject({
      rows: [['inactive'], [null], ['unknown'], ['5']],
      rejected: [],
    })
    expect(await of({ otherwise: 'null' })).toMatchObject({
      rows: [['inactive'], [null], [null], [null]],
      rejected: [],
    })
  })

  it('is never NULL where nothing makes it so', async () => {
    const stage = { map: { column: 's', values: { '0': 'a' }, type: 'text' } }
    expect((await throughStages({ s: 'int(8)' }, [stage], [])).columns).toEqual(['s text'])
  })

  it('is not fooled by names that objects have of their own', async () => {
    const stage = { map: { column: 's', values: { a: 'b' }, otherwise: 'keep' } }
    expect((await throughStages({ s: 'text' }, [stage], [['constructor'], ['__proto__'], ['a']])).rows).toEqual([
      ['constructor'],
      ['__proto__'],
      ['b'],
    ])
  })
})

describe('join', () => {
  it('puts texts of any type behind each other, without NULLs', async () => {
    const stage = { join: { columns: ['name', 'joined', 'id'], into: 'label', separator: ' / ' } }
    expect(await throughStages(users, [stage, { keep: ['label'] }], rows)).toMatchObject({
      columns: ['label text'],
      rows: [['Ann / 2020-02-29 / 1'], ['2']],
    })
  })

  it('is NULL where all of them are', async () => {
    const stage = { join: { columns: ['a', 'b'], into: 'c' } }
    expect((await throughStages({ a: 'text?', b: 'text?' }, [stage], [[null, null]])).rows).toEqual([
      [null, null, null],
    ])
  })
})
