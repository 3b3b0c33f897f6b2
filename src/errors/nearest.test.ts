import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

describe('nearest', () => {
  it.each([
    ['sorce', 'source'],
    ['soruce', 'source'],
    ['Target', 'target'],
    ['dataset', 'datasets'],
    ['onreject', 'onReject'],
    ['form', 'from'],
  ])('%s → %s', (typed, meant) => {
    expect(nearest(typed, ['source', 'target', 'datasets', 'onReject', 'from', 'to'])).toBe(meant)
  })

  it.each(['password', 'x', ''])('knows nothing near %j', (typed) => {
    expect(nearest(typed, ['source', 'target', 'datasets'])).toBeUndefined()
  })
})
