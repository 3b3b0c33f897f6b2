import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilFromDays, isCalendarDay } from '../../canonical/calendar.ts'
import { dateForm, dateText, two } from '../../canonical/date.ts'
import { timestampForm } from '../../canonical/timestamp.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { type DateOptions, dateParser } from './date-parser.ts'

const german = ['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober']
const germanMonths = [...german, 'November', 'Dezember']
const alike = germanMonths.map((name) => (name === 'Juli' ? 'Junius' : name))

describe('dateParser', () => {
  it.each<[string, string, string]>([
    ['DD.MM.YYYY', '29.02.2024', '2024-02-29'],
    ['DD.MM.YYYY', ' 29.02.2024\u00A0\n', '2024-02-29'],
    ['D.M.YYYY', '9.2.2024', '2024-02-09'],
    ['D.M.YYYY', '09.02.2024', '2024-02-09'],
    ['M/D/YYYY', '12/31/1999', '1999-12-31'],
    ['YYYYMMDD', '00010101', '0001-01-01'],
    ['D MMM YYYY', '5 Sept 2020', '2020-09-05'],
    ['D MMM YYYY', '5  sep   2020', '2020-09-05'],
    ['D MMM YYYY', '5 MAY 2020', '2020-05-05'],
    ['MMMM D, YYYY', 'february 1, 2020', '2020-02-01'],
    ['MMM D YYYY', 'Jan  5 2020', '2020-01-05'],
    ['YYYY年MM月DD日', '2020年01月02日', '2020-01-02'],
    ['[day] D [of] M/YYYY', 'day 5 of 1/2020', '2020-01-05'],
    ['DD.MM.YYYY HH:mm', '01.02.2020 23:59', '2020-02-01 23:59:00'],
    ['DD.MM.YYYY H:mm', '01.02.2020 3:07', '2020-02-01 03:07:00'],
    ['YYYY-MM-DDTHH:mm:ss.SSS', '2020-02-01T00:00:00.120', '2020-02-01 00:00:00.120'],
    ['YYYYMMDDHHmmssSSSSSS', '20200201235959000001', '2020-02-01 23:59:59.000001'],
    ['M/D/YYYY h:mm A', '1/2/2020 12:05 am', '2020-01-02 00:05:00'],
    ['M/D/YYYY h:mm A', '1/2/2020 12:05 PM', '2020-01-02 12:05:00'],
    ['M/D/YYYY hh:mm:ssA', '1/2/2020 11:05:01Pm', '2020-01-02 23:05:01'],
    ['YYYY-MM-DD HH:mm:ssZ', '2020-01-01 00:30:00+02:00', '2019-12-31 22:30:00+00'],
    ['YYYY-MM-DD HH:mm:ss Z', '2020-12-31 23:30:00 -0130', '2021-01-01 01:00:00+00'],
    ['YYYY-MM-DDTHH:mm:ss.SSZ', '2020-01-01T00:00:00.50Z', '2020-01-01 00:00:00.50+00'],
    ['YYYY-MM-DD HH Z', '2020-01-01 05 +05', '2020-01-01 00:00:00+00'],
    ['YYYY-MM-DD HH Z', '2020-01-01 05 UTC', '2020-01-01 05:00:00+00'],
    ['YYYY-MM-DD HH:mm Z', '0001-01-01 00:00 +01', '0001-12-31 23:00:00+00 BC'],
  ])('%s of %j is %s', (pattern, text, canonical) => {
    const parser = dateParser(pattern)
    const forms = { date: dateForm, timestamp: timestampForm(6, ''), instant: timestampForm(6, '+00') }
    expect(parser.parse(text)).toBe(canonical)
    expect(forms[parser.kind].fromText(canonical)).toBeDefined()
  })

  it.each([
    ['DD.MM.YYYY', ''],
    ['DD.MM.YYYY', ' '],
    ['DD.MM.YYYY', '29.02.2023'],
    ['DD.MM.YYYY', '31.04.2020'],
    ['DD.MM.YYYY', '00.01.2020'],
    ['DD.MM.YYYY', '01.13.2020'],
    ['DD.MM.YYYY', '01.00.2020'],
    ['DD.MM.YYYY', '01.01.0000'],
    ['DD.MM.YYYY', '1.1.2020'],
    ['DD.MM.YYYY', '01.01.20'],
    ['DD.MM.YYYY', '01.01.20200'],
    ['DD.MM.YYYY', '01.01.2020 '.repeat(2)],
    ['DD.MM.YYYY', '01/01/2020'],
    ['DD.MM.YYYY', '\u200F01.01.2020'],
    ['DD.MM.YYYY', '٠١.٠١.٢٠٢٠'],
    ['DD.MM.YYYY', '😀'],
    ['DD.MM.YYYY', '01.01.202\uD800'],
    ['D MMM YYYY', '5 September 2020'],
    ['D MMMM YYYY', '5 Sep 2020'],
    ['D MMM YYYY', '5 Mär 2020'],
    ['D MMM YYYY', '5Sep2020'],
    ['YYYY-MM-DD HH:mm:ss', '2020-01-01 24:00:00'],
    ['YYYY-MM-DD HH:mm:ss', '2020-01-01 23:60:00'],
    ['YYYY-MM-DD HH:mm:ss', '2020-01-01 23:59:60'],
    ['YYYY-MM-DD HH:mm:ss', '2020-01-01 23:59:59.5'],
    ['YYYY-MM-DD HH:mm:ss.SSS', '2020-01-01 23:59:59.5'],
    ['YYYY-MM-DD h A', '2020-01-01 0 AM'],
    ['YYYY-MM-DD h A', '2020-01-01 13 PM'],
    ['YYYY-MM-DD h A', '2020-01-01 1 XM'],
    ['YYYY-MM-DD HH Z', '2020-01-01 05 +16'],
    ['YYYY-MM-DD HH Z', '2020-01-01 05 +01:60'],
    ['YYYY-MM-DD HH Z', '2020-01-01 05 CET'],
    ['YYYY-MM-DD HH Z', '2020-01-01 05 +1'],
  ])('%s does not take %j', (pattern, text) => {
    expect(dateParser(pattern).parse(text)).toBeUndefined()
  })

  it.each<[string, DateOptions, string, string]>([
    ['DD.MM.YY', { pivotYear: 1950 }, '01.01.49', '2049-01-01'],
    ['DD.MM.YY', { pivotYear: 1950 }, '01.01.50', '1950-01-01'],
    ['DD.MM.YY', { pivotYear: 2000 }, '29.02.00', '2000-02-29'],
    ['YYMMDD', { pivotYear: 1925 }, '240229', '2024-02-29'],
    ['D. MMMM YYYY', { monthNames: germanMonths }, '5. MÄRZ 2020', '2020-03-05'],
    ['D. MMM YYYY', { monthNames: germanMonths }, '5. Dez 2020', '2020-12-05'],
  ])('%s with %j takes %s', (pattern, options, text, canonical) => {
    expect(dateParser(pattern, options).parse(text)).toBe(canonical)
  })

  it('says what it gives', () => {
    expect(dateParser('DD.MM.YYYY')).toMatchObject({ kind: 'date', precision: 0 })
    expect(dateParser('DD.MM.YYYY HH:mm')).toMatchObject({ kind: 'timestamp', precision: 0 })
    expect(dateParser('DD.MM.YYYY HH:mm:ss.SSSS Z')).toMatchObject({ kind: 'instant', precision: 4 })
  })

  it('reads every day that exists, and none that does not', () => {
    const parser = dateParser('DD.MM.YYYY')
    const days = fc.integer({ min: -730_119, max: 2_921_939 })
    fc.assert(
      fc.property(days, (day) => {
        const civil = civilFromDays(day)
        const [year = '', month = '', dayOfMonth = ''] = dateText(civil).split('-')
        expect(parser.parse(`${dayOfMonth}.${month}.${year}`)).toBe(dateText(civil))
      }),
    )
    const numbers = fc.integer({ min: 0, max: 99 })
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 1, max: 9999 }), (day, month, year) => {
        const parsed = parser.parse(`${two(day)}.${two(month)}.${String(year).padStart(4, '0')}`)
        expect(parsed !== undefined).toBe(isCalendarDay(year, month, day))
      }),
    )
  })

  it('takes a megabyte of spaces', () => {
    const spaces = ' '.repeat(1 << 20)
    expect(dateParser('D MMM YYYY').parse(`5${spaces}May 2020`)).toBe('2020-05-05')
    expect(dateParser('D MMM YYYY').parse(spaces)).toBeUndefined()
  })

  it.each<[string, DateOptions, string]>([
    ['', {}, 'at 1: there is no year'],
    ['DD.MM', {}, 'at 6: there is no year'],
    ['YYYY-MM', {}, 'at 8: there is no day'],
    ['DD.MM.YYYYY', {}, 'at 7: YYYYY means nothing'],
    ['DD.MM.yyyy', {}, 'at 7: yyyy means nothing'],
    ['YYYY-MM-DD at HH', {}, 'at 12: a means nothing'],
    ['YYYY-MM-DD [at HH', {}, 'at 12: a [ without its ]'],
    ['YYYY-MM-DD MM', {}, 'at 12: MM is a second month'],
    ['YYYY-MM-DD mm', {}, 'at 12: mm needs the hour'],
    ['YYYY-MM-DD HH ss', {}, 'at 15: ss needs the minute'],
    ['YYYY-MM-DD HH:mm.SSS', {}, 'at 18: S needs the second'],
    ['YYYY-MM-DD HH:mm:ss.SSSSSSS', {}, 'at 21: SSSSSSS means nothing'],
    ['YYYY-MM-DD Z', {}, 'at 12: Z needs the hour'],
    ['YYYY-MM-DD A', {}, 'at 12: A needs the hour'],
    ['YYYY-MM-DD hh', {}, 'at 12: hh needs an A'],
    ['DMYYYY', {}, 'at 2: what follows D'],
    ['D[0]MM.YYYY', {}, 'at 2: what follows D'],
    [' DD.MM.YYYY', {}, 'at 1: a space'],
    ['DD.MM.YYYY ', {}, 'at 11: a space'],
    ['constructor', {}, 'at 1: c means nothing'],
    ['DD.MM.YY', {}, 'YY could be of any century'],
    ['DD.MM.YYYY', { pivotYear: 1950 }, 'pivotYear is for YY alone'],
    ['DD.MM.YY', { pivotYear: 19.5 }, 'pivotYear is 19.5'],
    ['D MMMM YYYY', { monthNames: german }, 'monthNames are not twelve names'],
    ['D MMM YYYY', { monthNames: alike }, 'the same first three letters'],
  ])('refuses the pattern %j with %j', (pattern, options, problem) => {
    expect(() => dateParser(pattern, options)).toThrow(TransloadError)
    expect(() => dateParser(pattern, options)).toThrow(problem)
  })
})
