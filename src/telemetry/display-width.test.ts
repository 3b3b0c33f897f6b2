import { describe, expect, it } from 'vitest'
import { displayWidth, fitWidth, padWidth } from './display-width.ts'

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['users', 5],
    ['é', 1],
    ['山田', 4],
    ['ｱ', 1],
    ['👩‍👩‍👧', 2],
    ['한글', 4],
  ])('%j takes %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })

  it('cuts and pads to a width, never over it', () => {
    expect(fitWidth('orders', 6)).toBe('orders')
    expect(fitWidth('orders', 4)).toBe('ord…')
    expect(fitWidth('山田太郎', 4)).toBe('山…')
    expect(fitWidth('x', 0)).toBe('')
    for (const width of [1, 2, 3, 9, 20]) expect(displayWidth(padWidth('山田太郎 users', width))).toBe(width)
  })
})
