import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArenaBatch } from '../../../../batch/batch.ts'
import { viewOf } from '../../../../batch/view-of.ts'
import { cellToText } from '../../../../canonical/text.ts'
import type { CanonicalType } from '../../../../model/canonical-type.ts'
import { fate } from '../../../../model/fate.ts'
import type { ReadColumn, ValuePolicies } from '../../../../model/plan.ts'
import { chooseEncoder } from '../../encode/choose.ts'
import { isEncode } from '../../encode/encoder.ts'
import { Output } from '../../encode/output.ts'
import { textToCell } from '../../../../canonical/text.ts'
import { parseTypeText } from '../../types.ts'
import { columnWay } from './column-way.ts'
import { RowDecoder } from './row-decoder.ts'

const decimal: CanonicalType = { kind: 'decimal' }
const interval: CanonicalType = { kind: 'interval', precision: 6 }
const inet: CanonicalType = { kind: 'inet' }

function column(name: string, type: CanonicalType, over: Partial<ReadColumn> = {}): ReadColumn {
  return { name: 'v', native: { name, text: name, args: [] }, type, nullable: true, policies: {}, ...over }
}

/** What the server sends of a value, made by what is sent to it. */
function fieldOf(type: CanonicalType, target: string, text: string): Buffer {
  const encode = chooseEncoder(type, parseTypeText(target))
  if (!isEncode(encode)) throw new Error(encode.refused)
  const out = new Output()
  const cell = textToCell(type, text)
  expect(encode(out, cell, viewOf(cell), 0, cell.length)).toBeUndefined()
  return Buffer.concat(out.finish().map((piece) => Buffer.from(piece)))
}

function rowOf(...fields: readonly Buffer[]): Buffer {
  const count = Buffer.alloc(2)
  count.writeInt16BE(fields.length)
  return Buffer.concat([count, ...fields])
}

function decode(columns: readonly ReadColumn[], row: Buffer, isUtf8 = true): ArenaBatch {
  const batch = new ArenaBatch([{ dataset: 't', columns, identify: [0] }], 16)
  const decoder = new RowDecoder(
    columns,
    columns.map((one) => columnWay(one, isUtf8)),
  )
  decoder.decode(row, viewOf(row), 0, row.length, batch, false)
  return batch
}

function textsOf(batch: ArenaBatch): (string | null)[] {
  const { cells, layout } = batch.frames[0]!
  return layout.columns.map(({ type }, slot) => {
    const [start, length] = [cells[slot * 2]!, cells[slot * 2 + 1]!]
    return length < 0 ? null : cellToText(type, batch.bytes, start, length)
  })
}

function there(type: CanonicalType, name: string, text: string): string | null {
  return textsOf(decode([column(name === 'varbit' ? 'bit' : name, type)], rowOf(fieldOf(type, name, text))))[0] ?? null
}

const digits = (max: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max }).map((list) => list.join(''))

