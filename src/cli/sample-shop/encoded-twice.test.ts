import { describe, expect, it } from 'vitest'
import { encodedTwice } from './encoded-twice.ts'

describe('encodedTwice', () => {
  it('reads UTF-8 as CP1252', () => expect(encodedTwice('José – €')).toBe('JosÃ© â€“ â‚¬'))
  it('knows the bytes that CP1252 leaves out', () => expect(encodedTwice('Ángel')).toBe('Ã\u0081ngel'))
  it('leaves ASCII alone', () => expect(encodedTwice("O'Brien")).toBe("O'Brien"))
})
