import { execFile } from 'node:child_process'
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { binariesOf, findPackage } from './embedded/binaries.ts'
import { stopEmbedded } from './embedded/cluster.ts'
import { embeddedPostgres } from './embedded.ts'

const run = promisify(execFile)
const signal = (): AbortSignal => AbortSignal.timeout(60_000)

describeEngines(['embedded18'], 'a server of one’s own', () => {
  let parent: string
  let directory: string
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'transload-embedded-'))
    await chmod(parent, 0o755)
    directory = join(parent, "it's my dir")
  })
  afterEach(async () => {
    await stopEmbedded(directory, signal())
    await rm(parent, { recursive: true, force: true })
  })

  const open = async () => {
    const notices: string[] = []
    const endpoint = embeddedPostgres.parseUrl(`embedded-postgres:${directory}`)
    const options = { laneCount: 1, notice: (message: string) => notices.push(message) }
    const target = await embeddedPostgres.openTarget?.(endpoint, options, signal())
    if (!target) throw new Error('it cannot be written to')
    return { target, notice: notices.join('\n') }
  }

  it('is made, joined, stopped and started again, on the same port and with the same data', async () => {
    const first = await open()
    await using target = first.target
    expect(target.version).toMatch(/^18\./)
    expect(target.label).toBe(`embedded-postgres:${directory}`)
    expect(first.notice).toContain('PostgreSQL runs on 127.0.0.1:')
    const url = /psql '(postgres:.*)'$/m.exec(first.notice)?.[1] ?? ''
    const plan = { identity: 'x' }
    await target.state.begin(
      { run: 'r1', planIdentity: 'p', plan, startedAt: '2026-01-01T00:00:00Z' },
      [],
      [],
      signal(),
    )

    const second = await open()
    expect(second.notice).toContain('was running already')
    expect(second.notice).toContain(url)
    await second.target[Symbol.asyncDispose]()

    expect((await stat(join(directory, 'embedded.json'))).mode & 0o777).toBe(0o600)
    expect((await readdir(directory)).toSorted()).toEqual(['data', 'embedded.json', 'server.log'])
    const hba = await readFile(join(directory, 'data', 'pg_hba.conf'), 'utf8')
    expect(hba).not.toMatch(/^[^#]*trust/m)

    await first.target[Symbol.asyncDispose]()
    await stopEmbedded(directory, signal())
    const third = await open()
    await using again = third.target
    expect(third.notice).toContain('PostgreSQL runs on')
    expect(third.notice).toContain(url)
    expect(await again.state.find('r1', signal())).toMatchObject({ run: 'r1' })
  })

  it('is stopped by the command that the notice gives', async () => {
    const { target, notice } = await open()
    await target[Symbol.asyncDispose]()
    const command = /stop: {4}(.*)$/m.exec(notice)?.[1] ?? ''
    await run('/bin/sh', ['-c', command], { env: { PATH: process.env['PATH'], LC_ALL: 'C' } })
    for (let waits = 0; (await readdir(join(directory, 'data'))).includes('postmaster.pid'); waits++) {
      expect(waits).toBeLessThan(100)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })

  it('is made once where two ask for it at the same moment', async () => {
    const both = await Promise.all([open(), open()])
    const urls = both.map(({ notice }) => /psql '(.*)'$/m.exec(notice)?.[1])
    expect(urls[0]).toBe(urls[1])
    await Promise.all(both.map(({ target }) => target[Symbol.asyncDispose]()))
  })

  it('takes another port where its own was taken meanwhile', async () => {
    const { target, notice } = await open()
    await target[Symbol.asyncDispose]()
    await stopEmbedded(directory, signal())
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(notice)?.[1])
    const squatter = createServer().listen(port, '127.0.0.1')
    try {
      const moved = await open()
      await moved.target[Symbol.asyncDispose]()
      expect(moved.notice).not.toContain(`:${port},`)
    } finally {
      squatter.close()
    }
  })

  it('brings its programs along where the package is out of reach, and links what its install script would', async () => {
    const closed = join(parent, 'node$modules')
    await cp(findPackage('here'), closed, {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    })
    const { initdb } = await binariesOf(closed, join(parent, 'server'), undefined)
    expect(initdb).toContain(join(parent, 'server'))
    expect((await run(initdb, ['--version'])).stdout).toContain('PostgreSQL) 18')
  })

  it('says in whose way a closed directory is', async (context) => {
    if (process.getuid?.() !== 0) context.skip()
    await chmod(parent, 0o700)
    await expect(open()).rejects.toThrow(`may not enter ${parent}`)
    await chmod(parent, 0o755)
  })
})
