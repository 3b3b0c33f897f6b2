import { Double, serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { decode, decodeValue, drift, valueDocument as value } from '../../../../test/support/decoded-documents.ts'
import {
  arrayColumn,
  batchOf,
  childRead,
  column,
  keyColumn,
  lossesOf,
  ordinalColumn,
  readPlan,
  restColumn,
  rowsOf,
} from '../../../../test/support/document-plan.ts'
import {
  int32Bytes,
  rawArray,
  rawBinary,
  rawDocument,
  rawElement,
  rawLongArray,
  rawRegex,
  rawString,
} from '../../../../test/support/raw-bson.ts'
import { encodeRow } from '../../../batch/row-text.ts'
import { bsonType as type } from '../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import { fate } from '../../../model/fate.ts'
import type { PolicyAction, ReadPlan } from '../../../model/plan.ts'
import { DocumentDecoder } from './document-decoder.ts'

describe('text', () => {
  const nul = value(type.string, rawString('a\0b'))
  const broken = value(type.string, rawString(Buffer.from([0x61, 0xff, 0x62])))

  it('case 22, 23: costs its row where nobody said otherwise', () => {
    const batch = decode(readPlan([column('v', 'string')]), nul, broken)
    expect(batch.rejects).toMatchObject([
      { row: 0, column: 'v', code: 'TL_D405', original: { text: 'a\0b' } },
      { row: 1, column: 'v', code: 'TL_D404', original: { base64: 'Yf9i' } },
    ])
  })

  it.each([
    [{ do: 'remove', rule: 'r' } as const, 'ab'],
    [{ do: 'replace', rule: 'r', text: '·' } as const, 'a·b'],
    [{ do: 'null', rule: 'r' } as const, null],
  ])('case 22, 23: is mended by %o', (policy, text) => {
    const policies = { 'nul-byte': policy, 'invalid-text': policy, 'json-nul': policy }
    for (const document of [nul, broken]) {
      const found = decodeValue(column('v', 'string', { policies }), document)
      expect(found).toEqual({ v: text, rest: null, losses: { 'v r': 1 } })
    }
    const json = decodeValue(column('v', 'extendedJson', { policies: { 'json-nul': policy } }), nul)
    expect(json).toEqual({ v: text === null ? null : `"${text}"`, rest: null, losses: { 'v r': 1 } })
  })

  it('case 23: within JSON becomes U+FFFD or NULL, and nothing else', () => {
    const plan = (policy: PolicyAction): ReadPlan =>
      readPlan([column('v', 'json', { policies: { 'invalid-text': policy } })])
    for (const policy of [{ do: 'remove', rule: 'r' } as const, { do: 'replace', rule: 'r', text: '·' } as const]) {
      expect(() => new DocumentDecoder(plan(policy))).toThrow(/can become U\+FFFD and nothing else/)
    }
    const policies = { 'invalid-text': { do: 'null', rule: 'r' } } as const
    expect(decodeValue(column('v', 'json', { policies }), broken)).toEqual({
      v: null,
      rest: null,
      losses: { 'v r': 1 },
    })
  })

  it('case 22, 23: is mended within documents, arrays, code and regular expressions', () => {
    const bad = rawString(Buffer.from([0xc3, 0x28]))
    const inside = rawDocument(
      rawElement(type.array, 'a', rawArray({ type: type.string, bytes: bad }, { type: type.symbol, bytes: bad })),
      rawElement(type.regex, 'r', Buffer.from([0xff, 0, 0])),
      rawElement(
        type.codeWithScope,
        'c',
        int32Bytes(4 + bad.length + 14),
        bad,
        rawDocument(rawElement(type.string, '', rawString('é'))),
      ),
      rawElement(type.int32, 'n', int32Bytes(1)),
    )
    const policies = { 'invalid-text': { do: 'replace', rule: 'r', text: '\ufffd' } } as const
    const found = decodeValue(column('v', 'extendedJson', { policies }), value(type.document, inside))
    expect(found.v).toBe(
      '{"a":["\ufffd(",{"$symbol":"\ufffd("}],"r":{"$regularExpression":{"pattern":"\ufffd","options":""}},' +
        '"c":{"$code":"\ufffd(","$scope":{"":"é"}},"n":{"$numberInt":"1"}}',
    )
  })

  it('case 22: with a NUL is rejected in JSON, and is text like others in a key', () => {
    const batch = decode(readPlan([column('v', 'extendedJson')]), nul)
    expect(batch.rejects).toMatchObject([{ row: 0, column: 'v', code: 'TL_D408' }])
    expect(decodeValue(column('v', 'id'), nul).v).toBe(String.raw`"a\u0000b"`)
    // An escaped backslash is none of an escape.
    const odd = serialize({ v: String.raw`\u0000 ${'x'.repeat(300)}` })
    expect(decodeValue(column('v', 'extendedJson'), odd).losses).toEqual({})
  })
})

describe('keys', () => {
  it('case 2, 3, 4: of any type are told apart by their text', () => {
    const batch = decode(
      readPlan([column('_id', 'id', { nullable: false })]),
      serialize({ _id: { a: 1, b: 2 } }),
      serialize({ _id: { b: 2, a: 1 } }),
      serialize({ _id: null }),
      serialize({ _id: new Double(1) }),
      rawDocument(rawElement(type.minKey, '_id')),
      serialize({}),
    )
    expect(rowsOf(batch).map(({ _id }) => _id)).toEqual([
      '{"a":{"$numberInt":"1"},"b":{"$numberInt":"2"}}',
      '{"b":{"$numberInt":"2"},"a":{"$numberInt":"1"}}',
      'null',
      '{"$numberDouble":"1.0"}',
      '{"$minKey":1}',
      null,
    ])
    expect(batch.rejects).toMatchObject([{ row: 5, column: '_id', code: 'TL_D403' }])
  })
})

describe('keys that nobody had seen', () => {
  it('case 3, 20: are rejected with what would take them', () => {
    const bytes = {
      ...column('_id', 'binData', { nullable: false }),
      native: { name: 'binData', text: 'binData', args: [3] },
    }
    const batch = decode(
      readPlan([bytes, restColumn]),
      rawDocument(rawElement(type.binary, '_id', rawBinary(3, Buffer.of(1)))),
      rawDocument(rawElement(type.binary, '_id', rawBinary(0, Buffer.of(1)))),
      rawDocument(rawElement(type.string, '_id', rawString('a'))),
    )
    const cure = expect.stringContaining('{as: column, type: id}') as string
    expect(batch.rejects).toMatchObject([
      { row: 1, column: '_id', code: 'TL_D402', reason: cure },
      { row: 2, column: '_id', code: 'TL_D402', reason: cure },
    ])
  })
})

describe('fields', () => {
  it('case 25, 26: of odd types are left over as they are', () => {
    const found = decodeValue(column('v', 'string'), value(type.regex, rawRegex('(', 'imsx')))
    expect(found.rest).toBe('{"v":{"$regularExpression":{"pattern":"(","options":"imsx"}}}')
    expect(decodeValue(column('v', 'int'), value(type.undefined)).rest).toBe('{"v":{"$undefined":true}}')
  })

  it('case 28, 29, 30: keep their names', () => {
    const read = readPlan([
      column('a.b', 'int'),
      column(String.raw`a\.b`, 'int'),
      column(String.raw`\$x`, 'int'),
      restColumn,
    ])
    const batch = decode(
      read,
      serialize({ a: { b: 1, '$y.z': 2 }, 'a.b': 3, $x: 4, $u: 5, '': 6, 'back\\slash"': 7, A: {} }),
    )
    const [row] = rowsOf(batch)
    expect(row).toMatchObject({ 'a.b': '1', [String.raw`a\.b`]: '3', [String.raw`\$x`]: '4' })
    expect(JSON.parse(row?.['$rest'] ?? '')).toEqual({
      [String.raw`a.$y\.z`]: { $numberInt: '2' },
      [String.raw`\$u`]: { $numberInt: '5' },
      '': { $numberInt: '6' },
      [String.raw`back\\slash"`]: { $numberInt: '7' },
      A: {},
    })
    expect(lossesOf(batch)).toEqual({ '$rest unknown-field': 5 })
  })

  it('case 31: that are there twice are both seen', () => {
    const one = (n: number): Buffer => rawElement(type.int32, 'v', int32Bytes(n))
    expect(decodeValue(column('v', 'int'), rawDocument(one(1), one(2)))).toEqual({
      v: '1',
      rest: '{"v":{"$numberInt":"2"}}',
      losses: { 'v duplicate-field': 1 },
    })
    const unknown = decode(readPlan([column('w', 'int'), restColumn]), rawDocument(one(1), one(2)))
    expect(lossesOf(unknown)).toEqual({ '$rest unknown-field': 1, '$rest duplicate-field': 1 })
    const map = readPlan([restColumn], {
      children: [childRead(1, 'm', [keyColumn, column('$value', 'int')], { kind: 'map' })],
    })
    const batch = decode(map, rawDocument(rawElement(type.document, 'm', rawDocument(one(1), one(2)))))
    expect(rowsOf(batch, 1)).toEqual([{ $key: 'v', $value: '1' }])
    expect(rowsOf(batch)).toEqual([{ $rest: '{"m.v":{"$numberInt":"2"}}' }])
  })

  it('case 33: that are documents or none are known or left over', () => {
    const read = readPlan([column('v', 'int'), column('v.x', 'int'), column('o.x', 'int'), restColumn], {
      children: [
        childRead(1, 'v', [ordinalColumn, column('$value', 'int')]),
        childRead(2, 'l', [ordinalColumn, restColumn]),
      ],
    })
    const batch = decode(
      read,
      serialize({ v: 1 }),
      serialize({ v: { x: 2 } }),
      serialize({ v: [3, 4] }),
      serialize({ o: 'none', l: 5 }),
      serialize({ o: null, l: null }),
      serialize({ l: [{}, null, 'x', {}] }),
    )
    expect(rowsOf(batch).map((row) => Object.values(row))).toEqual([
      ['1', null, null, null],
      [null, '2', null, null],
      [null, null, null, null],
      [null, null, null, '{"o":"none","l":{"$numberInt":"5"}}'],
      [null, null, null, null],
      [null, null, null, null],
    ])
    expect(rowsOf(batch, 1).map(({ $value }) => $value)).toEqual(['3', '4'])
    expect(rowsOf(batch, 2).map(({ $rest }) => $rest)).toEqual([null, '{"$value":null}', '{"$value":"x"}', null])
    expect(lossesOf(batch)).toEqual({ 'o type-drift': 1, 'l type-drift': 1, 'l[].$value type-drift': 2 })
  })

  it('that nobody wants, and all below them, are not there', () => {
    const read = readPlan([column('a.b', 'int'), restColumn], { leftOut: ['a', 'secret'] })
    const batch = decode(read, serialize({ a: { b: 1, c: 2 }, secret: 'x' }), serialize({ a: 'none' }))
    expect(rowsOf(batch)).toEqual([
      { 'a.b': '1', $rest: null },
      { 'a.b': null, $rest: null },
    ])
    expect(lossesOf(batch)).toEqual({})
  })

  it('without $rest cost their row where they are known, and are counted where they are not', () => {
    const read = readPlan([column('v', 'int')])
    const batch = decode(read, serialize({ v: 'x' }), serialize({ v: 1, w: 'lost' }))
    expect(batch.rejects).toMatchObject([{ row: 0, column: 'v', code: 'TL_D402', original: { text: 'x' } }])
    expect(lossesOf(batch)).toEqual({ '$rest unknown-field': 1 })
  })

  it('show the original of what is left over', () => {
    const batch = decode(readPlan([column('v', 'int'), restColumn]), serialize({ v: 'x', w: 1 }))
    expect(encodeRow(batch, 0)).toEqual({
      v: { text: '"x"' },
      $rest: { text: '{"v":"x","w":{"$numberInt":"1"}}' },
    })
  })
})

describe('arrays', () => {
  it('case 35, 36: of arrays, and of anything', () => {
    const read = readPlan([restColumn], {
      children: [
        childRead(1, 'a', [ordinalColumn, column('$value', 'extendedJson'), restColumn]),
        childRead(2, '$value', [ordinalColumn, column('$value', 'int')], { parent: 1 }),
      ],
    })
    const batch = decode(read, serialize({ a: [1, 'a', null, { x: 1 }, [2, 3]] }))
    expect(rowsOf(batch, 1).map(({ $value }) => $value)).toEqual([
      '{"$numberInt":"1"}',
      '"a"',
      null,
      '{"x":{"$numberInt":"1"}}',
      null,
    ])
    expect(rowsOf(batch, 2)).toEqual([
      { $ordinal: '1', $value: '2' },
      { $ordinal: '2', $value: '3' },
    ])
  })

  it('of single values are arrays of the target', () => {
    const texts = serialize({ v: ['a', 'b"\\', '', 'é'] })
    expect(decodeValue(arrayColumn('v', 'string'), texts).v).toBe(JSON.stringify(['a', 'b"\\', '', 'é']))
    expect(decodeValue(arrayColumn('v', 'int'), serialize({ v: [1, -2] })).v).toBe('[1,-2]')
    expect(decodeValue(arrayColumn('v', 'double'), serialize({ v: [1.5, new Double(Number.NaN)] })).v).toBe(
      '["1.5","NaN"]',
    )
    expect(decodeValue(arrayColumn('v', 'date'), serialize({ v: [new Date(0)] })).v).toBe(
      '["1970-01-01 00:00:00.000+00"]',
    )
    expect(decodeValue(arrayColumn('v', 'int'), serialize({ v: [] })).v).toBe('[]')
    expect(decodeValue(arrayColumn('v', 'int'), serialize({ v: [1, null] })).losses).toEqual(drift)
    const nul = decode(readPlan([arrayColumn('v', 'string')]), serialize({ v: ['a\0'] }))
    expect(nul.rejects).toMatchObject([{ column: 'v', code: 'TL_D402' }])
  })

  it('case 37, 39: of 100,000 elements take as many rows, and the time of as many', () => {
    const elements = Array.from({ length: 100_000 }, (_, i) => ({ type: type.int32, bytes: int32Bytes(i) }))
    const document = rawDocument(rawElement(type.array, 'a', rawLongArray(elements)))
    const read = readPlan([column('_id', 'int')], {
      children: [childRead(1, 'a', [ordinalColumn, column('$value', 'int')])],
    })
    const batch = decode(read, document)
    expect(batch.frames[1]?.rowCount).toBe(100_000)
    expect(rowsOf(batch, 1).at(-1)).toEqual({ $ordinal: '100000', $value: '99999' })
  })
})

describe('documents', () => {
  it('case 39, 40: of any size, and of many unknown names', () => {
    const many = rawDocument(...Array.from({ length: 20_000 }, (_, i) => rawElement(type.null, `user ${i}`)))
    const large = serialize({ v: 'x'.repeat(15_000_000) })
    const batch = decode(readPlan([column('v', 'string'), restColumn]), many, large)
    expect(lossesOf(batch)).toEqual({ '$rest unknown-field': 20_000 })
    expect(rowsOf(batch)[1]?.['v']).toHaveLength(15_000_000)
  })

  it('case 38: nested 250 deep are read, and deeper are rejected', () => {
    const nested = (depth: number): Buffer => {
      let document = rawDocument()
      for (let i = 1; i < depth; i++) document = rawDocument(rawElement(type.document, 'a', document))
      return document
    }
    const read = (depth: number): ReadPlan => readPlan([column(`${'a.'.repeat(depth)}x`, 'int'), restColumn])
    expect(decode(read(249), nested(250)).rejects).toEqual([])
    expect(decode(read(250), nested(250)).rejects).toEqual([])
    expect(decode(read(250), nested(251)).rejects).toMatchObject([{ row: 0, code: 'TL_D402' }])
    // What no place is for is text, of which each level is one of its own too.
    expect(rowsOf(decode(read(1), nested(250)))[0]?.['$rest']).toBe(`{"a.a":${'{"a":'.repeat(247)}{}${'}'.repeat(248)}`)
  })

  it('that are none are rejected whole, and leave nothing behind but their key', () => {
    const read = readPlan([column('_id', 'int'), restColumn], {
      children: [childRead(1, 'l', [ordinalColumn, column('x', 'string')])],
    })
    const good = serialize({ _id: 1, l: [{ x: 'good' }] })
    const bad = serialize({ _id: 2, u: 1, l: [{ x: 'first' }, { x: 'second' }], z: 'end' })
    bad[bad.length - 2] = 1
    const batch = decode(read, good)
    const decoder = new DocumentDecoder(read)
    const { used } = batch
    decoder.decode(bad, 0, bad.length, 2, batch)
    expect(batch.used).toBe(used + 4)
    decoder.decode(good, 0, good.length, 3, batch)
    expect(rowsOf(batch)).toEqual([
      { _id: '1', $rest: null },
      { _id: '2', $rest: null },
      { _id: '1', $rest: null },
    ])
    expect(rowsOf(batch, 1).map(({ x }) => x)).toEqual(['good', 'good'])
    expect([...batch.frames[1]!.origin.subarray(0, 2)]).toEqual([0, 2])
    expect(batch.losses).toEqual([])
    expect(batch.rejects).toEqual([
      {
        row: 1,
        stage: 'read',
        column: '$document',
        code: 'TL_D402',
        reason: expect.stringMatching(/at byte \d+$/) as string,
        original: { base64: Buffer.from(bad).toString('base64') },
      },
    ])
  })

  it('that a stream could make none of are rejected with their text and place', () => {
    const read = readPlan([ordinalColumn, column('a', 'int')])
    const batch = batchOf(read)
    const decoder = new DocumentDecoder(read)
    const bytes = Buffer.from('{"a": 1}{"a": nine}\xff', 'latin1')
    decoder.refuse(new DocumentFault('json', 'line 7: no value', 6), bytes, 8, 19, 5, batch)
    decoder.refuse(new DocumentFault('text', 'line 8: no UTF-8', 0), bytes, 8, 20, 6, batch)
    decoder.decode(serialize({ a: 1 }), 0, 12, 7, batch)
    expect(rowsOf(batch)).toEqual([
      { $ordinal: '5', a: null },
      { $ordinal: '6', a: null },
      { $ordinal: '7', a: '1' },
    ])
    const base64 = bytes.subarray(8, 20).toString('base64')
    expect(batch.rejects).toMatchObject([
      { row: 0, column: '$document', code: 'TL_D402', original: { text: '{"a": nine}' } },
      { row: 1, reason: 'line 8: no UTF-8, at byte 0', original: { base64 } },
    ])
  })

  it('that are rejected take the rows within them along', () => {
    const read = readPlan([column('_id', 'int', { nullable: false })], {
      children: [childRead(1, 'l', [ordinalColumn, column('x', 'int', { nullable: false })])],
    })
    const batch = decode(
      read,
      serialize({ l: [{ x: 1 }] }),
      serialize({ _id: 1, l: [{ x: 1 }, {}] }),
      serialize({ _id: 2, l: [{ x: 1 }] }),
    )
    expect(batch.rejects).toMatchObject([
      { row: 0, column: '_id', code: 'TL_D403' },
      { row: 1, column: 'l[].x', code: 'TL_D403' },
    ])
    expect([...batch.frames[1]!.fate.subarray(0, 4)]).toEqual([fate.rejected, fate.rejected, fate.rejected, fate.live])
  })

  it('are there as a whole beside what is taken out of them', () => {
    const read = readPlan([column('_id', 'int'), column('$document', 'extendedJson'), ordinalColumn])
    const batch = decode(read, serialize({ _id: 'x', a: [1] }))
    expect(rowsOf(batch)).toEqual([{ _id: null, $document: '{"_id":"x","a":[{"$numberInt":"1"}]}', $ordinal: '1' }])
    expect(lossesOf(batch)).toEqual({ '_id type-drift': 1 })
  })
})
