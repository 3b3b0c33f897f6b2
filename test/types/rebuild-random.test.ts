import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { DocumentShop, drawCollections, rebuiltCounts } from './rebuilt-documents.ts'

const collectionCount = 6
const documentCount = 50

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], `documents of all types in ${engine}`, () => {
    it('are made again of their rows, byte for byte', async () => {
      const seed = Math.floor(Math.random() * 2 ** 31)
      await using shop = await DocumentShop.dumped(engine, drawCollections(seed, collectionCount, documentCount))
      const moved = await shop.run()
      expect(moved, `seed ${seed}`).toMatchObject({
        exitCode: 0,
        rejects: { count: 0 },
        validation: { status: 'equal' },
      })
      const { equal, originals } = rebuiltCounts(moved, collectionCount * documentCount)
      expect(equal, `seed ${seed}`).toBe(collectionCount * documentCount)
      // Or nothing would have been made of rows.
      expect(originals, `seed ${seed}`).toBeLessThan(equal)
    })
  })
}