describe('a row of a COPY in binary form', () => {
  it('has numbers with all of their digits', () => {
    const number = fc.tuple(fc.boolean(), digits(40), fc.option(digits(40))).map(([isNegative, whole, fraction]) => {
      const plain = whole.replace(/^0+(?=\d)/, '')
      const isZero = /^0*$/.test(plain + (fraction ?? ''))
      return `${isNegative && !isZero ? '-' : ''}${plain}${fraction === null ? '' : `.${fraction}`}`
    })
    fc.assert(
      fc.property(number, (text) => {
        expect(there(decimal, 'numeric', text)).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['NaN', 'Infinity', '-Infinity', '0', '0.00001000', '10000', '-99990000', `1${'0'.repeat(300)}`])(
    'has the number %s',
    (text) => expect(there(decimal, 'numeric', text)).toBe(text),
  )

  it.each([
    ['PT838H59M59S', 'PT838H59M59S'],
    ['-PT0H0M0.5S', '-PT0H0M0.5S'],
    ['PT0H0M0S', 'PT0H0M0S'],
    ['P1Y2M-3DT4H5M6.000007S', 'P1Y2M-3DT4H5M6.000007S'],
    ['-P1M', 'P-1M'],
    ['P14M', 'P1Y2M'],
    ['P3DT-1H-0.5S', 'P3DT-1H-0.5S'],
    ['PT2562047788H0M54.775807S', 'PT2562047788H0M54.775807S'],
    ['-PT2562047788H0M54.775808S', '-PT2562047788H0M54.775808S'],
  ])('tells the interval %s as %s', (given, expected) => expect(there(interval, 'interval', given)).toBe(expected))

  it.each([
    '192.168.0.1',
    '192.168.0.1/24',
    '0.0.0.0/0',
    '::',
    '::1',
    '2001:db8::ff00:42:8329',
    '2001:db8:0:1:1:1:1:1',
    '1:0:0:2::3',
    'fe80::/10',
    '::ffff:1.2.3.4',
    '::1.2.3.4',
    '1::',
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ])('tells the address %s', (text) => expect(there(inet, 'inet', text)).toBe(text))

  it('tells bits with their zeros in front', () => {
    expect(there({ kind: 'bits', length: 12 }, 'varbit', '000000000001')).toBe('000000000001')
  })

  it('turns what the server sends the highest byte first', () => {
    const row = rowOf(
      fieldOf({ kind: 'int', bits: 16, signed: true }, 'int2', '-32768'),
      fieldOf({ kind: 'int', bits: 64, signed: true }, 'int8', '-9007199254740993'),
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      fieldOf({ kind: 'float64' }, 'float8', '5e-324'),
      fieldOf({ kind: 'date' }, 'date', '0044-03-15 BC'),
      fieldOf({ kind: 'instant', precision: 6 }, 'timestamptz', '-infinity'),
    )
    const columns = [
      column('int2', { kind: 'int', bits: 16, signed: true }),
      column('int8', { kind: 'int', bits: 64, signed: true }),
      column('text', { kind: 'text' }),
      column('float8', { kind: 'float64' }),
      column('date', { kind: 'date' }),
      column('timestamptz', { kind: 'instant', precision: 6 }),
    ]
    expect(textsOf(decode(columns, row))).toEqual([
      '-32768',
      '-9007199254740993',
      null,
      '5e-324',
      '0044-03-15 BC',
      '-infinity',
    ])
  })

  it('rejects a row for NULL in a column that has none', () => {
    const batch = decode(
      [column('text', { kind: 'text' }, { nullable: false })],
      rowOf(Buffer.from([0xff, 0xff, 0xff, 0xff])),
    )
    expect(batch.rejects).toMatchObject([{ row: 0, stage: 'read', column: 'v', code: 'TL_D403', original: null }])
    expect(batch.frames[0]!.fate[0]).toBe(fate.rejected)
  })

  const micro = fieldOf({ kind: 'timestamp', precision: 6 }, 'timestamp', '2000-01-01 00:00:00.000001')

  it.each<[string, ValuePolicies, (string | null)[], string[], string[]]>([
    ['nothing', {}, [null], ['TL_D402'], []],
    ['reject', { 'out-of-range': { do: 'reject', rule: 'r' } }, [null], ['TL_D402'], []],
    ['null', { 'out-of-range': { do: 'null', rule: 'n' } }, [null], [], ['n']],
    [
      'replace',
      { 'out-of-range': { do: 'replace', rule: 'p', text: '2000-01-01 00:00:00' } },
      ['2000-01-01 00:00:00.000'],
      [],
      ['p'],
    ],
  ])('does with digits that a clock has no room for what a policy says: %s', (_, policies, cells, codes, rules) => {
    const batch = decode([column('timestamp', { kind: 'timestamp', precision: 3 }, { policies })], rowOf(micro))
    expect(textsOf(batch)).toEqual(cells)
    expect(batch.rejects.map(({ code }) => code)).toEqual(codes)
    expect(batch.losses.map(({ rule }) => rule)).toEqual(rules)
  })

  it('rejects an interval that has no end', () => {
    const field = Buffer.from('000000107fffffffffffffff7fffffff7fffffff', 'hex')
    const batch = decode([column('interval', interval)], rowOf(field))
    expect(batch.rejects).toMatchObject([{ code: 'TL_D402', original: { base64: expect.any(String) as string } }])
  })

  it('rejects bytes that are no text, where the database does not see to it', () => {
    const field = Buffer.from([0, 0, 0, 2, 0xc3, 0x28])
    expect(decode([column('text', { kind: 'text' })], rowOf(field), false).rejects).toMatchObject([{ code: 'TL_D404' }])
    const policies: ValuePolicies = { 'invalid-text': { do: 'replace', rule: 'r', text: '?' } }
    expect(textsOf(decode([column('text', { kind: 'text' }, { policies })], rowOf(field), false))).toEqual(['?('])
  })
})
