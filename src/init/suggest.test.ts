import { describe, expect, it } from 'vitest'
import { seenTable } from '../../test/support/seen-table.ts'
import { throughStages } from '../../test/support/through-stages.ts'
import { suggestFor } from './suggest.ts'
import type { SeenTable, Suggestion } from './suggestion.ts'

const none: ReadonlySet<string> = new Set()

function kindsOf(seen: SeenTable, truths = none): string[] {
  return suggestFor(seen, truths, new Set(['taken_tags'])).map(({ kind, columns }) => `${kind} ${columns.join()}`)
}

function only(seen: SeenTable, truths = none): Suggestion {
  const [one, ...more] = suggestFor(seen, truths, new Set(['taken_tags']))
  if (one === undefined || more.length > 0) throw new Error(`${more.length + 1} suggestions`)
  return one
}

/** The rows that were looked at, through the stage that is suggested. */
async function taken(seen: SeenTable, { stage }: Suggestion) {
  if (stage === undefined) throw new Error('it has no stage')
  const types = Object.fromEntries(seen.plan.columns.map(({ from, sourceType }) => [from, `${sourceType}?`]))
  const columns = [...seen.sample.columns.values()]
  const rows = Array.from({ length: seen.sample.rowCount }, (_, row) => columns.map((values) => values[row] ?? null))
  return await throughStages(types, [stage], rows)
}

describe('names of persons', () => {
  const names = ['Ada Lovelace', 'Dr. Grace Hopper', 'Alan Turing', 'Plato', null]

  it('are split into the parts that they have', async () => {
    const seen = seenTable('users', { id: ['int(32)', '1', '2', '3', '4', '5'], full_name: ['text(80)', ...names] })
    const one = only(seen)
    expect(one).toMatchObject({ kind: 'person-name', columns: ['full_name'], found: 3, looked: 4 })
    expect(one.reason).toBe(
      '3 of 4 values are a first and a last name; one word is taken for a last name, what is no name leaves NULLs, and the column stays',
    )
    const { columns, rows, rejected } = await taken(seen, one)
    expect(columns.slice(2)).toEqual(['name_title text?', 'first_name text?', 'last_name text?'])
    expect(rows[1]?.slice(1)).toEqual(['Dr. Grace Hopper', 'Dr.', 'Grace', 'Hopper'])
    expect(rejected).toEqual([])
  })

  it.each([
    ['a name in a table of persons', 'customers', { name: ['text(80)', ...names] }, ['person-name name']],
    [
      'a name of the customer in any table',
      'orders',
      { customerName: ['text(80)', ...names] },
      ['person-name customerName'],
    ],
    ['a name of something', 'products', { name: ['text(80)', ...names] }, []],
    ['a name in a table whose name only has a person in it', 'superusers', { name: ['text(80)', ...names] }, []],
    ['names that are in parts already', 'users', { first_name: ['text(80)'], full_name: ['text(80)', ...names] }, []],
    ['texts that are no names', 'users', { full_name: ['text(80)', 'x1', 'a@b.c', '17', 'A B'] }, []],
    ['parts whose names are taken', 'users', { name_title: ['text(9)'], full_name: ['text(80)', ...names] }, []],
    ['nothing at all', 'users', { full_name: ['text(80)', null] }, []],
  ] as const)('%s', (_, table, columns, expected) => {
    expect(kindsOf(seenTable(table, columns))).toEqual(expected)
  })
})

