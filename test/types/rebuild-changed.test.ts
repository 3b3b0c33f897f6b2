import { Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp, UUID } from 'bson'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DatasetValidation, RunSummary, ValidationSummary } from '../../src/model/run-summary.ts'
import { bsonType } from '../../src/format/bson/bson-type.ts'
import { int32Bytes, int64Bytes, rawDocument, rawElement } from '../support/raw-bson.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { DocumentShop, rebuiltCounts } from './rebuilt-documents.ts'

const idOf = (place: number): ObjectId => new ObjectId(String(place).padStart(24, '0'))

/** The first and the last two have `_original`: an array without elements, and fields in another order. */
const orders = [
  ...Array.from({ length: 8 }, (_, place) => ({
    _id: idOf(place),
    n: new Int32(place),
    rate: new Double([Number.NaN, -0, 5e-324, 0.1, 1e21, Infinity, 2, -2.2e-308][place] ?? 0),
    at: new Date(place * 10_000_000_000_000 - 40_000_000_000_001),
    sum: Decimal128.fromString(`${place}.50`),
    code: new UUID(Buffer.alloc(16, place)),
    raw: new Binary(Buffer.alloc(place, 7)),
    big: Long.fromString('9007199254740993'),
    seen: new Timestamp({ t: 4_294_967_295, i: place }),
    note: place % 2 === 0 ? 'é\n"\\' : null,
    lines: Array.from({ length: place }, (_, line) => ({
      sku: `s${line}`,
      tags: ['x', `y${line}`],
      prices: { usd: new Double(line / 4) },
    })),
  })),
  { note: 'first', _id: idOf(8), n: new Int32(8) },
  { _id: idOf(9), note: 'last', n: new Int32(9) },
]

/** Keys that the server's collation orders otherwise than their bytes. */
const words = ['b', 'A', 'a', 'B', 'é', 'e', 'f', 'a b', 'ab', '_', '-a'].map((_id, place) => ({
  _id,
  list: Array.from({ length: (place % 3) + 1 }, (_, at) => ({ at: new Int32(at), word: _id })),
}))

