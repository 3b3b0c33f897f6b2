import { describe, expect, it } from 'vitest'
import { joinedType } from './joined-type.ts'
import { parseCanonical } from './parse-type.ts'
import { typeText } from './type-text.ts'

const pairs = [
  ['int(64)', 'int(32)', 'int(64)'],
  ['int(8)', 'uint(8)', 'int(16)'],
  ['int(32)', 'uint(32)', 'int(64)'],
  ['int(64)', 'uint(16)', 'int(64)'],
  ['int(8)', 'uint(64)', 'decimal(20,0)'],
  ['int(32)', 'decimal(12,2)', 'decimal(12,2)'],
  ['int(64)', 'decimal(12,2)', 'decimal(21,2)'],
  ['decimal(10,2)', 'decimal(8,4)', 'decimal(12,4)'],
  ['decimal', 'decimal(65,30)', 'decimal'],
  ['text', 'text(255)', 'text'],
  ['text(80)', 'text(40)', 'text(80)'],
  ['bytes', 'bytes(16)', 'bytes'],
  ['timestamp(6)', 'timestamp(0)', 'timestamp(6)'],
  ['float32', 'float64', 'float64'],
  ['uuid', 'uuid', 'uuid'],
  ['timestamp(6)', 'instant(6)', undefined],
  ['text', 'int(32)', undefined],
  ['bool', 'int(8)', undefined],
  ['float64', 'int(32)', undefined],
  ['json', 'text', undefined],
  ['date', 'timestamp(0)', undefined],
] as const

describe('joinedType', () => {
  it.each(pairs)('of %s and %s is %s', (one, other, joined) => {
    const [a, b] = [parseCanonical(one), parseCanonical(other)]
    if (a === undefined || b === undefined) throw new Error('no type')
    const found = [joinedType(a, b), joinedType(b, a)].map((type) => type && typeText(type))
    const wanted = joined === undefined ? undefined : typeText(parseCanonical(joined)!)
    expect(found).toEqual([wanted, wanted])
  })

  it('of labels is the type that has all of them', () => {
    const few = { kind: 'enum', labels: ['a', 'b'] } as const
    const more = { kind: 'enum', labels: ['b', 'c', 'a'] } as const
    expect([joinedType(more, few), joinedType(few, more)]).toEqual([more, more])
    expect(joinedType(few, { kind: 'enum', labels: ['c'] })).toBeUndefined()
  })
})
