import { describe, expect, it } from 'vitest'
import type { CanonicalType } from '../../model/canonical-type.ts'
import {
  anyDecimal,
  anyJson,
  anyText,
  columnsOf,
  evaluated,
  int64,
  type RowColumn,
  uint64,
  valueOf,
  x,
} from '../../../test/support/expression-row.ts'
import { compileCondition, compileExpression } from './compile-expression.ts'

const instant: CanonicalType = { kind: 'instant', precision: 6 }
const timestamp: CanonicalType = { kind: 'timestamp', precision: 6 }

describe('types', () => {
  it.each<[CanonicalType, string, string, string]>([
    [{ kind: 'bool' }, 'true', '!x', 'false'],
    [{ kind: 'bool' }, 'false', 'x ? 1 : 2', '2'],
    [int64, '-9223372036854775808', 'x - 0', '-9223372036854775808'],
    [int64, '9223372036854775807', 'x', '9223372036854775807'],
    [int64, '9007199254740993', 'x == 9007199254740993', 'true'],
    [int64, '9007199254740993', 'x == 9007199254740992.0', 'false'],
    [int64, '7', 'x / 2', '3'],
    [int64, '-7', 'x % 2', '-1'],
    [uint64, '18446744073709551615', 'x > 18446744073709551614', 'true'],
    [anyDecimal, '0.1', 'x + 0.2 == 0.3', 'true'],
    [anyDecimal, '0.1', 'x + x', '0.2'],
    [anyDecimal, '1.10', 'x == 1.1', 'true'],
    [anyDecimal, '1.10', 'x', '1.10'],
    [anyDecimal, '99999999999999999999999999999999999.99', 'x * 2', '199999999999999999999999999999999999.98'],
    [anyDecimal, '19.99', 'x in [5, 19.99]', 'true'],
    [anyDecimal, '-0.005', 'round(x, 2)', '-0.01'],
    [anyDecimal, '1999', 'divide(x, 100, 2)', '19.99'],
    [anyDecimal, '2.5', 'x > 2 && x < 3', 'true'],
    [{ kind: 'float64' }, '0.1', 'x + 0.2', '0.30000000000000004'],
    [{ kind: 'float64' }, '-0', 'x', '-0'],
    [{ kind: 'float64' }, 'NaN', 'x == x', 'false'],
    [{ kind: 'float64' }, 'NaN', 'x < 1.0 || x >= 1.0', 'false'],
    [{ kind: 'float64' }, 'Infinity', 'x > 1', 'true'],
    [{ kind: 'float32' }, '0.1', 'x == 0.1', 'true'],
    [anyText, '', 'x == ""', 'true'],
    [anyText, '', 'size(x)', '0'],
    [anyText, 'né😀', 'size(x)', '3'],
    [anyText, 'né😀!', 'substring(x, 1, 3)', '"é😀"'],
    [anyText, '\u0000a', 'size(x)', '2'],
    [{ kind: 'enum', labels: ['a', 'b'] }, 'b', 'x in ["a", "b"]', 'true'],
    [{ kind: 'uuid' }, '00112233-4455-6677-8899-aabbccddeeff', 'x.startsWith("0011")', 'true'],
    [{ kind: 'inet' }, '10.0.0.1', 'x', '"10.0.0.1"'],
    [{ kind: 'interval', precision: 0 }, 'PT838H59M59S', 'x', '"PT838H59M59S"'],
    [{ kind: 'bits', length: 3 }, '101', 'x == "101"', 'true'],
    [{ kind: 'set', labels: ['a', 'b'] }, 'a,b', '"b" in x', 'true'],
    [{ kind: 'set', labels: ['a', 'b'] }, '', 'size(x)', '0'],
    [{ kind: 'bytes' }, '68c3a9', 'string(x)', '"hé"'],
    [{ kind: 'bytes' }, '00ff', 'hex(x + b"a")', '"00ff61"'],
    [{ kind: 'bytes' }, '00ff', 'size(x)', '2'],
    [{ kind: 'date' }, '2024-02-29', 'x < date("2024-03-01")', 'true'],
    [{ kind: 'date' }, 'infinity', 'x > date("9999-12-31")', 'true'],
    [{ kind: 'date' }, '-infinity', 'x < date("4713-01-01 BC")', 'true'],
    [{ kind: 'date' }, '0044-03-15 BC', '[year(x), month(x), day(x)]', '[-44,3,15]'],
    [{ kind: 'time', precision: 6 }, '23:59:59.999999', 'x > time("23:59:59")', 'true'],
    [{ kind: 'time', precision: 6 }, '10:00:00.000000', 'x == time("10:00:00")', 'true'],
    [timestamp, '2024-01-31 10:00:00.000001', 'x > timestamp("2024-01-31T10:00:00")', 'true'],
    [timestamp, '2024-01-31 10:00:00.000001', 'x', '"2024-01-31 10:00:00.000001"'],
    [timestamp, '2024-01-31 10:00:00.000000', 'timestamp(date(x)) == timestamp("2024-01-31")', 'true'],
    [instant, '2024-01-31 10:00:00.5+00', 'x == instant("2024-01-31 12:00:00.5+02:00")', 'true'],
    [instant, '2024-01-31 23:59:59.999999+00', 'date(x) == date("2024-01-31")', 'true'],
    [instant, 'infinity', 'string(x)', '"infinity"'],
    [{ kind: 'array', of: { kind: 'float32' } }, '[0.1,null,"Infinity"]', 'x.filter(v, v != null && v < 1.0)', '[0.1]'],
    [{ kind: 'array', of: int64 }, '[9007199254740993]', 'x[0] + 1', '9007199254740994'],
  ])('%j %j: %s is %s', (type, text, expression, value) => {
    expect(valueOf(expression, x(type, text))).toBe(value)
  })

  it('has no value for what is no number of decimals', () => {
    expect(() => valueOf('x > 1', x(anyDecimal, 'NaN'))).toThrow(
      '[TL_D413] The expression has no value for this row: the value of x is none that expressions have (NaN, or JSON that is none or too deep)',
    )
  })

  it.each([
    ['x * 1', 'int'],
    ['double(x) * 1.5', 'double'],
    ['decimal(x) * 1.5', 'decimal'],
    ['x > 1', 'bool'],
    ['string(x)', 'string'],
    ['x > 1 ? "a" : null', 'string'],
    ['null', 'null'],
  ])('knows the type of %s before the first row', (expression, type) => {
    expect(evaluated(expression, x(int64, '2')).type).toBe(type)
  })
})

