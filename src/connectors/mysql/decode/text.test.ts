import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ValuePolicies } from '../../../model/plan.ts'
import { fault } from './fault.ts'
import { type TextChecks, TextDecoder } from './text.ts'

const none: TextChecks = { nul: false, json: false, jsonNul: false }

function decode(decoder: TextDecoder, value: Buffer): string | number {
  const packet = Buffer.concat([Buffer.from([0xff, 0xff]), value, Buffer.from([0, 0xff])])
  const target = new Uint8Array(Math.ceil(value.length * decoder.growth) + 7)
  const length = decoder.write(packet, 2, value.length, target, 7)
  return length < 0 ? length : Buffer.from(target.subarray(7, 7 + length)).toString('utf8')
}

function repair(decoder: TextDecoder, value: Buffer, policies: ValuePolicies): unknown {
  const repaired = decoder.repair(value, 0, value.length, policies)
  return repaired === undefined ? undefined : [repaired.bytes.toString('utf8'), repaired.rules]
}

describe('text', () => {
  it('of any length comes through', () => {
    const decoder = new TextDecoder('utf8mb4', { ...none, nul: true })
    const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }))
    fc.assert(
      fc.property(text, fc.constantFrom(1, 3, 30), (piece, count) => {
        const whole = piece.replaceAll('\u0000', '').repeat(count)
        expect(decode(decoder, Buffer.from(whole, 'utf8'))).toBe(whole)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([0, 10, 30, 100, 600, 5000])('of %d characters hides no fault', (length) => {
    const decoder = new TextDecoder('utf8mb4', { ...none, nul: true })
    const filler = 'x'.repeat(length)
    for (const before of ['', filler]) {
      expect(decode(decoder, Buffer.from(`${before}\u0000${filler}`))).toBe(fault.nulByte)
      const broken = Buffer.concat([Buffer.from(before), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(filler)])
      expect(decode(decoder, broken)).toBe(fault.invalidText)
    }
    // What follows in the packet is not the value's.
    expect(decode(decoder, Buffer.from(filler))).toBe(filler)
  })

  it('may hold NUL where no policy minds it', () => {
    expect(decode(new TextDecoder('utf8mb4', none), Buffer.from('a\u0000'))).toBe('a\u0000')
    expect(decode(new TextDecoder('ucs2', { ...none, nul: true }), Buffer.from([0, 0x61]))).toBe('a')
    expect(decode(new TextDecoder('ucs2', { ...none, nul: true }), Buffer.from([0, 0]))).toBe(fault.nulByte)
  })

  it('of four bytes a character is none of utf8mb3', () => {
    expect(decode(new TextDecoder('utf8mb3', none), Buffer.from('😀'))).toBe(fault.invalidText)
  })

  it('refuses a charset that it does not know', () => {
    expect(() => new TextDecoder('klingon', none)).toThrow('TL_X901')
  })

  it('is checked to be JSON', () => {
    const decoder = new TextDecoder('latin1', { nul: false, json: true, jsonNul: true })
    expect(decode(decoder, Buffer.from([0x22, 0xe9, 0x22]))).toBe('"é"')
    expect(decode(decoder, Buffer.from('{"a"}'))).toBe(fault.invalidJson)
    expect(decode(decoder, Buffer.from('"\\u0000"'))).toBe(fault.jsonNul)
    expect(decode(new TextDecoder('utf8mb4', { ...none, jsonNul: true }), Buffer.from('nonsense'))).toBe('nonsense')
  })
})

describe('repair', () => {
  const remove = { do: 'remove', rule: 'r' } as const
  const replace = { do: 'replace', rule: 'p', text: '·' } as const

  it('mends every fault that has a policy, and says which rules it took', () => {
    const decoder = new TextDecoder('utf8mb4', { ...none, nul: true })
    const value = Buffer.concat([Buffer.from('é\u0000'), Buffer.from([0xff, 0xfe]), Buffer.from('z\u0000')])
    expect(repair(decoder, value, { 'nul-byte': remove, 'invalid-text': replace })).toEqual(['é··z', ['p', 'r']])
    expect(repair(decoder, value, { 'nul-byte': remove })).toBeUndefined()
    expect(repair(decoder, value, { 'nul-byte': remove, 'invalid-text': { do: 'null', rule: 'n' } })).toBeUndefined()
  })

  it('goes on after a broken character in the charset’s own steps', () => {
    const decoder = new TextDecoder('utf16', none)
    expect(repair(decoder, Buffer.from([0, 0x61, 0xd8, 0, 0, 0x62]), { 'invalid-text': replace })).toEqual([
      'a·b',
      ['p'],
    ])
  })

  it('takes the escape of NUL out of JSON', () => {
    const decoder = new TextDecoder('utf8mb4', { nul: false, json: true, jsonNul: true })
    expect(repair(decoder, Buffer.from('["\\u0000a\\\\u0000"]'), { 'json-nul': remove })).toEqual([
      '["a\\\\u0000"]',
      ['r'],
    ])
    expect(repair(decoder, Buffer.from('["\\u0000"'), { 'json-nul': remove })).toBeUndefined()
  })
})
