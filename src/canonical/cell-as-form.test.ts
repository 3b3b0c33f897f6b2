import { expect, it } from 'vitest'
import { cellAsForm } from './cell-as-form.ts'

it('tells a float of 32 bits in as many digits as the form has bits', () => {
  const cell = Buffer.alloc(4)
  cell.writeFloatLE(32.38)
  const told = (form: 'float32' | 'float64'): string => cellAsForm({ kind: 'float32' }, form, cell, 0, 4)
  expect([told('float32'), told('float64')]).toEqual(['32.38', '32.380001068115234'])
  cell.writeFloatLE(-0)
  expect([told('float32'), told('float64')]).toEqual(['-0', '-0'])
  cell.writeFloatLE(Infinity)
  expect(told('float64')).toBe(told('float32'))
})
