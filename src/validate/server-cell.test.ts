import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellToText, textToCell } from '../canonical/text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { cellOfText, formsOfCell } from './server-cell.ts'

const instant: CanonicalType = { kind: 'instant', precision: 3 }

function cell(type: CanonicalType, text: string): string | undefined {
  const found = cellOfText(type, formsOfCell(type)[0] ?? 'text', Buffer.from(text))
  return found && cellToText(type, found, 0, found.length)
}

describe('the cell of what a server says', () => {
  it('is the same double, whatever its sign, size and spelling', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const bytes = cellOfText(
          { kind: 'float64' },
          'float64',
          Buffer.from(Object.is(value, -0) ? '-0' : String(value)),
        )
        expect(bytes && Buffer.from(bytes).readDoubleLE()).toBe(value)
      }),
    )
    expect(['-0', '1e+20', 'Infinity', 'NaN', '5e-324'].map((text) => cell({ kind: 'float64' }, text))).toEqual([
      '-0',
      '100000000000000000000',
      'Infinity',
      'NaN',
      '5e-324',
    ])
  })

  it('is a moment, before Christ too', () => {
    expect(cell(instant, '2024-02-29 23:59:59.001')).toBe('2024-02-29 23:59:59.001+00')
    expect(cell(instant, '0044-03-15 12:00:00 BC')).toBe('0044-03-15 12:00:00.000+00 BC')
    expect(cell(instant, '12024-01-01 00:00:00')).toBe('12024-01-01 00:00:00.000+00')
    expect(cell(instant, 'infinity')).toBe('infinity')
    expect(cell(instant, 'yesterday')).toBeUndefined()
  })

  it('is the list of its elements in their own texts', () => {
    const list = (of: CanonicalType): CanonicalType => ({ kind: 'array', of })
    expect(cell(list({ kind: 'int', bits: 32, signed: true }), '["1", "-2"]')).toBe('[1,-2]')
    expect(cell(list({ kind: 'bool' }), '["1", "0"]')).toBe('[true,false]')
    expect(cell(list(instant), '["2024-01-01 00:00:00"]')).toBe('["2024-01-01 00:00:00.000+00"]')
    expect(cell(list({ kind: 'text' }), '[]')).toBe('[]')
    expect(cell(list({ kind: 'text' }), '["a", null]')).toBeUndefined()
    expect(cell(list({ kind: 'text' }), '{{a}}')).toBeUndefined()
  })

  it('is the text itself of what is text, and the bytes of what is bytes', () => {
    expect(cell({ kind: 'document' }, ' {"b":1, "a":1} ')).toBe(' {"b":1, "a":1} ')
    expect(cell({ kind: 'decimal' }, '1.10')).toBe('1.10')
    const uuid = '00112233-4455-6677-8899-aabbccddeeff'
    expect(cell({ kind: 'uuid' }, uuid)).toBe(uuid)
    expect(cellOfText({ kind: 'bytes' }, 'bytes', Buffer.of(0, 255))).toEqual(Buffer.of(0, 255))
    expect(textToCell({ kind: 'objectId' }, 'aa'.repeat(12))).toEqual(
      cellOfText({ kind: 'objectId' }, 'text', Buffer.from('aa'.repeat(12))),
    )
  })
})
