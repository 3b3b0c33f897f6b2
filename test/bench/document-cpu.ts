import { cpuUsage } from 'node:process'
import { ArenaBatch } from '../../src/batch/batch.ts'
import { viewOf } from '../../src/batch/view-of.ts'
import { DocumentCensusTaker } from '../../src/connectors/mongodb/census/document-census-taker.ts'
import { DocumentDecoder } from '../../src/connectors/mongodb/decode/document-decoder.ts'
import { assertBson, BsonCursor } from '../../src/format/bson/bson-cursor.ts'
import type { ReadPlan } from '../../src/model/plan.ts'
import { childRead, column, ordinalColumn, readPlan, restColumn } from '../support/document-plan.ts'
import { distinctCount, makeDocuments } from './documents.ts'

const roundCount = 7

interface Way {
  readonly name: string
  readonly begin: () => (bytes: Uint8Array, start: number, end: number) => void
}

/**
 * `npm run bench documents [COUNT]`: CPU of this process per document for walking over it, making rows or text of it, and
 * counting what it holds. The least of several rounds, since whatever else the machine does can only add to it. Gates
 * nothing; no server is needed.
 */
export function benchDocuments(documentCount = 1_000_000): void {
  const [documents, ends] = makeDocuments()
  const passCount = Math.max(1, Math.round(documentCount / distinctCount / roundCount))
  const perRound = passCount * distinctCount
  console.log(`documents: ${perRound} of ${Math.round(documents.length / distinctCount)} bytes, CPU each`)
  const least = ways.map(() => Infinity)
  for (let round = 0; round <= roundCount; round++) {
    for (const [place, { begin }] of ways.entries()) {
      const use = begin()
      const before = cpuUsage()
      for (let pass = 0; pass < passCount; pass++) {
        let start = 0
        for (const end of ends) {
          use(documents, start, end)
          start = end
        }
      }
      const { user, system } = cpuUsage(before)
      // The first round is the compiler's.
      if (round > 0) least[place] = Math.min(least[place]!, ((user + system) * 1000) / perRound)
    }
  }
  for (const [place, { name }] of ways.entries()) {
    console.log(`  ${name.padEnd(28)} ${least[place]!.toFixed(0).padStart(6)} ns`)
  }
}

const ways: readonly Way[] = [
  {
    name: 'length alone',
    begin: () => {
      let view = viewOf(new Uint8Array(0))
      let of: Uint8Array | undefined
      return (bytes, start, end) => {
        if (of !== bytes) view = viewOf((of = bytes))
        if (view.getInt32(start, true) !== end - start) throw new Error('a document of another length')
      }
    },
  },
  {
    name: 'walk',
    begin: () => {
      const cursor = new BsonCursor({ checksText: false })
      return (bytes, start, end) => assertBson(cursor, bytes, start, end)
    },
  },
  { name: 'census', begin: beginCensus },
  { name: 'parent and child rows', begin: () => beginDecoder(tables()) },
  { name: 'whole documents', begin: () => beginDecoder(whole()) },
]

function beginCensus(): (bytes: Uint8Array, start: number, end: number) => void {
  const taker = new DocumentCensusTaker({ schema: 'bench', name: 'documents' })
  return (bytes, start, end) => taker.take(bytes, start, end)
}

function beginDecoder(read: ReadPlan): (bytes: Uint8Array, start: number, end: number) => void {
  const decoder = new DocumentDecoder(read)
  const batch = new ArenaBatch(
    [read, ...(read.children ?? [])].map(({ columns }, place) => ({
      dataset: `bench ${place}`,
      columns,
      identify: [],
    })),
  )
  return (bytes, start, end) => {
    if (batch.isFull()) batch.clear('', 0, 0)
    decoder.decode(bytes, start, end, 1, batch)
  }
}

/** As `plan` makes it of these documents. */
function tables(): ReadPlan {
  const columns = [
    column('_id', 'objectId', { nullable: false }),
    column('number', 'int'),
    column('total', 'long'),
    column('price', 'double'),
    column('isPaid', 'bool'),
    column('createdAt', 'date'),
    column('note', 'string'),
    column('customer.name', 'string'),
    column('customer.address.street', 'string'),
    column('customer.address.city', 'string'),
    column('customer.address.position.lat', 'double'),
    column('customer.address.position.lon', 'double'),
    column('key', 'binData'),
    restColumn,
  ]
  const lines = [
    column('$orders_id', 'objectId', { nullable: false }),
    ordinalColumn,
    column('sku', 'string'),
    column('count', 'int'),
    column('price', 'double'),
    restColumn,
  ]
  return readPlan(columns, { children: [childRead(1, 'lines', lines, { carried: [0] })] })
}

function whole(): ReadPlan {
  return readPlan([column('_id', 'objectId', { nullable: false }), column('$document', 'json')])
}
