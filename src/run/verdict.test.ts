import { describe, expect, it } from 'vitest'
import { differencesError } from './verdict.ts'

describe('differencesError', () => {
  it('says how many differences it does not name', () => {
    expect(differencesError(['a', 'b']).title).toBe('Source and target differ: a; b')
    expect(differencesError(['a', 'b', 'c', 'd', 'e', 'f', 'g']).title).toBe(
      'Source and target differ: a; b; c; d; e; and 2 more',
    )
  })
})
