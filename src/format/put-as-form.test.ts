import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArenaBatch } from '../batch/batch.ts'
import { viewOf } from '../batch/view-of.ts'
import { cellAsForm } from '../canonical/cell-as-form.ts'
import { textToCell } from '../canonical/text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { putterAsForm } from './put-as-form.ts'

function putAlone(type: CanonicalType, cells: Buffer, start: number, length: number): string {
  const layout = { dataset: 'd', columns: [{ name: 'c', type, nullable: true }], identify: [] }
  const batch = new ArenaBatch([layout], 256, 1)
  putterAsForm(type, 'number')(batch, 0, batch.addRow(0), cells, viewOf(cells), start, length)
  const [at = 0, byteCount = 0] = batch.frames[0]!.cells
  expect(batch.used).toBe(at + byteCount)
  return Buffer.from(batch.bytes.subarray(at, at + byteCount)).toString()
}

const types: readonly CanonicalType[] = [
  ...([8, 16, 32, 64] as const).flatMap((bits) =>
    [true, false].map((signed) => ({ kind: 'int', bits, signed }) as const),
  ),
  { kind: 'float64' },
  { kind: 'timestamp', precision: 0 },
  { kind: 'timestamp', precision: 3 },
  { kind: 'instant', precision: 6 },
  { kind: 'objectId' },
  { kind: 'uuid' },
  { kind: 'date' },
]

function bytesOf(type: CanonicalType): number {
  if (type.kind === 'int') return type.bits / 8
  return { objectId: 12, uuid: 16, date: 4 }[type.kind as string] ?? 8
}

describe('putterAsForm', () => {
  it('puts each cell as its canonical text', () => {
    const moment = fc.bigInt({ min: -70_000_000_000_000_000n, max: 300_000_000_000_000_000n }).map((micros) => {
      const bytes = Buffer.alloc(16)
      bytes.writeBigInt64LE(micros)
      return bytes
    })
    const bytes = fc.oneof(fc.uint8Array({ minLength: 16, maxLength: 16 }), moment)
    fc.assert(
      fc.property(fc.constantFrom(...types), bytes, (type, cell) => {
        const cells = Buffer.concat([Buffer.of(1), cell, Buffer.of(1)])
        const length = bytesOf(type)
        expect(putAlone(type, cells, 1, length)).toBe(cellAsForm(type, 'number', cells, 1, length))
      }),
      { numRuns: 3000 },
    )
  })

  it.each(['0', '-1', '9223372036854775807', '-9223372036854775808', '18446744073709551615', '4294967296'])(
    'puts the whole number %s',
    (text) => {
      const type: CanonicalType = { kind: 'int', bits: 64, signed: !text.startsWith('18') }
      expect(putAlone(type, Buffer.from(textToCell(type, text)), 0, 8)).toBe(text)
    },
  )

  it.each(['-0', '0', '10', '0.1', '1e+21', '1e-7', 'NaN', '-Infinity', '51.7592'])('puts the double %s', (text) => {
    const type: CanonicalType = { kind: 'float64' }
    expect(putAlone(type, Buffer.from(textToCell(type, text)), 0, 8)).toBe(text)
  })

  it.each([
    '2024-02-29 12:00:00.123456',
    '0001-01-01 00:00:00',
    '0044-03-15 10:00:00 BC',
    '10000-01-01 00:00:00.5',
    '-infinity',
  ])('puts the moment %s', (text) => {
    const type: CanonicalType = { kind: 'timestamp', precision: 0 }
    expect(putAlone(type, Buffer.from(textToCell(type, text)), 0, 8)).toBe(text)
  })

  it('puts a text that is not ASCII', () => {
    expect(putAlone({ kind: 'enum', labels: ['grün'] }, Buffer.from('grün'), 0, 5)).toBe('grün')
  })
})
