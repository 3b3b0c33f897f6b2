import { describe, expect, it } from 'vitest'
import type { NativeType } from '../../../model/relation.ts'
import { defaultValueOf } from './default-value.ts'

const type = (name: string, ...args: number[]): NativeType => ({ name, text: name, args })

describe('defaults as pg_get_expr prints them', () => {
  it.each([
    ["'ok'::mood", type('enum'), { kind: 'literal', text: 'ok' }],
    ["'a''b\\c'::character varying", type('varchar', 5), { kind: 'literal', text: "a'b\\c" }],
    [" E'a\\\\b'::text", type('text'), { kind: 'literal', text: 'a\\b' }],
    ['\'x\'::public."odd ) name"', type('enum'), { kind: 'literal', text: 'x' }],
    ['1.50', type('numeric', 5, 2), { kind: 'number', text: '1.50' }],
    ["'-1'::integer", type('int4'), { kind: 'number', text: '-1' }],
    ['(-1)', type('int4'), { kind: 'number', text: '-1' }],
    ["(('x'::text))::character varying(5)", type('varchar', 5), { kind: 'literal', text: 'x' }],
    ['(0)::numeric', type('numeric'), { kind: 'number', text: '0' }],
    ['true', type('bool'), { kind: 'number', text: '1' }],
    ["'\\x00ff'::bytea", type('bytea'), { kind: 'bytes', hex: '00ff' }],
    ['\'0101\'::"bit"', type('bit', 4), { kind: 'bits', text: '0101' }],
    ['now()', type('timestamptz'), { kind: 'now', precision: 6 }],
    ['CURRENT_TIMESTAMP(3)', type('timestamptz', 3), { kind: 'now', precision: 3 }],
    ['CURRENT_DATE', type('date'), { kind: 'now', precision: 0 }],
    [
      "'2024-01-01 00:00:00'::timestamp without time zone",
      type('timestamp'),
      { kind: 'literal', text: '2024-01-01 00:00:00' },
    ],
    ['gen_random_uuid()', type('uuid'), { kind: 'expression', expression: { kind: 'call', name: 'uuid', args: [] } }],
  ])('%s of %o is told', (sql, native, expected) => {
    expect(defaultValueOf(sql, native)).toEqual({ ...expected, sql })
  })

  it.each([
    ['NULL::character varying', type('varchar')],
    ['NULL', type('int4')],
  ])('%s is none', (sql, native) => {
    expect(defaultValueOf(sql, native)).toBeUndefined()
  })

  it.each([
    ["timezone('utc'::text, now())", type('timestamp')],
    ["'a'::text || 'b'::text", type('text')],
    ["('a'::text || ')'::text)", type('text')],
    ['(1 + 2)', type('int4')],
    ['now()', type('text')],
    ["(('now'::text)::date)::text", type('text')],
  ])('%s is an expression that nobody reads', (sql, native) => {
    expect(defaultValueOf(sql, native)).toEqual({ kind: 'expression', sql })
  })
})
