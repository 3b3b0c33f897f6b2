import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { viewOf } from '../../batch/view-of.ts'
import { escapedBytes, maxEscapedGrowth, putJsonString } from './put-json-string.ts'

const out = Buffer.alloc(4096)
const outView = viewOf(out)

describe('a JSON string', () => {
  it('is written as JSON.stringify does it, in as many bytes as were counted', () => {
    const character = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.nat(0x80).map((code) => String.fromCharCode(code)),
    )
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 60 }), (text) => {
        const bytes = Buffer.from(text)
        const end = putJsonString(bytes, viewOf(bytes), 0, bytes.length, out, outView, 1)
        expect(`"${out.toString('utf8', 1, end)}"`).toBe(JSON.stringify(text))
        expect(escapedBytes(bytes, 0, bytes.length)).toBe(end - 1)
        expect(end - 1).toBeLessThanOrEqual(bytes.length * maxEscapedGrowth)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['ff', '61c3', 'c080', 'eda080', 'f4908080', '61e282', '6180'])('says where %s is no UTF-8', (hex) => {
    const bytes = Buffer.from(hex, 'hex')
    expect(putJsonString(bytes, viewOf(bytes), 0, bytes.length, out, outView, 0)).toBe(bytes[0] === 0x61 ? -2 : -1)
  })
})
