import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorDocument } from '../../src/report/documents/error-document.ts'
import { runDocument } from '../../src/report/documents/run-document.ts'
import { RunStore } from '../../src/store/run-store.ts'

const bin = new URL('../../bin/transload.js', import.meta.url).pathname
const secret = 'hunter22'

/** A directory with files, and the command line run in it as a process of its own. */
async function place(files: { readonly [name: string]: string } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'transload-e2e-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  const env = { ...process.env, TRANSLOAD_HOME: join(directory, 'home'), PASSWORD: secret }
  return {
    directory,
    env,
    go(...argv: string[]) {
      const options = { cwd: directory, env, encoding: 'utf8', timeout: 30_000 } as const
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], options)
      expect(`${stdout}${stderr}`).not.toContain(secret)
      return { status, stdout, stderr }
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

const ends = 'version: 1\nsource: memory:a\ntarget: memory:b\n'
const withSecret = `version: 1\nsource: mysql://root:${secret}@127.0.0.1:1/shop\ntarget: memory:b\n`

describe('a command line that cannot be followed', () => {
  it.each([
    ['an unknown option', ['run', '--sorce', 'x'], {}, 2, 'Did you mean --source?'],
    ['an unknown command', ['pln'], {}, 2, 'Did you mean plan?'],
    ['a command of a later version', ['sync', 'p.yaml'], { 'p.yaml': ends }, 2, "Unknown command 'sync'"],
    [
      'YAML that is none',
      ['run', 'p.yaml'],
      { 'p.yaml': `${withSecret}only: [a\n` },
      2,
      'p.yaml is not valid YAML: 5:1',
    ],
    ['an unknown key', ['plan', 'p.yaml'], { 'p.yaml': `${withSecret}excpt: [a]\n` }, 2, 'Did you mean except?'],
    ['a later key', ['run', 'p.yaml'], { 'p.yaml': `${ends}schedule: {}\n` }, 2, 'has no schedules yet'],
    [
      'a missing secret',
      ['run', '--source', 'mysql://u:${env:NOPE}@h/d', '--target', 'memory:b'],
      {},
      2,
      'The secret NOPE is not there',
    ],
    ['a missing file', ['run', 'nowhere.yaml'], {}, 2, 'it is not there'],
    [
      'an unknown scheme',
      ['plan', '--source', 'oracle://h/d', '--target', 'memory:b'],
      {},
      2,
      'No connector for the scheme oracle',
    ],
    ['a server that is not there', ['run', 'p.yaml'], { 'p.yaml': withSecret }, 3, 'Cannot reach the source'],
    ['a table that is not there', ['run', 'p.yaml'], { 'p.yaml': ends }, 3, 'TL_S205'],
    ['a run that nobody knows', ['show', '2026'], {}, 2, 'transload runs lists'],
  ] as const)('%s', async (_name, argv, files, status, said) => {
    await using at = await place(files)
    const plain = at.go(...argv)
    expect([plain.status, plain.stdout]).toEqual([status, ''])
    expect(plain.stderr).toContain(said)
    expect(plain.stderr).not.toContain('    at ')
    const json = at.go(...argv, '--json')
    expect(json.status).toBe(status)
    const document: unknown = JSON.parse(json.stdout)
    const parsed = argv[0] === 'run' ? runDocument.parse(document) : errorDocument.parse(document)
    expect(parsed).toMatchObject({ exitCode: status, error: { code: expect.stringMatching(/^TL_/) as string } })
    expect((await readdir(at.directory)).filter((name) => name.startsWith('transload-'))).toEqual([])
  })

  it('resolves a secret, and keeps it to itself', async () => {
    await using at = await place()
    const source = 'mysql://root:${env:PASSWORD}@127.0.0.1:1/shop'
    const { status, stderr } = at.go('run', '--source', source, '--target', 'memory:b', '--log-level', 'trace')
    expect([status, stderr]).toEqual([3, expect.stringContaining('127.0.0.1:1')])
  })
})

describe('standard output', () => {
  it('may be left by its reader: the rest is not an error', async () => {
    await using at = await place()
    using store = new RunStore(join(at.directory, 'home', 'runs.db'))
    for (let i = 0; i < 5_000; i++)
      store.begin({ run: `run-${i}`, startedAt: String(i), source: 'memory:a', target: 'x'.repeat(100) })
    const script = `"${process.execPath}" "${bin}" runs --limit 5000 | head -1; exit "\${PIPESTATUS[0]}"`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { env: at.env, encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')).toHaveLength(2)
  })

  it('is written to its end where its reader is slow', async () => {
    await using at = await place()
    using store = new RunStore(join(at.directory, 'home', 'runs.db'))
    for (let i = 0; i < 5_000; i++)
      store.begin({ run: `run-${i}`, startedAt: String(i), source: 'memory:a', target: 'x'.repeat(100) })
    const script = `"${process.execPath}" "${bin}" runs --limit 5000 --json | (sleep 1; cat)`
    const { stdout } = spawnSync('bash', ['-c', script], { env: at.env, encoding: 'utf8', maxBuffer: 2 ** 26 })
    expect((JSON.parse(stdout) as { runs: unknown[] }).runs).toHaveLength(5_000)
  })
})

describe('a run that was killed', () => {
  it('is known to this machine from its first moment on, as unfinished', async () => {
    await using at = await place()
    await writeFile(
      join(at.directory, 'a.sql'),
      'CREATE TABLE `t` (`id` int PRIMARY KEY);\nINSERT INTO `t` VALUES (1);\n',
    )
    const argv = [bin, 'run', '--source', 'mysqldump:a.sql', '--target', 'memory:b']
    const env = { ...at.env, TRANSLOAD_PROBE: 'splits-stored' }
    expect(spawnSync(process.execPath, argv, { cwd: at.directory, env }).signal).toBe('SIGKILL')
    const { stdout } = spawnSync(process.execPath, [bin, 'runs', '--json'], { env: at.env, encoding: 'utf8' })
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [{ status: 'unfinished', source: expect.stringContaining('a.sql') }],
    })
  })
})

