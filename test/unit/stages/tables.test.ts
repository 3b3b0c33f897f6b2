import { describe, expect, it } from 'vitest'
import type { Plain } from '../../../src/model/plain.ts'
import { throughStages } from '../../support/through-stages.ts'

const columns = { id: 'int(32)', list: 'text?', doc: 'json?', kinds: 'set?', note: 'text?' }
const row = (id: string, list: string | null, doc: string | null = null): (string | null)[] => [
  id,
  list,
  doc,
  null,
  null,
]

const explode = (options: { readonly [name: string]: Plain }): Plain => ({
  explode: { from: 'list', by: 'comma', to: 'parts', key: { id: 'of' }, into: 'part', ...options },
})

async function messageOf(stages: readonly Plain[]): Promise<string> {
  const [outcome] = await Promise.allSettled([throughStages(columns, stages, [])])
  return outcome.status === 'rejected' ? `${outcome.reason} ${outcome.reason.hint}` : 'none'
}

describe('explode', () => {
  it('makes a row of each part, trimmed, empty ones left out, in the order that they stand in', async () => {
    const found = await throughStages(
      columns,
      [explode({ ordinal: 'n' })],
      [row('1', 'a, b ,,c'), row('2', null), row('3', ''), row('4', 'a')],
    )
    expect(found.tables?.['parts']).toEqual({
      columns: ['of int(32)', 'n int(32)', 'part text?'],
      rows: [
        ['1', '1', 'a'],
        ['1', '2', 'b'],
        ['1', '3', 'c'],
        ['4', '1', 'a'],
      ],
    })
    expect(found).toMatchObject({ filtered: 0, rejected: [] })
    expect(found.rows).toHaveLength(4)
  })

  it('takes a part that is in a list twice once, where it is told to', async () => {
    const stages = [explode({ by: { separator: '; ' }, distinct: true, ordinal: 'n' })]
    const { tables } = await throughStages(columns, stages, [row('1', 'a; b; a; A; c')])
    expect(tables?.['parts']?.rows.map(([, n, part]) => `${n}${part}`)).toEqual(['1a', '2b', '3A', '4c'])
  })

  it('keeps of JSON what a number says, and what stands in strings', async () => {
    const list = String.raw` [ 1.10 , 12345678901234567890, "a,\"]\\", null, true, {"a": [1, 2]}, [ ], "", "\u00e9" ] `
    const { tables } = await throughStages(
      columns,
      [explode({ from: 'doc' })],
      [row('1', null, list), row('2', null, '[]')],
    )
    expect(tables?.['parts']?.rows.map(([, part]) => part)).toEqual([
      '1.10',
      '12345678901234567890',
      String.raw`a,"]\ `.trim(),
      null,
      'true',
      '{"a": [1, 2]}',
      '[ ]',
      '',
      'é',
    ])
  })

  it('makes nothing more of a row once one of its parts has cost it', async () => {
    const found = await throughStages(
      columns,
      [explode({ type: 'int(32)' }), explode({ to: 'behind' })],
      [row('1', '1,2'), row('2', 'x,5'), row('3', '7,y,8')],
    )
    expect(found.rejected).toEqual(['1 part: explode: "x" is no int(32)', '2 part: explode: "y" is no int(32)'])
    expect(found.tables?.['parts']?.rows).toEqual([
      ['1', '1'],
      ['1', '2'],
    ])
    expect(found.tables?.['behind']?.rows.map(([id]) => id)).toEqual(['1', '1'])
  })

  it('rejects a row whose JSON is no array, with all that was made of it', async () => {
    const stages = [explode({ to: 'before' }), explode({ from: 'doc' }), explode({ to: 'behind' })]
    const found = await throughStages(columns, stages, [
      row('1', 'a', '[1]'),
      row('2', 'b', '{"a": 1}'),
      row('3', 'c', null),
    ])
    expect(found.rejected).toEqual(['1 doc: explode: "{\\"a\\": 1}" is no list'])
    expect(found.rows.map(([id]) => id)).toEqual(['1', '3'])
    expect(found.tables?.['before']?.rows.map(([id]) => id)).toEqual(['1', '3'])
    expect(found.tables?.['behind']?.rows.map(([id]) => id)).toEqual(['1', '3'])
  })

  it('rejects the row where a part is not of its type, or its own stages refuse it', async () => {
    const typed = await throughStages(columns, [explode({ type: 'int(16)' })], [row('1', '1,x'), row('2', '2')])
    expect(typed.rejected).toEqual(['0 part: explode: "x" is no int(16)'])
    expect(typed.tables?.['parts']).toEqual({ columns: ['of int(32)', 'part int(16)?'], rows: [['2', '2']] })
    const checked = [explode({ transform: [{ check: { short: 'size(part) < 3' } }, { filter: 'part != "no"' }] })]
    const found = await throughStages(columns, checked, [row('1', 'ab,no,long'), row('2', 'no,ok'), row('3', 'no')])
    expect(found.rejected).toEqual(['0 undefined: check: short does not hold'])
    expect(found.tables?.['parts']?.rows).toEqual([['2', 'ok']])
    expect(found.rows).toHaveLength(2)
    expect(found.filtered).toBe(0)
  })

  it('ends where one list has more parts than memory', async () => {
    const names = Array.from({ length: 250 }, (_, place) => `c${place}`)
    const wide = Object.fromEntries(names.map((name) => [name, 'text?']))
    const nulls = names.slice(1).map(() => null)
    const options = { from: 'c0', by: 'comma', to: 'parts', key: names, into: 'part' }
    const lists = ['a,b', 'x,'.repeat(200_000), 'c'].map((list) => [list, ...nulls])
    const found = await throughStages(wide, [{ explode: options }], lists)
    expect(found.rejected).toEqual([expect.stringContaining('1 undefined: explode: ')])
    expect(found.tables?.['parts']?.rows.map((one) => one.at(-1))).toEqual(['a', 'b', 'c'])
  })

  it('makes rows of rows that it made', async () => {
    const inner = {
      explode: { from: 'part', by: { separator: '-' }, to: 'pieces', key: ['of', 'n'], into: 'piece', ordinal: 'm' },
    }
    const { tables } = await throughStages(
      columns,
      [explode({ ordinal: 'n', transform: [inner] })],
      [row('7', 'a-b,c')],
    )
    expect(tables?.['pieces']?.rows).toEqual([
      ['7', '1', '1', 'a'],
      ['7', '1', '2', 'b'],
      ['7', '2', '1', 'c'],
    ])
  })

  it('is told before the first row where it does not fit', async () => {
    expect(await messageOf([explode({ from: 'lists' })])).toContain('there is no column lists here')
    expect(await messageOf([explode({ key: { idd: 'of' } })])).toMatch(
      /explode\.key\.idd.*there is no column idd.*Did you mean id\?/s,
    )
    expect(await messageOf([explode({ into: 'of' })])).toContain('two columns of its table are called of')
    expect(await messageOf([explode({ from: 'id' })])).toContain('id is int, which is no list')
    expect(await messageOf([{ explode: { from: 'list', to: 'x', key: 'id', into: 'y' } }])).toContain('by: comma')
    expect(await messageOf([explode({ transform: [{ drop: ['prt'] }] })])).toMatch(
      /explode\.transform\.0\.drop.*Did you mean part\?/s,
    )
    expect(await messageOf([explode({}), { filter: 'id > 1' }])).toContain('Put it before the stage that makes them')
  })
})

