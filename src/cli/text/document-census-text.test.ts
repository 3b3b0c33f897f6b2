import { describe, expect, it } from 'vitest'
import type { DocumentCensus, TypeCensus, ValueType } from '../../model/document-census.ts'
import { documentCensusLines } from './document-census-text.ts'

function type(name: ValueType, count: number, more: Partial<TypeCensus> = {}): TypeCensus {
  return { type: name, count, firstKeys: [], ...more }
}

const census: DocumentCensus = {
  table: { schema: 'shop', name: 'orders' },
  documents: 200_000,
  bytes: 80_000_000,
  isSample: false,
  faulty: 2,
  fields: [
    { name: '_id', types: [type('objectId', 200_000, { firstKeys: ['{"$oid":"5f"}'] })], fields: [] },
    {
      name: 'total',
      types: [
        type('double', 150_000, {
          min: '-0.5',
          max: '1234.25',
          wholeDigits: 4,
          fractionDigits: 2,
          notFinite: 3,
          firstKeys: ['1'],
        }),
        type('string', 2, {
          maxLength: 9,
          nulBytes: 1,
          invalidText: 1,
          firstKeys: ['"a\\u0000"', `"${'x'.repeat(100)}"`],
        }),
        type('int', 49_998, { min: '7', max: '7', firstKeys: ['2'] }),
      ],
      fields: [],
    },
    {
      name: 'paid at\u202e',
      types: [
        type('date', 199_999, { min: '-1', max: '9223372036854775807' }),
        type('null', 1, { firstKeys: ['"\u001b[2J"'] }),
      ],
      fields: [],
      repeats: 10,
    },
    {
      name: 'lines',
      types: [type('array', 100_000, { elements: 300_000, maxLength: 5 })],
      fields: [],
      elements: {
        types: [
          type('object', 299_000, { elements: 500_000, maxLength: 2 }),
          type('array', 1000, { elements: 0, maxLength: 0 }),
        ],
        fields: [{ name: '', types: [type('binData', 299_000, { maxLength: 1 })], fields: [] }],
      },
    },
    {
      name: 'stock',
      types: [type('object', 200_000, { elements: 1_000_000, maxLength: 1200 })],
      fields: [{ name: 'a', types: [type('bool', 50, { firstKeys: ['3', '4', '5'] })], fields: [] }],
      otherFields: { types: [type('long', 1000, { min: '1', max: '2' })], fields: [] },
    },
  ],
}

describe('the text of a census of documents', () => {
  it('is a tree of paths, and names the documents of rare types', () => {
    expect(documentCensusLines(census)).toEqual([
      'shop.orders: 200,000 documents, 80 MB, 2 besides that could not be read',
      '  _id',
      '    objectId  200,000  100 %',
      '  total',
      '    double  150,000      75 %  -0.5 … 1234.25, 4 digits before the point, 2 behind, 3 NaN or infinite',
      '    int      49,998      25 %  7',
      '    string        2  < 0.01 %  at most 9 characters, 1 with U+0000, 1 no UTF-8, ' +
        String.raw`_id "a\u0000" and "${'x'.repeat(79)}…`,
      String.raw`  "paid at\u202e"`,
      '    date      199,999  > 99.99 %  1969-12-31T23:59:59.999Z … 9223372036854775807 ms',
      String.raw`    null            1   < 0.01 %  _id "\u001b[2J"`,
      '    missing        10   < 0.01 %',
      '    repeated       10             in documents that have the name already',
      '  lines',
      '    array    100,000  50 %  at most 5 elements, 300,000 in all',
      '    missing  100,000  50 %',
      '    [each element]',
      '      object  299,000  99.67 %  at most 2 fields',
      '      array     1,000   0.33 %  at most 0 elements',
      '      ""',
      '        binData  299,000  100 %  at most 1 byte',
      '  stock',
      '    object  200,000  100 %  at most 1,200 fields',
      '    a',
      '      bool          50   0.03 %  _id 3 and 4 and 5',
      '      missing  199,950  99.98 %',
      '    [all other fields]',
      '      long  1,000  100 %  1 … 2',
    ])
  })

  it('shows the first of names that are too many to be read', () => {
    const fieldsOf = (count: number): DocumentCensus['fields'] =>
      Array.from({ length: count }, (_, n) => ({ name: `n${n}`, types: [type('int', 1)], fields: [] }))
    const of = (count: number): string[] =>
      documentCensusLines({ ...census, documents: 1, faulty: 0, fields: fieldsOf(count) })
    expect(of(200)).toHaveLength(1 + 200 * 2)
    expect(of(1201)).toHaveLength(1 + 20 * 2 + 1)
    expect(of(1201).at(-1)).toBe('  [1,181 more names: --json has them]')
  })

  it('says of a small collection what it has, and what a sample is', () => {
    const small: DocumentCensus = {
      table: { schema: 'a\u0007', name: 'b' },
      documents: 1,
      bytes: 20,
      isSample: true,
      faulty: 0,
      fields: [{ name: 'n', types: [type('int', 1, { min: '1', max: '1', firstKeys: ['1'] })], fields: [] }],
    }
    expect(documentCensusLines(small)).toEqual([
      String.raw`a\u0007.b: a sample of 1 document, 20 B`,
      '  n',
      '    int  1  100 %  1',
    ])
  })
})
