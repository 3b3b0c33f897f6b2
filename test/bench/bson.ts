import { deserialize, EJSON, serialize } from 'bson'
import { ArenaBatch } from '../../src/batch/batch.ts'
import { assertBson, BsonCursor } from '../../src/format/bson/bson-cursor.ts'
import { ExtendedJsonReader } from '../../src/format/bson/extended-json/extended-json-reader.ts'
import { ExtendedJsonWriter } from '../../src/format/bson/extended-json/extended-json-writer.ts'
import { distinctCount, makeDocuments } from './documents.ts'

const roundCount = 5

interface Way {
  readonly name: string
  /** Goes over the Extended JSON of the documents in place of their BSON. */
  readonly readsText?: boolean
  readonly run: (documents: Uint8Array, ends: Int32Array) => void
}

/**
 * `npm run bench bson [COUNT]`: walking over documents, and their Extended JSON both ways, beside the `bson` package in the same run.
 * Gates nothing; no server is needed.
 */
export function benchBson(documentCount = 1_000_000): void {
  const [documents, ends] = makeDocuments()
  const [texts, textEnds] = makeTexts(documents, ends)
  const passCount = Math.max(1, Math.round(documentCount / distinctCount / roundCount))
  console.log(
    `bson: ${passCount * distinctCount * roundCount} documents of ${Math.round(documents.length / distinctCount)} bytes`,
  )
  const timesMs = ways.map((): number[] => [])
  const go = ({ readsText, run }: Way): void => (readsText === true ? run(texts, textEnds) : run(documents, ends))
  for (const way of ways) go(way)
  // Round by round, so that what else the machine does falls on all alike.
  for (let round = 0; round < roundCount; round++) {
    ways.forEach((way, place) => {
      const startedMs = performance.now()
      for (let pass = 0; pass < passCount; pass++) go(way)
      timesMs[place]!.push(performance.now() - startedMs)
    })
  }
  const medians = timesMs.map((times) => times.toSorted((a, b) => a - b)[roundCount >> 1]!)
  const perRound = passCount * distinctCount
  ways.forEach(({ name, readsText }, place) => {
    const ms = medians[place]!
    const mib = ((readsText === true ? texts : documents).length * passCount) / 2 ** 20
    console.log(
      `  ${name.padEnd(28)} ${((ms * 1e6) / perRound).toFixed(0).padStart(6)} ns a document, ` +
        `${((mib / ms) * 1000).toFixed(0).padStart(5)} MiB/s`,
    )
  })
  for (const [fast, slow] of comparisons) {
    const ratio =
      medians[ways.findIndex(({ name }) => name === slow)]! / medians[ways.findIndex(({ name }) => name === fast)]!
    console.log(`  ${fast} is ${ratio.toFixed(1)} times as fast as ${slow}`)
  }
}

const cursor = new BsonCursor()
const writer = new ExtendedJsonWriter()
const reader = new ExtendedJsonReader()
const arena = new ArenaBatch([])
let keptLength = 0

const ways: readonly Way[] = [
  { name: 'walk', run: each((bytes, start, end) => assertBson(cursor, bytes, start, end)) },
  {
    name: 'Extended JSON',
    run: each((bytes, start, end) => {
      if (arena.isFull()) arena.clear('', 0, 0)
      writer.append(arena, bytes, start, end)
    }),
  },
  {
    name: 'deserialize',
    run: each((bytes, start, end) => {
      keptLength += Object.keys(deserialize(bytes.subarray(start, end))).length
    }),
  },
  {
    name: 'deserialize + EJSON.stringify',
    run: each((bytes, start, end) => {
      const document = deserialize(bytes.subarray(start, end), { promoteValues: false, bsonRegExp: true })
      keptLength += EJSON.stringify(document, { relaxed: false }).length
    }),
  },
  {
    // What most programs do: it tells int32, int64 and double apart by their values.
    name: 'the same, types promoted',
    run: each((bytes, start, end) => {
      keptLength += EJSON.stringify(deserialize(bytes.subarray(start, end)), { relaxed: false }).length
    }),
  },
  {
    name: 'text to BSON',
    readsText: true,
    run: each((bytes, start, end) => {
      if (arena.isFull()) arena.clear('', 0, 0)
      reader.append(arena, bytes, start, end)
    }),
  },
  {
    name: 'EJSON.parse + serialize',
    readsText: true,
    run: each((bytes, start, end) => {
      const text = (bytes as Buffer).toString('utf8', start, end)
      keptLength += serialize(EJSON.parse(text, { relaxed: false }) as object).length
    }),
  },
]

const comparisons = [
  ['walk', 'deserialize'],
  ['Extended JSON', 'deserialize + EJSON.stringify'],
  ['Extended JSON', 'the same, types promoted'],
  ['text to BSON', 'EJSON.parse + serialize'],
] as const

function each(one: (bytes: Uint8Array, start: number, end: number) => void): Way['run'] {
  return (documents, ends) => {
    let start = 0
    for (const end of ends) {
      one(documents, start, end)
      start = end
    }
  }
}

function makeTexts(documents: Uint8Array, ends: Int32Array): [texts: Uint8Array, ends: Int32Array] {
  const all = new ArenaBatch([])
  let start = 0
  const textEnds = ends.map((end) => {
    writer.append(all, documents, start, end)
    start = end
    return all.used
  })
  return [Buffer.from(all.bytes.subarray(0, all.used)), textEnds]
}
