import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationText } from '../../../canonical/interval.ts'
import { cellToText } from '../../../canonical/text.ts'
import { fault } from './fault.ts'
import type { CellDecoder } from './cell-decoder.ts'
import {
  DateDecoder,
  DateToTextDecoder,
  TimeDecoder,
  TimestampDecoder,
  TimeToIntervalDecoder,
  TimeToTextDecoder,
  writeMicros,
} from './temporal.ts'

const target = new Uint8Array(64)
const before = 3

/** A moment as the protocol writes it, in as few bytes as it takes. */
function moment(year: number, month: number, day: number, h = 0, m = 0, s = 0, micros = 0): Buffer {
  const bytes = Buffer.alloc(11)
  bytes.writeUInt16LE(year, 0)
  bytes.set([month, day, h, m, s], 2)
  bytes.writeUInt32LE(micros, 7)
  const length = micros > 0 ? 11 : h + m + s > 0 ? 7 : year + month + day > 0 ? 4 : 0
  return bytes.subarray(0, length)
}

function time(isNegative: boolean, days: number, h: number, m: number, s: number, micros = 0): Buffer {
  const bytes = Buffer.alloc(12)
  bytes[0] = isNegative ? 1 : 0
  bytes.writeUInt32LE(days, 1)
  bytes.set([h, m, s], 5)
  bytes.writeUInt32LE(micros, 8)
  return bytes.subarray(0, micros > 0 ? 12 : days + h + m + s > 0 ? 8 : 0)
}

/** The value lies somewhere in a packet, and its cell somewhere in an arena. */
function write(decoder: CellDecoder, value: Buffer): number {
  const packet = Buffer.concat([Buffer.alloc(before, 0xff), value, Buffer.alloc(16, 0xff)])
  return decoder.write(packet, before, value.length, target, before)
}

function text(decoder: CellDecoder, value: Buffer): string {
  const length = write(decoder, value)
  expect(length).toBeLessThanOrEqual(decoder.extraBytes)
  return Buffer.from(target.subarray(before, before + length)).toString('latin1')
}

describe('writeMicros', () => {
  it('is exact from year 0 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: -63_113_904_000, max: 252_455_615_999 }), fc.nat(999_999), (seconds, micros) => {
        writeMicros(seconds, micros, target, before)
        const cell = new DataView(target.buffer).getBigInt64(before, true)
        expect(cell).toBe(BigInt(seconds) * 1_000_000n + BigInt(micros))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('dates', () => {
  it.each([
    [moment(2000, 1, 1), '2000-01-01'],
    [moment(9999, 12, 31), '9999-12-31'],
    [moment(1, 1, 1), '0001-01-01'],
    [moment(0, 1, 1), '0001-01-01 BC'],
    [moment(2024, 2, 29), '2024-02-29'],
  ])('%# become days', (value, expected) => {
    expect(write(new DateDecoder(), value)).toBe(4)
    expect(cellToText({ kind: 'date' }, target, before, 4)).toBe(expected)
  })

  it.each([
    [moment(0, 0, 0), fault.zeroDate],
    [moment(0, 0, 0, 10), fault.zeroDate],
    [moment(2024, 0, 10), fault.partialDate],
    [moment(2024, 1, 0), fault.partialDate],
    [moment(0, 1, 0), fault.partialDate],
    [moment(2023, 2, 29), fault.partialDate],
    [moment(2024, 4, 31, 1, 2, 3, 4), fault.partialDate],
  ])('%# are none', (value, found) => {
    expect(write(new DateDecoder(), value)).toBe(found)
    expect(write(new TimestampDecoder(), value)).toBe(found)
  })

  it('remember a day only where it was one', () => {
    const decoder = new DateDecoder()
    expect(
      [moment(2024, 1, 31), moment(2024, 1, 32), moment(2024, 1, 31), moment(2024, 1, 30)].map((value) =>
        write(decoder, value),
      ),
    ).toEqual([4, fault.partialDate, 4, 4])
    expect(cellToText({ kind: 'date' }, target, before, 4)).toBe('2024-01-30')
  })

  it.each([
    [moment(1714, 6, 1, 12, 0, 0, 1), '1714-06-01 12:00:00.000001'],
    [moment(1000, 1, 1), '1000-01-01 00:00:00.000000'],
    [moment(9999, 12, 31, 23, 59, 59, 999_999), '9999-12-31 23:59:59.999999'],
    [moment(1999, 12, 31, 23, 59, 59), '1999-12-31 23:59:59.000000'],
  ])('%# with a time become microseconds', (value, expected) => {
    expect(write(new TimestampDecoder(), value)).toBe(8)
    expect(cellToText({ kind: 'timestamp', precision: 6 }, target, before, 8)).toBe(expected)
  })

  it('stay text, possible or not', () => {
    expect(text(new DateToTextDecoder(undefined), moment(2024, 0, 31))).toBe('2024-00-31')
    expect(text(new DateToTextDecoder(undefined), moment(0, 0, 0))).toBe('0000-00-00')
    expect(text(new DateToTextDecoder(0), moment(0, 0, 0))).toBe('0000-00-00 00:00:00')
    expect(text(new DateToTextDecoder(3), moment(2024, 2, 31, 1, 2, 3, 40_000))).toBe('2024-02-31 01:02:03.040')
  })
})

describe('times', () => {
  it.each([
    [time(false, 0, 0, 0, 0), '00:00:00.000000'],
    [time(false, 0, 23, 59, 59, 999_999), '23:59:59.999999'],
    [time(false, 1, 0, 0, 0), '24:00:00.000000'],
  ])('%# of a day become microseconds', (value, expected) => {
    expect(write(new TimeDecoder(), value)).toBe(8)
    expect(cellToText({ kind: 'time', precision: 6 }, target, before, 8)).toBe(expected)
  })

  it.each([
    [time(false, 1, 0, 0, 0, 1)],
    [time(false, 1, 0, 0, 1)],
    [time(true, 0, 0, 0, 1)],
    [time(false, 34, 22, 59, 59)],
  ])('%# of no day are out of range', (value) => expect(write(new TimeDecoder(), value)).toBe(fault.outOfRange))

  it('become the text of an interval that canonical/ writes', () => {
    const parts = [
      fc.boolean(),
      fc.nat(34),
      fc.nat(23),
      fc.nat(59),
      fc.nat(59),
      fc.oneof(fc.nat(999_999), fc.constant(0)),
    ] as const
    fc.assert(
      fc.property(...parts, (isNegative, days, h, m, s, micros) => {
        const isZero = days + h + m + s + micros === 0
        expect(text(new TimeToIntervalDecoder(), time(isNegative, days, h, m, s, micros))).toBe(
          durationText(isNegative && !isZero, days * 24 + h, m, s, micros),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('stay text', () => {
    expect(text(new TimeToTextDecoder(3), time(true, 34, 22, 59, 59))).toBe('-838:59:59.000')
    expect(text(new TimeToTextDecoder(0), time(false, 0, 1, 2, 3))).toBe('01:02:03')
  })
})
