import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Pipeline, validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { documentBytes } from '../support/mongo-archive.ts'
import { type Arrived, type DumpForm, DocumentWorld } from './document-world.ts'
import { nastyCases } from './nasty-cases.ts'

// Of the list of nasty inputs there are none here of a server alone: 5 (the document at the resume point is gone), 6 (one moves
// behind the cursor), 7 (a failover), 8 (kinds of collections). Files have no such thing. 34 and 40 are among other-cases, 37 and
// 39 are measured in memory.full.

const collections = Object.fromEntries(nastyCases.map(({ documents }, place) => [`c${place}`, documents]))

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

  private constructor(world: DocumentWorld, pipeline: Pipeline, arrived: Arrived, types: MovedCases['types']) {
    this.world = world
    this.pipeline = pipeline
    this.arrived = arrived
    this.types = types
  }

  static async open(engine: EngineName, form: DumpForm, fidelity: 'convenient' | 'lossless'): Promise<MovedCases> {
    const world = await DocumentWorld.open(engineUrl(engine))
    const url = await world.put(form, collections)
    const datasets = Object.keys(collections).map((from) => ({ from, fidelity }))
    const pipeline = await world.pipeline(url, { datasets })
    return new MovedCases(world, pipeline, await world.run(url, { datasets }), await world.types())
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
    await this.world[Symbol.asyncDispose]()
  }
}

function exerciseCases(engine: EngineName, form: DumpForm, fidelity: 'convenient' | 'lossless'): void {
  describe(`documents that are hard to hold, ${fidelity}, as ${form}`, () => {
    let moved: MovedCases
    beforeAll(async () => {
      moved = await MovedCases.open(engine, form, fidelity)
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

    it.each(nastyCases.map((one, place) => [one.of, one.title, one, place] as const))(
      'case %s: %s',
      async (_of, _title, { tables, losses = {}, documents }, place) => {
        for (const [suffix, expected] of Object.entries(tables)) {
          const rows = await moved.rows(place, suffix)
          const withoutOriginal = rows.map(({ _original: _, ...row }) => row)
          expect(withoutOriginal).toHaveLength(expected.length)
          expect(withoutOriginal).toEqual(expect.arrayContaining([...expected]))
        }
        const dataset = moved.arrived.summary.datasets.find(({ from }) => from === `c${place}`)
        const counted = dataset?.losses.map(({ column, rule, count }) => [`${column} ${rule}`, count] as const) ?? []
        expect(Object.fromEntries(counted)).toEqual(losses)
        // What the columns do not tell to the byte is there as it was.
        const bytes = documents.map((one) => String.raw`\x${Buffer.from(documentBytes(one)).toString('hex')}`)
        const kept = (await moved.rows(place, '')).flatMap((row) => row['_original'] ?? [])
        expect(bytes).toEqual(expect.arrayContaining(kept))
        expect(kept.length).toBeLessThanOrEqual(fidelity === 'convenient' ? 0 : documents.length)
      },
    )
  })
}

describeEngines(['postgres15'], 'nasty documents', () => {
  exerciseCases('postgres15', 'folder', 'convenient')
  exerciseCases('postgres15', 'packed archive', 'lossless')
})
describeEngines(['embedded18'], 'nasty documents at another version', () => {
  exerciseCases('embedded18', 'archive', 'convenient')
})