describe('ints are exact, and never wrap', () => {
  it.each([
    ['x + 1', uint64, '18446744073709551615'],
    ['x - 1', int64, '-9223372036854775808'],
    ['x * x', int64, '9223372036854775807'],
  ])('%s', (expression, type, text) => {
    expect(() => valueOf(expression, x(type, text))).toThrow('an int is beyond 64 bits')
  })

  it('divides by zero in no row', () => {
    expect(() => valueOf('10 / x', x(int64, '0'))).toThrow('a division by zero')
    expect(() => valueOf('divide(1, x, 2)', x(int64, '0'))).toThrow('a division by zero')
  })
})

describe('NULL', () => {
  const row: RowColumn[] = [
    { name: 'age', type: int64, text: null },
    { name: 'name', type: anyText, text: null },
    { name: 'vip', type: { kind: 'bool' }, text: 'true' },
  ]

  it.each([
    ['age == null', 'true'],
    ['age != null', 'false'],
    ['null == name', 'true'],
    ['age == 18', 'false'],
    ['age != 18', 'true'],
    ['name in ["a", "b"]', 'false'],
    ['name in ["a", null]', 'true'],
    ['coalesce(age, 0) >= 18', 'false'],
    ['coalesce(name, null, "x")', '"x"'],
    ['age == null ? "unknown" : string(age)', '"unknown"'],
    ['vip || age > 18', 'true'],
    ['age > 18 || vip', 'true'],
    ['!vip && age > 18', 'false'],
    ['age > 18 && !vip', 'false'],
    ['age', 'null'],
  ])('%s is %s', (expression, value) => {
    expect(valueOf(expression, row)).toBe(value)
  })

  it.each([
    ['age > 18', 'age is NULL'],
    ['age + 1', 'age is NULL'],
    ['lower(name)', 'name is NULL'],
    ['vip && age > 18', 'age is NULL'],
    ['name.contains("x") ? 1 : 2', 'name is NULL'],
    ['string(age)', 'age is NULL'],
  ])('%s rejects the row', (expression, reason) => {
    expect(() => valueOf(expression, row)).toThrow(`The expression has no value for this row: ${reason}`)
  })

  it.each([
    ['age', true],
    ['vip', false],
    ['age + 1', false],
    ['coalesce(age, 0)', false],
    ['coalesce(age, null)', true],
    ['vip ? 1 : age', true],
    ['vip ? 1 : null', true],
  ])('whether %s may be NULL is %s', (expression, mayBeNull) => {
    expect(compileExpression(expression, columnsOf(row)).mayBeNull).toBe(mayBeNull)
  })

  it('is no condition', () => {
    const condition = compileCondition('active', columnsOf([{ name: 'active', type: { kind: 'bool' }, text: null }]))
    expect(() => condition.holds(() => null)).toThrow('active is NULL')
    expect(condition.holds(() => 'true')).toBe(true)
  })
})

