import { describe, expect, it } from 'vitest'
import { typeText } from '../canonical/type-text.ts'
import { decide, factsAsked } from './decide.ts'
import type { ColumnWish } from './document.ts'
import { loadRules } from './load-rules.ts'
import type { MappedColumn } from './match.ts'
import { policiesOf } from './policies.ts'
import type { RuleSet } from './rule-set.ts'
import { wantedOf } from './wanted.ts'

async function rulesOf(own: object): Promise<RuleSet> {
  return await loadRules('mysql', 'postgres', { version: 1, ...own })
}

function column(table: string, name: string, native: string, facts: MappedColumn['facts'] = {}): MappedColumn {
  const [, type = '', args] = /^(\w+)(?:\((.*)\))?$/.exec(native) ?? []
  const numbers = args === undefined ? [] : args.split(',').map(Number)
  return { table, column: name, native: { name: type, text: native, args: numbers }, autoIncrement: false, facts }
}

/** `type → target's type: rule`. */
function decided(rules: RuleSet, one: MappedColumn, own?: ColumnWish): string {
  const { type, targetType, rule } = decide(rules, one, own)
  return `${typeText(type)} → ${targetType}: ${rule}`
}

describe('overrides by type', () => {
  it('give the target’s own type to what is read as ever, or one of transload’s', async () => {
    const rules = await rulesOf({ types: { 'tinyint(1)': 'smallint', tinyint: 'int(32)', 'bigint unsigned': 'text' } })
    const flag = column('t', 'f', 'tinyint(1)', { min: '0', max: '1' })
    expect(decided(rules, flag)).toBe('int(8) → smallint: types.tinyint(1)')
    expect(decided(rules, column('t', 'f', 'tinyint(4)'))).toBe('int(32) → integer: types.tinyint')
    const big = column('t', 'n', 'bigint')
    expect(decided(rules, big)).toBe('int(64) → bigint: mysql.bigint')
    expect(decided(rules, { ...big, native: { ...big.native, unsigned: true } })).toBe(
      'text → text: types.bigint unsigned',
    )
  })

  it('are of a type that the source has', async () => {
    await expect(rulesOf({ types: { 'tinyit(1)': 'smallint' } })).rejects.toThrow(
      '[TL_C102] the mapping: types.tinyit(1): the source has no type tinyit',
    )
    await expect(rulesOf({ types: { '(1)': 'smallint' } })).rejects.toThrow('(1)')
  })
})

