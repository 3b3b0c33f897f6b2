import { expect, it } from 'vitest'
import { asciiJson } from './ascii-json.ts'

it('says the same in ASCII', () => {
  const value = { größe: ['日本 🎉', '\u0000', '\u007f\u0080', 'plain \\u0041'] }
  const text = asciiJson(value)
  expect([...Buffer.from(text)].every((byte) => byte < 0x80)).toBe(true)
  expect(JSON.parse(text)).toEqual(value)
})
