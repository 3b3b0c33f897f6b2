import { beforeAll, describe, expect, it } from 'vitest'
import { typeText } from '../canonical/type-text.ts'
import type { NativeType } from '../model/relation.ts'
import { decide, factsAsked } from './decide.ts'
import { loadRules, parseMapping } from './load-rules.ts'
import type { MappedColumn } from './match.ts'
import { policiesOf } from './policies.ts'
import type { RuleSet } from './rule-set.ts'

let rules: RuleSet

beforeAll(async () => {
  rules = await loadRules('mysql', 'postgres', undefined)
})

function column(native: Partial<NativeType> & { name: string }, over: Partial<MappedColumn> = {}): MappedColumn {
  return {
    table: 'orders',
    column: 'c',
    native: { text: native.name, args: [], ...native },
    autoIncrement: false,
    facts: {},
    ...over,
  }
}

type Case = [string, MappedColumn, type: string, target: string, rule: string]

const cases: Case[] = [
  [
    'tinyint(1) of 0 and 1',
    column({ name: 'tinyint', args: [1] }, { facts: { min: '0', max: '1' } }),
    'bool',
    'boolean',
    'tinyint1-boolean',
  ],
  [
    'tinyint(1) without rows',
    column({ name: 'tinyint', args: [1] }, { facts: { min: null, max: null } }),
    'bool',
    'boolean',
    'tinyint1-boolean',
  ],
  [
    'tinyint(1) with a 2',
    column({ name: 'tinyint', args: [1] }, { facts: { min: '0', max: '2' } }),
    'int(8)',
    'smallint',
    'mysql.tinyint',
  ],
  ['tinyint(1) that nobody counted', column({ name: 'tinyint', args: [1] }), 'int(8)', 'smallint', 'mysql.tinyint'],
  ['tinyint unsigned', column({ name: 'tinyint', unsigned: true }), 'uint(8)', 'smallint', 'mysql.tinyint'],
  ['smallint unsigned', column({ name: 'smallint', unsigned: true }), 'uint(16)', 'integer', 'mysql.smallint'],
  ['mediumint unsigned', column({ name: 'mediumint', unsigned: true }), 'int(32)', 'integer', 'mysql.mediumint'],
  ['int(11)', column({ name: 'int', args: [11] }), 'int(32)', 'integer', 'mysql.int'],
  ['int unsigned', column({ name: 'int', unsigned: true }), 'uint(32)', 'bigint', 'mysql.int'],
  ['bigint', column({ name: 'bigint' }), 'int(64)', 'bigint', 'mysql.bigint'],
  [
    'bigint unsigned counter',
    column({ name: 'bigint', unsigned: true }, { autoIncrement: true }),
    'uint(64)',
    'bigint',
    'bigint-unsigned-key',
  ],
  [
    'bigint unsigned that fits',
    column({ name: 'bigint', unsigned: true }, { facts: { max: '9223372036854775807' } }),
    'uint(64)',
    'bigint',
    'bigint-unsigned-fits',
  ],
  [
    'bigint unsigned that does not',
    column({ name: 'bigint', unsigned: true }, { facts: { max: '9223372036854775808' } }),
    'uint(64)',
    'numeric(20,0)',
    'mysql.bigint',
  ],
  [
    'bigint unsigned that nobody counted',
    column({ name: 'bigint', unsigned: true }),
    'uint(64)',
    'numeric(20,0)',
    'mysql.bigint',
  ],
  ['decimal(65,30)', column({ name: 'decimal', args: [65, 30] }), 'decimal(65,30)', 'numeric(65,30)', 'mysql.decimal'],
  ['float', column({ name: 'float' }), 'float32', 'real', 'mysql.float'],
  ['double', column({ name: 'double' }), 'float64', 'double precision', 'mysql.double'],
  ['bit(1)', column({ name: 'bit', args: [1] }), 'bool', 'boolean', 'mysql.bit1'],
  ['bit(64)', column({ name: 'bit', args: [64] }), 'bits(64)', 'bit(64)', 'mysql.bit'],
  ['datetime(3)', column({ name: 'datetime', args: [3] }), 'timestamp(3)', 'timestamp(3)', 'mysql.datetime'],
  ['timestamp', column({ name: 'timestamp' }), 'instant(0)', 'timestamptz(0)', 'mysql.timestamp'],
  [
    'time within a day',
    column({ name: 'time' }, { facts: { min: '00:00:00', max: '23:59:59' } }),
    'time(0)',
    'time(0)',
    'mysql.time',
  ],
  [
    'time beyond a day',
    column({ name: 'time' }, { facts: { min: '00:00:00', max: '24:00:00' } }),
    'interval(0)',
    'interval(0)',
    'mysql.time-interval',
  ],
  [
    'negative time',
    column({ name: 'time' }, { facts: { min: '-00:00:01', max: '01:00:00' } }),
    'interval(0)',
    'interval(0)',
    'mysql.time-interval',
  ],
  [
    'time that nobody counted',
    column({ name: 'time', args: [6] }),
    'interval(6)',
    'interval(6)',
    'mysql.time-interval',
  ],
  ['year', column({ name: 'year' }), 'int(16)', 'smallint', 'mysql.year'],
  ['char(10)', column({ name: 'char', args: [10] }), 'text(10)', 'varchar(10)', 'mysql.char'],
  ['longtext', column({ name: 'longtext' }), 'text', 'text', 'mysql.text'],
  ['varbinary(16)', column({ name: 'varbinary', args: [16] }), 'bytes(16)', 'bytea', 'mysql.binary'],
  ['set', column({ name: 'set', labels: ['a', 'b'] }), 'set("a","b")', 'text[]', 'mysql.set'],
  ['enum', column({ name: 'enum', labels: ['a'] }), 'enum("a")', '{enum}', 'mysql.enum'],
  [
    'enum with a long label',
    column({ name: 'enum', labels: ['é'.repeat(32)] }),
    `enum("${'é'.repeat(32)}")`,
    'text',
    'mysql.enum',
  ],
  ['json', column({ name: 'json' }, { facts: { 'json-nul': '0' } }), 'json', 'jsonb', 'mysql.json'],
  ['json with \\u0000', column({ name: 'json' }, { facts: { 'json-nul': '1' } }), 'json', 'json', 'json-with-nul'],
  ['json of MariaDB', column({ name: 'json', text: 'longtext' }), 'json', 'json', 'mariadb-json'],
  ['uuid', column({ name: 'uuid' }), 'uuid', 'uuid', 'mysql.uuid'],
  ['inet6', column({ name: 'inet6' }), 'inet', 'inet', 'mysql.inet'],
]

