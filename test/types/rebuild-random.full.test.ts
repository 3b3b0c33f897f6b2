import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { DocumentShop, drawCollections, rebuiltCounts } from './rebuilt-documents.ts'

const runCount = 1
const collectionCount = 8
const documentCount = 120

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], `thousands of documents of all types in ${engine}`, () => {
    it('are made again of their rows, byte for byte', async () => {
      const first = Math.floor(Math.random() * 2 ** 31)
      for (let seed = first; seed < first + runCount; seed++) {
        await using shop = await DocumentShop.dumped(engine, drawCollections(seed, collectionCount, documentCount))
        const moved = await shop.run()
        expect(moved, `seed ${seed}`).toMatchObject({
          exitCode: 0,
          rejects: { count: 0 },
          validation: { status: 'equal' },
        })
        const counts = rebuiltCounts(moved, collectionCount * documentCount)
        expect(counts.equal, `seed ${seed}`).toBe(collectionCount * documentCount)
        // Or nothing would have been made of rows. Most of such documents have a value that no column holds, how many
        // hangs on the draw.
        expect(counts.originals, `seed ${seed}`).toBeLessThan(collectionCount * documentCount)
      }
    })
  })
}
