import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parseMongoUrl, type MongoSettings } from '../../src/connectors/mongodb/config.ts'
import { openLiveStore } from '../../src/connectors/mongodb/live-store.ts'
import { DocumentSource } from '../../src/connectors/mongodb/source.ts'
import { loadPipeline, plan } from '../../src/index.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { LiveWorld } from './live-world.ts'

const never = new AbortController().signal

/** A plan with so many splits of its one dataset, saved to a file. */
export async function planWithSplits({ source, target, directory }: LiveWorld, splitCount: number): Promise<string> {
  const pipeline = await loadPipeline(undefined, { source: source.url, target: target.url })
  const made: Plan = await plan({ pipeline })
  const store = await openLiveStore(parseMongoUrl(source.url).settings as MongoSettings, never)
  await using documents = new DocumentSource(store)
  const datasets = await Promise.all(
    made.datasets.map(async (one) => {
      const splits = await documents.planSplits(one.read, { rowCount: 1, maxCount: splitCount }, never)
      expect(splits.length).toBeLessThanOrEqual(splitCount)
      expect(splits.length).toBeGreaterThan(splitCount / 4)
      return { ...one, splits }
    }),
  )
  const file = join(directory, `plan-${splitCount}.json`)
  await writeFile(file, JSON.stringify({ ...made, datasets }))
  return file
}
