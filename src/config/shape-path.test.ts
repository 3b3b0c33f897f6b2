import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathText } from '../model/document-path.ts'
import { parseShapePath, shapePathText } from './shape-path.ts'

describe('a path of a shape', () => {
  it.each([
    ['address.zip', ['address', 'zip']],
    ['lines[].sku', ['lines', null, 'sku']],
    ['matrix[][].x', ['matrix', null, null, 'x']],
    ['', ['']],
    ['a\\.b', ['a.b']],
    ['\\$ref', ['$ref']],
    ['\\*', ['*']],
    ['*.x', ['*', 'x']],
    ['a\\[]', ['a[]']],
    ['a[]b', ['a[]b']],
    ['\\__proto__', ['__proto__']],
  ])('%s', (text, path) => expect(parseShapePath(text)).toEqual({ path, isGlob: false }))

  it('means all fields with a last name of *', () => {
    expect(parseShapePath('*')).toEqual({ path: [], isGlob: true })
    expect(parseShapePath('lines[].*')).toEqual({ path: ['lines', null], isGlob: true })
  })

  it('is none where something stands between elements and a name', () => {
    expect(parseShapePath('a[].')).toEqual({ path: ['a', null, ''], isGlob: false })
    expect(parseShapePath('[]a')).toEqual({ path: ['[]a'], isGlob: false })
  })

  const step = fc.oneof(
    fc.constant(null),
    fc.string({ unit: fc.constantFrom('a', '.', '\\', '$', '*', '[', ']', ' ', 'ü'), maxLength: 5 }),
  )
  const paths = fc
    .tuple(fc.string({ maxLength: 3 }), fc.array(step, { maxLength: 5 }))
    .map(([first, rest]) => [first, ...rest])

  it('is read back from its text, which no other path has', () => {
    fc.assert(
      fc.property(paths, (path) => {
        expect(parseShapePath(shapePathText(path))).toEqual({ path, isGlob: false })
      }),
      { numRuns: 2000 },
    )
  })

  it('is written as a column’s path is, where no name is like *, nor ends with []', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 4 }), (names) => {
        fc.pre(names.every((name) => name !== '*' && !name.endsWith('[]')))
        expect(shapePathText(names)).toBe(pathText(names))
      }),
    )
  })
})
