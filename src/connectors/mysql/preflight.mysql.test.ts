import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { openSession } from '../../../test/support/engines/database-session.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import type { Finding, ReadPlan } from '../../model/plan.ts'
import { openSessions } from './client.ts'
import { type MysqlSettings, parseMysqlUrl } from './config.ts'
import { preflightSource } from './preflight.ts'
import { readLongStatements, readLongTransactions } from './preflight/source-facts.ts'
import { readServerFacts } from './server-facts.ts'

const signal = AbortSignal.timeout(60_000)

function readOf(database: TestDatabase, table: string, columns: readonly string[] = ['id']): ReadPlan {
  const native = { name: 'int', text: 'int', args: [] }
  return {
    dataset: table,
    table: { schema: database.name, name: table },
    columns: columns.map((name) => ({
      name,
      native,
      type: { kind: 'int', bits: 32, signed: true },
      nullable: true,
      policies: {},
    })),
    identify: ['id'],
  }
}

async function preflight(url: string, reads: readonly ReadPlan[]): Promise<readonly Finding[]> {
  await using sessions = await openSessions(parseMysqlUrl(url).settings as MysqlSettings, signal)
  const server = await sessions.use(readServerFacts, signal)
  return await preflightSource(sessions, server, reads, signal)
}

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine], `preflight on ${engine}`, () => {
    let database: TestDatabase
    let user: string
    let userUrl: string
    const grant = (...grants: readonly string[]): Promise<unknown> =>
      database.query(grants.map((one) => `GRANT ${one} TO ${user}`).join('; '))

    beforeAll(async () => {
      database = await createDatabase(engineUrl(engine), 'preflight')
      const name = database.name.slice(0, 32)
      user = `'${name}'@'%'`
      const url = new URL(engineUrl(engine))
      url.username = name
      url.password = 'pass'
      userUrl = url.href
      await database.query(`CREATE TABLE a (id int PRIMARY KEY, secret int); CREATE TABLE b (id int PRIMARY KEY);
        CREATE TABLE plain (id int PRIMARY KEY) ENGINE=MyISAM`)
      await database.query(`CREATE USER ${user} IDENTIFIED BY 'pass'`)
    })
    afterAll(async () => {
      await database.query(`DROP USER ${user}`)
      await database[Symbol.asyncDispose]()
    })

    it('has nothing to say to an administrator about tables with transactions', async () => {
      expect(await preflight(engineUrl(engine), [readOf(database, 'a'), readOf(database, 'b')])).toEqual([])
    })

    it('names tables without transactions', async () => {
      const findings = await preflight(engineUrl(engine), [readOf(database, 'a'), readOf(database, 'plain')])
      expect(findings).toMatchObject([{ level: 'warning', code: 'TL_K502' }])
      expect(findings[0]?.message).toContain(`one table has no transactions (MyISAM)`)
      expect(findings[0]?.message).toContain(`${database.name}.plain`)
    })

    it('tells a user what is missing, in GRANTs that mend it', async () => {
      const reads = [readOf(database, 'a', ['id', 'secret']), readOf(database, 'b')]
      await grant(`SELECT (id) ON \`${database.name}\`.a`, `SELECT ON \`${database.name}\`.b`)
      const before = await preflight(userUrl, reads)
      const denied = before.filter(({ level }) => level === 'error')
      expect(denied).toMatchObject([
        { code: 'TL_S204', cure: `GRANT SELECT ON \`${database.name}\`.\`a\` TO ${user};` },
      ])
      expect(denied[0]?.message).toContain('may not read one table')
      const cures = before.flatMap(({ cure }) => cure?.split('\n') ?? []).filter((cure) => !cure.startsWith('or '))
      expect(cures.some((cure) => cure.startsWith('GRANT PROCESS ON *.*'))).toBe(true)
      expect(cures.some((cure) => cure.startsWith('GRANT REPLICATION CLIENT ON *.*'))).toBe(true)
      expect(cures.some((cure) => cure.startsWith('GRANT FLUSH_TABLES ON *.*'))).toBe(engine === 'mysql9')
      await database.query(cures.join(' '))
      expect(await preflight(userUrl, reads)).toEqual([])
    })

    it('asks for a whole database where nothing of it can be read', async () => {
      await database.query(`REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${user}`)
      const findings = await preflight(userUrl, [readOf(database, 'a'), readOf(database, 'b')])
      expect(findings[0]).toMatchObject({ level: 'error', cure: `GRANT SELECT ON \`${database.name}\`.* TO ${user};` })
      expect(findings.length).toBeLessThanOrEqual(20)
    })

    it('is content with LOCK TABLES where nothing may be flushed', async () => {
      await database.query(`REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${user}`)
      await grant(`SELECT, LOCK TABLES ON \`${database.name}\`.*`)
      const findings = await preflight(userUrl, [readOf(database, 'a')])
      expect(findings.filter(({ level }) => level === 'error')).toEqual([])
      expect(findings.filter(({ cure }) => cure?.includes('FLUSH_TABLES') || cure?.includes('RELOAD'))).toEqual([])
    })

    it('refuses a column that is not there', async () => {
      const reads = [readOf(database, 'a'), readOf(database, 'b', ['gone'])]
      await expect(preflight(engineUrl(engine), reads)).rejects.toMatchObject({ code: 'TL_S205' })
    })

    it('sees what other sessions have been doing for long', async () => {
      await using sessions = await openSessions(parseMysqlUrl(engineUrl(engine)).settings as MysqlSettings, signal)
      await using other = await openSession(database.url)
      const [row] = await other.query('SELECT CONNECTION_ID() AS id')
      // Another time zone than the server's machine has must not make it hours old.
      await other.query("SET time_zone = '+05:00'; BEGIN")
      await other.query('SELECT * FROM a')
      const sleeping = other.query('SELECT SLEEP(2.5)')
      await new Promise((resolve) => setTimeout(resolve, 1_200))
      const found = await sessions.use(async (session) => {
        const transactions = await readLongTransactions(session, 0)
        return { transactions, statements: await readLongStatements(session, 0) }
      }, signal)
      await sleeping
      expect(found.transactions?.oldestSeconds).toBeGreaterThanOrEqual(1)
      expect(found.transactions?.oldestSeconds).toBeLessThan(30)
      expect(found).toMatchObject({ statements: { connection: String(row?.['id']) } })
      await other.query('COMMIT')
    })
  })
}
