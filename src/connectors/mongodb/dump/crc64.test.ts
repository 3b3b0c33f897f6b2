import fc from 'fast-check'
import { expect, it } from 'vitest'
import { slowCrc64 } from '../../../../test/support/mongo-archive.ts'
import { Crc64 } from './crc64.ts'

it('is CRC-64/XZ, whatever pieces the bytes come in', () => {
  const check = Buffer.from('123456789')
  const crc = new Crc64()
  expect(crc.value).toBe(0n)
  crc.update(check, 0, 9)
  expect(BigInt.asUintN(64, crc.value)).toBe(0x995dc9bbdf1939fan)
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (pieces) => {
      const sum = new Crc64()
      for (const piece of pieces) sum.update(piece, 0, piece.length)
      expect(sum.value).toBe(slowCrc64(Buffer.concat(pieces)))
    }),
  )
})
