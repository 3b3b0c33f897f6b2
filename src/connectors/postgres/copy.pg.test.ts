import { expect, it } from 'vitest'
import { createDatabase } from '../../../test/support/engines/create-database.ts'
import { openSession } from '../../../test/support/engines/database-session.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { never } from '../../../test/support/postgres/writer-world.ts'
import { openSessions } from './client.ts'
import { parsePostgresUrl } from './config.ts'
import type { Connection } from './connection.ts'

const textOf = (...lines: readonly string[]): Uint8Array => Buffer.from(lines.map((line) => `${line}\n`).join(''))

describeEngines(['postgres15'], 'COPY within one message', () => {
  const withConnection = async (work: (connection: Connection, url: string) => Promise<void>): Promise<void> => {
    await using database = await createDatabase(engineUrl('postgres15'), 'copy')
    await database.query('CREATE TABLE a (n integer); CREATE TABLE b (n integer, t text)')
    await using sessions = await openSessions(parsePostgresUrl(database.url), never)
    await using connection = await sessions.open({}, never)
    await work(connection, database.url)
  }
  const count = async (connection: Connection): Promise<unknown> =>
    (await connection.rows('SELECT n FROM public.a ORDER BY n', [], never)).flat()

  it('feeds several COPYs in turn, and gives every statement its tag and rows', () =>
    withConnection(async (connection) => {
      const results = await connection.script(
        `SELECT 1, NULL; COPY public.a FROM STDIN; SELECT 'two' UNION ALL SELECT 'three'; COPY public.b FROM STDIN; SELECT count(*) FROM public.a`,
        never,
        [[textOf('1'), textOf('2', '3')], [textOf('4\tx')]],
      )
      expect(results).toEqual([
        { tag: 'SELECT 1', rows: [['1', null]] },
        { tag: 'COPY 3', rows: [] },
        { tag: 'SELECT 2', rows: [['two'], ['three']] },
        { tag: 'COPY 1', rows: [] },
        { tag: 'SELECT 1', rows: [['3']] },
      ])
    }))

  it('keeps nothing of a message whose later statement fails', () =>
    withConnection(async (connection) => {
      const script = connection.script('COPY public.a FROM STDIN; SELECT 1 / 0', never, [[textOf('1')]])
      await expect(script).rejects.toMatchObject({ cause: { code: '22012' } })
      expect(await count(connection)).toEqual([])
    }))

  it('survives an error before the server asks for data', () =>
    withConnection(async (connection) => {
      const script = connection.script('COPY public.nowhere FROM STDIN', never, [[textOf('1')]])
      await expect(script).rejects.toMatchObject({ code: 'TL_T305' })
      expect(connection.isUsable).toBe(true)
      expect(await count(connection)).toEqual([])
    }))

  it('stops writing at an error in the middle, and goes on with the connection', () =>
    withConnection(async (connection) => {
      const good = textOf(...Array.from({ length: 20_000 }, (_, n) => String(n)))
      let pieceCount = 0
      const pieces = Array.from({ length: 500 }, (_, n) => (n === 3 ? textOf('not a number') : good))
      const counted = new Proxy(pieces, {
        get(target, property, receiver) {
          if (typeof property === 'string' && /^\d+$/.test(property)) pieceCount++
          return Reflect.get(target, property, receiver) as unknown
        },
      })
      const script = connection.script('COPY public.a FROM STDIN', never, [counted])
      await expect(script).rejects.toMatchObject({
        cause: { code: '22P02', where: expect.stringMatching('line 60001') },
      })
      expect(pieceCount).toBeLessThan(250)
      expect(await count(connection)).toEqual([])
    }))

  it('fails a COPY that nobody has data for', () =>
    withConnection(async (connection) => {
      await expect(connection.script('COPY public.a FROM STDIN', never)).rejects.toMatchObject({ code: 'TL_T399' })
      expect(await count(connection)).toEqual([])
    }))

  it('tells when the first piece and when everything is with the system', () =>
    withConnection(async (connection) => {
      const told: string[] = []
      const events = { onFirstPiece: () => told.push('first'), onSent: () => told.push('sent') }
      await connection.script('COPY public.a FROM STDIN', never, [[textOf('1'), textOf('2')]], events)
      await connection.script('SELECT 1', never, [], events)
      expect(told).toEqual(['first', 'sent', 'sent'])
    }))

  it('is ended by the server as a lost connection', () =>
    withConnection(async (connection, url) => {
      const [row] = await connection.rows('SELECT pg_backend_pid()', [], never)
      await using other = await openSession(url)
      const script = connection.script('SELECT pg_sleep(60)', never)
      const outcome = script.then(String, (error: unknown) => error)
      await other.query('SELECT pg_terminate_backend($1)', [row?.[0]])
      expect(await outcome).toMatchObject({ code: 'TL_T302' })
      await expect(connection.rows('SELECT 1', [], never)).rejects.toMatchObject({ code: 'TL_T302' })
      expect(connection.isUsable).toBe(false)
    }))

  it('is not reused after an abort', () =>
    withConnection(async (connection) => {
      const abort = new AbortController()
      setTimeout(() => abort.abort(new Error('enough')), 50)
      await expect(connection.script('SELECT pg_sleep(60)', abort.signal)).rejects.toThrow('enough')
      expect(connection.isUsable).toBe(false)
    }))
})
