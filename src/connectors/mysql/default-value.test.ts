import { describe, expect, it } from 'vitest'
import { bytesDefault, parseMysqlDefault, parseSqlDefault, textDefault } from './default-value.ts'
import { parseNativeType } from './native-type.ts'

describe('parseMysqlDefault', () => {
  it.each([
    ['varchar(20)', "it's \\ a", '', { kind: 'literal', text: "it's \\ a", sql: "'it''s \\ a'" }],
    ['varchar(20)', '', '', { kind: 'literal', text: '', sql: "''" }],
    ['varchar(20)', 'NULL', '', { kind: 'literal', text: 'NULL', sql: "'NULL'" }],
    ['varchar(20)', '42', '', { kind: 'literal', text: '42', sql: "'42'" }],
    [
      'varchar(40)',
      'CURRENT_TIMESTAMP',
      '',
      { kind: 'literal', text: 'CURRENT_TIMESTAMP', sql: "'CURRENT_TIMESTAMP'" },
    ],
    ['int(5) unsigned zerofill', '00042', '', { kind: 'number', text: '42', sql: '42' }],
    ['decimal(10,2)', '-0.50', '', { kind: 'number', text: '-0.50', sql: '-0.50' }],
    ['double', '-1e100', '', { kind: 'number', text: '-1e100', sql: '-1e100' }],
    ['year', '0000', '', { kind: 'number', text: '0', sql: '0' }],
    ['bit(1)', "b'0'", '', { kind: 'bits', text: '0', sql: "b'0'" }],
    ['bit(8)', "b'101'", '', { kind: 'bits', text: '00000101', sql: "b'00000101'" }],
    ['varbinary(10)', '0x61ff', '', { kind: 'bytes', hex: '61ff', sql: "X'61ff'" }],
    ['binary(4)', '0x61', '', { kind: 'bytes', hex: '61000000', sql: "X'61000000'" }],
    ['date', '0000-00-00', '', { kind: 'literal', text: '0000-00-00', sql: "'0000-00-00'" }],
    ['timestamp', 'CURRENT_TIMESTAMP', 'DEFAULT_GENERATED', { kind: 'now', precision: 0 }],
    ['datetime(6)', 'CURRENT_TIMESTAMP(6)', '', { kind: 'now', precision: 6 }],
    ['datetime(3)', '(now(3))', 'DEFAULT_GENERATED', { kind: 'now', precision: 3 }],
    ['text', String.raw`_utf8mb4\'it\\\'s\'`, 'DEFAULT_GENERATED', { kind: 'literal', text: "it's" }],
    ['int', '(1 + 2)', 'DEFAULT_GENERATED', { kind: 'expression', sql: '(1 + 2)' }],
    ['varchar(64)', 'uuid()', 'DEFAULT_GENERATED', { kind: 'expression', sql: 'uuid()' }],
  ])('%s DEFAULT %s %s', (type, text, extra, expected) => {
    expect(parseMysqlDefault(parseNativeType(type), text, extra)).toMatchObject(expected)
  })

  it('gives an expression its neutral form', () => {
    const value = parseMysqlDefault(parseNativeType('json'), 'json_array()', 'DEFAULT_GENERATED')
    expect(value).toMatchObject({ kind: 'expression', expression: { kind: 'call', name: 'json_array', args: [] } })
  })

  it('knows no default from NULL', () => {
    expect(parseMysqlDefault(parseNativeType('int'), null, '')).toBeUndefined()
    expect(parseMysqlDefault(parseNativeType('int'), 'NULL', 'DEFAULT_GENERATED')).toBeUndefined()
  })
})

describe('parseSqlDefault', () => {
  it.each([
    ['varchar(20)', "'it''s'", { kind: 'literal', text: "it's" }],
    ['varchar(20)', String.raw`'back \\ \'q\''`, { kind: 'literal', text: "back \\ 'q'" }],
    ['varchar(20)', "'NULL'", { kind: 'literal', text: 'NULL' }],
    ['varchar(20)', '0xF09F9880', { kind: 'literal', text: '😀' }],
    ['int(11)', '42', { kind: 'number', text: '42' }],
    ['int(11)', "'42'", { kind: 'number', text: '42' }],
    ['bit(8)', "b'101'", { kind: 'bits', text: '00000101' }],
    ['binary(4)', String.raw`'a\0b\0'`, { kind: 'bytes', hex: '61006200' }],
    ['varbinary(9)', "x'FF00'", { kind: 'bytes', hex: 'ff00' }],
    ['timestamp', 'current_timestamp()', { kind: 'now', precision: 0 }],
    ['datetime(6)', 'CURRENT_TIMESTAMP(6)', { kind: 'now', precision: 6 }],
    ['date', 'current_timestamp()', { kind: 'expression', sql: 'current_timestamp()' }],
    ['longtext', 'json_array()', { kind: 'expression', sql: 'json_array()' }],
    ['varchar(9)', "concat('a','b')", { kind: 'expression', sql: "concat('a','b')" }],
    ['varbinary(9)', "'0x61'", { kind: 'bytes', hex: '30783631' }],
    ['int(11)', '(1 + 2) * 3', { kind: 'expression', sql: '(1 + 2) * 3' }],
    ['datetime', '(current_timestamp() + interval 1 day)', { kind: 'expression' }],
    ['int(11)', "b'101'", { kind: 'number', text: '5' }],
    ['varchar(9)', "_latin1'a'", { kind: 'expression' }],
  ])('%s DEFAULT %s', (type, sql, expected) => {
    expect(parseSqlDefault(parseNativeType(type), sql, 'mariadb')).toMatchObject(expected)
  })

  it.each([null, 'NULL', ' null '])('knows no default from %j', (sql) => {
    expect(parseSqlDefault(parseNativeType('int'), sql, 'mariadb')).toBeUndefined()
  })
})

describe('exact values', () => {
  it('are bytes of a binary type, and UTF-8 of a text type', () => {
    expect(bytesDefault(parseNativeType('binary(3)'), Buffer.from('ff00', 'hex'))).toMatchObject({ hex: 'ff0000' })
    expect(bytesDefault(parseNativeType('varchar(3)'), Buffer.from('😀'))).toMatchObject({
      kind: 'literal',
      text: '😀',
    })
    expect(textDefault(parseNativeType("enum('?')"), '?')).toMatchObject({ kind: 'literal', text: '?' })
  })
})
