import { DumpFile } from './dump-file.ts'
import { type PlantedInDocuments, session, sessionCount } from './sessions.ts'
import { Shop } from './shop.ts'

export interface SampleSessions {
  readonly path: string
  readonly documents: number
  /** Length of the file. */
  readonly bytes: number
  /** Rows by table, as a run makes them where nothing is said of shapes. */
  readonly tables: { readonly [table: string]: number }
  /** The awkward values in it: what a migration must report, no more and no less. */
  readonly planted: readonly PlantedInDocuments[]
}

/**
 * Writes the visits to the web site of the shop of `writeSampleShop` with the same options: documents, one in each line, in
 * Extended JSON. Their customers and products are those of the shop. Every value can be carried to PostgreSQL exactly or is
 * reported; none has to be rejected.
 *
 * The same options give the same bytes, on every machine and day. The file appears under its name when it is whole.
 * Throws RangeError for a row count under 5,000, and the signal's reason when it is aborted.
 */
export async function writeSampleSessions(
  path: string,
  options: {
    readonly rowCount?: number | undefined
    readonly seed?: number | undefined
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<SampleSessions> {
  const shop = new Shop(options.rowCount ?? 100_000, options.seed ?? 1)
  const documents = sessionCount(shop)
  const planted = new Map<string, PlantedInDocuments>()
  const sums = { pages: 0, searches: 0, tags: 0, basket: 0 }
  await using file = await DumpFile.open(path)
  for (let index = 0; index < documents; index++) {
    const { document, ...counts } = session(shop, index, (at, oddity) => {
      const key = `${at} ${oddity}`
      planted.set(key, { path: at, oddity, documents: (planted.get(key)?.documents ?? 0) + 1 })
    })
    file.text(`${JSON.stringify(document)}\n`)
    for (const what of ['pages', 'searches', 'tags', 'basket'] as const) sums[what] += counts[what]
    if (!file.isFull) continue
    options.signal?.throwIfAborted()
    await file.flush()
  }
  options.signal?.throwIfAborted()
  const bytes = await file.finish()
  const tables = {
    web_sessions: documents,
    web_sessions_pages: sums.pages,
    web_sessions_pages_searches: sums.searches,
    web_sessions_tags: sums.tags,
    web_sessions_basket: sums.basket,
  }
  return { path, documents, bytes, tables, planted: [...planted.values()] }
}
