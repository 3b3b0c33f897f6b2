import { describe, expect, it } from 'vitest'
import { fractionLimit, lengthLimit, numericLimit, parseTypeText } from './types.ts'

describe('parseTypeText', () => {
  it.each([
    ['character varying(10)', 'varchar', 14],
    ['varchar', 'varchar', -1],
    ['char', 'bpchar', 5],
    ['CHAR(3)', 'bpchar', 7],
    ['bpchar', 'bpchar', -1],
    ['timestamp(3) with time zone', 'timestamptz', 3],
    ['timestamptz', 'timestamptz', -1],
    ['timestamp without time zone', 'timestamp', -1],
    ['time (2)', 'time', 2],
    ['double precision', 'float8', -1],
    ['bit', 'bit', 1],
    ['bit varying(7)', 'varbit', 7],
    ['public.citext', 'citext', -1],
    ['bigserial', 'int8', -1],
    ['pg_catalog.int4', 'int4', -1],
  ])('%s is %s with the modifier %i', (text, name, typmod) => {
    expect(parseTypeText(text)).toMatchObject({ kind: 'base', name, typmod })
  })

  it('takes arrays apart', () => {
    expect(parseTypeText('numeric(10,2)[]')).toMatchObject({ kind: 'array', element: { name: 'numeric' } })
    expect(parseTypeText('public."mood"[]')).toMatchObject({ kind: 'array', element: { kind: 'unknown' } })
  })

  it('does not know what it does not know', () => {
    for (const text of ['public."mood"', '"char"', 'hstore', 'geometry(Point,4326)']) {
      expect(parseTypeText(text)).toMatchObject({ kind: 'unknown' })
    }
  })
})

describe('limits', () => {
  it('read modifiers as the server packs them', () => {
    expect(lengthLimit(parseTypeText('varchar(10)'))).toBe(10)
    expect(lengthLimit(parseTypeText('text'))).toBeUndefined()
    expect(numericLimit(parseTypeText('numeric(20,0)'))).toEqual({ precision: 20, scale: 0 })
    expect(numericLimit(parseTypeText('numeric(3,-2)'))).toEqual({ precision: 3, scale: -2 })
    expect(numericLimit(parseTypeText('numeric'))).toBeUndefined()
    expect(fractionLimit(parseTypeText('interval(2)'))).toBe(2)
    expect(fractionLimit({ ...parseTypeText('interval'), typmod: (0x0008 << 16) | 0xffff })).toBeUndefined()
    expect(fractionLimit(parseTypeText('timestamp'))).toBe(6)
  })
})
