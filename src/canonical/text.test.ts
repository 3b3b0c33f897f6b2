import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CanonicalType } from '../model/canonical-type.ts'
import { civilFromDays, daysFromCivil } from './calendar.ts'
import { durationText } from './interval.ts'
import { cellToText, textToCell } from './text.ts'

function there(type: CanonicalType, text: string): string {
  const cell = textToCell(type, text)
  // Cells are not aligned in an arena: read them at an odd place.
  const arena = new Uint8Array(cell.length + 3)
  arena.set(cell, 3)
  return cellToText(type, arena, 3, cell.length)
}

const golden: [CanonicalType, string[]][] = [
  [{ kind: 'bool' }, ['true', 'false']],
  [{ kind: 'int', bits: 8, signed: true }, ['-128', '127', '0']],
  [{ kind: 'int', bits: 64, signed: true }, ['-9223372036854775808', '9007199254740993']],
  [{ kind: 'int', bits: 64, signed: false }, ['18446744073709551615', '0']],
  [{ kind: 'float64' }, ['0.1', '-0', '1.7976931348623157e+308', 'NaN', '-Infinity', '5e-324']],
  [{ kind: 'float32' }, ['16777216', '-0', '1.1754944e-38', '0.1', '3.4028235e+38', 'NaN']],
  [{ kind: 'decimal', precision: 5, scale: 2 }, ['1.10', '-0.00', 'NaN']],
  [
    { kind: 'date' },
    ['2000-01-01', '1999-12-31', '0001-01-01', '0044-03-15 BC', '9999-12-31', 'infinity', '5874897-12-31'],
  ],
  [{ kind: 'time', precision: 0 }, ['00:00:00', '23:59:59', '24:00:00']],
  [{ kind: 'time', precision: 6 }, ['12:00:00.000001']],
  [{ kind: 'timestamp', precision: 6 }, ['9999-12-31 23:59:59.999999', '1000-01-01 00:00:00.000000', '-infinity']],
  [{ kind: 'timestamp', precision: 0 }, ['1969-12-31 23:59:59', '0001-01-01 00:00:00 BC']],
  [{ kind: 'instant', precision: 3 }, ['2024-03-10 02:30:00.000+00']],
  [{ kind: 'interval', precision: 6 }, ['PT838H59M59S', '-PT838H59M59.000001S', 'P1M2DT25H']],
  [{ kind: 'uuid' }, ['00112233-4455-6677-8899-aabbccddeeff']],
  [{ kind: 'bits', length: 8 }, ['00000001']],
  [{ kind: 'bytes' }, ['', '00ff']],
  [{ kind: 'enum', labels: ["it's", 'a,b'] }, ["it's"]],
  [{ kind: 'text' }, ['', 'é\u0000😀']],
]

describe('canonical text', () => {
  for (const [type, texts] of golden) {
    it.each(texts)(`${type.kind} %j comes back`, (text) => expect(there(type, text)).toBe(text))
  }

  it.each<[CanonicalType, string]>([
    [{ kind: 'bool' }, '1'],
    [{ kind: 'int', bits: 8, signed: true }, '128'],
    [{ kind: 'int', bits: 32, signed: false }, '-1'],
    [{ kind: 'date' }, '2023-02-29'],
    [{ kind: 'date' }, '0000-01-01'],
    [{ kind: 'time', precision: 0 }, '24:00:01'],
    [{ kind: 'bits', length: 2 }, '1'],
    [{ kind: 'uuid' }, 'not-a-uuid'],
    [{ kind: 'enum', labels: ['a'] }, 'b'],
    [{ kind: 'interval', precision: 0 }, 'P'],
  ])('refuses what is not %j', (type, text) => {
    expect(() => textToCell(type, text)).toThrow('TL_D402')
  })

  it('keeps every double and every float', () => {
    fc.assert(
      fc.property(fc.double(), (x) => {
        expect(there({ kind: 'float64' }, show(x))).toBe(show(x))
      }),
    )
    fc.assert(
      fc.property(fc.float(), (x) => {
        expect(Math.fround(Number(there({ kind: 'float32' }, show(x))))).toBe(x)
      }),
    )
  })

  it('keeps every 64-bit integer', () => {
    const type: CanonicalType = { kind: 'int', bits: 64, signed: true }
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (x) => {
        expect(there(type, String(x))).toBe(String(x))
      }),
    )
  })

  it('agrees with the platform’s calendar from year 1 to 9999 and inverts itself beyond', () => {
    fc.assert(
      fc.property(fc.integer({ min: -730_119, max: 2_921_939 }), (days) => {
        const date = new Date((days + 10_957) * 86_400_000)
        const civil = civilFromDays(days)
        expect([civil.year, civil.month, civil.day]).toEqual([
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
        ])
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: -2_451_000, max: 2_145_031_948 }), (days) => {
        const { year, month, day } = civilFromDays(days)
        expect(daysFromCivil(year, month, day)).toBe(days)
      }),
    )
  })

  it('writes a duration', () => {
    expect(durationText(true, 838, 59, 59, 0)).toBe('-PT838H59M59S')
    expect(durationText(false, 0, 0, 1, 500_000)).toBe('PT0H0M1.5S')
  })
})

function show(x: number): string {
  return Object.is(x, -0) ? '-0' : String(x)
}
