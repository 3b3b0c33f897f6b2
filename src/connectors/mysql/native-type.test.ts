import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { parseNativeType } from './native-type.ts'

describe('parseNativeType', () => {
  it.each([
    ['int', { name: 'int', args: [] }],
    ['bigint(20) unsigned', { name: 'bigint', args: [20], unsigned: true }],
    ['int(5) unsigned zerofill', { name: 'int', args: [5], unsigned: true, zerofill: true }],
    ['int(5) zerofill', { name: 'int', args: [5], unsigned: true, zerofill: true }],
    ['tinyint(1)', { name: 'tinyint', args: [1] }],
    ['decimal(65,30)', { name: 'decimal', args: [65, 30] }],
    ['float(7,4) unsigned', { name: 'float', args: [7, 4], unsigned: true }],
    ['DOUBLE', { name: 'double', args: [] }],
    ['bit(64)', { name: 'bit', args: [64] }],
    ['datetime(6)', { name: 'datetime', args: [6] }],
    ['year(4)', { name: 'year', args: [4] }],
    ['vector(1536)', { name: 'vector', args: [1536] }],
    ['inet6', { name: 'inet6', args: [] }],
    ['varchar(20) CHARACTER SET latin1 COLLATE latin1_bin', { charset: 'latin1', collation: 'latin1_bin', args: [20] }],
    ['text charset=utf8mb4', { name: 'text', charset: 'utf8mb4' }],
    ['point /*!80003 SRID 4326 */', { name: 'point', text: 'point', srid: 4326 }],
    ['point REF_SYSTEM_ID=4326', { name: 'point', srid: 4326 }],
    ['longtext /*M!100301 COMPRESSED*/', { name: 'longtext', text: 'longtext' }],
  ])('reads %s', (text, expected) => expect(parseNativeType(text)).toMatchObject(expected))

  it('keeps the text, and takes charset and collation from the context', () => {
    const native = parseNativeType('varchar(20)', { charset: 'gbk', collation: 'gbk_chinese_ci' })
    expect(native).toEqual({
      name: 'varchar',
      text: 'varchar(20)',
      args: [20],
      charset: 'gbk',
      collation: 'gbk_chinese_ci',
    })
  })

  it.each([
    ["enum('a','b')", ['a', 'b']],
    ["set('x','y z')", ['x', 'y z']],
    ["enum('it''s','b,c','x)y','\"q\"','')", ["it's", 'b,c', 'x)y', '"q"', '']],
    [String.raw`enum('back\\slash','line\nfeed','nul\0')`, ['back\\slash', 'line\nfeed', 'nul\u0000']],
    ["enum('😀','é',' lead')", ['😀', 'é', ' lead']],
    ["enum('/* no comment */','1')", ['/* no comment */', '1']],
  ])('decodes the labels of %s', (text, labels) => {
    const native = parseNativeType(text)
    expect(native.labels).toEqual(labels)
    expect(native.args).toEqual([])
    expect(native.text).toBe(text)
  })

  it.each(['', "enum('a'", "enum('a' 'b')", 'int(x)'])('refuses %j', (text) => {
    expect(() => parseNativeType(text)).toThrow(TransloadError)
  })
})
