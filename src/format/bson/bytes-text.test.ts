import fc from 'fast-check'
import { expect, it } from 'vitest'
import { base64TextBytes, putBase64, putHex, readBase64, readHex } from './bytes-text.ts'

const out = Buffer.alloc(300)
const back = Buffer.alloc(300)

it('writes and reads base64 and hexadecimal digits as Node does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const end = putBase64(bytes, 0, bytes.length, out, 1)
      expect(out.toString('latin1', 1, end)).toBe(Buffer.from(bytes).toString('base64'))
      expect(end - 1).toBe(base64TextBytes(bytes.length))
      expect(readBase64(out, 1, end, back, 2)).toBe(2 + bytes.length)
      expect(back.subarray(2, 2 + bytes.length).equals(bytes)).toBe(true)
      const hexEnd = putHex(bytes, 0, bytes.length, out, 1)
      expect(out.toString('latin1', 1, hexEnd)).toBe(Buffer.from(bytes).toString('hex'))
      expect(readHex(out, 1, hexEnd, back, 2)).toBe(2 + bytes.length)
      expect(back.subarray(2, 2 + bytes.length).equals(bytes)).toBe(true)
    }),
  )
})

it('takes one text for a value, and hexadecimal digits of either case', () => {
  const from = (text: string): number => readBase64(Buffer.from(text), 0, text.length, back, 0)
  expect([from(''), from('QQ=='), from('QUI='), from('QUJD')]).toEqual([0, 1, 2, 3])
  for (const text of ['Q', 'QQ', 'QQ=', 'QR==', 'QUJ=', '====', 'Q===', 'QQ==QQ==', 'Q-_=', ' QQ=', 'QQ\n=', 'QÿQQ']) {
    expect(readBase64(Buffer.from(text, 'latin1'), 0, text.length, back, 0)).toBe(-1)
  }
  expect(readHex(Buffer.from('aF09'), 0, 4, back, 0)).toBe(2)
  expect(back.toString('hex', 0, 2)).toBe('af09')
  for (const text of ['a', 'ag', '0x', ' 0', '-1']) expect(readHex(Buffer.from(text), 0, text.length, back, 0)).toBe(-1)
})
