import { deserialize, serialize } from 'bson'
import fc from 'fast-check'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type ArchivedCollection, archiveHeader, mongoArchive } from '../../../../test/support/mongo-archive.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { ArchiveReader } from './archive-reader.ts'
import type { DumpPieces } from './dump-pieces.ts'

const never = new AbortController().signal
const collection = (name: string, count: number, more: Partial<ArchivedCollection> = {}): ArchivedCollection => ({
  db: 'shop',
  collection: name,
  documents: Array.from({ length: count }, (_, i) => ({ _id: i, in: name, text: 'é'.repeat(i % 30) })),
  ...more,
})
const three = [collection('orders', 50), collection('empty', 0), collection('customers', 7)]

function piecesOf(bytes: Uint8Array, size: number): DumpPieces {
  let at = 0
  return {
    next: async () => (at < bytes.length ? bytes.subarray(at, (at += size)) : undefined),
    [Symbol.asyncDispose]: async () => {},
  }
}

async function readAll(reader: ArchiveReader): Promise<Map<string, unknown[]>> {
  const found = new Map<string, unknown[]>()
  while (await reader.fill(never)) {
    while (reader.next()) {
      const name = `${reader.collection.db}.${reader.collection.collection}`
      const document = deserialize(reader.bytes.subarray(reader.start, reader.end))
      found.set(name, [...(found.get(name) ?? []), document])
    }
  }
  return found
}

async function refusal(bytes: Uint8Array, size = 1000): Promise<[code: string, reason: unknown]> {
  try {
    await readAll(new ArchiveReader('mongodump:a', piecesOf(bytes, size)))
  } catch (error) {
    if (error instanceof TransloadError) return [error.code, error.context['reason']]
    throw error
  }
  throw new Error('it was read')
}

describe('an archive', () => {
  it('gives the documents of each collection in their order, and what it says of itself', async () => {
    for (const size of [1, 3, 64, 1000, 1_000_000]) {
      const reader = new ArchiveReader('mongodump:a', piecesOf(mongoArchive(three), size))
      const found = await readAll(reader)
      expect(found).toEqual(
        new Map([three[0]!, three[2]!].map(({ collection: name, documents }) => [`shop.${name}`, documents])),
      )
      expect(reader.header).toEqual({
        version: '0.1',
        serverVersion: '7.0.5',
        toolVersion: '100.9.4',
        concurrentCollections: 4,
      })
      expect(reader.collections.map(({ collection: name, count, isEnded }) => [name, count, isEnded])).toEqual([
        ['orders', 50, true],
        ['empty', 0, true],
        ['customers', 7, true],
      ])
      expect(JSON.parse(reader.collections[0]!.metadata)).toEqual({ indexes: [] })
    }
  })

  it('may be packed with gzip', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'transload-archive-'))
    await writeFile(join(folder, 'a'), gzipSync(mongoArchive(three)))
    await using reader = await ArchiveReader.open('mongodump:a', join(folder, 'a'))
    expect((await readAll(reader)).get('shop.orders')).toEqual(three[0]!.documents)
    await rm(folder, { recursive: true })
  })

  it('has views and time series without documents of their own', async () => {
    const views = [
      collection('v', 0, { type: 'view', isWithoutData: true }),
      collection('old', 0, { type: '', metadata: { options: { viewOn: 'orders' } }, isWithoutData: true }),
      collection('ticks', 0, { type: 'timeseries', isWithoutData: true }),
      collection('system.buckets.ticks', 3),
    ]
    const reader = new ArchiveReader('mongodump:a', piecesOf(mongoArchive(views), 100))
    expect([...(await readAll(reader)).keys()]).toEqual(['shop.system.buckets.ticks'])
  })

  it('is cut off wherever it is cut', async () => {
    const bytes = mongoArchive([collection('a', 5), collection('b', 0), collection('c', 3)])
    const codes = new Set<string>()
    for (let end = 0; end < bytes.length; end++) codes.add((await refusal(bytes.subarray(0, end)))[0])
    expect([...codes]).toEqual(['TL_S207'])
    const lastHeader = archiveHeader('shop', 'c', true, 0n).length + 4
    expect(await refusal(bytes.subarray(0, bytes.length - lastHeader))).toEqual([
      'TL_S207',
      'it ends before shop.c does, of which 3 documents are there',
    ])
  })

  it('that was damaged is found out by its checksum', async () => {
    const bytes = mongoArchive([collection('a', 5)])
    const place = bytes.indexOf(Buffer.from('é')) + 1
    bytes[place] = 0xa8
    expect(await refusal(bytes)).toEqual([
      'TL_S208',
      expect.stringMatching(/^the checksum of shop\.a is not that of its 5 documents, at byte \d+$/),
    ])
  })

  it.each([
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'it is no archive of mongodump'],
    [
      'a collection without a name',
      Buffer.concat([mongoArchive([]), archiveHeader('shop', '', false, 0n)]),
      'a header names no collection',
    ],
    [
      'two terminators',
      Buffer.concat([mongoArchive([]), Buffer.from('ffffffff', 'hex')]),
      'a terminator stands where a header must',
    ],
    [
      'documents behind the end',
      Buffer.concat([mongoArchive([]), archiveHeader('shop', 'a', true, 0n), serialize({})]),
      'a document stands behind the end of its collection',
    ],
    [
      'a collection that goes on behind its end',
      Buffer.concat([mongoArchive([collection('a', 1)]), archiveHeader('shop', 'a', false, 0n)]),
      'shop.a goes on behind its end',
    ],
    [
      'a length that is none',
      Buffer.concat([mongoArchive([]), Buffer.from('04000000', 'hex')]),
      'the document or header at byte',
    ],
  ])('is not one with %s', async (_, bytes, reason) => {
    expect(await refusal(bytes)).toEqual(['TL_S208', expect.stringContaining(reason)])
  })

  it('ends with a code, whatever byte is another one', async () => {
    const bytes = mongoArchive([collection('a', 4), collection('b', 2)])
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (place, byte) => {
        const spoilt = Buffer.from(bytes)
        spoilt[place] = byte
        const reader = new ArchiveReader('mongodump:a', piecesOf(spoilt, 50))
        const outcome = await countAll(reader).catch((error: unknown) => error)
        expect(typeof outcome === 'number' || outcome instanceof TransloadError).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

/** Without looking into the documents. */
async function countAll(reader: ArchiveReader): Promise<number> {
  let count = 0
  while (await reader.fill(never)) while (reader.next()) count++
  return count
}