describe('names', () => {
  const names = ['order-id', '__proto__', 'constructor', 'toString', 'in', 'row', 'package', 'a"b', 'é']
  const row = names.map((name) => ({ name, type: anyText, text: `value of ${name}` }))

  it.each(names)('%s is reached as row["…"]', (name) => {
    expect(valueOf(`row[${JSON.stringify(name)}]`, row)).toBe(JSON.stringify(`value of ${name}`))
  })

  it('reaches nothing of JavaScript where the row has no such column', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length']) {
      expect(() => valueOf(`row["${name}"]`, x(anyText, 'a'))).toThrow(`there is no column ${name}`)
      expect(() => valueOf(`x.${name}`, x(anyJson, '{}'))).toThrow('x is an object without that key')
      expect(valueOf(`has(x.${name})`, x(anyJson, '{"a": [1]}'))).toBe('false')
      expect(() => valueOf(`x.${name}()`, x(anyText, 'a'))).toThrow(`there is no function ${name}`)
    }
  })

  it('reads a key of JSON whatever its name', () => {
    const json = '{"__proto__": {"constructor": 1}}'
    expect(valueOf('x["__proto__"].constructor', x(anyJson, json))).toBe('1')
    expect(valueOf('x', x(anyJson, json))).toBe('{"__proto__":{"constructor":1}}')
  })

  it('lists the columns that are read, each once, and asks for no other', () => {
    const columns = columnsOf(['a', 'b', 'c'].map((name) => ({ name, type: int64, text: '1' })))
    const expression = compileExpression('c + row.a + c', columns)
    expect(expression.reads).toEqual([2, 0])
    const asked: number[] = []
    expect(expression.evaluate((place) => String(asked.push(place)))).toBe(4n)
    expect(asked).toEqual([2, 0])
  })
})

describe('JSON', () => {
  const text =
    '{"n": 12345678901234567890.10, "big": 9007199254740993, "s": "a", "no": null, "xs": [1, 2.5, "q"], "e": 1e3}'

  it.each([
    ['x.n', '12345678901234567890.10'],
    ['x.n * 2 == 24691357802469135780.2', 'true'],
    ['x.big + 1', '9007199254740994'],
    ['x.s + "b"', '"ab"'],
    ['x.no == null', 'true'],
    ['has(x.no)', 'true'],
    ['has(x.missing.deeper)', 'false'],
    ['coalesce(x.no, 2.5)', '2.5'],
    ['x.xs[1]', '2.5'],
    ['x.xs.exists(v, v == 2.5)', 'true'],
    ['"q" in x.xs', 'true'],
    ['"s" in x', 'true'],
    ['x.xs.map(v, v == 1)', '[true,false,false]'],
    ['size(x.xs)', '3'],
    ['x.e == 1000', 'true'],
    ['x == x', 'true'],
    ['x.s == 1', 'false'],
    ['int(x.big)', '9007199254740993'],
    ['string(x.n)', '"12345678901234567890.10"'],
  ])('%s is %s', (expression, value) => {
    expect(valueOf(expression, x(anyJson, text))).toBe(value)
  })

  it.each([
    ['x.missing', 'x is an object without that key'],
    ['x.s < 1', 'x.s is a string and 1 an int: they have no order'],
    ['lower(x.n)', 'x.n is a decimal, not a string'],
    ['x.no + 1', 'x.no is NULL'],
    ['x.xs[3]', 'x.xs is a list without such a part'],
    ['x.n / 2', 'divide() says to how many digits'],
    ['join(x.xs)', 'x.xs holds an int, which join() does not take'],
  ])('%s rejects the row', (expression, reason) => {
    expect(() => valueOf(expression, x(anyJson, text))).toThrow(reason)
  })

  it('takes numbers and ids of Extended JSON for what they are', () => {
    const document: CanonicalType = { kind: 'document' }
    const stored =
      '{"_id": {"$oid": "65f0"}, "n": {"$numberLong": "9007199254740993"}, "d": {"$numberDecimal": "1.10"}}'
    expect(valueOf('x._id + "!"', x(document, stored))).toBe('"65f0!"')
    expect(valueOf('x.n + 1', x(document, stored))).toBe('9007199254740994')
    expect(valueOf('x.d == 1.1', x(document, stored))).toBe('true')
  })

  it('rejects a row whose text is no JSON', () => {
    expect(() => valueOf('x.a', x(anyJson, '{'))).toThrow('TL_D413')
  })
})
