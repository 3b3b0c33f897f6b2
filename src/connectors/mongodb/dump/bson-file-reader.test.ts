import { deserialize, serialize } from 'bson'
import fc from 'fast-check'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TransloadError } from '../../../errors/transload-error.ts'
import { BsonFileReader } from './bson-file-reader.ts'
import type { Cursor } from '../../../model/plain.ts'
import { readFilePlace } from './file-place.ts'
import { DocumentCutter } from './document-cutter.ts'

const never = new AbortController().signal
const documents = Array.from({ length: 3000 }, (_, i) => ({ _id: i, text: 'x'.repeat((i * 37) % 500) }))
const whole = Buffer.concat(documents.map((document) => serialize(document)))

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transload-bson-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function put(content: Uint8Array, name = 'c.bson'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function readAll(path: string, from?: Cursor): Promise<Record<string, unknown>[]> {
  await using reader = await BsonFileReader.open('mongodump:dump', path, from)
  const found: Record<string, unknown>[] = []
  while (await reader.fill(never)) {
    while (reader.next()) found.push(deserialize(reader.bytes.subarray(reader.start, reader.end)))
  }
  expect(reader.count).toBe(readFilePlace(from).count + found.length)
  return found
}

async function refusal(content: Uint8Array, name?: string): Promise<[code: string, message: string]> {
  const path = await put(content, name)
  try {
    await readAll(path)
  } catch (error) {
    if (error instanceof TransloadError) return [error.code, error.message]
    throw error
  }
  throw new Error('it was read')
}

describe('a .bson file', () => {
  it('gives its documents in their order, packed or not, by what is in it', async () => {
    expect(await readAll(await put(whole))).toEqual(documents)
    expect(await readAll(await put(gzipSync(whole), 'c.bson.gz'))).toEqual(documents)
    expect(await readAll(await put(gzipSync(whole), 'packed'))).toEqual(documents)
    expect(await readAll(await put(Buffer.of()))).toEqual([])
  })

  it('goes on where an earlier reader stopped', async () => {
    for (const path of [await put(whole), await put(gzipSync(whole), 'c.bson.gz')]) {
      let at: Cursor = null
      {
        await using reader = await BsonFileReader.open('mongodump:dump', path)
        while (reader.count < 1234 && (await reader.fill(never))) while (reader.count < 1234 && reader.next());
        expect(whole.readInt32LE(reader.position)).toBe(reader.end - reader.start)
        at = reader.cursor()
      }
      expect(await readAll(path, at)).toEqual(documents.slice(1234))
    }
  })

  it('that begins as a packed one does is none', async () => {
    // 559,903 bytes: 1f 8b 08 00 as a length.
    const document = { text: '' }
    document.text = 'x'.repeat(559_903 - serialize(document).length)
    const bytes = serialize(document)
    expect(Buffer.from(bytes.subarray(0, 4)).toString('hex')).toBe('1f8b0800')
    expect(await readAll(await put(bytes))).toEqual([document])
  })

  it('that is cut off says which document is, where it begins, and how much of it is there', async () => {
    const three = Buffer.concat([0, 1, 2].map((i) => serialize({ i })))
    expect(await refusal(three.subarray(0, 24 + 7))).toEqual([
      'TL_S207',
      '[TL_S207] The source mongodump:dump is cut off: document 3, at byte 24, says 12 bytes, and the dump ends after 7 of it',
    ])
    expect((await refusal(three.subarray(0, 24 + 2)))[1]).toContain('document 3, at byte 24, has not even its length')
    const [code, message] = await refusal(gzipSync(whole).subarray(0, -20), 'c.bson.gz')
    expect([code, message]).toEqual(['TL_S207', expect.stringContaining('the packed data ends too early')])
  })

  it('that is none says so, and takes no room for what a length claims', async () => {
    expect(await refusal(Buffer.from('Dear Sir or Madam'))).toEqual([
      'TL_S208',
      expect.stringContaining('document 1, at byte 0, says 1918985540 bytes, which no document has'),
    ])
    expect((await refusal(Buffer.from('ffffffff00', 'hex')))[1]).toContain('says -1 bytes')
    expect((await refusal(Buffer.concat([serialize({}), Buffer.from('0500000001', 'hex')])))[1]).toContain(
      'document 2, at byte 5, says 5 bytes, and does not end there',
    )
    expect((await refusal(Buffer.from('1f8b080000000000000300', 'hex'), 'c.bson.gz'))[0]).toBe('TL_S207')
    const damaged = gzipSync(whole)
    damaged.fill(0xff, 40, 60)
    expect((await refusal(damaged, 'c.bson.gz'))[0]).toBe('TL_S208')
  })

  it('that is not there, or is a folder, has the code for it', async () => {
    await expect(readAll(join(folder, 'none.bson'))).rejects.toMatchObject({ code: 'TL_S205' })
    await expect(readAll(folder)).rejects.toMatchObject({ code: 'TL_S208' })
  })

  it('is given up at once when the signal says so, and closed', async () => {
    const reader = await BsonFileReader.open('mongodump:dump', await put(whole))
    await expect(reader.fill(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    await reader[Symbol.asyncDispose]()
    await reader[Symbol.asyncDispose]()
  })
})

describe('the cutter', () => {
  it('finds the same documents whatever pieces they come in', () => {
    const few = documents.slice(0, 40)
    const bytes = Buffer.concat(few.map((document) => serialize(document)))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sizes) => {
        const cutter = new DocumentCutter('x')
        const found: unknown[] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const piece = bytes.subarray(at, (at += sizes[i % sizes.length]!))
          cutter.feed(piece)
          while (cutter.next() === 'document') {
            expect(bytes.readInt32LE(cutter.position)).toBe(cutter.end - cutter.start)
            found.push(deserialize(cutter.bytes.subarray(cutter.start, cutter.end)))
          }
        }
        cutter.finish()
        expect(found).toEqual(few)
      }),
    )
  })

  it('has room for what has come, and gives it back', () => {
    const cutter = new DocumentCutter('x')
    const claimed = Buffer.alloc(100)
    claimed.writeInt32LE(16_000_000)
    cutter.feed(claimed)
    expect(cutter.next()).toBe('hungry')
    expect(cutter.bytes.length).toBeLessThan(100_000)
    const large = serialize({ text: 'x'.repeat(15_000_000) })
    const other = new DocumentCutter('x')
    for (let at = 0; at < large.length; at += 200_000) other.feed(large.subarray(at, at + 200_000))
    expect(other.next()).toBe('document')
    const small = Buffer.concat(Array.from({ length: 40_000 }, () => serialize({})))
    const feedSmall = (): void => {
      other.feed(small)
      while (other.next() === 'document');
    }
    feedSmall()
    // The next document may be as large.
    expect(other.bytes.length).toBeGreaterThan(large.length)
    for (let fed = 0; fed < 40_000_000; fed += small.length) feedSmall()
    expect(other.bytes.length).toBeLessThan(2 * small.length + 100)
  })
})
