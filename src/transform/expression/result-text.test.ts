import { describe, expect, it } from 'vitest'
import { textToCell } from '../../canonical/text.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { anyJson, anyText, columnsOf, int64, type RowColumn, x } from '../../../test/support/expression-row.ts'
import { compileExpression } from './compile-expression.ts'
import { canonicalTypeOf } from './expression-type.ts'
import { resultWriter } from './result-text.ts'

function written(text: string, to: CanonicalType, row: readonly RowColumn[] = []): string | null | undefined {
  const expression = compileExpression(text, columnsOf(row))
  return resultWriter(expression.type, to)?.(expression.evaluate((place) => row[place]!.text))
}

const decimal52: CanonicalType = { kind: 'decimal', precision: 5, scale: 2 }

describe('a result as a column’s value', () => {
  it.each<[string, CanonicalType, string]>([
    ['true', { kind: 'bool' }, 'true'],
    ['1 + 1', int64, '2'],
    ['1 + 1', { kind: 'decimal' }, '2'],
    ['1 + 1', decimal52, '2.00'],
    ['decimal("1.5")', decimal52, '1.50'],
    ['decimal("-0.500")', decimal52, '-0.50'],
    ['0.1 + 0.2', { kind: 'float64' }, '0.30000000000000004'],
    ['-0.0', { kind: 'float64' }, '-0'],
    ['"a"', anyText, 'a'],
    ['"😀"', { kind: 'text', maxLength: 1 }, '😀'],
    ['b"a"', { kind: 'bytes', maxLength: 1 }, '61'],
    ['date("2024-01-31")', { kind: 'date' }, '2024-01-31'],
    ['timestamp("2024-01-31 10:00:00.120")', { kind: 'timestamp', precision: 2 }, '2024-01-31 10:00:00.12'],
    ['instant("2024-01-31 10:00:00Z")', { kind: 'instant', precision: 0 }, '2024-01-31 10:00:00+00'],
    ['instant("infinity")', { kind: 'instant', precision: 0 }, 'infinity'],
    ['["b", "a", "b"]', { kind: 'set', labels: ['a', 'b'] }, 'a,b'],
    ['[]', { kind: 'set', labels: ['a'] }, ''],
    ['[1, 2]', anyJson, '[1,2]'],
    ['[date("2024-01-31")]', anyJson, '["2024-01-31"]'],
    ['"{\\"a\\": 1}"', anyJson, '{"a": 1}'],
    ['[1, null]', { kind: 'array', of: int64 }, '["1",null]'],
  ])('%s into %j is %s', (expression, to, text) => {
    expect(written(expression, to)).toBe(text)
    expect(() => textToCell(to, text)).not.toThrow()
  })

  it('is NULL for NULL', () => {
    expect(written('x', int64, x(int64, null))).toBeNull()
    expect(written('null', anyText)).toBeNull()
  })

  it.each<[string, CanonicalType, string]>([
    ['decimal("1.239")', decimal52, 'it has more digits behind the point: say how to round it, by round(x, digits)'],
    ['decimal("1000")', decimal52, 'it has more digits before the point'],
    ['"ab"', { kind: 'text', maxLength: 1 }, 'it is longer than 1'],
    ['"{"', anyJson, 'it is no JSON'],
    ['["c"]', { kind: 'set', labels: ['a'] }, 'it holds what is no member of the set'],
    ['timestamp("2024-01-31 10:00:00.120")', { kind: 'timestamp', precision: 1 }, 'it has more digits of a second'],
  ])('%s does not fit %j: %s', (expression, to, reason) => {
    expect(() => written(expression, to)).toThrow(reason)
  })

  it.each<[string, CanonicalType]>([
    ['1', anyText],
    ['"1"', int64],
    ['1.5', decimal52],
    ['decimal("1")', { kind: 'float64' }],
    ['1', { kind: 'bool' }],
    ['date("2024-01-31")', { kind: 'timestamp', precision: 0 }],
    ['timestamp("2024-01-31")', { kind: 'instant', precision: 0 }],
    ['["a"]', anyText],
    ['1', { kind: 'document' }],
  ])('%s is none of %j', (expression, to) => {
    expect(resultWriter(compileExpression(expression, []).type, to)).toBeUndefined()
  })

  it('takes a value of JSON for what it is in the row', () => {
    const row = x(anyJson, '{"n": 1.10, "s": "a", "o": {"k": [1, 12345678901234567890123]}}')
    expect(written('x.n', { kind: 'decimal' }, row)).toBe('1.10')
    expect(written('x.s', anyText, row)).toBe('a')
    expect(written('x.s', anyJson, row)).toBe('"a"')
    expect(written('x.o', anyJson, row)).toBe('{"k":[1,12345678901234567890123]}')
    expect(() => written('x.n', anyText, row)).toThrow('it is a decimal')
    expect(() => written('x.s', int64, row)).toThrow('it is a string')
  })

  it.each([
    'true',
    '1',
    'decimal("1.5")',
    '1.5',
    '"a"',
    'b"a"',
    'date("2024-01-31")',
    'time("10:00:00")',
    'timestamp("2024-01-31")',
    'instant("2024-01-31 10:00:00Z")',
    '[1]',
    'null',
  ])('there is a column for %s', (expression) => {
    const to = canonicalTypeOf(compileExpression(expression, []).type)
    const text = written(expression, to)
    expect(text === null || textToCell(to, text ?? '').length > 0).toBe(true)
  })
})