describe('the rules of mysql to postgres', () => {
  it.each(cases)('%s', (_, mapped, type, target, rule) => {
    const decision = decide(rules, mapped)
    expect([typeText(decision.type), decision.targetType, decision.rule]).toEqual([type, target, rule])
  })

  it('refuses a geometry and says what to do', () => {
    expect(decide(rules, column({ name: 'point' })).refused?.cure).toContain('drop: true')
  })

  it('stops at a type that no rule knows', () => {
    expect(() => decide(rules, column({ name: 'hyperloglog', text: 'hyperloglog' }))).toThrow(
      'hyperloglog, which no rule knows',
    )
  })

  it('takes the pipeline’s type before any rule, and refuses one that is none', () => {
    expect(decide(rules, column({ name: 'tinyint', args: [1] }), { type: 'int(16)' })).toMatchObject({
      targetType: 'smallint',
      rule: 'pipeline',
    })
    expect(() => decide(rules, column({ name: 'tinyint' }), { type: 'smalint' })).toThrow('smalint is not a type')
  })

  it('asks of the data only what decides', () => {
    const asked = (native: Partial<NativeType> & { name: string }) => factsAsked(rules, column(native))
    expect(asked({ name: 'tinyint', args: [1] })).toEqual(['min', 'max'])
    expect(asked({ name: 'tinyint', args: [4] })).toEqual([])
    expect(asked({ name: 'int' })).toEqual([])
    expect(asked({ name: 'bigint', unsigned: true })).toEqual(['max'])
    expect(asked({ name: 'varchar' })).toEqual([])
  })

  it('gives a column the policies of its faults', () => {
    const date = column({ name: 'date' })
    expect(policiesOf(rules, date, decide(rules, date).type)).toEqual({
      'zero-date': { do: 'null', rule: 'zero-date-null' },
      'partial-date': { do: 'reject', rule: 'partial-date-reject' },
    })
    const text = column({ name: 'text' })
    expect(policiesOf(rules, text, decide(rules, text).type)['nul-byte']).toEqual({
      do: 'remove',
      rule: 'nul-byte-removed',
    })
  })
})

describe('a user’s own mapping', () => {
  it('is asked first', async () => {
    const own = { version: 1, types: [{ id: 'mine', match: { column: '*_flag' }, canonical: 'int(16)', why: 'ours' }] }
    const mine = await loadRules('mysql', 'postgres', own)
    const flag = column({ name: 'tinyint', args: [1] }, { column: 'is_flag', facts: { min: '0', max: '1' } })
    expect(decide(mine, flag)).toMatchObject({ targetType: 'smallint', rule: 'mine' })
  })

  it('replaces a fault by a text of the column’s type, or is refused before the first row', async () => {
    const policy = { id: 'epoch', fault: 'zero-date', do: 'replace', why: 'ours' }
    const replacing = (text: string) => loadRules('mysql', 'postgres', { version: 1, policies: [{ ...policy, text }] })
    const stamp = column({ name: 'timestamp' })
    const { type } = decide(rules, stamp)
    const action = { do: 'replace', rule: 'epoch', text: '1970-01-01 00:00:00+00' }
    expect(policiesOf(await replacing('1970-01-01'), stamp, type)['zero-date']).toEqual(action)
    const wrong = await replacing('never')
    expect(() => policiesOf(wrong, stamp, type)).toThrow('the policy epoch says "never" for orders.c')
  })

  it('is refused by place', () => {
    expect(() => parseMapping({ version: 1, types: [{ id: 'x' }] }, 'my.yaml')).toThrow(/my\.yaml: types\.0\./)
    expect(() => parseMapping({ version: 1, tpyes: [] }, 'my.yaml')).toThrow('TL_C102')
  })
})
