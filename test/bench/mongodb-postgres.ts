import { once } from 'node:events'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { DocumentCensusTaker } from '../../src/connectors/mongodb/census/document-census-taker.ts'
import { MongoConnection } from '../../src/connectors/mongodb/client.ts'
import { openDocuments } from '../../src/connectors/mongodb/collection-bounds.ts'
import { type MongoSettings, parseMongoUrl } from '../../src/connectors/mongodb/config.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import { startEngine } from '../support/engines/start-engine.ts'
import { print } from './bench.ts'
import { buildPackage } from './built-package.ts'
import { distinctCount, makeDocuments } from './documents.ts'
import { calmest, type Measured, measureRun, measureShell, median } from './measure.ts'

const database = 'bench'
const collection = 'orders'
const durable = ['--fsync=on', '--full_page_writes=on', '--wal_level=replica']

/**
 * `npm run bench mongodb-postgres [COUNT [ROUNDS]]`: documents of about 400 bytes with two nested levels and an array of
 * three, from FerretDB and from a mongodump folder to PostgreSQL 15 that syncs what it commits, one lane, beside floors of
 * the same run. Gates nothing.
 */
export async function benchMongodbPostgres(documentCount = 1_000_000, roundCount?: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'transload-bench-'))
  const built = join(folder, 'package')
  await mkdir(built)
  const program = await buildPackage(built)
  const source = await startEngine('ferretdb')
  const target = await startEngine('postgres15', durable)
  try {
    await fill(source.url, documentCount)
    await writeDump(join(folder, 'dump'), documentCount)
    await new Rounds({ folder, program, source, target, documentCount, roundCount }).run()
  } finally {
    await source.stop()
    await target.stop()
    await rm(folder, { recursive: true })
  }
}

interface Ends {
  readonly folder: string
  readonly program: string
  readonly source: EngineHandle
  readonly target: EngineHandle
  readonly documentCount: number
  readonly roundCount: number | undefined
}

class Rounds {
  readonly #ends: Ends
  readonly #from: string
  readonly #dump: string

  constructor(ends: Ends) {
    this.#ends = ends
    this.#dump = `mongodump:${join(ends.folder, 'dump')}`
    this.#from = `${ends.source.url.replace(/\/$/, '')}/${database}`
  }

  async run(): Promise<void> {
    const { source, target, documentCount, roundCount, folder } = this.#ends
    console.log(`FerretDB ${source.version} → PostgreSQL ${target.version}, ${documentCount} documents, one lane`)
    const tables = await this.#pipeline('tables', [])
    const whole = await this.#pipeline('whole', ['    shape: document'])
    const tableFloor = await this.#writeFloor(tables, ['orders', 'orders_lines'])
    const wholeFloor = await this.#writeFloor(whole, ['orders'])
    const { rounds, unrest } = await calmest(async () => {
      const read = await this.#read()
      const census = await this.#census()
      const writeTables = await tableFloor()
      const intoTables = await this.#migrate(this.#from, tables)
      const tablesOfDump = await this.#migrate(this.#dump, tables)
      const writeWhole = await wholeFloor()
      const intoWhole = await this.#migrate(this.#from, whole)
      const wholeOfDump = await this.#migrate(this.#dump, whole)
      const byObjects = await this.#byObjects()
      const readDump = await measureShell(`cat '${join(folder, 'dump', database)}'/*.bson`)
      const { copy } = intoTables.summary.phases
      const wholeCopy = intoWhole.summary.phases.copy
      const dumpCopy = tablesOfDump.summary.phases.copy
      const dumpWholeCopy = wholeOfDump.summary.phases.copy
      const floors = { read, readDump, writeTables, writeWhole }
      const seconds = { ...floors, census, copy, dumpCopy, wholeCopy, dumpWholeCopy, byObjects }
      console.log(
        `  ${Object.entries(seconds)
          .map(([name, value]) => `${name} ${value.toFixed(2)} s`)
          .join(', ')}`,
      )
      return {
        tables: copy / Math.max(read, writeTables),
        whole: wholeCopy / Math.max(read, writeWhole),
        dumpTables: dumpCopy / Math.max(readDump, writeTables),
        dumpWhole: dumpWholeCopy / Math.max(readDump, writeWhole),
        objects: byObjects / wholeCopy,
        census: census / read,
        resident: Math.max(...[intoTables, intoWhole, tablesOfDump, wholeOfDump].map(({ residentMiB }) => residentMiB)),
      }
    }, roundCount)
    console.log(`  unrest of the machine: ${unrest.map((one) => `${(one * 100).toFixed(0)} %`).join(', ')}`)
    const of = (key: keyof (typeof rounds)[number]): number => median(rounds.map((round) => round[key]))
    print('parent and child table ÷ max(read, COPY)', of('tables'), 'bar ≤ 1.3')
    print('  the same from a mongodump folder', of('dumpTables'), 'bar ≤ 1.3')
    print('whole documents ÷ max(read, COPY)', of('whole'), 'bar ≤ 1.2')
    print('  the same from a mongodump folder', of('dumpWhole'), 'bar ≤ 1.2')
    print('deserialize + EJSON.stringify ÷ whole documents', of('objects'), 'bar ≥ 2.5')
    print('census ÷ reading raw', of('census'), 'bar ≤ 1.3')
    print('resident MiB', of('resident'), 'bound 176 + 4 × the largest document')
  }