describe('a signal', () => {
  it.each([
    ['SIGINT', 130, 'TL_X902'],
    ['SIGTERM', 143, 'TL_X903'],
  ] as const)('%s while input is awaited ends with %d, and one document', async (signal, code, errorCode) => {
    await using at = await place()
    const argv = [bin, 'run', '--source', 'mysqldump:-', '--target', 'memory:b', '--spool', '--json']
    const child = spawn(process.execPath, argv, { cwd: at.directory, env: at.env })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    const ended = new Promise((resolve) => child.on('close', resolve))
    child.stdin.write('-- a dump that goes on\n')
    await untilSpooling(join(at.directory, 'home', 'spool'))
    child.kill(signal)
    expect(await ended).toBe(code)
    expect(runDocument.parse(JSON.parse(stdout))).toMatchObject({
      run: null,
      status: 'interrupted',
      exitCode: code,
      error: { code: errorCode },
    })
    expect(await readdir(join(at.directory, 'home', 'spool'))).toEqual([])
  })
})

describe('a validation that is interrupted', () => {
  it('says what goes on with it', async () => {
    await using at = await place()
    const argv = [bin, 'validate', '--source', 'mysqldump:-', '--target', 'memory:b']
    const child = spawn(process.execPath, argv, { cwd: at.directory, env: at.env })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      const isReading = stderr.includes('from a pipe')
      stderr += chunk.toString()
      if (!isReading && stderr.includes('from a pipe')) child.kill('SIGINT')
    })
    const ended = new Promise((resolve) => child.on('close', resolve))
    child.stdin.write('-- a dump that goes on\n')
    expect(await ended).toBe(130)
    expect(stderr).toContain('if it has a --report, --resume goes on from where it came to.')
  })
})

async function untilSpooling(directory: string): Promise<void> {
  const deadline = Date.now() + 20_000
  while ((await readdir(directory).catch((): string[] => [])).length === 0) {
    if (Date.now() > deadline) throw new Error(`nothing was written to ${directory}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