describe('lists with commas', () => {
  const lists = ['text(200)', 'admin,editor', 'editor', 'admin, editor, viewer', null] as const
  const ids = ['int(32)', '1', '2', '3', '4'] as const

  it('are rows of another table', async () => {
    const one = only(seenTable('users', { id: ids, roles: lists }, { key: ['id'] }))
    expect(one).toMatchObject({ kind: 'list', found: 2, looked: 3 })
    expect(one.reason).toContain('up to 3 members')
    expect(one.stage).toEqual({
      explode: {
        from: 'roles',
        by: 'comma',
        to: 'users_roles',
        key: { id: 'users_id' },
        into: 'roles',
        ordinal: 'position',
      },
    })
  })

  it.each([
    ['without a key', seenTable('users', { id: ids, roles: lists })],
    ['with a key of two columns', seenTable('users', { id: ids, no: ids, roles: lists }, { key: ['id', 'no'] })],
    ['with another of the name', seenTable('taken', { id: ids, tags: lists }, { key: ['id'] })],
    ['with the same name as the number of a part', seenTable('users', { id: ids, position: lists }, { key: ['id'] })],
  ])('are only told of in a table %s', (_, seen) => {
    const one = only(seen)
    expect(one.kind).toBe('list')
    expect(one.stage).toBeUndefined()
  })

  it.each([
    ['sentences', ['Hello, my friend', 'a, b and c']],
    ['numbers', ['1,234', '12,5', '1,000,000']],
    ['addresses', ['12 Main St, Springfield', 'x,y']],
    ['few of them among other texts', ['a,b', 'c', 'd', 'e', 'f', 'g']],
  ])('%s are none', (_, values) => {
    expect(kindsOf(seenTable('things', { text: ['text', ...values] }))).toEqual([])
  })
})

describe('addresses and telephone numbers', () => {
  it('are cleaned where they have another spelling, and stay where they are none', async () => {
    const seen = seenTable('users', {
      e_mail: ['text(99)', 'ada@Example.com', ' grace@example.com', 'nobody', 'a@b.org', ''],
    })
    const [spaces, email] = suggestFor(seen, none, none)
    expect(spaces).toMatchObject({ kind: 'white-space', found: 1 })
    if (email === undefined) throw new Error('no suggestion')
    expect(email.reason).toBe(
      '4 of 5 values could be cleaned: 2 in another spelling (spaces, capitals in the domain); 1 no address, which stay as they are; 1 empty, which become NULL',
    )
    const { rows, rejected } = await taken(seen, email)
    expect(rows.map(([text]) => text)).toEqual(['ada@example.com', 'grace@example.com', 'nobody', 'a@b.org', null])
    expect(rejected).toEqual([])
  })

  it('are left alone where they are as they ought to be, or something else', () => {
    expect(kindsOf(seenTable('users', { email: ['text', 'a@b.org', null] }))).toEqual([])
    expect(kindsOf(seenTable('users', { email: ['text', 'yes', 'no', 'yes'] }))).not.toContain('email email')
    expect(kindsOf(seenTable('users', { phone: ['text', '+493012345678'] }))).toEqual([])
    expect(kindsOf(seenTable('users', { cell: ['text', 'A1', 'B2'] }))).toEqual([])
  })

  it('say that a country is wanted', async () => {
    const seen = seenTable('users', { homePhone: ['text(30)', '030 1234567', '+49 30 12345678'] })
    const one = only(seen)
    expect(one.reason).toContain('say phone: {country: DE}')
    expect((await taken(seen, one)).rows).toEqual([['030 1234567'], ['+493012345678']])
  })

  it('that are there twice are told of, in other capitals too', () => {
    const one = only(seenTable('users', { login: ['text', 'ada', 'Ada', 'alan', 'alan'] }))
    expect(one).toMatchObject({ kind: 'duplicates', found: 2, looked: 4 })
    expect(one.reason).toContain('2 values that another row has too, 1 of them in other capitals')
    expect(only(seenTable('tags', { tag: ['text', 'a', 'A'] }, { key: ['tag'] })).reason).toContain('under a key')
    expect(kindsOf(seenTable('tags', { tag: ['text', 'a', 'A'] }))).toEqual([])
  })
})