  async #pipeline(name: string, lines: readonly string[]): Promise<string> {
    const file = join(this.#ends.folder, `${name}.yaml`)
    const dataset = ['datasets:', `  - from: ${collection}`, ...lines]
    await writeFile(file, ['version: 1', ...dataset, ''].join('\n'))
    return file
  }

  async #migrate(from: string, pipeline: string, into?: TestDatabase): Promise<Measured> {
    const { program, folder } = this.#ends
    await using fresh = into === undefined ? await this.#database() : undefined
    const url = (into ?? fresh)!.url
    const args = [pipeline, '--source', from, '--target', url, '--no-validate', '--jobs', '1']
    return await measureRun(program, args, folder)
  }

  async #database(): Promise<TestDatabase> {
    return await createDatabase(this.#ends.target.url, 'bench')
  }

  /** Loads the same rows, ready-made in COPY's binary format, into the same tables without keys. */
  async #writeFloor(pipeline: string, tables: readonly string[]): Promise<() => Promise<number>> {
    const { folder } = this.#ends
    await using made = await this.#database()
    await this.#migrate(this.#from, pipeline, made)
    const fileOf = (table: string): string => join(folder, `${table}-${tables.length}.copy`)
    for (const table of tables) {
      await measureShell(`psql -X -q '${made.url}' -c "\\copy ${table} TO '${fileOf(table)}' (FORMAT binary)"`)
    }
    const ddl = join(folder, `ddl-${tables.length}.sql`)
    const names = tables.map((table) => `-t ${table}`).join(' ')
    await measureShell(`pg_dump --schema-only --section=pre-data --no-owner ${names} '${made.url}' > '${ddl}'`)
    return async () => {
      await using fresh = await this.#database()
      await measureShell(`psql -X -q '${fresh.url}' -f '${ddl}'`)
      let seconds = 0
      for (const table of tables) {
        seconds += await measureShell(
          `psql -X -q '${fresh.url}' -c "\\copy ${table} FROM '${fileOf(table)}' (FORMAT binary)"`,
        )
      }
      return seconds
    }
  }

  /** Raw documents by the driver, dropped. */
  async #read(): Promise<number> {
    const client = new MongoClient(this.#from, { raw: true })
    const startedMs = performance.now()
    let count = 0
    for await (const _ of client.db(database).collection(collection).find({}, { batchSize: 10_000 })) count++
    const seconds = (performance.now() - startedMs) / 1000
    await client.close()
    if (count !== this.#ends.documentCount) throw new Error(`${count} documents were read`)
    return seconds
  }

  async #census(): Promise<number> {
    const signal = new AbortController().signal
    await using connection = await MongoConnection.open(parseMongoUrl(this.#from).settings as MongoSettings, signal)
    const startedMs = performance.now()
    const taker = new DocumentCensusTaker({ schema: database, name: collection })
    await using stream = await openDocuments(
      connection,
      { db: database, name: collection },
      { by: 'all' },
      undefined,
      signal,
    )
    while (await stream.fill(signal)) while (stream.next()) taker.take(stream.bytes, stream.start, stream.end)
    const { documents } = taker.result()
    if (documents !== this.#ends.documentCount) throw new Error(`${documents} documents were counted`)
    return (performance.now() - startedMs) / 1000
  }

  /** The same as whole documents go, by an object of each. */
  async #byObjects(): Promise<number> {
    await using fresh = await this.#database()
    await fresh.query('CREATE TABLE orders (_id text, document jsonb)')
    const script = join(import.meta.dirname, 'documents-by-objects.ts')
    return await measureShell(
      `'${process.execPath}' '${script}' '${this.#from}' ${collection} | psql -X -q '${fresh.url}' -c "\\copy orders FROM STDIN"`,
    )
  }
}

/** Uses documents of `makeDocuments`, again and again, each with an `_id` of its own, until so many were used. */
async function eachDocument(documentCount: number, use: (bytes: Buffer) => void | Promise<void>): Promise<void> {
  const [documents, ends] = makeDocuments()
  const bytes = Buffer.from(documents)
  for (let count = 0; count < documentCount; count++) {
    const at = count % distinctCount
    const start = at === 0 ? 0 : ends[at - 1]!
    // The first element is `_id`: its bytes begin behind the length, its type and its name.
    bytes.writeUInt32BE(Math.floor(count / distinctCount), start + 9)
    await use(bytes.subarray(start, ends[at]))
  }
}

async function fill(url: string, documentCount: number): Promise<void> {
  const client = new MongoClient(url)
  const into = client.db(database).collection(collection)
  const { deserialize } = await import('bson')
  let some: object[] = []
  const send = async (): Promise<void> => {
    if (some.length > 0) await into.insertMany(some, { ordered: false })
    some = []
  }
  await eachDocument(documentCount, async (bytes) => {
    some.push(deserialize(bytes, { promoteValues: false }))
    if (some.length === 5000) await send()
  })
  await send()
  await client.close()
}

/** As `mongodump` lays it out. */
async function writeDump(folder: string, documentCount: number): Promise<void> {
  await mkdir(join(folder, database), { recursive: true })
  const path = join(folder, database, collection)
  const indexes = [{ v: 2, key: { _id: 1 }, name: '_id_' }]
  await writeFile(`${path}.metadata.json`, JSON.stringify({ indexes, collectionName: collection, type: 'collection' }))
  await using file = await open(`${path}.bson`, 'w')
  const stream = file.createWriteStream()
  await eachDocument(documentCount, async (bytes) => {
    if (!stream.write(Buffer.from(bytes))) await once(stream, 'drain')
  })
  stream.end()
  await once(stream, 'close')
}
