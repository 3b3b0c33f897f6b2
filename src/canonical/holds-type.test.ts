import { describe, expect, it } from 'vitest'
import { holdsType } from './holds-type.ts'
import { parseCanonical } from './parse-type.ts'

/** The wider one first; `·` where neither holds the other. */
const pairs = [
  ['int(64)', '>', 'int(32)'],
  ['int(64)', '>', 'uint(32)'],
  ['int(32)', '·', 'uint(32)'],
  ['uint(64)', '·', 'int(16)'],
  ['decimal(12,4)', '>', 'decimal(10,2)'],
  ['decimal(10,2)', '·', 'decimal(8,4)'],
  ['decimal', '>', 'decimal(65,30)'],
  ['text', '>', 'text(255)'],
  ['text(80)', '>', 'text(40)'],
  ['bytes', '>', 'bytes(16)'],
  ['timestamp(6)', '>', 'timestamp(0)'],
  ['timestamp(6)', '·', 'instant(6)'],
  ['text', '·', 'int(32)'],
  ['float64', '·', 'float32'],
  ['json', '·', 'text'],
] as const

describe('holdsType', () => {
  it.each(pairs)('%s %s %s', (wide, sign, narrow) => {
    const [one, other] = [parseCanonical(wide), parseCanonical(narrow)]
    if (one === undefined || other === undefined) throw new Error('no type')
    expect([holdsType(one, other), holdsType(other, one)]).toEqual([sign === '>', false])
  })

  it('takes labels for the same in any order, and more of them for wider', () => {
    const few = { kind: 'enum', labels: ['a', 'b'] } as const
    const more = { kind: 'enum', labels: ['b', 'c', 'a'] } as const
    expect([holdsType(more, few), holdsType(few, more), holdsType(few, few)]).toEqual([true, false, true])
  })
})