describe('single values', () => {
  it('that are encoded twice are told of', () => {
    const one = only(seenTable('t', { note: ['text', 'AndrÃ©', 'André', 'Andre'] }))
    expect(one).toMatchObject({ kind: 'encoded-twice', found: 1, looked: 3 })
    expect(one.stage).toBeUndefined()
  })

  it('of what would be a truth are mapped', async () => {
    const seen = seenTable('t', { is_on: ['int(16)', '0', '1', '2', null], other: ['int(16)', '5', '6', '7', '8'] })
    const one = only(seen, new Set(['is_on']))
    expect(one).toMatchObject({ kind: 'truth-value', columns: ['is_on'], found: 1, looked: 3 })
    const { columns, rows } = await taken(seen, one)
    expect(columns[0]).toBe('is_on bool?')
    expect(rows.map(([value]) => value)).toEqual(['false', 'true', 'true', null])
  })

  it('of a truth that were not all looked at may cost rows, and say so', async () => {
    const seen = seenTable('t', { is_on: ['int(16)', '0', '1'] }, { isWhole: false })
    const one = only(seen, new Set(['is_on']))
    expect(one.reason).toContain('0 of 2 values in the first 2 rows are neither 0 nor 1')
    expect(one.reason).toContain('rejects a row whose value is not among these')
    const more = seenTable('t', { is_on: ['int(16)', '0', '7'] })
    expect((await taken(more, one)).rejected).toHaveLength(1)
  })

  it('of a state with many values are only told of', () => {
    const many = Array.from({ length: 9 }, (_, at) => String(at))
    expect(only(seenTable('t', { n: ['int(16)', ...many] }), new Set(['n'])).stage).toBeUndefined()
  })

  it.each([
    ['date', '1970-01-01'],
    ['timestamp(0)', '1970-01-01 00:00:00'],
    ['instant(0)', '1970-01-01 00:00:00+00'],
  ])('of a %s without a date get another', async (type, first) => {
    const seen = seenTable('t', { made: [type, null] })
    const loss = { rule: 'zero', fault: 'zero-date', why: 'there is none', found: 3 } as const
    const lost = {
      ...seen,
      plan: { ...seen.plan, columns: seen.plan.columns.map((one) => ({ ...one, losses: [loss] })) },
    }
    const one = only(lost)
    expect(one.reason).toContain('3 values without a date that there is, NULL in the target (zero: there is none)')
    expect((await taken(seen, one)).rows).toEqual([[first]])
  })

  it('with white space around them are trimmed, all in one stage', async () => {
    const seen = seenTable('t', { a: ['text', ' x', 'y'], b: ['text', 'z', 'w '], c: ['text', 'v', 'v'] })
    const one = only(seen)
    expect(one).toMatchObject({ kind: 'white-space', columns: ['a', 'b'], found: 2, looked: 4 })
    expect((await taken(seen, one)).rows).toEqual([
      ['x', 'z', 'v'],
      ['y', 'w', 'v'],
    ])
  })
})

describe('tables and columns by their names', () => {
  it('secrets are left behind, save keys', async () => {
    const seen = seenTable(
      't',
      { token: ['text', 'x'], apiKey: ['text', 'y'], passwordHash: ['text', 'z'], tokens_used: ['int(32)', '1'] },
      { key: ['token'] },
    )
    const one = only(seen)
    expect(one.columns).toEqual(['apiKey', 'passwordHash'])
    expect((await taken(seen, one)).columns).toEqual(['token text?', 'tokens_used int(32)?'])
  })

  it('attributes are told of where they come again', () => {
    const seen = seenTable('meta', {
      post_id: ['int(32)', '1', '2', '3', '1'],
      meta_key: ['text', 'size', 'size', 'size', 'colour'],
      meta_value: ['text', '1', '2', '3', 'red'],
    })
    expect(only(seen)).toMatchObject({
      kind: 'attributes',
      columns: ['post_id', 'meta_key', 'meta_value'],
      found: 2,
      looked: 4,
    })
    const settings = { user_id: ['int(32)', '1', '1'], key: ['text', 'a', 'b'], value: ['text', '1', '2'] } as const
    expect(kindsOf(seenTable('settings', settings))).toEqual([])
  })

  it('figures say where not all rows were looked at', () => {
    const seen = seenTable('t', { note: ['text', 'AndrÃ©'] }, { isWhole: false })
    expect(only(seen).reason).toContain('1 of 1 value in the first 1 row')
  })
})
