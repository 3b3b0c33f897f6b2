import { deserialize, EJSON, serialize } from 'bson'
import fc from 'fast-check'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TransloadError } from '../../../../errors/transload-error.ts'
import type { Cursor } from '../../../../model/plain.ts'
import { fileStart } from '../file-place.ts'
import { JsonCutter, type JsonForm } from './json-cutter.ts'
import { JsonFileStream } from './json-file-stream.ts'
import { readJsonLayout } from './json-form.ts'

const never = new AbortController().signal

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transload-json-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

interface Found {
  readonly documents: unknown[]
  /** Reason and text of each, with its place. */
  readonly faults: [count: number, reason: string, text: string][]
  readonly cursors: Cursor[]
}

async function readAll(content: string | Uint8Array, from?: Cursor): Promise<Found> {
  const path = join(folder, 'file')
  await writeFile(path, content)
  const layout = await readJsonLayout('jsonl:file', path, never)
  await using stream = await JsonFileStream.open('jsonl:file', path, layout, from)
  const found: Found = { documents: [], faults: [], cursors: [] }
  while (await stream.fill(never)) {
    while (stream.next()) {
      const bytes = stream.bytes.subarray(stream.start, stream.end)
      if (stream.fault === undefined) found.documents.push(deserialize(bytes))
      else found.faults.push([stream.count, stream.fault.reason, Buffer.from(bytes).toString()])
      found.cursors.push(stream.cursor())
    }
  }
  expect(await stream.fill(never)).toBe(false)
  return found
}

async function refusal(content: string | Uint8Array): Promise<[code: string, reason: unknown]> {
  try {
    await readAll(content)
  } catch (error) {
    if (error instanceof TransloadError) return [error.code, error.context['reason']]
    throw error
  }
  throw new Error('it was read')
}

const documents = Array.from({ length: 2000 }, (_, i) => ({ _id: i, text: `é"],[{}\\${'x'.repeat((i * 37) % 400)}` }))
const lines = documents.map((document) => `${EJSON.stringify(document, { relaxed: false })}\n`).join('')
const array = `[\n${documents.map((document) => EJSON.stringify(document, { relaxed: true }, 1)).join(' ,\r\n')}\n]\n`

