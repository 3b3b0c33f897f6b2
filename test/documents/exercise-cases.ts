import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Pipeline, validate } from '../../src/index.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { documentBytes } from '../support/mongo-archive.ts'
import { type Arrived, type Documents, DocumentWorld } from './document-world.ts'
import { type NastyCase, nastyCases } from './nasty-cases.ts'

/** A collection of each case by its name. */
export type CaseCollections = { readonly [name: string]: Documents }

/** Where the documents lie before they are moved. */
export interface CaseSource extends AsyncDisposable {
  readonly url: string
}

export interface CaseOptions {
  /** Whom they are moved to. */
  readonly target: EngineName
  readonly fidelity: 'convenient' | 'lossless'
  readonly from: string
  /** Puts them there. */
  readonly put: (world: DocumentWorld, collections: CaseCollections) => Promise<CaseSource>
  /** Cases, by {@link NastyCase.of}, with a document that cannot lie there as it is. */
  readonly foreign?: readonly string[]
}

function collectionsWithout(foreign: readonly string[]): CaseCollections {
  const held = nastyCases.map((one, place) => [one, `c${place}`] as const).filter(([{ of }]) => !foreign.includes(of))
  return Object.fromEntries(held.map(([{ documents }, name]) => [name, documents]))
}

/** JSON as it is meant, whichever way of Extended JSON numbers are written in. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [[key, inside] = []] = entries
  const isNumber = key === '$numberInt' || key === '$numberLong' || key === '$numberDouble'
  if (entries.length === 1 && isNumber && Number.isFinite(Number(inside))) return Number(inside)
  return Object.fromEntries(entries.map(([name, one]) => [name, plain(one)]))
}

/** Moves all cases at once, each a collection of its own. */
class MovedCases implements AsyncDisposable {
  readonly world: DocumentWorld
  readonly arrived: Arrived
  readonly types: { readonly [column: string]: string }
  readonly pipeline: Pipeline

  readonly #source: CaseSource

  private constructor(
    world: DocumentWorld,
    source: CaseSource,
    pipeline: Pipeline,
    arrived: Arrived,
    types: MovedCases['types'],
  ) {
    this.world = world
    this.#source = source
    this.pipeline = pipeline
    this.arrived = arrived
    this.types = types
  }

  static async open({ target, fidelity, put }: CaseOptions, collections: CaseCollections): Promise<MovedCases> {
    const world = await DocumentWorld.open(engineUrl(target))
    const source = await put(world, collections)
    const datasets = Object.keys(collections).map((from) => ({ from, fidelity }))
    const pipeline = await world.pipeline(source.url, { datasets })
    return new MovedCases(world, source, pipeline, await world.run(source.url, { datasets }), await world.types())
  }

  /** Rows, with the key of the parent as `id`, and JSON as what it says. */
  async rows(place: number, suffix: string): Promise<readonly { readonly [column: string]: unknown }[]> {
    const table = `c${place}${suffix}`
    const rows = await this.world.rows(table)
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, text]) => {
          const isJson = this.types[`${table}.${name}`]?.startsWith('json') === true
          return [name === `c${place}_id` ? 'id' : name, isJson ? plain(JSON.parse(text)) : text]
        }),
      ),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source[Symbol.asyncDispose]()
    await this.world[Symbol.asyncDispose]()
  }
}

/** Moves documents that are hard to hold, and expects of each case what is said of it. */
export function exerciseCases(options: CaseOptions): void {
  const { fidelity, from: place, foreign = [] } = options
  const collections = collectionsWithout(foreign)
  describe(`documents that are hard to hold, ${fidelity}, ${place}`, () => {
    let moved: MovedCases
    beforeAll(async () => {
      moved = await MovedCases.open(options, collections)
    })
    afterAll(() => moved[Symbol.asyncDispose]())

    it('arrive all, and the run and a comparison afterwards say so', async () => {
      const { summary, rejects } = moved.arrived
      expect(summary.error).toBeUndefined()
      expect(summary).toMatchObject({ exitCode: 0, rejects: { count: 0 }, validation: { status: 'equal' } })
      expect(rejects).toEqual([])
      expect(Object.fromEntries(summary.datasets.map(({ from, read, written }) => [from, [read, written]]))).toEqual(
        Object.fromEntries(Object.entries(collections).map(([from, { length }]) => [from, [length, length]])),
      )
      const { summary: found } = await validate({ pipeline: moved.pipeline, mode: 'stream' })
      expect(found.status).toBe('equal')
    })

    const cases = nastyCases.map((one, at) => [one.of, one.title, one, at] as const)
    it.each(cases.filter(([of]) => !foreign.includes(of)))(
      'case %s: %s',
      async (_of, _title, { tables, losses = {}, documents }: NastyCase, at) => {
        for (const [suffix, expected] of Object.entries(tables)) {
          const rows = await moved.rows(at, suffix)
          const withoutOriginal = rows.map(({ _original: _, ...row }) => row)
          expect(withoutOriginal).toHaveLength(expected.length)
          expect(withoutOriginal).toEqual(expect.arrayContaining([...expected]))
        }
        const dataset = moved.arrived.summary.datasets.find(({ from }) => from === `c${at}`)
        const counted = dataset?.losses.map(({ column, rule, count }) => [`${column} ${rule}`, count] as const) ?? []
        expect(Object.fromEntries(counted)).toEqual(losses)
        // What the columns do not tell to the byte is there as it was.
        const bytes = documents.map((one) => String.raw`\x${Buffer.from(documentBytes(one)).toString('hex')}`)
        const kept = (await moved.rows(at, '')).flatMap((row) => row['_original'] ?? [])
        expect(bytes).toEqual(expect.arrayContaining(kept))
        expect(kept.length).toBeLessThanOrEqual(fidelity === 'convenient' ? 0 : documents.length)
      },
    )
  })
}
