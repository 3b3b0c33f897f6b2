import { expect, it } from 'vitest'
import { arrayAsJson } from './array-as-json.ts'

it('numbers stand without quotes, and what is none with them', () => {
  expect(arrayAsJson({ kind: 'float64' }, '["1.5","-0","1e-7","NaN","-Infinity"]')).toBe(
    '[1.5,-0,1e-7,"NaN","-Infinity"]',
  )
  expect(arrayAsJson({ kind: 'decimal' }, '["1.50","-3"]')).toBe('[1.50,-3]')
  expect(arrayAsJson({ kind: 'int', bits: 32, signed: true }, '[1,-2]')).toBe('[1,-2]')
})

it('moments have no zone, and no zeros behind', () => {
  const cell = '["2024-01-02 03:04:05.100+00","0044-03-15 00:00:00.000+00 BC","1969-12-31 23:59:59.999+00"]'
  expect(arrayAsJson({ kind: 'instant', precision: 3 }, cell)).toBe(
    '["2024-01-02 03:04:05.1","0044-03-15 00:00:00 BC","1969-12-31 23:59:59.999"]',
  )
})

it('texts stay as they are, whatever they look like', () => {
  const cell = String.raw`["1.5","05.100+00","a\"b"]`
  expect(arrayAsJson({ kind: 'text' }, cell)).toBe(cell)
})