describe('a file of Extended JSON', () => {
  it.each([
    ['lines', lines],
    ['lines, the last one without an end', lines.trimEnd()],
    ['lines with CRLF', lines.replaceAll('\n', '\r\n')],
    ['lines with blank ones between', `\n \r\n${lines.replaceAll('\n', '\n\n\t\n')}`],
    ['lines behind a byte order mark', `\uFEFF${lines}`],
    ['packed lines', gzipSync(lines)],
    ['an array', array],
    ['an array behind a byte order mark', `\uFEFF ${array}`],
    ['a packed array', gzipSync(array)],
  ])('of %s gives its documents in their order', async (_, content) => {
    const found = await readAll(content)
    expect(found.documents).toEqual(documents)
    expect(found.faults).toEqual([])
  })

  it('may have none', async () => {
    for (const content of ['', ' \r\n\n', '\uFEFF', '[]', ' [ \n ]\n', gzipSync('')]) {
      expect((await readAll(content)).documents).toEqual([])
    }
  })

  it('goes on where an earlier stream stopped', async () => {
    for (const content of [lines, gzipSync(lines), array, gzipSync(array), `\uFEFF${array}`, `\uFEFF${lines}`]) {
      const { cursors } = await readAll(content)
      for (const place of [0, 1, 777, 1998, 1999]) {
        const stored = JSON.parse(JSON.stringify(cursors[place])) as Cursor
        const rest = await readAll(content, stored)
        expect(rest.documents).toEqual(documents.slice(place + 1))
        expect(rest.cursors).toEqual(cursors.slice(place + 1))
      }
    }
  })

  it('costs a row for a line that is no document, and goes on behind it', async () => {
    const content = '{"a":1}\n\n{"a":tru}\r\n[]\n"x"\n{"a":{"$oid":"no"}}\n{"a":1}{"b":2}\n{"b":2}\n{"a":"\\ud800"}'
    const found = await readAll(content)
    expect(found.documents).toEqual([{ a: 1 }, { b: 2 }])
    expect(found.faults).toEqual([
      [2, 'line 3: neither a number, nor true, false or null', '{"a":tru}\r'],
      [3, 'line 4: there is no { where one must be', '[]'],
      [4, 'line 5: there is no { where one must be', '"x"'],
      [5, 'line 6: an ObjectId is not 24 hexadecimal digits', '{"a":{"$oid":"no"}}'],
      [6, 'line 7: there is something behind the document', '{"a":1}{"b":2}'],
      [8, 'line 9: half of a surrogate pair in a string', '{"a":"\\ud800"}'],
    ])
    // Going on behind a fault counts lines as before.
    expect((await readAll(content, found.cursors[4])).faults.map(([, reason]) => reason)).toEqual(
      found.faults.slice(4).map(([, reason]) => reason),
    )
  })

  it('costs a row for an element that is no document, and goes on behind it', async () => {
    const found = await readAll('[{"a":1},\n 1 , {"a":{"$date":0}}, {"a":1} {"b":2},, {"b":"]"},\n"a,]",\n]')
    expect(found.documents).toEqual([{ a: 1 }, { b: ']' }])
    expect(found.faults).toEqual([
      [2, 'line 2: there is no { where one must be', '1 '],
      [3, expect.stringMatching(/^line 2: /), '{"a":{"$date":0}}'],
      [4, 'line 2: there is something behind the document', '{"a":1} {"b":2}'],
      [5, 'line 2: there is no { where one must be', ''],
      [7, 'line 3: there is no { where one must be', '"a,]"'],
      [8, 'line 4: there is no { where one must be', ''],
    ])
  })

  it('costs a row for a document of more bytes than MongoDB takes (case 39)', async () => {
    const large = { text: 'x'.repeat(16_793_599 - serialize({ text: '' }).length) }
    expect(serialize(large).length).toBe(16_793_599)
    const larger = { text: `${large.text}xxx` }
    const found = await readAll(`${JSON.stringify(large)}\n${JSON.stringify(larger)}\n{}\n`)
    expect(found.documents.map((document) => Object.keys(document as object))).toEqual([['text'], []])
    expect(found.faults.map(([count, reason]) => [count, reason])).toEqual([
      [2, 'line 2: it has 16793602 bytes of BSON, and MongoDB allows 16 MiB'],
    ])
  })

  it('costs a row for a text that no document is as long as', async () => {
    const long = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.alloc(64 * 1024 * 1024, 0x78),
      Buffer.from('"}\n{"b":1}\n'),
    ])
    const found = await readAll(long)
    expect(found.documents).toEqual([{ b: 1 }])
    expect(found.faults).toEqual([[1, 'line 1: its text is longer than 64 MiB', `{"a":"${'x'.repeat(4090)}`]])
    expect((await readAll(long, found.cursors[0])).documents).toEqual([{ b: 1 }])
  })

  it('that is cut off says where', async () => {
    expect(await refusal('{"a":1}\n{"a":"')).toEqual([
      'TL_S207',
      'the document in line 2 does not end, and the file does',
    ])
    expect(await refusal('[{"a":1},\n{"a":')).toEqual(['TL_S207', 'the array does not end; the file does, in line 2'])
    expect(await refusal('[')).toEqual(['TL_S207', 'the array does not end; the file does, in line 1'])
    expect(await refusal('[{"a":1}\n\n')).toEqual(['TL_S207', 'the array does not end; the file does, in line 3'])
    expect((await refusal(gzipSync(lines).subarray(0, -30)))[0]).toBe('TL_S207')
    const few = '[{"a":"x,]"},{"b":[1,{}]}]'
    for (let end = 1; end < few.length; end++) expect((await refusal(few.slice(0, end)))[0]).toBe('TL_S207')
  })

  it.each([
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'neither a document nor an array is at its beginning'],
    ['BSON', serialize({ a: 1 }), 'neither a document nor an array is at its beginning'],
    ['CSV', 'a,b\n1,2\n', 'neither a document nor an array is at its beginning'],
    ['UTF-16', Buffer.from('\uFEFF{"a":1}', 'utf16le'), 'it is written in UTF-16'],
    ['pretty JSON', '{\n  "a": 1\n}\n', 'a document stands on more than one line'],
    ['two arrays', '[{"a":1}]\n[]', 'something stands behind the array, in line 2'],
  ])('is none with %s', async (_, content, reason) => {
    expect(await refusal(content)).toEqual(['TL_S208', reason])
  })

  it('ends with a code or has faults, whatever byte is another one', async () => {
    const few = documents.slice(0, 6)
    const asLines = Buffer.from(few.map((document) => JSON.stringify(document)).join('\n'))
    const asArray = Buffer.from(JSON.stringify(few))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(asLines, asArray), fc.nat(), fc.nat(255), async (whole, place, byte) => {
        const spoilt = Buffer.from(whole)
        spoilt[place % spoilt.length] = byte
        const outcome = await readAll(spoilt).catch((error: unknown) => error)
        expect(outcome instanceof TransloadError || (outcome as Found).cursors.length >= 1).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('that is not there has the code for it', async () => {
    await expect(readJsonLayout('jsonl:x', join(folder, 'none'), never)).rejects.toMatchObject({ code: 'TL_S205' })
  })
})

/** What is cut of a file that comes in such pieces. */
function cutAll(content: string, form: JsonForm, sizes: readonly number[], maxTextBytes?: number): string[] {
  const cutter = new JsonCutter('x', form, fileStart, maxTextBytes)
  const bytes = Buffer.from(content)
  const found: string[] = []
  const take = (): void => {
    const text = Buffer.from(cutter.bytes.subarray(cutter.start, cutter.end)).toString()
    found.push(`${cutter.line}${cutter.isTooLong ? '!' : ':'}${text} → ${cutter.nextPosition}, ${cutter.nextLine}`)
  }
  for (let at = 0, i = 0; at < bytes.length; i++) {
    cutter.feed(bytes.subarray(at, (at += sizes[i % sizes.length]!)))
    while (cutter.next()) take()
  }
  if (cutter.finish()) take()
  return found
}

describe('the cutter of JSON', () => {
  it('finds the same texts whatever pieces they come in', () => {
    const few = documents.slice(0, 30)
    const asLines = few.map((document) => JSON.stringify(document)).join('\n\n')
    const asArray = ` ${JSON.stringify(few, undefined, 1)}`
    for (const [content, form] of [
      [asLines, 'lines'],
      [asArray, 'array'],
    ] as const) {
      const whole = cutAll(content, form, [content.length * 2])
      expect(whole.length).toBe(30)
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sizes) => {
          expect(cutAll(content, form, sizes)).toEqual(whole)
        }),
      )
    }
  })

  it('keeps the beginning of what is too long, and says where to go on behind it', () => {
    const long = `{"a":"${'x'.repeat(20_000)}"}`
    for (const size of [1, 100, 4096, 5000, 100_000]) {
      const ofLines = cutAll(`{}\n${long}\n{"b":1}\n`, 'lines', [size], 8000)
      expect(ofLines).toEqual([
        '1:{} → 3, 2',
        `2!${long.slice(0, 4096)} → ${long.length + 4}, 3`,
        `3:{"b":1} → ${long.length + 12}, 4`,
      ])
      const ofArray = cutAll(`[{},${long},\n{"b":1}]`, 'array', [size], 8000)
      expect(ofArray).toEqual([
        '1:{} → 3, 1',
        `1!${long.slice(0, 4096)} → ${long.length + 4}, 1`,
        `2:{"b":1} → ${long.length + 13}, 2`,
      ])
    }
  })

  it('has room for little of what is too long', () => {
    const cutter = new JsonCutter('x', 'lines', fileStart, 100_000)
    const piece = Buffer.alloc(50_000, 0x78)
    for (let i = 0; i < 1000; i++) {
      cutter.feed(piece)
      expect(cutter.next()).toBe(false)
    }
    expect(cutter.bytes.length).toBeLessThan(1_000_000)
    cutter.feed(Buffer.from('\n'))
    expect(cutter.next()).toBe(true)
    expect([cutter.isTooLong, cutter.end - cutter.start, cutter.nextPosition]).toEqual([true, 4096, 50_000_001])
  })
})
