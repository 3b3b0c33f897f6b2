import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, connect as connectPlain, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { never } from '../../../test/support/postgres/writer-world.ts'
import { openSessions } from './client.ts'
import { parsePostgresUrl } from './config.ts'

interface TlsFront extends AsyncDisposable {
  readonly port: number
  readonly root: string
  /** Connections that asked for TLS. */
  readonly secureCount: number
}

/** Speaks TLS as PostgreSQL does, in front of a server that does not: the engines of the tests have no certificates. */
async function startTlsFront(behind: URL): Promise<TlsFront> {
  const folder = await mkdtemp(join(tmpdir(), 'tls-'))
  const [key, root] = [join(folder, 'key.pem'), join(folder, 'root.pem')]
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-keyout',
    key,
    '-out',
    root,
  ])
  const pem = { key: await readFile(key), cert: await readFile(root) }
  const sockets = new Set<Socket>()
  let secureCount = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', (first) => {
      secureCount++
      expect(first.readUInt32BE(4)).toBe(80_877_103)
      socket.write('S')
      const secure = new TLSSocket(socket, { ...pem, isServer: true })
      const plain = connectPlain(Number(behind.port), behind.hostname)
      secure.on('error', () => plain.destroy())
      plain.on('error', () => secure.destroy())
      secure.pipe(plain).pipe(secure)
    })
  })
  server.listen(0)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    root,
    get secureCount() {
      return secureCount
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}

describeEngines(['postgres15'], 'TLS', () => {
  const ask = async (url: string): Promise<string | null | undefined> => {
    await using sessions = await openSessions(parsePostgresUrl(url), never)
    const [row] = await sessions.use((session) => session.rows("SELECT 'here'"), never)
    return row?.[0]
  }

  it('does what sslmode says', async () => {
    const behind = new URL(engineUrl('postgres15'))
    await using front = await startTlsFront(behind)
    const url = (host: string, query: string): string => `postgres://postgres@${host}:${front.port}/postgres?${query}`
    const root = `sslrootcert=${encodeURIComponent(front.root)}`
    expect(await ask(url('localhost', 'sslmode=require'))).toBe('here')
    expect(await ask(url('localhost', ''))).toBe('here')
    expect(await ask(url('localhost', `sslmode=verify-full&${root}`))).toBe('here')
    expect(await ask(url('127.0.0.1', `sslmode=verify-ca&${root}`))).toBe('here')
    expect(await ask(url('127.0.0.1', `sslmode=require&${root}`))).toBe('here')
    for (const refused of [
      url('127.0.0.1', `sslmode=verify-full&${root}`),
      url('localhost', 'sslmode=verify-ca'),
      `${engineUrl('postgres15')}?sslmode=require`,
    ]) {
      await expect(ask(refused)).rejects.toMatchObject({ code: 'TL_T303' })
    }
    await expect(ask(url('localhost', 'sslmode=verify-ca&sslrootcert=/nowhere'))).rejects.toMatchObject({
      code: 'TL_C103',
    })
    expect(await ask(`${engineUrl('postgres15')}?sslmode=prefer`)).toBe('here')
  })

  it('cancels through TLS', async () => {
    await using front = await startTlsFront(new URL(engineUrl('postgres15')))
    const url = `postgres://postgres@localhost:${front.port}/postgres?sslmode=require`
    await using sessions = await openSessions(parsePostgresUrl(url), never)
    const abort = new AbortController()
    setTimeout(() => abort.abort(new Error('enough')), 50)
    const start = performance.now()
    const sleeping = sessions.use((session) => session.rows('SELECT pg_sleep(60)'), abort.signal)
    await expect(sleeping).rejects.toThrow('enough')
    expect(performance.now() - start).toBeLessThan(2_000)
    expect(front.secureCount).toBe(2)
  })
})