describe('overrides by column', () => {
  it('go by name, then by pattern, then by type', async () => {
    const rules = await rulesOf({
      types: { int: 'decimal(12,0)' },
      columns: { '*.*_id': 'int(64)', 'o*.*': { type: 'text' }, 'orders.user_id': { type: 'int(16)', why: 'small' } },
    })
    expect(decided(rules, column('orders', 'user_id', 'int'))).toBe('int(16) → smallint: columns.orders.user_id')
    expect(decided(rules, column('orders', 'shop_id', 'int'))).toBe('int(64) → bigint: columns.*.*_id')
    expect(decided(rules, column('others', 'n', 'int'))).toBe('text → text: columns.o*.*')
    expect(decided(rules, column('users', 'n', 'int'))).toBe('decimal(12,0) → numeric(12,0): types.int')
    expect(decided(rules, column('orders', 'user_id', 'int'), { type: 'int(32)' })).toBe('int(32) → integer: pipeline')
    expect(decide(rules, column('orders', 'user_id', 'int')).why).toBe('small')
  })

  it('take as many digits of a second as the source has', async () => {
    const rules = await rulesOf({ columns: { '*.t': 'instant', '*.u': 'instant(6)' } })
    expect(decided(rules, column('t', 't', 'datetime(3)'))).toMatch(/^instant\(3\) → timestamptz\(3\)/)
    expect(decided(rules, column('t', 'u', 'datetime(3)'))).toMatch(/^instant\(6\)/)
  })

  it('hold where the data is so, which is asked for', async () => {
    const rules = await rulesOf({
      columns: { '*.is_*': { is: 'tinyint', when: { max: '<= 1' }, type: 'bool', id: 'flags' } },
    })
    const asked = (name: string) => factsAsked(rules, column('t', 'is_x', name))
    expect([asked('tinyint(4)'), asked('int')]).toEqual([['max'], []])
    expect(decided(rules, column('t', 'is_x', 'tinyint(4)', { max: '1' }))).toBe('bool → boolean: flags')
    expect(decided(rules, column('t', 'is_x', 'tinyint(4)', { max: '2' }))).toMatch(/mysql\.tinyint$/)
    expect(decided(rules, column('t', 'is_x', 'tinyint(4)'))).toMatch(/mysql\.tinyint$/)
  })

  it('leave the type of a clock to be read as it is, and say whose it is', async () => {
    const wish = { is: 'datetime', type: 'instant', assume: 'Europe/Berlin', overlap: 'later' }
    const rules = await rulesOf({ columns: { '*.*_at': wish } })
    const at = column('t', 'made_at', 'datetime(3)')
    expect(decided(rules, at)).toBe('timestamp(3) → timestamp(3): mysql.datetime')
    expect(wantedOf(rules, at, {}).clock).toEqual({ zone: 'Europe/Berlin', gap: 'reject', overlap: 'later' })
    expect(wantedOf(rules, column('t', 'made_at', 'date'), {}).clock).toBeUndefined()
  })

  it('say each thing apart: what one leaves open another decides', async () => {
    const rules = await rulesOf({
      columns: { 'a.*': { decode: 'utf8' }, '*.b': { type: 'text' }, '*.*': { policies: { 'nul-byte': 'reject' } } },
    })
    const both = column('a', 'b', 'varchar(9)')
    expect(wantedOf(rules, both, {})).toMatchObject({ charset: 'utf8mb4', type: { text: 'text' } })
    expect(policiesOf(rules, both, { kind: 'text' })['nul-byte']).toEqual({ do: 'reject', rule: 'nul-byte-reject' })
  })

  it.each([
    [{ 'a.b': { assume: 'UTC' } }, 'columns.a.b: assume makes a moment of a clock'],
    [{ 'a.b': { gap: 'later' } }, 'columns.a.b: gap and overlap are about the clock of a zone'],
    [{ 'a.b': { when: { max: '= 1' }, decode: 'utf8' } }, 'columns.a.b: only a type can hang on the data'],
    [{ 'a.b': { type: 'instant', assume: 'Europe/Berlim' } }, 'there is no time zone Europe/Berlim'],
    [{ 'a.b': { decode: 'utf9' } }, 'it is no charset'],
    [{ 'a.b': { policies: { 'zero-date': 'remove' } } }, 'of such a value nothing would be left'],
    [{ 'a.b': { policies: { 'nul-byte': 'text' } } }, 'nul-byte: the column is text already'],
    [{ b: 'text' }, 'columns.b: b names no table'],
  ])('are refused where they cannot be meant so: %j', async (columns, reason) => {
    await expect(rulesOf({ columns })).rejects.toThrow(reason)
  })
})

describe('policies in their short form', () => {
  it('are called as the built-in ones, and go before them', async () => {
    const rules = await rulesOf({
      policies: { 'zero-date': { replace: '1970-01-01' }, 'partial-date': null },
      columns: { 't.d': { policies: { 'zero-date': 'reject' } } },
    })
    const type = { kind: 'date' } as const
    expect(policiesOf(rules, column('t', 'd', 'date'), type)).toEqual({
      'zero-date': { do: 'reject', rule: 'zero-date-reject' },
      'partial-date': { do: 'null', rule: 'partial-date-null' },
    })
    expect(policiesOf(rules, column('t', 'e', 'date'), type)['zero-date']).toEqual({
      do: 'replace',
      rule: 'zero-date-replaced',
      text: '1970-01-01',
    })
    const own = { policies: { 'zero-date': 'null' as const } }
    expect(policiesOf(rules, column('t', 'd', 'date'), type, own)['zero-date']?.rule).toBe('zero-date-null')
  })

  it('make a column text where the data has such a value, or nobody has looked', async () => {
    const rules = await rulesOf({ policies: { 'zero-date': 'text', 'enum-zero': 'text' } })
    const born = (facts: MappedColumn['facts']) => column('t', 'born', 'date', facts)
    expect(decided(rules, born({ 'zero-dates': '3' }))).toBe('text → text: zero-date-text')
    expect(decided(rules, born({}))).toBe('text → text: zero-date-text')
    expect(decided(rules, born({ 'zero-dates': '0' }))).toBe('date → date: mysql.date')
    const kept = { do: 'text', rule: 'zero-date-text' }
    expect(policiesOf(rules, born({}), { kind: 'text' })).toEqual({
      'zero-date': kept,
      'partial-date': { do: 'reject', rule: 'partial-date-reject' },
    })
    // One that comes up later is no date.
    expect(policiesOf(rules, born({ 'zero-dates': '0' }), { kind: 'date' })['zero-date']?.do).toBe('reject')
    expect(decided(rules, column('t', 'e', "enum('a')"))).toBe('text → text: enum-zero-text')
  })
})
