import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { compileExpression } from './compile-expression.ts'
import { jsonText } from './value-text.ts'

const types: readonly (readonly [string, CanonicalType, readonly (string | null)[]])[] = [
  ['i', { kind: 'int', bits: 64, signed: true }, ['0', '-1', '9223372036854775807', '-9223372036854775808', null]],
  ['d', { kind: 'decimal' }, ['0.1', '-99999999999999999999.99', 'NaN', null]],
  ['f', { kind: 'float64' }, ['0.1', 'NaN', '-Infinity', '-0', null]],
  ['s', { kind: 'text' }, ['', 'a,b', '😀é', '__proto__', '12', null]],
  ['b', { kind: 'bool' }, ['true', 'false', null]],
  [
    't',
    { kind: 'instant', precision: 6 },
    ['infinity', '2024-01-31 10:00:00.000001+00', '0044-03-15 00:00:00+00 BC', null],
  ],
  ['y', { kind: 'bytes' }, ['', 'ff', '61', null]],
  [
    'j',
    { kind: 'json' },
    ['{"a": {"__proto__": [1, 2.5, "x", null]}}', '[1, "constructor"]', '1e400', '{', 'null', null],
  ],
  ['l', { kind: 'set', labels: ['a', 'b'] }, ['', 'a', 'a,b', null]],
]
const columns = types.map(([name, type]) => ({ name, type, nullable: true }))

const leaf = fc.constantFrom(
  ...types.map(([name]) => name),
  'row["j"]',
  'j.a',
  'j.a["__proto__"]',
  'j.constructor',
  'v',
  '1',
  '-1',
  '1.5',
  '""',
  '"a"',
  '"__proto__"',
  'null',
  'true',
  '[]',
  '[1, 2]',
  'b"a"',
)
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', 'in'),
        tie('expression'),
      )
      .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
    fc.tuple(fc.constantFrom('!', '-'), tie('expression')).map(([sign, inner]) => `${sign}(${inner})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([condition, then, otherwise]) => `(${condition} ? ${then} : ${otherwise})`),
    fc
      .tuple(
        fc.constantFrom(
          'lower',
          'trim',
          'size',
          'string',
          'int',
          'double',
          'decimal',
          'bool',
          'year',
          'date',
          'hex',
          'bytes',
        ),
        tie('expression'),
      )
      .map(([name, inner]) => `${name}(${inner})`),
    fc
      .tuple(
        fc.constantFrom('contains', 'split', 'join', 'coalesce', 'substring', 'round', 'startsWith'),
        tie('expression'),
        tie('expression'),
      )
      .map(([name, one, other]) => `${name}(${one}, ${other})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('map', 'filter', 'exists', 'all', 'exists_one'), tie('expression'))
      .map(([list, name, inner]) => `(${list}).${name}(v, ${inner})`),
    fc.tuple(tie('expression'), tie('expression')).map(([list, key]) => `(${list})[${key}]`),
  ),
}))
const row = fc.tuple(...types.map(([, , texts]) => fc.constantFrom(...texts)))

/** The value as text, or the code of the error. Anything else that is thrown goes on. */
function outcome(text: string, texts: readonly (string | null)[]): string {
  try {
    const compiled = compileExpression(text, columns)
    const value = compiled.evaluate((place) => texts[place]!)
    if (value === null && !compiled.mayBeNull) return `NULL of what is never NULL: ${text}`
    return jsonText(compiled.type, value)
  } catch (error) {
    if (error instanceof TransloadError) return error.message
    throw error
  }
}

describe('any expression over any row', () => {
  it('gives a value or a TransloadError, the same every time, and leaves nothing behind', () => {
    const words = Object.getOwnPropertyNames(Object.prototype)
    const seen = { value: 0, TL_C111: 0, TL_D413: 0 }
    fc.assert(
      fc.property(expression, row, (text, texts) => {
        const first = outcome(text, texts)
        expect(outcome(text, texts)).toBe(first)
        expect(first).not.toContain('NULL of what is never NULL')
        const code = /^\[(TL_C111|TL_D413)\]/.exec(first)?.[1]
        if (code === 'TL_C111' || code === 'TL_D413') seen[code]++
        else seen.value++
      }),
      { numRuns: 4_000 },
    )
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(words)
    expect(seen.value).toBeGreaterThan(100)
    expect(seen.TL_D413).toBeGreaterThan(10)
  })

  it('takes any text without another error', () => {
    const signs = fc.string({ unit: fc.constantFrom(...Array.from('abx"\'()[]{}.,?:!<>=&|+-*/%\\ 019eu\n😀_')) })
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), signs), (text) => {
        expect(
          outcome(
            text,
            types.map(() => null),
          ),
        ).toEqual(expect.any(String))
      }),
      { numRuns: 500 },
    )
  })

  it('sees nothing of the row before', () => {
    const compiled = compileExpression('coalesce(s, "none")', columns)
    const place = columns.findIndex((column) => column.name === 's')
    expect(compiled.evaluate((at) => (at === place ? 'first' : null))).toBe('first')
    expect(compiled.evaluate(() => null)).toBe('none')
  })
})
