import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ArenaBatch } from '../batch/batch.ts'
import { cellAsForm } from '../canonical/cell-as-form.ts'
import { textToCell } from '../canonical/text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { putCellAsForm } from './put-cell-as-form.ts'

function putAlone(type: CanonicalType, cells: Buffer, start: number, length: number): string {
  const layout = { dataset: 'd', columns: [{ name: 'c', type, nullable: true }], identify: [] }
  const batch = new ArenaBatch([layout], 1)
  putCellAsForm(batch, 0, batch.addRow(0), type, 'number', cells, start, length)
  const [at, end] = batch.frames[0]!.cells
  expect(batch.used).toBe(at! + end!)
  return Buffer.from(batch.bytes.subarray(at, at! + end!)).toString()
}

it('writes whole numbers of each width as their canonical text', () => {
  const widths = fc.constantFrom(...([8, 16, 32, 64] as const))
  fc.assert(
    fc.property(widths, fc.boolean(), fc.uint8Array({ minLength: 10, maxLength: 10 }), (bits, signed, bytes) => {
      const type: CanonicalType = { kind: 'int', bits, signed }
      const cells = Buffer.from(bytes)
      expect(putAlone(type, cells, 1, bits / 8)).toBe(cellAsForm(type, 'number', cells, 1, bits / 8))
    }),
    { numRuns: 300 },
  )
})

it.each(['0', '-1', '9223372036854775807', '-9223372036854775808', '18446744073709551615', '4294967296'])(
  'writes %s',
  (text) => {
    const type: CanonicalType = { kind: 'int', bits: 64, signed: !text.startsWith('18') }
    expect(putAlone(type, Buffer.from(textToCell(type, text)), 0, 8)).toBe(text)
  },
)

it('writes a text that is not ASCII', () => {
  const type: CanonicalType = { kind: 'enum', labels: ['grün'] }
  expect(putAlone(type, Buffer.from('grün'), 0, 5)).toBe('grün')
})
