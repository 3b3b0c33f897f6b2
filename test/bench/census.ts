import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DocumentCensusTaker } from '../../src/connectors/mongodb/census/document-census-taker.ts'
import { BsonFileReader } from '../../src/connectors/mongodb/dump/bson-file-reader.ts'
import { assertBson, BsonCursor } from '../../src/format/bson/bson-cursor.ts'
import { distinctCount, makeDocuments } from './documents.ts'
import { median } from './measure.ts'

const roundCount = 5
const never = new AbortController().signal
const table = { schema: 'bench', name: 'documents' }

/** Nanoseconds a document that a server's documents cost to read and throw away, as measured with FerretDB: a raw find. */
const rawFindNs = 3300

type Use = (bytes: Uint8Array, start: number, end: number) => void

/**
 * `npm run bench census [COUNT]`: what it costs to count documents, beside reading them from a `.bson` file, walking over
 * them and nothing else, in the same run. Gates nothing; no server is needed.
 */
export async function benchCensus(documentCount = 1_000_000): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'transload-census-'))
  try {
    const path = join(folder, 'documents.bson')
    const passCount = Math.max(1, Math.round(documentCount / distinctCount))
    const [documents] = makeDocuments()
    const file = await open(path, 'w')
    for (let pass = 0; pass < passCount; pass++) await file.write(documents)
    await file.close()
    await measure(path, passCount * distinctCount, documents.length / distinctCount)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function measure(path: string, count: number, documentBytes: number): Promise<void> {
  console.log(`census: ${count} documents of ${Math.round(documentBytes)} bytes from a .bson file`)
  const cursor = new BsonCursor({ checksText: false })
  const ways = [
    ['read', () => () => {}],
    ['read + walk', () => (bytes, start, end) => assertBson(cursor, bytes, start, end)],
    [
      'read + census',
      () => {
        const taker = new DocumentCensusTaker(table)
        return (bytes, start, end) => taker.take(bytes, start, end)
      },
    ],
  ] as const satisfies readonly (readonly [name: string, begin: () => Use])[]
  const times: number[][] = ways.map(() => [])
  // Round by round, so that what else the machine does falls on all alike. The first one is for the compiler.
  for (let round = 0; round <= roundCount; round++) {
    for (const [place, [, begin]] of ways.entries()) {
      const ns = (await readMs(path, begin())) * (1e6 / count)
      if (round > 0) times[place]!.push(ns)
    }
  }
  const [read = 0, walk = 0, census = 0] = times.map(median)
  for (const [place, [name]] of ways.entries()) {
    console.log(`  ${name.padEnd(14)} ${median(times[place]!).toFixed(0).padStart(6)} ns a document`)
  }
  console.log(`  walk alone ${(walk - read).toFixed(0)} ns, census alone ${(census - read).toFixed(0)} ns`)
  console.log(`  read + census is ${(census / read).toFixed(2)} times read from a file`)
  const ratio = (rawFindNs + census - read) / rawFindNs
  console.log(`  beside a raw find of ${rawFindNs} ns a document it would be ${ratio.toFixed(2)} times`)
}

async function readMs(path: string, use: Use): Promise<number> {
  const startedMs = performance.now()
  await using reader = await BsonFileReader.open('bench', path)
  while (await reader.fill(never)) while (reader.next()) use(reader.bytes, reader.start, reader.end)
  return performance.now() - startedMs
}
