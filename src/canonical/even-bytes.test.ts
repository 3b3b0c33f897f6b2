import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DigestForm } from '../model/digest-form.ts'
import { digestText } from './digest-text.ts'
import { evenEnd } from './even-bytes.ts'

const forms = ['number', 'float64', 'date', 'timestamp', 'instant'] as const

/** Undefined: it says nothing. @param beside What stands on either side of the text */
function evenText(form: DigestForm, text: string, beside = '9'): string | undefined {
  const bytes = Buffer.from(`${beside}${text}${beside}`)
  const end = evenEnd(form, bytes, 1, bytes.length - 1)
  return end < 0 ? undefined : bytes.toString('utf8', 1, end)
}

describe('evenEnd', () => {
  it.each([
    ['number', '0'],
    ['number', '-1'],
    ['number', '123456789012345678901234567890.5'],
    ['number', '0.0000000001'],
    ['float64', '12.75'],
    ['float64', '0.000001'],
    ['float64', '-999999999999999'],
    ['date', '2024-02-29'],
    ['timestamp', '2024-02-29 10:00:00'],
    ['timestamp', '2024-02-29 10:00:00.125'],
    ['instant', '2024-02-29 10:00:00'],
    ['text', ''],
    ['bytes', '00'],
  ] as const)('knows a %s that is written as it is compared: %s', (form, text) => {
    expect(evenText(form, text)).toBe(text)
  })

  it.each([
    ['number', '-0'],
    ['number', '007'],
    ['number', '1.50'],
    ['number', '1e3'],
    ['number', 'NaN'],
    ['number', ''],
    ['number', '-'],
    ['float64', '0.0000001'],
    ['float64', '1234567890123456'],
    ['date', '0044-03-15 BC'],
    ['timestamp', '2024-02-29 10:00:00.'],
    ['date', '2024-02-29.5'],
    ['instant', '2024-02-29 10:00:00+01'],
    ['timestamp', '+00'],
    ['date', '2024-02-29+00'],
    ['timestamp', ''],
    ['time', '10:00:00'],
    ['json', '{}'],
  ] as const)('leaves a %s to who makes it even: %s', (form, text) => {
    expect(evenText(form, text)).toBeUndefined()
  })

  it.each([
    ['2024-02-29 10:00:00.125+00', '2024-02-29 10:00:00.125'],
    ['2024-02-29 10:00:00.50', '2024-02-29 10:00:00.5'],
    ['2024-02-29 10:00:00.000+00', '2024-02-29 10:00:00'],
    ['2024-02-20', '2024-02-20'],
  ])('leaves out of a moment what says nothing: %s', (text, even) => {
    expect([evenText('timestamp', text), evenText('instant', text)]).toEqual([even, even])
  })

  it('never says another than who makes it even, and hangs on nothing beside it', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...Array.from('0011.259-: eE+BCNaif')) }),
      fc.double().map(String),
      fc.bigInt().map(String),
      fc.stringMatching(/^-?(0|[1-9]\d{0,15})(\.\d{1,9})?$/),
      fc.stringMatching(/^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d{1,3}0{0,3})?)?(\+00)?( BC)?$/),
    )
    const changed = fc.check(
      fc.property(fc.constantFrom(...forms), text, (form, one) => {
        const [alone, ...others] = ['9', '0', '-', '.', 'x'].map((beside) => evenText(form, one, beside))
        return others.every((other) => other === alone) && (alone === undefined || digestText(form, one) === alone)
      }),
      { numRuns: 20_000 },
    )
    expect(changed.counterexample).toBeNull()
  })
})
