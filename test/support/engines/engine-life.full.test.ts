import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { openSession, type QueryRow } from './database-session.ts'
import { describeEngines } from './describe-engines.ts'
import type { EngineName } from './engine-name.ts'
import { awaitServer } from './probe-server.ts'
import { startEngine } from './start-engine.ts'

const reapTimeoutMs = 10_000

async function ask(url: string, sql: string): Promise<readonly QueryRow[]> {
  await using session = await openSession(url)
  return await session.query(sql)
}

/** Another process that starts a server and then waits to be killed. */
async function startElsewhere(name: EngineName) {
  const module = new URL('./start-engine.ts', import.meta.url).href
  const program = `import { startEngine } from '${module}'
    const engine = await startEngine('${name}')
    console.log(engine.url)
    setInterval(() => {}, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, url }
}

const keepingSql = ['postgres15', 'embedded18', 'mysql9', 'mariadb'] as const

for (const name of keepingSql) {
  describeEngines([name], `a server of ${name}`, () => {
    it('keeps its data and its URL over a restart and a SIGKILL, and is gone after stop', async () => {
      await using engine = await startEngine(name)
      await ask(engine.url, 'CREATE DATABASE life')
      const url = new URL('/life', engine.url).href
      await ask(url, 'CREATE TABLE t (a int); INSERT INTO t VALUES (1)')
      await engine.restart()
      await ask(url, 'INSERT INTO t VALUES (2)')
      await engine.kill()
      await expect(ask(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
      await engine.restart()
      expect(await ask(url, 'SELECT a FROM t ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }])
      await engine.stop()
      await expect(ask(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
    })

    it.each(['SIGKILL', 'SIGINT'] as const)('ends with the process that started it, by %s', async (signal) => {
      const { child, url } = await startElsewhere(name)
      const ended = once(child, 'exit')
      child.kill(signal)
      expect(await ended).toEqual([null, signal])
      const refused = () => ask(url, 'SELECT 1').then(String, (error: Error) => error.message)
      await expect.poll(refused, { timeout: reapTimeoutMs }).toContain('ECONNREFUSED')
    })
  })
}

for (const name of ['mongojava', 'ferretdb'] as const) {
  describeEngines([name], `a server of ${name}`, () => {
    const waitOnce = { timeoutMs: 0, hasEnded: () => false }

    it('answers again after a SIGKILL and a restart, and is gone after stop', async () => {
      await using engine = await startEngine(name)
      await engine.kill()
      await expect(awaitServer(engine.url, waitOnce)).rejects.toThrow('no answer')
      await engine.restart()
      expect(await awaitServer(engine.url, waitOnce)).toBe(engine.version)
      await engine.stop()
      await expect(awaitServer(engine.url, waitOnce)).rejects.toThrow('no answer')
    })

    it.each(['SIGKILL', 'SIGINT'] as const)('ends with the process that started it, by %s', async (signal) => {
      const { child, url } = await startElsewhere(name)
      const ended = once(child, 'exit')
      child.kill(signal)
      expect(await ended).toEqual([null, signal])
      const refused = () => awaitServer(url, waitOnce).then(String, (error: Error) => error.message)
      await expect.poll(refused, { timeout: reapTimeoutMs }).toContain('no answer')
    })
  })
}
