import { expect, it } from 'vitest'
import { DocumentShop, drawCollections, rebuiltCounts } from './rebuilt-documents.ts'

export interface LiveRebuildOptions {
  readonly collectionCount: number
  readonly documentCount: number
  /** Of all documents so many at least are taken by the server, 0 to 1. */
  readonly taken: number
}

/** Documents of all types in a server → tables → the same documents, byte for byte as the server gives them. */
export function exerciseRebuildLive(
  server: 'mongojava' | 'ferretdb',
  { collectionCount, documentCount, taken }: LiveRebuildOptions,
): void {
  it('are made again of their rows, byte for byte', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    await using shop = await DocumentShop.live(server, drawCollections(seed, collectionCount, documentCount))
    expect(shop.documentCount, `seed ${seed}`).toBeGreaterThanOrEqual(collectionCount * documentCount * taken)
    const moved = await shop.run()
    expect(moved, `seed ${seed}`).toMatchObject({ exitCode: 0, rejects: { count: 0 }, validation: { status: 'equal' } })
    const { equal, originals } = rebuiltCounts(moved, shop.documentCount)
    expect(equal, `seed ${seed}`).toBe(shop.documentCount)
    expect(originals, `seed ${seed}`).toBeLessThan(equal)
    expect((await shop.validate()).status, `seed ${seed}`).toBe('equal')
  })
}
