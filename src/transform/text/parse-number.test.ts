import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { assertNumberFormat, type NumberFormat, parseNumber } from './parse-number.ts'

const german: NumberFormat = { decimal: ',', group: '.' }
const english: NumberFormat = { decimal: '.', group: ',' }

describe('parseNumber', () => {
  it.each<[string, NumberFormat, string]>([
    ['0', german, '0'],
    ['7', german, '7'],
    ['1.234,50', german, '1234.50'],
    ['1.234', german, '1234'],
    ['1234', german, '1234'],
    ['12.345.678,9', german, '12345678.9'],
    [' \u00A0-1.234,5\t', german, '-1234.5'],
    ['\u22125', german, '-5'],
    ['- 5', german, '-5'],
    ['+5', german, '5'],
    ['-0,00', german, '0.00'],
    ['007', german, '7'],
    ['000', german, '0'],
    [',5', german, '0.5'],
    ['-,5', german, '-0.5'],
    ['1,234.50', english, '1234.50'],
    [
      '123456789012345678901234567890.12345678901234567890',
      english,
      '123456789012345678901234567890.12345678901234567890',
    ],
    ["1'234.5", { decimal: '.', group: "'" }, '1234.5'],
    ['1’234.5', { decimal: '.', group: "'" }, '1234.5'],
    ['1 234\u202F567,8', { decimal: ',', group: ' ' }, '1234567.8'],
    ['12,34,567.8', { decimal: '.', group: ',', grouping: 'lakh' }, '1234567.8'],
    ['1,234', { decimal: '.', group: ',', grouping: 'lakh' }, '1234'],
    ['12,50-', { decimal: ',', trailingMinus: true }, '-12.50'],
    ['12,50 \u2212', { decimal: ',', trailingMinus: true }, '-12.50'],
    ['(12,50)', { decimal: ',', parentheses: true }, '-12.50'],
    ['( 12,50 )', { decimal: ',', parentheses: true }, '-12.50'],
    ['€ 1.234,50', { ...german, currencies: ['€'] }, '1234.50'],
    ['1.234,50 €', { ...german, currencies: ['€'] }, '1234.50'],
    ['-€1.234,50', { ...german, currencies: ['€'] }, '-1234.50'],
    ['€ -1.234,50', { ...german, currencies: ['€'] }, '-1234.50'],
    ['(€5)', { ...german, currencies: ['€'], parentheses: true }, '-5'],
    ['€(5)', { ...german, currencies: ['€'], parentheses: true }, '-5'],
    ['5 US$', { ...german, currencies: ['$', 'US$'] }, '5'],
    ['5 kr.', { ...english, currencies: ['kr.'] }, '5'],
    ['12,5 %', { decimal: ',', percent: 'number' }, '12.5'],
    ['12,5%', { decimal: ',', percent: 'fraction' }, '0.125'],
    ['5%', { decimal: ',', percent: 'fraction' }, '0.05'],
    ['1.250 %', { ...german, percent: 'fraction' }, '12.50'],
    ['-,5 %', { decimal: ',', percent: 'fraction' }, '-0.005'],
    ['5', { decimal: ',', percent: 'fraction' }, '5'],
  ])('%j by %j is %s', (text, format, number) => {
    assertNumberFormat(format)
    expect(parseNumber(text, format)).toBe(number)
  })

  it.each<[string, NumberFormat]>([
    ['', german],
    [' ', german],
    [',', german],
    ['-', german],
    ['.', german],
    ['1.2.3,4', german],
    ['1,2,3', german],
    ['1,2,3', english],
    ['1.23', german],
    ['1234.567', german],
    ['1.234567', german],
    ['1.234.56', german],
    ['.234', german],
    ['1..234', german],
    ['0.123', german],
    ['012.345', german],
    ['1,234.5', german],
    ['1.234,5.6', german],
    ['1,', german],
    ['5-', german],
    ['-5-', { ...german, trailingMinus: true }],
    ['--5', german],
    ['+-5', german],
    ['(5)', german],
    ['(-5)', { ...german, parentheses: true }],
    ['((5))', { ...german, parentheses: true }],
    ['(5', { ...german, parentheses: true }],
    ['()', { ...german, parentheses: true }],
    ['5 €', german],
    ['€', { ...german, currencies: ['€'] }],
    ['€ 5 €', { ...german, currencies: ['€'] }],
    ['€ 5 %', { ...german, currencies: ['€'], percent: 'number' }],
    ['5 %', german],
    ['5 %%', { ...german, percent: 'number' }],
    ['%5', { ...german, percent: 'number' }],
    ['1 234', german],
    ['1 234,5', { decimal: ',', group: '.' }],
    ['1,234', { decimal: '.' }],
    ['1,234,567', { decimal: '.', group: ',', grouping: 'lakh' }],
    ['1e5', german],
    ['0x10', german],
    ['NaN', german],
    ['Infinity', german],
    ['٣', german],
    ['５', german],
    ['5\u0301', german],
    ['5\u200F', german],
    ['5\uD800', german],
    ['😀', german],
    ['5\n6', german],
  ])('%j is none by %j', (text, format) => {
    expect(parseNumber(text, format)).toBeUndefined()
  })

  it('reads what was written in the format, digit by digit', () => {
    const formats = fc.constantFrom(german, english, { decimal: ',', group: ' ' }, { decimal: '.', group: "'" })
    const wholes = fc.bigInt({ min: 0n, max: 10n ** 40n })
    const fractions = fc.option(fc.stringMatching(/^[0-9]{1,30}$/), { nil: undefined })
    fc.assert(
      fc.property(formats, wholes, fractions, fc.boolean(), (format, whole, fraction, isGrouped) => {
        const plain = whole.toString()
        const grouped = plain.replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, format.group ?? '')
        const written = (isGrouped ? grouped : plain) + (fraction === undefined ? '' : format.decimal + fraction)
        const canonical = plain + (fraction === undefined ? '' : `.${fraction}`)
        expect(parseNumber(written, format)).toBe(canonical)
        expect(parseNumber(`-${written}`, format)).toBe(/[1-9]/.test(canonical) ? `-${canonical}` : canonical)
      }),
    )
  })

  it('gives canonical decimal text or nothing', () => {
    const odd = fc
      .array(fc.constantFrom('0', '1', '9', '.', ',', '-', '+', '(', ')', ' ', '€', '%', 'e'))
      .map((all) => all.join(''))
    const format: NumberFormat = {
      ...german,
      trailingMinus: true,
      parentheses: true,
      currencies: ['€'],
      percent: 'fraction',
    }
    fc.assert(
      fc.property(fc.oneof(odd, fc.string({ unit: 'binary' })), (text) => {
        expect(parseNumber(text, format) ?? '0').toMatch(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['spaces', ' '.repeat(1 << 20), undefined],
    ['decimal signs', ','.repeat(1 << 20), undefined],
    ['groups', `1${'.000'.repeat(1 << 18)}`, `1${'000'.repeat(1 << 18)}`],
    ['zeros', '0'.repeat(1 << 20), '0'],
    ['signs', '-'.repeat(1 << 20), undefined],
  ])('takes a megabyte of %s', (_, text, number) => {
    expect(parseNumber(text, german)).toBe(number)
  })
})

describe('assertNumberFormat', () => {
  it.each<[NumberFormat, string]>([
    [{ decimal: '' }, 'decimal is ""'],
    [{ decimal: ',,' }, 'decimal is ",,"'],
    [{ decimal: '5' }, 'decimal is "5"'],
    [{ decimal: '-' }, 'decimal is "-"'],
    [{ decimal: 'e' }, 'decimal is "e"'],
    [{ decimal: ' ' }, 'decimal is a space'],
    [{ decimal: ',', group: ',' }, 'decimal and group are the same'],
    [{ decimal: '’', group: "'" }, 'decimal and group are the same'],
    [{ decimal: ',', group: '' }, 'group is ""'],
    [{ decimal: ',', grouping: 'lakh' }, 'grouping needs a group'],
    [{ decimal: ',', currencies: [''] }, 'the currency ""'],
    [{ decimal: ',', currencies: ['€', 'U5'] }, 'the currency "U5"'],
    [{ decimal: ',', currencies: ['-x'] }, 'the currency "-x"'],
  ])('refuses %j', (format, problem) => {
    expect(() => assertNumberFormat(format)).toThrow(TransloadError)
    expect(() => assertNumberFormat(format)).toThrow(problem)
  })
})