describe('route', () => {
  const rows = [row('1', 'a'), row('2', 'b'), row('3', null)]

  it('sends columns of rows to another table too', async () => {
    const found = await throughStages(
      columns,
      [{ route: { to: 'notes', columns: { id: 'user', list: 'text' } } }],
      rows,
    )
    expect(found.tables?.['notes']).toEqual({
      columns: ['user int(32)', 'text text?'],
      rows: [
        ['1', 'a'],
        ['2', 'b'],
        ['3', null],
      ],
    })
    expect(found.rows).toHaveLength(3)
  })

  it('sends rows for which a condition holds there only', async () => {
    const stages = [{ route: { to: 'b', when: 'list == "b"', only: true } }, { constant: { k: 'x' } }]
    const found = await throughStages(
      columns,
      [{ drop: ['doc', 'kinds', 'note'] }, ...stages],
      [...rows.slice(0, 2), row('4', 'b')],
    )
    expect(found.rows).toEqual([['1', 'a', 'x']])
    expect(found.tables?.['b']?.rows).toEqual([
      ['2', 'b'],
      ['4', 'b'],
    ])
    expect(found).toMatchObject({ filtered: 0, rejected: [] })
  })

  it('rejects a row for which there is no answer', async () => {
    const found = await throughStages(columns, [{ route: { to: 'b', when: 'list == "b" && size(list) > 0' } }], rows)
    expect(found.rejected).toHaveLength(0)
    const sized = await throughStages(columns, [{ route: { to: 'b', when: 'size(list) > 0' } }], rows)
    expect(sized.rejected).toEqual([expect.stringContaining('2 undefined: route: ')])
    expect(sized.tables?.['b']?.rows).toHaveLength(2)
  })

  it('leaves a row that goes nowhere among the filtered', async () => {
    const stages = [{ route: { to: 'b', only: true, transform: [{ filter: 'id != 2' }] } }]
    const found = await throughStages(columns, stages, rows)
    expect(found.tables?.['b']?.rows).toHaveLength(2)
    expect(found).toMatchObject({ rows: [], filtered: 1 })
  })

  it('is told before the first row where it does not fit', async () => {
    expect(await messageOf([{ route: { to: 'b', key: 'idd' } }])).toContain('Did you mean id?')
    expect(await messageOf([{ route: { to: 'b', columns: ['id', 'id'] } }])).toContain(
      'two columns of its table are called id',
    )
    expect(await messageOf([{ route: { to: 'b', only: true, references: true } }])).toContain('have no row to refer to')
    expect(await messageOf([explode({}), { route: { to: 'b', only: true } }])).toContain('Put it before')
  })
})

describe('unpivot', () => {
  const unpivot = (options: { readonly [name: string]: Plain }): Plain => ({
    unpivot: {
      columns: { list: 'first', note: 'second' },
      to: 'texts',
      key: { id: 'of' },
      name: 'kind',
      value: 'text',
      ...options,
    },
  })

  it('makes a row of each column that is not NULL', async () => {
    const found = await throughStages(
      columns,
      [unpivot({})],
      [
        ['1', 'a', null, null, 'b'],
        ['2', null, null, null, ''],
        ['3', null, null, null, null],
      ],
    )
    expect(found.tables?.['texts']).toEqual({
      columns: ['of int(32)', 'kind text', 'text text'],
      rows: [
        ['1', 'first', 'a'],
        ['1', 'second', 'b'],
        ['2', 'second', ''],
      ],
    })
    expect(found.rows).toHaveLength(3)
  })

  it('is told before the first row where it does not fit', async () => {
    expect(await messageOf([unpivot({ columns: ['list', 'id'] })])).toContain('list is text, and id is int(32)')
    expect(await messageOf([unpivot({ columns: { list: 'x', note: 'x' } })])).toContain('are called x')
    expect(await messageOf([unpivot({ columns: ['lst'] })])).toContain('Did you mean list?')
    expect(await messageOf([unpivot({ value: 'kind' })])).toContain('two columns of its table are called kind')
  })
})
