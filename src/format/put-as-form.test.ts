import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArenaBatch } from '../batch/batch.ts'
import { viewOf } from '../batch/view-of.ts'
import { cellAsForm } from '../canonical/cell-as-form.ts'
import { textToCell } from '../canonical/text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { DigestForm } from '../model/digest-form.ts'
import { putterAsForm } from './put-as-form.ts'

/** The texts that one putter makes of cells, one behind the other, in an arena that is full before each of them. */
function putAll(type: CanonicalType, form: DigestForm, cells: readonly Uint8Array[]): string[] {
  const layout = { dataset: 'd', columns: [{ name: 'c', type, nullable: true }], identify: [] }
  const batch = new ArenaBatch([layout], 1, 1)
  const put = putterAsForm(type, form)
  const all = Buffer.concat([Buffer.of(1), ...cells])
  const view = viewOf(all)
  let start = 1
  for (const cell of cells) {
    batch.bytes = batch.bytes.slice(0, batch.used)
    put(batch, 0, batch.addRow(0), all, view, start, cell.length)
    start += cell.length
  }
  const [frame] = batch.frames
  return cells.map((_, row) => {
    const [at = 0, length = 0] = frame!.cells.slice(row * 2, row * 2 + 2)
    return Buffer.from(batch.bytes.subarray(at, at + length)).toString()
  })
}

const moment = fc.bigInt({ min: -10_000_000_000_000_000n, max: 10_000_000_000_000_000n }).map((micros) => {
  const cell = Buffer.alloc(8)
  cell.writeBigInt64LE(micros)
  return new Uint8Array(cell)
})
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

const kinds: readonly (readonly [CanonicalType, DigestForm, fc.Arbitrary<Uint8Array>])[] = [
  ...([8, 16, 32, 64] as const).flatMap((bits) =>
    [true, false].map((signed) => [{ kind: 'int', bits, signed }, 'number', bytes(bits / 8)] as const),
  ),
  [{ kind: 'float64' }, 'float64', bytes(8)],
  [{ kind: 'float64' }, 'number', fc.integer().map((n) => new Uint8Array(Float64Array.of(n / 100).buffer))],
  [{ kind: 'float32' }, 'float64', bytes(4)],
  [{ kind: 'float32' }, 'float32', bytes(4)],
  [{ kind: 'timestamp', precision: 0 }, 'timestamp', moment],
  [{ kind: 'timestamp', precision: 3 }, 'timestamp', fc.oneof(moment, bytes(8))],
  [{ kind: 'instant', precision: 6 }, 'instant', moment],
  [{ kind: 'bool' }, 'number', fc.constantFrom(Uint8Array.of(0), Uint8Array.of(1))],
  [{ kind: 'uuid' }, 'text', bytes(16)],
  [{ kind: 'objectId' }, 'text', bytes(12)],
  [{ kind: 'date' }, 'date', bytes(4)],
]

describe('putterAsForm', () => {
  it.each(kinds)('puts cells of %o as %s as their text', (type, form, cell) => {
    const different = fc.check(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        const told = cells.map((one) => cellAsForm(type, form, Buffer.from(one), 0, one.length))
        return JSON.stringify(putAll(type, form, cells)) === JSON.stringify(told)
      }),
      { numRuns: 100 },
    )
    expect(different.counterexample).toBeNull()
  })

  it.each(['0', '-1', '9223372036854775807', '-9223372036854775808', '18446744073709551615', '4294967296'])(
    'puts the whole number %s',
    (text) => {
      const type: CanonicalType = { kind: 'int', bits: 64, signed: !text.startsWith('18') }
      expect(putAll(type, 'number', [textToCell(type, text)])).toEqual([text])
    },
  )

  it.each(['-0', '0', '10', '0.1', '1e+21', '1e-7', 'NaN', '-Infinity', '51.7592'])('puts the double %s', (text) => {
    const type: CanonicalType = { kind: 'float64' }
    expect(putAll(type, 'float64', [textToCell(type, text)])).toEqual([text])
  })

  it.each([
    '2024-02-29 12:00:00.123456',
    '1714-07-30 00:00:00',
    '2285-06-04 23:47:34.740991',
    '0044-03-15 10:00:00 BC',
    '10000-01-01 00:00:00.5',
    '-infinity',
  ])('puts the moment %s', (text) => {
    const type: CanonicalType = { kind: 'timestamp', precision: 0 }
    expect(putAll(type, 'timestamp', [textToCell(type, text)])).toEqual([text])
  })

  it('puts a text that is not ASCII', () => {
    expect(putAll({ kind: 'enum', labels: ['grün'] }, 'text', [Buffer.from('grün'), Buffer.from('a')])).toEqual([
      'grün',
      'a',
    ])
  })
})
