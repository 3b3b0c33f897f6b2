import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { DatasetConfig } from '../../src/config/pipeline.ts'
import { memory, memoryDatabase } from '../../src/connectors/memory/index.ts'
import type { Plain } from '../../src/model/plain.ts'
import type { RunSummary } from '../../src/model/run-summary.ts'
import { run } from '../../src/run/run.ts'
import { quietEvents, testFlags } from '../types/run-defaults.ts'
import { memoryTable } from './memory-table.ts'

let serial = 0

/** Tables of the in-memory connector, and runs of pipelines between them. */
export class MemoryWorld {
  readonly #name = `stages${++serial}`
  readonly source = memoryDatabase(`${this.#name}from`)
  readonly target = memoryDatabase(`${this.#name}to`)

  /** @param columns By name: the type, with `?` behind it where it may be NULL; the first is the key */
  put(name: string, columns: { readonly [name: string]: string }, rows: readonly (readonly (string | null)[])[]): void {
    this.source.put(memoryTable(name, columns), rows)
  }

  /** @param to The table that all datasets are merged in; absent: each has its own */
  async run(datasets: { readonly [from: string]: readonly Plain[] }, laneCount = 2, to?: string): Promise<RunSummary> {
    const discriminator = to === undefined ? undefined : { column: 'came_from', inKey: true }
    const configs = Object.entries(datasets).map(([from, transform]): DatasetConfig => {
      return { from, to, columns: {}, transform, discriminator }
    })
    const pipeline = { ...pipelineBetween(`memory:${this.#name}from`, `memory:${this.#name}to`), datasets: configs }
    return await run({
      pipeline,
      flags: { ...testFlags, laneCount },
      registry: async () => memory,
      events: quietEvents,
      savedPlan: undefined,
      version: '0.0.0',
      stop: new AbortController().signal,
      signal: new AbortController().signal,
    })
  }

  /** Rows of a table of the target; undefined where there is none. */
  rowsOf(table: string): readonly (readonly (string | null)[])[] | undefined {
    return this.target.tables.get(`main.${table}`)?.rows
  }
}
