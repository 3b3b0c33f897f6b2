import { describe, expect, it } from 'vitest'
import type { DigestForm } from '../../model/digest-form.ts'
import { seenLiteral, wantedLiteral } from './repair-literal.ts'

function wanted(type: string, form: DigestForm, cell: string | Buffer, labels?: readonly string[]): string | undefined {
  const column = { name: 'c', type, form, labels, isNotNull: false }
  const literal = wantedLiteral(column, Buffer.from(cell))
  return 'sql' in literal ? literal.sql.trim() : undefined
}

describe('a value that a column is to have', () => {
  it.each<[type: string, form: DigestForm, cell: string]>([
    ['boolean', 'number', '1'],
    ['smallint', 'number', '-32768'],
    ['bigint', 'number', '00042'],
    ['numeric(4,2)', 'number', '-12.3400'],
    ['numeric(2,2)', 'number', '0.25'],
    ['numeric', 'number', '123456789012345678901234567890.5'],
    ['real', 'float32', '0.10000000149011612'],
    ['real', 'float64', '0.5'],
    ['real', 'float64', 'NaN'],
    ['character varying(3)', 'text', 'a😀b'],
    ['text', 'text', ''],
    ['date', 'date', '2024-02-29'],
    ['timestamp(3) without time zone', 'timestamp', '2024-02-29 01:02:03.120000'],
    ['time without time zone', 'time', '24:00:00'],
    ['interval', 'time', '-838:59:59'],
    ['bit(3)', 'bits', '101'],
    ['bit varying', 'bits', '10101'],
    ['uuid', 'text', '00112233-4455-6677-8899-aabbccddeeff'],
    ['inet', 'text', '10.0.0.0/8'],
    ['json', 'json-text', '{"a": "\\u0000"}'],
  ])('%s takes %s %s', (type, form, cell) => {
    expect(wanted(type, form, cell)).toContain(cell.replaceAll('\\', '\\\\'))
  })

  it.each<[type: string, form: DigestForm, cell: string | Buffer]>([
    ['boolean', 'number', '2'],
    ['smallint', 'number', '32768'],
    ['integer', 'number', '1.5'],
    ['numeric(4,2)', 'number', '123.4'],
    ['numeric(4,2)', 'number', '1.234'],
    ['real', 'float64', '0.1'],
    ['character varying(2)', 'text', 'abc'],
    ['character(2)', 'text', 'abc'],
    ['name', 'text', 'x'.repeat(64)],
    ['text', 'text', 'nul\0'],
    ['text', 'text', Buffer.from([0xff])],
    ['date', 'date', '0000-00-00'],
    ['date', 'date', '2024-01-00'],
    ['date', 'date', '2023-02-29'],
    ['timestamp(0) without time zone', 'timestamp', '2024-02-29 01:02:03.5'],
    ['time without time zone', 'time', '-01:00:00'],
    ['time without time zone', 'time', '25:00:00'],
    ['bit(3)', 'bits', '1010'],
    ['bit varying(3)', 'bits', '1010'],
    ['uuid', 'text', '00112233-4455-6677-8899-AABBCCDDEEFF'],
    ['uuid', 'bytes', 'short'],
    ['real[]', 'bytes', 'odd'],
    ['inet', 'text', 'localhost'],
    ['json', 'json-text', '{'],
    ['jsonb', 'json', '{"a": "\\u0000"}'],
  ])('%s refuses %s %s, rather than have it cut or rounded', (type, form, cell) => {
    expect(wanted(type, form, cell)).toBeUndefined()
  })

  it('is made of bytes, floats and members', () => {
    expect(wanted('bytea', 'bytes', Buffer.from([0, 255]))).toBe(String.raw`E'\\x00ff'`)
    expect(wanted('uuid', 'bytes', Buffer.alloc(16, 1))).toBe(`'${'01'.repeat(16)}'`)
    expect(wanted('real[]', 'bytes', Buffer.from(new Float32Array([1, -0.5]).buffer))).toBe("'{1,-0.5}'")
    expect(wanted('text[]', 'set', '')).toBe("'{}'")
    expect(wanted('text[]', 'set', 'a,b"c')).toBe(String.raw`E'{"a","b\\"c"}'`)
    expect(wanted('text[]', 'json', '["a,b","c\\"d",""]')).toBe(String.raw`E'{"a,b","c\\"d",""}'`)
    expect(wanted('double precision[]', 'json', '[1.5,-2,"NaN"]')).toBe(`'{"1.5","-2","NaN"}'`)
    expect(wanted('boolean[]', 'json', '[]')).toBe("'{}'")
    expect(wanted('integer[]', 'json', '[1,null]')).toBeUndefined()
    expect(wanted('integer[]', 'json', '{"a":1}')).toBeUndefined()
    expect(wanted('text', 'text', 'b', ['a', 'b'])).toBe("'b'")
    expect(wanted('text', 'text', 'c', ['a', 'b'])).toBeUndefined()
  })

  it('may be NULL where the column may', () => {
    const column = { name: 'c', type: 'text', form: 'text' } as const
    expect(wantedLiteral({ ...column, isNotNull: false }, undefined)).toEqual({ sql: 'NULL' })
    expect(wantedLiteral({ ...column, isNotNull: true }, undefined)).toEqual({ refused: 'c may not be NULL' })
  })
})

describe('a value that was seen', () => {
  it('is a constant of its type', () => {
    expect(seenLiteral({ type: 'integer', form: 'number' }, Buffer.from('5'))).toBe("'5'")
    expect(seenLiteral({ type: 'bytea', form: 'bytes' }, Buffer.from([1])).trim()).toBe(String.raw`E'\\x01'`)
    expect(seenLiteral({ type: 'uuid', form: 'bytes' }, Buffer.alloc(16))).toBe(`'${'00'.repeat(16)}'`)
  })
})
