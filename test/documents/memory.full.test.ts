import { open, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { serialize } from 'bson'
import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { allowedBytes, moveAlone } from '../support/move-alone.ts'
import { DocumentWorld } from './document-world.ts'

const mib = 1024 * 1024
/** All of them together are more than what is allowed. */
const documentCount = 50

async function writeDump(world: DocumentWorld, count: number, of: (n: number) => Uint8Array): Promise<string> {
  const folder = join(world.folder, 'large')
  await mkdir(join(folder, 'shop'), { recursive: true })
  const file = await open(join(folder, 'shop', 'c.bson'), 'w')
  for (let n = 0; n < count; n++) await file.write(of(n))
  await file.close()
  return `mongodump:${folder}`
}

describeEngines(['postgres15'], 'memory of runs of large documents', () => {
  it('case 39: is bounded for documents of 16 MB', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const largest = 16 * mib - 100
    const url = await writeDump(world, 12, (n) => serialize({ _id: n, text: 'x'.repeat(largest) }))
    const { exitCode, error, peakBytes } = await moveAlone(url, world.target.url)
    expect([exitCode, error]).toEqual([0, undefined])
    const [found] = await world.target.query('SELECT count(*)::int AS n, min(length(text)) AS least FROM c')
    expect(found).toEqual({ n: 12, least: largest })
    expect(Math.round(peakBytes / mib)).toBeLessThan(allowedBytes(largest) / mib)
  })

  it.each([
    ['moved', ['--no-validate']],
    ['moved and compared', []],
  ] as const)('case 37: is bounded for %s documents with 100,000 elements each, however many', async (_, more) => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const elements = Array.from({ length: 100_000 }, (_, n) => n)
    const document = serialize({ _id: 0, l: elements })
    const view = new DataView(document.buffer, document.byteOffset)
    const url = await writeDump(world, documentCount, (n) => {
      // The `_id` stands behind the length, its type and its name.
      view.setInt32(9, n, true)
      return document
    })
    const { exitCode, error, peakBytes } = await moveAlone(url, world.target.url, ...more)
    expect([exitCode, error]).toEqual([0, undefined])
    const [found] = await world.target.query(
      'SELECT count(*)::int AS n, count(DISTINCT c_id)::int AS documents FROM c_l',
    )
    expect(found).toEqual({ n: documentCount * 100_000, documents: documentCount })
    // A row is a document with all that stands in it: cells of three columns for each element.
    const allowed = allowedBytes(document.length + 100_000 * 3 * 12)
    expect(Math.round(peakBytes / mib)).toBeLessThan(allowed / mib)
  })
})
