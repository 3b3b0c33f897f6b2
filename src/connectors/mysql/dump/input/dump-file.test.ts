import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dumpOnDisk, dumpStart, openDump, readDumpTable } from '../../../../../test/support/dump-source.ts'
import { never } from '../../../../../test/support/mysql-source.ts'
import { TransloadError } from '../../../../errors/transload-error.ts'
import { toFileError } from '../../../../errors/file-error.ts'
import { openDumpSource } from '../source.ts'
import { ForwardPieces } from './forward-pieces.ts'
import type { PieceReader } from './piece-reader.ts'

const rowCount = 20_000
const dump = `${dumpStart}CREATE TABLE t (id int NOT NULL, v text);INSERT INTO t VALUES ${Array.from(
  { length: rowCount },
  (_, i) => `(${i},'${'x'.repeat(i % 100)}')`,
).join(',')};\n`

async function refusal(content: Uint8Array | string): Promise<TransloadError> {
  await using file = await dumpOnDisk(content)
  try {
    await using source = await openDump(file.url)
    await source.catalog(never)
  } catch (error) {
    if (error instanceof TransloadError) return error
    throw error
  }
  throw new Error('it was read')
}

describe('a file that is no dump', () => {
  it.each([
    ['nothing', Buffer.alloc(0), /it is empty/],
    ['prose', Buffer.from('Dear Sir or Madam'), /no SQL statement/],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /no SQL statement/],
    ['UTF-16', Buffer.from('\ufeff-- MySQL dump', 'utf16le'), /UTF-16/],
    ['zstd', Buffer.from('28b52ffd24051900', 'hex'), /zstd/],
    ['xz', Buffer.from('fd377a585a000004', 'hex'), /xz/],
    ['bzip2', Buffer.from('425a683931415926', 'hex'), /bzip2/],
    ['zip', Buffer.from('504b030414000000', 'hex'), /zip/],
    ['pg_dump', Buffer.from('--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n'), /no SQL statement/],
    ['packed prose', gzipSync('Dear Sir or Madam'), /no SQL statement/],
    ['packed nothing', gzipSync(''), /it is empty/],
  ])('%s', async (_, content, reason) => {
    const error = await refusal(content)
    expect(error.code).toBe('TL_S208')
    expect(error.title).toMatch(reason)
    expect(error.hint).toMatch(/\w+ .*\w+/)
  })

  it('is not there, is a folder, or may not be read', async () => {
    await expect(openDump('mysqldump:/nowhere/at/all.sql')).rejects.toMatchObject({ code: 'TL_S205' })
    await expect(openDump(`mysqldump:${tmpdir()}`)).rejects.toMatchObject({ code: 'TL_S208' })
    // A test that runs as root may read everything.
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
    expect(toFileError(denied, 'mysqldump:/x', '/x')).toMatchObject({ code: 'TL_S204' })
  })
})

describe('a packed dump', () => {
  it('is read whatever it is called, from several members as from one', async () => {
    const half = Math.floor(dump.length / 2)
    const members = Buffer.concat([gzipSync(dump.slice(0, half)), gzipSync(dump.slice(half))])
    await using file = await dumpOnDisk(members, 'dump.sql')
    await using source = await openDump(file.url)
    expect(source.capabilities).toMatchObject({ parallel: false, resumable: true })
    expect((await readDumpTable(source, 't')).rows).toHaveLength(rowCount)
  })

  it('is cut off, or damaged', async () => {
    const whole = gzipSync(dump)
    expect(await refusal(whole.subarray(0, whole.length - 20))).toMatchObject({ code: 'TL_S207' })
    expect(await refusal(whole.subarray(0, 2000))).toMatchObject({ code: 'TL_S207' })
    const damaged = Buffer.from(whole)
    damaged[whole.length - 6]! ^= 1
    expect(await refusal(damaged)).toMatchObject({ code: 'TL_S208' })
  })
})

