import { describe, expect, it } from 'vitest'
import { anyDecimal, anyText, valueOf, x } from '../../../test/support/expression-row.ts'

describe('functions', () => {
  it.each([
    ['lower("ÀB😀")', '"àb😀"'],
    ['upper("straße")', '"STRASSE"'],
    ['" a ".trim()', '"a"'],
    ['size("😀é")', '2'],
    ['size([1, 2])', '2'],
    ['size([])', '0'],
    ['substring("hello", 1)', '"ello"'],
    ['"hello".substring(1, 99)', '"ello"'],
    ['"hello".substring(9)', '""'],
    ['replace("a.b.c", ".", "$&")', '"a$&b$&c"'],
    ['"hello".startsWith("he") && "hello".endsWith("lo") && contains("hello", "ell")', 'true'],
    ['split("a,,b", ",")', '["a","","b"]'],
    ['split("", ",")', '[""]'],
    ['split("a😀", "")', '["a","😀"]'],
    ['["a", "b"].join("-")', '"a-b"'],
    ['join([])', '""'],
    ['"A1".matches("^[A-Z][0-9]$")', 'true'],
    ['"xA1".matches("(?i)a[0-9]")', 'true'],
    ['coalesce(null, 2)', '2'],
    ['int("-12")', '-12'],
    ['int(2.9)', '2'],
    ['int(-2.9)', '-2'],
    ['int(decimal("2.9"))', '2'],
    ['int(true)', '1'],
    ['double("1.5e3")', '1500'],
    ['double(9007199254740993)', '9007199254740992'],
    ['decimal("1.10")', '1.10'],
    ['decimal(0.1)', '0.1'],
    ['decimal("1e3")', '1000'],
    ['bool("1")', 'true'],
    ['bool(0)', 'false'],
    ['string(1.50)', '"1.5"'],
    ['string(decimal(1.50))', '"1.50"'],
    ['string(true)', '"true"'],
    ['string(date("2024-01-31"))', '"2024-01-31"'],
    ['string(instant("2024-01-31T10:00:00-00:30"))', '"2024-01-31 10:30:00+00"'],
    ['hex(bytes("é"))', '"c3a9"'],
    ['round(decimal("2.5"))', '3'],
    ['round(decimal("-2.5"))', '-3'],
    ['round(1.005, 2)', '1.01'],
    ['round(decimal("1.2"), 3)', '1.200'],
    ['divide(2, 3, 4)', '0.6667'],
    ['divide(-1, 2, 0)', '-1'],
    ['divide(0.03, 0.1, 1)', '0.3'],
    ['[3, 1, 2].filter(v, v > 1)', '[3,2]'],
    ['[1, 2].map(v, v * 10)', '[10,20]'],
    ['[1, 2, 3].map(v, v != 2, v * 10)', '[10,30]'],
    ['[1, 2].all(v, v > 0)', 'true'],
    ['[1, 2].exists_one(v, v == 2)', 'true'],
    ['[].exists(v, v == 1)', 'false'],
    ['[[1, 2], [3]].map(a, a.map(b, b + size(a)))', '[[3,4],[4]]'],
    ['[1, 0].exists(v, 10 / v == 10)', 'true'],
    ['"é" > "z" && "😀" > "\\uffee" && "Z" < "a"', 'true'],
    ['[1, 2] + [3]', '[1,2,3]'],
    ['[1, 2] == [1, 2]', 'true'],
    ['1 in [1, 2] && !(3 in [1, 2])', 'true'],
    ['0x1F', '31'],
    ["'it' + 's'", '"its"'],
    ['r"\\d"', '"\\\\d"'],
    ['1 // a comment', '1'],
  ])('%s is %s', (expression, value) => {
    expect(valueOf(expression)).toBe(value)
  })

  it.each([
    ['int(x)', '1.5', 'x is no int'],
    ['int(x)', ' 1', 'x is no int'],
    ['int(x)', '18446744073709551616', 'x is no int'],
    ['int(x)', '9'.repeat(1_000_000), 'x is no int'],
    ['double(x)', '1e999', 'x is no double'],
    ['double(x)', '', 'x is no double'],
    ['decimal(x)', '1,5', 'x is no decimal'],
    ['bool(x)', 'yes', 'x is no bool'],
    ['date(x)', '2023-02-29', 'x is no date'],
    ['date(x)', '0000-00-00', 'x is no date'],
    ['instant(x)', '2024-01-31 10:00:00', 'x is no instant'],
    ['time(x)', '25:00:00', 'x is no time'],
    ['split(x, ",")[1]', 'a', 'split(x, ",") has 1 elements, and not the one asked for'],
    ['substring(x, 0 - size(x))', 'a', 'substring() starts before the text, or behind its end'],
    ['replace(x, x, "b")', '', 'replace() has nothing to look for'],
    ['split(x, ",").all(v, int(v) > 0)', '1,q', 'v is no int'],
  ])('%s of %j rejects the row', (expression, text, reason) => {
    expect(() => valueOf(expression, x(anyText, text))).toThrow(`no value for this row: ${reason}`)
  })

  it('rejects a row whose bytes are no text', () => {
    expect(() => valueOf('string(x)', x({ kind: 'bytes' }, 'ff'))).toThrow('x is no UTF-8')
  })

  it('has no year of an infinity', () => {
    expect(() => valueOf('year(x)', x({ kind: 'date' }, 'infinity'))).toThrow('x is an infinity, which has no year')
  })

  it('asks for digits that can be written', () => {
    expect(() => valueOf('round(x, size(string(x)) - 99)', x(anyDecimal, '1'))).toThrow(
      'digits behind the point are 0 to 1000',
    )
  })
})
