import { Int32 } from 'bson'
import { describe, expect, it } from 'vitest'
import { childColumns, notesAt, shapeOf } from '../../../test/support/shaped-collections.ts'

function nested(depth: number): unknown {
  let value: unknown = [new Int32(1)]
  for (let level = 1; level < depth; level++) value = [value]
  return value
}

describe('arrays within arrays', () => {
  it('are tables as deep as there are keys for, and JSON below (case 38)', () => {
    const shaped = shapeOf([{ v: nested(97) }])
    const children = Object.values(childColumns(shaped))
    expect(children).toHaveLength(8)
    expect(children.at(-1)).toHaveLength(10)
    expect(children.at(-1)?.at(-1)).toBe('$value as value: json')
    expect(notesAt(shaped, `v${'[]'.repeat(8)}`)).toBe('JSON column: it stands within 8 tables [table]')
  })

  it('are one table deeper where somebody wishes it', () => {
    const shaped = shapeOf([{ v: nested(10) }], { shape: { [`v${'[]'.repeat(8)}`]: { as: 'table' } } })
    expect(Object.keys(childColumns(shaped))).toHaveLength(9)
  })
})
