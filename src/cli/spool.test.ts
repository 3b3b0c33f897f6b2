import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { spool } from './spool.ts'

const never = new AbortController().signal

async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'transload-spool-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

describe('spool', () => {
  it('gives the same input the same file, whatever its pieces, and another input another', async () => {
    await using directory = await temporaryDirectory()
    const go = (pieces: readonly string[]) =>
      spool('mysqldump:-', Readable.from(pieces.map((piece) => Buffer.from(piece))), directory.path, never)
    const one = await go(['CREATE ', 'TABLE'])
    const two = await go(['CREATE TABLE'])
    const other = await go(['CREATE VIEW'])
    expect(two).toEqual(one)
    expect(other.path).not.toBe(one.path)
    expect(one.source).toBe(`mysqldump:${one.path}`)
    expect(await readFile(one.path, 'utf8')).toBe('CREATE TABLE')
    expect((await stat(one.path)).mode & 0o077).toBe(0)
    expect(await readdir(directory.path)).toHaveLength(2)
  })

  it('tells what is packed by its name', async () => {
    await using directory = await temporaryDirectory()
    const { path } = await spool('mysqldump:-', Readable.from([gzipSync('x')]), directory.path, never)
    expect(path).toMatch(/\.gz$/)
  })

  it('leaves nothing behind where the input is empty, breaks off or is given up', async () => {
    await using directory = await temporaryDirectory()
    const empty = spool('mysqldump:-', Readable.from([]), directory.path, never)
    await expect(empty).rejects.toMatchObject({ code: 'TL_C105', title: 'Standard input is empty' })
    const broken = new Readable({ read() {} })
    broken.push('half')
    setTimeout(() => broken.destroy(new Error('broken pipe')), 20)
    await expect(spool('mysqldump:-', broken, directory.path, never)).rejects.toThrow('broken pipe')
    const reason = new Error('given up')
    const stop = new AbortController()
    setTimeout(() => stop.abort(reason), 20)
    await expect(spool('mysqldump:-', new Readable({ read() {} }), directory.path, stop.signal)).rejects.toBe(reason)
    expect(await readdir(directory.path)).toEqual([])
  })

  it('is for standard input', async () => {
    await expect(spool('mysqldump:/a.sql', Readable.from([]), '/nowhere', never)).rejects.toMatchObject({
      code: 'TL_C105',
    })
  })
})
