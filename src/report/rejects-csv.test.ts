import { describe, expect, it } from 'vitest'
import type { RejectedRow } from '../model/loss.ts'
import { rejectsCsv } from './rejects-csv.ts'

const place = { dataset: 'users', split: 'users#0', position: 7, stage: 'read', code: 'TL_D406' } as const

function csv(rows: readonly Partial<RejectedRow>[]): string[] {
  return [...rejectsCsv(rows.map((row) => ({ ...place, reason: 'no such day', key: {}, row: {}, ...row })))]
}

describe('rejectsCsv', () => {
  it('has a column for each of the keys and rows of all datasets, and tells NULL from an empty text', () => {
    expect(
      csv([
        {
          column: 'born',
          key: { id: '1' },
          row: { id: { text: '1' }, name: { text: '' }, born: { text: '2024-02-30' } },
        },
        {
          dataset: 'orders',
          key: { no: null, id: '2' },
          row: { id: { text: '2' }, raw: { base64: 'AAH/' }, name: null },
        },
      ]),
    ).toEqual([
      'dataset,split,position,stage,column,code,reason,key.id,key.no,row.id,row.name,row.born,row.raw\r\n',
      'users,users#0,7,read,born,TL_D406,no such day,1,,1,"",2024-02-30,\r\n',
      'orders,users#0,7,read,,TL_D406,no such day,2,,2,,,base64:AAH/\r\n',
    ])
  })

  it('quotes what RFC 4180 has quoted', () => {
    const [, line] = csv([{ key: { id: 'a,b' }, row: { 'odd "name"': { text: 'he said "no",\r\nand left' } } }])
    expect(line).toBe('users,users#0,7,read,,TL_D406,no such day,"a,b","he said ""no"",\r\nand left"\r\n')
    expect(csv([{ row: { 'a,"b"': null } }])[0]).toContain(',"row.a,""b"""\r\n')
  })

  it.each([
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['+cmd|x', "'+cmd|x"],
    ['-2+3', "'-2+3"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['-12.50', '-12.50'],
    ['+7', '+7'],
    ['-1.5e-10', '-1.5e-10'],
    ["'=x", "'=x"],
    ['a=b', 'a=b'],
  ])('lets no spreadsheet take %j for a formula', (text, expected) => {
    expect(csv([{ row: { v: { text } } }])[1]).toBe(`users,users#0,7,read,,TL_D406,no such day,${expected}\r\n`)
  })

  it('guards names and reasons too', () => {
    expect(csv([{ reason: '=1', column: '@c' }])[1]).toContain(",'@c,TL_D406,'=1")
  })
})
