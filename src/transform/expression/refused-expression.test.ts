import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { anyDecimal, anyText, columnsOf, int64, type RowColumn } from '../../../test/support/expression-row.ts'
import { compileCondition, compileExpression } from './compile-expression.ts'

const row: RowColumn[] = [
  { name: 'age', type: int64, text: '1' },
  { name: 'email', type: anyText, text: 'a' },
  { name: 'amount', type: anyDecimal, text: '1' },
  { name: 'score', type: { kind: 'float64' }, text: '1' },
  { name: 'born', type: { kind: 'date' }, text: '2024-01-01' },
  { name: 'order-id', type: int64, text: '1' },
  { name: 'data', type: { kind: 'json' }, text: '{}' },
  { name: 'raw', type: { kind: 'native', engine: 'postgres', type: 'tsvector' }, text: '' },
]

function refusal(text: string, compile: (text: string) => unknown): TransloadError {
  try {
    compile(text)
  } catch (error) {
    if (error instanceof TransloadError) return error
    throw error
  }
  throw new Error(`${text} was taken`)
}

describe('an expression that is refused', () => {
  it.each([
    ['', '1:1', 'it is empty', 'Write one'],
    ['age >=', '1:7', 'unexpected token: the end', 'docs/expressions.md'],
    ['(age > 1', '1:9', 'expected ), got the end', 'docs/expressions.md'],
    ['age = 1', '1:5', 'unexpected character: =', 'To compare, write ==.'],
    ['age > 1 & age < 3', '1:9', 'unexpected character: &', 'Write &&.'],
    ['age > 1 and age < 3', '1:9', 'unexpected word: and', 'Write &&.'],
    ['email LIKE "a%"', '1:7', 'unexpected word: LIKE', 'startsWith'],
    ['email is not null', '1:7', 'unexpected word: is', '!= null'],
    ['age between 1 and 2', '1:5', 'unexpected word: between', 'value >= least'],
    ['age <> 1', '1:6', 'unexpected token: >', 'Write !=.'],
    ['"abc', '1:1', 'unterminated string', 'docs/expressions.md'],
    ['age > 1 &&\n  agee < 3', '2:3', 'there is no column agee', 'Did you mean age?'],
    ['row["order_id"]', '1:1', 'there is no column order_id', 'Did you mean row["order-id"]?'],
    ['telephone', '1:1', 'there is no column telephone', 'Columns here are age, email'],
    ['package', '1:1', 'reserved identifier: package', 'row["package"]'],
    ['row', '1:1', 'row is no value by itself', 'row.NAME'],
    ['lowr(email)', '1:1', 'there is no function lowr', 'Did you mean lower?'],
    ['lower(age)', '1:1', 'lower() does not take (int)', 'Write lower(text).'],
    ['lower(email, email)', '1:1', 'lower() does not take (string, string)', 'Write lower(text).'],
    ['now()', '1:1', 'there is no function now', 'A run that is stopped and goes on would give other values'],
    ['age > "x"', '1:1', 'there is no > between int and string', 'int(x)'],
    ['amount > score', '1:1', 'there is no > between decimal and double', 'decimal(x) or double(x)'],
    ['born > "2024-01-01"', '1:1', 'there is no > between date and string', 'Write date("2024-01-31") for a constant.'],
    ['age + 1.5', '1:1', 'there is no + between int and double', 'double(x) or decimal(x)'],
    ['amount / 3', '1:1', 'there is no / between decimal and int', 'divide(a, b, digits)'],
    ['email + 1', '1:1', 'there is no + between string and int', 'string(x)'],
    ['age < null', '1:1', 'there is no < between int and null', 'x == null'],
    ['-email', '1:1', 'there is no - before a string', 'int()'],
    ['!age', '1:2', '! turns a condition round, and age is an int', 'Compare it'],
    ['email && true', '1:1', '&& stands between conditions, and email is a string', 'Compare it'],
    ['age > 1 ? "a" : 2', '1:17', 'the two sides of : are string and int', 'one type'],
    ['["a", 1]', '1:7', 'a list is of one type', 'one type'],
    ['"a" in email', '1:8', 'what stands behind in is a list, and this is a string', 'x.contains(y)'],
    ['email.all(c, true)', '1:1', 'it goes over a list, and email is a string', 'split(x, ",")'],
    ['[1].map(row, 1)', '1:9', 'row is the row itself', 'another name'],
    ['[1].filter(v, v)', '1:15', 'the second argument of filter() is a condition, and v is an int', 'Compare it'],
    ['{"a": 1}', '1:1', 'maps are not made here', 'nest'],
    ['1u', '1:1', 'whole numbers have no u here', 'Leave the u out'],
    ['18446744073709551616', '1:1', 'an int is beyond 64 bits', 'decimal("…")'],
    ['9223372036854775807 * 4', '1:1', 'an int is beyond 64 bits', 'the same for every row'],
    ['date("2024-02-30")', '1:1', '"2024-02-30" is no date', 'the same for every row'],
    ['matches(email, "(")', '1:16', 'it is no pattern of RE2', 'RE2'],
    ['matches(email, "(a)\\\\1")', '1:16', 'it is no pattern of RE2', 'Backreferences'],
    ['matches(email, email)', '1:16', 'a pattern is the same for every row', 'Write it out'],
    ['has(email.x)', '1:5', 'has() asks for a key of a JSON value, and this is a string', 'x != null'],
    ['has(data)', '1:1', 'has() asks for one key of a JSON value', 'has(x.key)'],
    ['data.n > score', '1:1', 'there is no > between JSON value and double', 'one type'],
    ['email.length', '1:1', 'a string has no parts', 'x.size()'],
    ['raw == null', '1:1', 'the values of raw are in the engine’s own form', 'another type'],
    ['"\ud800"', '1:1', 'it holds half a character', 'Take it out'],
  ])('%j at %s: %s', (text, place, reason, cure) => {
    const error = refusal(text, (given) => compileExpression(given, columnsOf(row)))
    expect(error.code).toBe('TL_C111')
    expect(error.message).toContain(`The expression is wrong at ${place}: ${reason}`)
    expect(error.hint).toContain(cure)
  })

  it('has line and column for whoever knows where the text stands', () => {
    const error = refusal('true &&\n\n   x', (given) => compileExpression(given, []))
    expect(error.context).toMatchObject({ line: 3, column: 4 })
  })

  it('is no condition where it is neither true nor false', () => {
    const error = refusal('age + 1', (given) => compileCondition(given, columnsOf(row)))
    expect(error.title).toBe('The expression is wrong at 1:1: a condition is true or false, and this is an int')
  })
})
