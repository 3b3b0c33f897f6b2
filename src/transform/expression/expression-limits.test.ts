import { describe, expect, it } from 'vitest'
import { anyDecimal, anyJson, anyText, columnsOf, valueOf, x } from '../../../test/support/expression-row.ts'
import { compileExpression } from './compile-expression.ts'

const megabyte = 'a'.repeat(1_000_000)

describe('the limits of an expression', () => {
  it.each([
    ['parentheses', `${'('.repeat(5_000)}1${')'.repeat(5_000)}`],
    ['negations', `${'!'.repeat(30_000)}true`],
    ['a chain of ||', Array.from({ length: 1_500 }, () => 'true').join('||')],
    ['a chain of keys', `x${'.a'.repeat(1_500)}`],
    ['lists', `${'['.repeat(1_000)}${']'.repeat(1_000)}`],
    ['conditions', `${'true ? 1 : '.repeat(1_000)}1`],
  ])('%s are not nested without end', (_name, text) => {
    expect(() => compileExpression(text, columnsOf(x(anyJson, '{}')))).toThrow(/it is nested too deep/)
  })

  it('has a length, and a number of parts', () => {
    expect(() => compileExpression(`"${'a'.repeat(40_000)}"`, [])).toThrow('it is longer than 32768 characters')
    const list = Array.from({ length: 1_001 }, () => '1').join()
    expect(() => compileExpression(`1 in [${list}]`, [])).toThrow('it is nested too deep, or has too many parts')
    expect(() => compileExpression(`matches("", "${'a'.repeat(1_001)}")`, [])).toThrow(
      'a pattern has at most 1000 characters',
    )
  })

  it('takes some hundred conditions', () => {
    const text = Array.from({ length: 400 }, (_, place) => `x == "${place}"`).join(' || ')
    expect(valueOf(text, x(anyText, '399'))).toBe('true')
    expect(valueOf(text, x(anyText, '400'))).toBe('false')
  })
})

describe('the work of one row', () => {
  it.each([
    ['loops in loops', 'split(x, "").exists(a, split(x, "").exists(b, a + b == "no"))'],
    ['lists of lists', 'split(x, "").map(a, split(x, ""))'],
    ['a text for every character', 'split(x, "").map(a, x.replace("a", "bb"))'],
    ['a text that replaces every character', 'replace(x, "a", x)'],
    ['a text between all others', 'join(split(x, ""), x)'],
    ['a text that doubles', `[x]${'.map(v, v + v)'.repeat(40)}.map(v, size(v))`],
    ['a list that doubles', `[[x]]${'.map(v, v + v)'.repeat(40)}.map(v, size(v))`],
    ['the same text compared for every character', 'split(x, "").map(a, x).exists(v, v < x)'],
    ['a text made whole for every character', 'split(x, "").exists(v, x + v == "b" + x)'],
    ['a text looked up for every character', 'split(x, "").exists(v, (x + v) in ["a", "b"])'],
    ['a fault of every character', 'split(x, "").all(v, int(v) == 1)'],
    ['a day read for every character', 'split(x, "").all(v, date(x + v) == date("2024-01-31"))'],
    [
      'a number that doubles its digits',
      `[decimal(substring(x.replace("a", "7"), 0, 5000))]${'.map(v, v * v)'.repeat(8)}`,
    ],
  ])('%s cost the row', (_name, text) => {
    expect(() => valueOf(text, x(anyText, megabyte))).toThrow(/TL_D41[34]/)
  })

  it('is not forgotten by || or exists, which other faults of a part are', () => {
    const text = '(split(x, "").exists(a, split(x, "").exists(b, a + b == "no"))) || true'
    expect(() => valueOf(text, x(anyText, megabyte))).toThrow('TL_D414')
  })

  it('grows with the row', () => {
    const text = 'y'.repeat(20_000_000)
    expect(valueOf('size(lower(upper(x)))', x(anyText, text))).toBe('20000000')
  })

  it('does not hang on what hangs other matchers', () => {
    for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
      expect(valueOf(`matches(x, ${JSON.stringify(pattern)})`, x(anyText, `${'a'.repeat(5_000)}!`))).toBe('false')
    }
  })

  it('is counted for a pattern as large as patterns can be', () => {
    const pattern = '(x{1,30}){1,30}$'
    expect(() => valueOf(`matches(x, "${pattern}")`, x(anyText, 'x'.repeat(1_000_000)))).toThrow('TL_D414')
  })

  it('is counted for JSON of any depth', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`
    expect(valueOf('x == x', x(anyJson, nested(500)))).toBe('true')
    for (const depth of [501, 4_000, 100_000]) {
      expect(() => valueOf('x == 1', x(anyJson, nested(depth)))).toThrow('JSON that is none or too deep')
    }
  })

  it('ends at 20,000 digits', () => {
    expect(() => valueOf('x * x', x(anyDecimal, '9'.repeat(15_000)))).toThrow('a number has more than 20000 digits')
  })
})