/** NaNs of three bits, and neighbours of them. */
const bits = [0x7ff8_0000_0000_0000n, -0x8_0000_0000_0000n, 0x7ff0_0000_0000_0001n, 0x7ff0_0000_0000_0000n, 1n].map(
  (double, place) =>
    rawDocument(
      rawElement(bsonType.int32, '_id', int32Bytes(-place)),
      rawElement(bsonType.double, 'v', int64Bytes(double)),
    ),
)

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], `documents made again of the rows of ${engine}`, () => {
    let shop: DocumentShop
    let moved: RunSummary

    beforeAll(async () => {
      shop = await DocumentShop.dumped(engine, { orders, words, bits })
      moved = await shop.run()
    })
    afterAll(async () => await shop[Symbol.asyncDispose]())

    const of = ({ datasets }: ValidationSummary, from: string): DatasetValidation => {
      const found = datasets.find((one) => one.from === from)
      if (found === undefined) throw new Error(`nothing is known of ${from}`)
      return found
    }

    /** What a validation finds of the documents, once `change` was made; `back` makes it as it was. */
    async function changed(change: string, back: string): Promise<DatasetValidation> {
      await shop.target.query(change)
      try {
        const summary = await shop.validate()
        expect(summary.status).toBe('different')
        return of(summary, 'orders/documents')
      } finally {
        await shop.target.query(back)
      }
    }

    it('are the same bytes, after a run and by themselves', async () => {
      expect(moved).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
      const again = await shop.validate()
      expect(again).toMatchObject({ status: 'equal' })
      for (const summary of [moved.validation!, again]) {
        expect(of(summary, 'orders/documents')).toMatchObject({
          sourceRows: 10,
          targetRows: 10,
          differences: { missing: 0, extra: 0, changed: 0 },
        })
        expect(of(summary, 'words/documents')).toMatchObject({ sourceRows: 11, targetRows: 11 })
        expect(of(summary, 'bits/documents')).toMatchObject({ sourceRows: 5, targetRows: 5 })
        expect(summary.coverage).toContain(
          'orders/documents: 3 of 10 were made of the bytes that are kept beside their rows, which do not tell all of them.',
        )
      }
    })

    it('differ by a value, which is told by its place', async () => {
      const found = await changed(
        `UPDATE orders_lines SET sku = 's9' WHERE sku = 's2' AND orders_id LIKE '%5'`,
        `UPDATE orders_lines SET sku = 's2' WHERE sku = 's9'`,
      )
      expect(found).toMatchObject({
        differences: { missing: 0, extra: 0, changed: 1 },
        reasons: [{ reason: 'VALUE', column: '$bson', detail: 'at lines[].sku', count: 1 }],
        samples: [
          {
            key: { _id: String(5).padStart(24, '0') },
            source: { text: 'lines[2].sku: "s2"' },
            target: { text: 'lines[2].sku: "s9"' },
          },
        ],
      })
    })

    it('differ by the sign of a zero, and a digit that numbers do not mind (cases 12, 14)', async () => {
      const zero = await changed(`UPDATE orders SET rate = 0 WHERE n = 1`, `UPDATE orders SET rate = '-0' WHERE n = 1`)
      expect(zero.samples).toMatchObject([
        { key: { _id: String(1).padStart(24, '0') }, source: { text: 'rate: {"$numberDouble":"-0.0"}' } },
      ])
      const digit = await changed(`UPDATE orders SET sum = 3.5 WHERE n = 3`, `UPDATE orders SET sum = 3.50 WHERE n = 3`)
      expect(digit.samples).toMatchObject([
        {
          source: { text: 'sum: {"$numberDecimal":"3.50"}' },
          target: { text: 'sum: {"$numberDecimal":"3.5"}' },
        },
      ])
    })

    it('are as they were where their bytes are kept, and the columns are what differs', async () => {
      const found = await changed(`UPDATE orders SET sum = 9 WHERE n = 0`, `UPDATE orders SET sum = 0.50 WHERE n = 0`)
      expect(found.differences).toMatchObject({ missing: 0, extra: 0, changed: 0 })
    })

    it('differ by a row of a child table that is gone, or one more', async () => {
      const gone = await changed(
        `CREATE TABLE kept AS SELECT * FROM orders_lines WHERE orders_id LIKE '%4' AND ordinal = 4;
         CREATE TABLE kept_tags AS SELECT * FROM orders_lines_tags WHERE orders_id LIKE '%4' AND lines_ordinal = 4;
         DELETE FROM orders_lines_tags WHERE orders_id LIKE '%4' AND lines_ordinal = 4;
         DELETE FROM orders_lines WHERE orders_id LIKE '%4' AND ordinal = 4`,
        `INSERT INTO orders_lines SELECT * FROM kept; INSERT INTO orders_lines_tags SELECT * FROM kept_tags;
         DROP TABLE kept, kept_tags`,
      )
      expect(gone.samples).toMatchObject([
        { key: { _id: String(4).padStart(24, '0') }, target: { text: 'lines[3]: absent' } },
      ])
      const more = await changed(
        `INSERT INTO orders_lines SELECT orders_id, 99, sku, prices_usd FROM orders_lines WHERE orders_id LIKE '%3' AND ordinal = 1`,
        `DELETE FROM orders_lines WHERE ordinal = 99`,
      )
      expect(more.samples).toMatchObject([
        { key: { _id: String(3).padStart(24, '0') }, source: { text: 'lines[3]: absent' } },
      ])
    })

    it('differ by elements that changed places', async () => {
      const swap = `UPDATE orders_lines_tags SET ordinal = -ordinal WHERE orders_id LIKE '%7' AND lines_ordinal = 2;
        UPDATE orders_lines_tags SET ordinal = 3 + ordinal WHERE orders_id LIKE '%7' AND lines_ordinal = 2`
      expect((await changed(swap, swap)).samples).toMatchObject([
        {
          key: { _id: String(7).padStart(24, '0') },
          source: { text: 'lines[1].tags[0]: "x"' },
          target: { text: 'lines[1].tags[0]: "y1"' },
        },
      ])
    })

    it('differ by the bytes that are kept, whatever is in them', async () => {
      const back = `UPDATE orders SET _original = decode((SELECT b FROM was), 'hex') WHERE _id LIKE '%8'; DROP TABLE was`
      const was = `CREATE TABLE was AS SELECT encode(_original, 'hex') AS b FROM orders WHERE _id LIKE '%8'`
      const text = await changed(
        `${was}; UPDATE orders SET _original = decode(replace((SELECT b FROM was), '6669727374', '6c61737421'), 'hex')
          WHERE _id LIKE '%8'`,
        back,
      )
      expect(text.samples).toMatchObject([
        {
          key: { _id: String(8).padStart(24, '0') },
          source: { text: 'note: "first"' },
          target: { text: 'note: "last!"' },
        },
      ])
      const broken = await changed(`${was}; UPDATE orders SET _original = '\\x0102' WHERE _id LIKE '%8'`, back)
      expect(broken.samples).toMatchObject([
        { reason: 'VALUE', target: { text: expect.stringContaining('no document: the document is cut off') } },
      ])
    })

    it('are missing, or more, with their rows', async () => {
      const gone = await changed(
        `CREATE TABLE kept AS SELECT * FROM orders WHERE n = 0; DELETE FROM orders WHERE n = 0`,
        `INSERT INTO orders SELECT * FROM kept; DROP TABLE kept`,
      )
      expect(gone).toMatchObject({
        differences: { missing: 1, extra: 0, changed: 0 },
        samples: [{ key: { _id: '0'.repeat(24) }, reason: 'MISSING' }],
      })
      const more = await changed(
        `INSERT INTO orders (_id, n) VALUES ('ffffffffffffffffffffffff', 1)`,
        `DELETE FROM orders WHERE _id LIKE 'fff%'`,
      )
      expect(more).toMatchObject({
        differences: { missing: 0, extra: 1, changed: 0 },
        samples: [{ key: { _id: 'f'.repeat(24) }, reason: 'EXTRA' }],
      })
    })

    it('are seen in spite of rows that stand in no document', async () => {
      const constraint = `SELECT conname FROM pg_constraint WHERE conrelid = 'orders_lines'::regclass AND contype = 'f'`
      const [found] = await shop.target.query(constraint)
      const name = String(found?.['conname'])
      await shop.target.query(`ALTER TABLE orders_lines DROP CONSTRAINT "${name}"`)
      const summary = await (async () => {
        await shop.target.query(
          `INSERT INTO orders_lines (orders_id, ordinal, sku, prices_usd)
          VALUES ('000', 1, 'a', 1), ('0000zz', 1, 'b', 2), ('zz', 2, 'c', 3)`,
        )
        try {
          return await shop.validate()
        } finally {
          await shop.target.query(`DELETE FROM orders_lines WHERE length(orders_id) < 24`)
        }
      })()
      expect(of(summary, 'orders/documents').differences).toMatchObject({ missing: 0, extra: 0, changed: 0 })
      expect(of(summary, 'orders/public.orders_lines').differences).toMatchObject({ extra: 3 })
    })

    it('hide what a mask hides', async () => {
      await shop.target.query(`UPDATE orders SET note = 'other' WHERE n = 2`)
      const summary = await shop.validate({ validate: { mode: 'rebuild', mask: ['orders.note'] } })
      await shop.target.query(`UPDATE orders SET note = E'é\\n"\\\\' WHERE n = 2`)
      expect(of(summary, 'orders/documents').samples).toMatchObject([
        { source: { masked: expect.stringMatching(/^hmac:/) }, target: { masked: expect.stringMatching(/^hmac:/) } },
      ])
      expect(JSON.stringify(summary)).not.toContain('other')
    })

    it('have the elements of native arrays, which tell a zero’s sign', async () => {
      const arrays = [0, 1, 2, 3].map((place) => ({
        _id: new Int32(place),
        ints: [new Int32(-1), new Int32(place)],
        texts: ['a,b', '"', 'NULL', '', 'é🙂'].slice(place),
        doubles: [new Double(-0), new Double(5e-324), new Double(1e21), new Double(place / 8)],
        decimals: [Decimal128.fromString('1.50'), Decimal128.fromString('-7')],
        flags: [true, place === 1],
        dates: [new Date(-1), new Date(place * 1000), new Date(-80_000_000_000_000)],
        ids: [idOf(place)],
      }))
      const shape = Object.fromEntries(
        ['ints', 'texts', 'doubles', 'decimals', 'flags', 'dates', 'ids'].map((name) => [name, 'array' as const]),
      )
      await using lists = await DocumentShop.dumped(engine, { arrays })
      const outcome = await lists.run({ datasets: [{ from: 'arrays', fidelity: 'lossless', shape }] })
      expect(outcome).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
      expect(of(outcome.validation!, 'arrays/documents')).toMatchObject({
        sourceRows: 4,
        differences: { missing: 0, extra: 0, changed: 0 },
      })
      expect(rebuiltCounts(outcome, 4)).toEqual({ equal: 4, originals: 0 })
      await lists.target.query(`UPDATE arrays SET doubles[1] = 0 WHERE _id = 2`)
      const changedOne = await lists.validate({ datasets: [{ from: 'arrays', fidelity: 'lossless', shape }] })
      expect(of(changedOne, 'arrays/documents').samples).toMatchObject([
        { key: { _id: '2' }, source: { text: 'doubles[0]: {"$numberDouble":"-0.0"}' } },
      ])
    })

    it('are refused where rows do not tell them, before anything is read', async () => {
      await using empty = await DocumentShop.dumped(engine, { orders: orders.slice(0, 1) })
      const convenient = await empty.run({ datasets: [{ from: 'orders' }] })
      expect(convenient).toMatchObject({
        exitCode: 2,
        error: {
          code: 'TL_C105',
          message: expect.stringContaining('orders'),
          hint: expect.stringContaining('fidelity: lossless'),
        },
      })
      expect(await empty.target.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`)).toEqual([])
      const staged = await empty.run({ datasets: [{ from: 'orders', fidelity: 'lossless', where: 'n > 0' }] })
      expect(staged).toMatchObject({ exitCode: 2, error: { message: expect.stringContaining('stages') } })
      await expect(shop.validate({ datasets: [{ from: '*' }] })).rejects.toMatchObject({ code: 'TL_C105' })
    })
  })
}
