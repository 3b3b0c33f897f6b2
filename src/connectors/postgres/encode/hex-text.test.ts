import { expect, it } from 'vitest'
import { viewOf } from '../../../batch/view-of.ts'
import type { TargetType } from '../types.ts'
import { chooseEncoder } from './choose.ts'
import { type Encode, isEncode } from './encoder.ts'
import { Output, referenceBytes } from './output.ts'

const source = Buffer.from('ff507f1f77bcf86cd799439011ff', 'hex')

function encoderFor(to: Partial<TargetType>): Encode {
  const type: TargetType = { kind: 'base', name: 'text', text: 'text', oid: 25, typmod: -1, ...to }
  const encode = chooseEncoder({ kind: 'objectId' }, type)
  if (!isEncode(encode)) throw new Error(encode.refused)
  return encode
}

it('writes an ObjectId as its digits, with their length before them', () => {
  const out = new Output()
  // Nearly at the end of a piece, which a value never crosses.
  out.room(referenceBytes)
  out.at = out.bytes.length - 20
  expect(encoderFor({})(out, source, viewOf(source), 1, 12)).toBeUndefined()
  const [, piece] = out.finish()
  expect(Buffer.from(piece!).toString('latin1')).toBe('\0\0\0\u0018507f1f77bcf86cd799439011')
})

it('refuses a column that is too short for it', () => {
  const encode = encoderFor({ name: 'bpchar', text: 'character(23)', typmod: 27 })
  expect(encode(new Output(), source, viewOf(source), 1, 12)).toMatchObject({
    code: 'TL_D402',
    reason: 'it does not fit character(23): it has 24 characters',
  })
})