describe('standard input', () => {
  let folder: string
  let before: string | undefined

  beforeEach(async () => {
    before = process.env['TMPDIR']
    folder = await mkdtemp(join(tmpdir(), 'transload-spool-'))
    process.env['TMPDIR'] = folder
  })

  afterEach(async () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    await rm(folder, { recursive: true })
  })

  const settings = { label: 'mysqldump:-', path: undefined }

  it.each(['plain', 'packed'])('is put into a temporary file that leaves nothing behind, %s', async (kind) => {
    const notices: string[] = []
    const bytes = kind === 'plain' ? Buffer.from(dump) : gzipSync(dump)
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7777) }, (_, i) =>
      bytes.subarray(i * 7777, (i + 1) * 7777),
    )
    {
      const options = { laneCount: 1, notice: (message: string) => void notices.push(message) }
      await using source = await openDumpSource(settings, options, () => Readable.from(pieces), never)
      expect(await readdir(folder)).toEqual([])
      expect(source.capabilities).toMatchObject({ resumable: false, parallel: kind === 'plain' })
      expect((await readDumpTable(source, 't')).rows).toHaveLength(rowCount)
      expect(await source.preflight([], never)).toMatchObject([{ code: 'not-resumable', level: 'info' }])
    }
    expect(notices).toHaveLength(1)
    expect(notices[0]).toMatch(/cannot be resumed/)
    expect(await readdir(folder)).toEqual([])
  })

  it('is not waited for at a terminal', async () => {
    const terminal = Object.assign(Readable.from([]), { isTTY: true })
    const opening = openDumpSource(settings, { laneCount: 1, notice: () => {} }, () => terminal, never)
    await expect(opening).rejects.toMatchObject({ code: 'TL_C105' })
  })

  it('is let go of when the run is stopped', async () => {
    const stop = new AbortController()
    const endless = new Readable({ read: () => {} })
    endless.push(dump)
    const opening = openDumpSource(settings, { laneCount: 1, notice: () => {} }, () => endless, stop.signal)
    setTimeout(() => stop.abort(new Error('stopped by the test')), 20)
    await expect(opening).rejects.toThrow('stopped by the test')
    expect(endless.destroyed).toBe(true)
    expect(await readdir(folder)).toEqual([])
  })

  it('may be a pipe with a name', async () => {
    const pipe = join(folder, 'pipe')
    await promisify(execFile)('mkfifo', [pipe])
    const writing = writeFile(pipe, dump)
    await using source = await openDump(`mysqldump:${pipe}`)
    await writing
    expect(source.capabilities.resumable).toBe(false)
    expect((await readDumpTable(source, 't')).rows).toHaveLength(rowCount)
  })
})

describe('ForwardPieces', () => {
  const content = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251))

  function piecesOf(opened: { count: number }): ForwardPieces {
    return new ForwardPieces((): PieceReader => {
      opened.count++
      let at = 0
      return {
        next: async (signal) => {
          signal.throwIfAborted()
          const piece = content.subarray(at, at + 100)
          at += 100
          return piece.length === 0 ? undefined : piece
        },
        [Symbol.asyncDispose]: async () => {},
      }
    })
  }

  async function take(forward: ForwardPieces, from: number, count: number): Promise<Buffer> {
    await using reader = await forward.from(from, never)
    const parts: Buffer[] = []
    for (let i = 0; i < count; i++) parts.push(Buffer.from((await reader.next(never)) ?? []))
    return Buffer.concat(parts)
  }

  it('goes through the bytes once for readers that follow each other', async () => {
    const opened = { count: 0 }
    await using forward = piecesOf(opened)
    expect(await take(forward, 0, 2)).toEqual(content.subarray(0, 200))
    // The piece that was under way is still there.
    expect(await take(forward, 150, 2)).toEqual(content.subarray(150, 300))
    expect(await take(forward, 550, 1)).toEqual(content.subarray(550, 600))
    expect(await take(forward, 1000, 1)).toEqual(Buffer.alloc(0))
    expect(await take(forward, 1000, 1)).toEqual(Buffer.alloc(0))
    expect(opened.count).toBe(1)
  })

  it('begins anew for one that begins further back, and for one that comes while another is at work', async () => {
    const opened = { count: 0 }
    await using forward = piecesOf(opened)
    await take(forward, 500, 1)
    expect(await take(forward, 10, 1)).toEqual(content.subarray(10, 100))
    expect(opened.count).toBe(2)
    await using first = await forward.from(100, never)
    expect(await take(forward, 620, 1)).toEqual(content.subarray(620, 700))
    expect(await first.next(never)).toEqual(content.subarray(100, 200))
    expect(opened.count).toBe(3)
  })

  it('does not go on where a piece was lost', async () => {
    const opened = { count: 0 }
    await using forward = piecesOf(opened)
    await take(forward, 0, 2)
    {
      await using reader = await forward.from(200, never)
      await reader.next(never)
      await expect(reader.next(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    }
    expect(await take(forward, 300, 1)).toEqual(content.subarray(300, 400))
    expect(opened.count).toBe(2)
  })
})

it('reads a file of which the last piece is short, and one of none', async () => {
  for (const length of [1, 256 * 1024, 256 * 1024 + 1]) {
    const text = `${dumpStart}${'-'.repeat(2)} ${'x'.repeat(length)}\nCREATE TABLE t (id int);`
    await using file = await dumpOnDisk(text)
    await using source = await openDump(file.url)
    expect((await source.catalog(never)).tables).toHaveLength(1)
    expect((await readFile(file.path)).length).toBe(text.length)
  }
})
