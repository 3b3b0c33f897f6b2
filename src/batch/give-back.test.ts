import { expect, it } from 'vitest'
import { giveBack } from './give-back.ts'

it.each([
  ['all of a large buffer', 300_000, 0, 300_000, 0],
  ['nearly all of one', 300_000, 100, 299_000, 0],
  ['a part of one', 900_000, 0, 300_000, 900_000],
  ['a small one', 8_192, 0, 8_192, 8_192],
])('gives back what is %s', (_, room, start, length, left) => {
  const buffer = new ArrayBuffer(room)
  giveBack(new Uint8Array(buffer, start, length))
  expect(buffer.byteLength).toBe(left)
})
