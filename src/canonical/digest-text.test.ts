import { describe, expect, it } from 'vitest'
import type { DigestForm } from '../model/digest-form.ts'
import { digestText } from './digest-text.ts'

const same: readonly (readonly [DigestForm, string, string])[] = [
  ['number', '00042', '42'],
  ['number', '1.10', '1.1'],
  ['number', '-0.00', '0'],
  ['number', '1e+20', '100000000000000000000'],
  ['number', '1.5e-7', '0.00000015'],
  ['number', '-12.3400', '-12.34'],
  ['number', '100', '100'],
  ['float64', '1e+20', '100000000000000000000'],
  ['float64', '1e-07', '0.0000001'],
  ['float64', '0.1', '0.1000000000000000055511151231257827'],
  ['float32', '0.1', '0.10000000149011612'],
  ['float64', '-Infinity', '-infinity'],
  ['date', '0001-01-01 BC', '0000-01-01'],
  ['date', '0044-03-15 BC', '-0043-03-15'],
  ['timestamp', '2020-01-01 00:00:00.500000', '2020-01-01 00:00:00.5'],
  ['timestamp', '2020-01-01 00:00:00.000000', '2020-01-01 00:00:00'],
  ['timestamp', '0001-12-31 23:59:59.500000 BC', '0000-12-31 23:59:59.5'],
  ['instant', '2020-01-01 10:00:00+00', '2020-01-01 10:00:00'],
  ['instant', '0001-01-01 00:00:00.000+00 BC', '0000-01-01 00:00:00'],
  ['time', '00:00:00', 'PT0S'],
  ['time', '-838:59:59.000000', 'PT-838H-59M-59S'],
  ['time', '12:00:00.5', 'PT12H0.5S'],
  ['time', '-00:00:00.250000', 'PT-0.25S'],
  ['time', '-01:00:00.500000', '-PT1H0M0.5S'],
  ['list of number', '[["1.50"], [null, "1e2"]]', '[["1.5"],[null,"100"]]'],
  ['list of instant', '["2020-01-01 00:00:00.100+00"]', '["2020-01-01 00:00:00.1"]'],
  ['list of text', '["\\u00e9/"]', '["é\\/"]'],
]

const different: readonly (readonly [DigestForm, string, string])[] = [
  ['number', '1', '-1'],
  ['number', '10', '1'],
  ['number', '0.1', '0.01'],
  ['float64', '0', '-0'],
  ['float64', '0.1', '0.10000000000000002'],
  ['float32', '0.1', '0.10000001'],
  ['text', 'a', 'a '],
  ['date', 'infinity', '9999-12-31'],
  ['date', '0044-03-15 BC', '0044-03-15'],
  ['timestamp', '2020-01-01 00:00:00.000001', '2020-01-01 00:00:00'],
  ['timestamp', '2020-01-01 00:00:00', '2020-01-01 00:00:10'],
  ['time', '12:00:00', 'P1DT12H'],
  ['time', '12:00:00', '-12:00:00'],
  ['time', '12:00:00', '-PT12H'],
  ['time', '-01:30:00', 'PT-1H30M'],
  ['time', '-01:00:00', '-PT-1H'],
  ['list of number', '["1","2"]', '[["1","2"]]'],
  ['list of number', '["1",null]', '["1"]'],
  ['list of text', '["1.50"]', '["1.5"]'],
  ['list of text', '{a}', '["a"]'],
]

describe('digestText', () => {
  it.each(same)('%s: %s is %s', (form, one, other) => {
    expect(digestText(form, one)).toBe(digestText(form, other))
  })

  it.each(different)('%s: %s is not %s', (form, one, other) => {
    expect(digestText(form, one)).not.toBe(digestText(form, other))
  })
})
