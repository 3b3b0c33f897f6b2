import { expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import type { CountAnswer, CountQuestion } from '../../model/count.ts'
import { openSessions } from './client.ts'
import { type MysqlSettings, parseMysqlUrl } from './config.ts'
import { countTables } from './count.ts'
import { readServerFacts } from './server-facts.ts'

const signal = AbortSignal.timeout(60_000)

async function count(database: TestDatabase, questions: readonly CountQuestion[]): Promise<readonly CountAnswer[]> {
  await using sessions = await openSessions(parseMysqlUrl(database.url).settings as MysqlSettings, signal)
  const server = await sessions.use(readServerFacts, signal)
  return await sessions.transaction((session) => countTables(session, server, questions, signal), signal)
}

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine], `counting on ${engine}`, () => {
    it('counts rows and NULLs, more columns than go into one statement too', async () => {
      await using database = await createDatabase(engineUrl(engine), 'count')
      const table = { schema: database.name, name: 'odd `name`' }
      await database.query('CREATE TABLE `odd ``name``` (id int PRIMARY KEY, `a b` int, c text)')
      await database.query("INSERT INTO `odd ``name``` VALUES (1, NULL, ''), (2, 0, NULL), (3, NULL, 'x')")
      const columns = ['id', 'a b', 'c', ...Array.from({ length: 1100 }, () => 'a b')]
      const [answer] = await count(database, [{ table, columns, orphans: [] }])
      expect(answer).toMatchObject({ table, rows: 3, orphans: [] })
      expect(answer?.nulls.slice(0, 3)).toEqual([0, 2, 1])
      expect(answer?.nulls).toHaveLength(columns.length)
      expect(answer?.nulls.at(-1)).toBe(2)
      const [bare] = await count(database, [{ table, columns: [], orphans: [] }])
      expect(bare).toEqual({ table, rows: 3, nulls: [], orphans: [] })
    })

    it('counts orphans as the foreign key compares: by collation, blanks at the end, and whole keys only', async () => {
      await using database = await createDatabase(engineUrl(engine), 'count')
      await using other = await createDatabase(engineUrl(engine), 'count')
      const ci = 'varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci'
      await database.query(`CREATE TABLE parent (code ${ci} PRIMARY KEY)`)
      await database.query("INSERT INTO parent VALUES ('ABC'), ('é '), ('z')")
      await other.query('CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b))')
      await other.query('INSERT INTO pair VALUES (1, 1), (2, 2)')
      await database.query(`CREATE TABLE child (id int PRIMARY KEY, code ${ci}, a int, b int)`)
      await database.query(`INSERT INTO child VALUES (1, 'abc', 1, 1), (2, 'abc  ', 2, NULL), (3, 'E', 1, 2),
        (4, NULL, NULL, 9), (5, 'lost', 3, 3), (6, '', NULL, NULL)`)
      const orphans = [
        {
          constraint: 'by_code',
          columns: ['code'],
          references: { schema: database.name, name: 'parent' },
          referencedColumns: ['code'],
        },
        {
          constraint: 'by_pair',
          columns: ['a', 'b'],
          references: { schema: other.name, name: 'pair' },
          referencedColumns: ['a', 'b'],
        },
        {
          constraint: 'by_nothing',
          columns: ['a'],
          references: { schema: other.name, name: 'dropped' },
          referencedColumns: ['a'],
        },
      ]
      const table = { schema: database.name, name: 'child' }
      const answers = await count(database, [
        { table, columns: ['code'], orphans },
        { table: { schema: database.name, name: 'parent' }, columns: ['code'], orphans: [] },
      ])
      expect(answers).toEqual([
        { table, rows: 6, nulls: [1], orphans: [2, 2, 4] },
        { table: { schema: database.name, name: 'parent' }, rows: 3, nulls: [0], orphans: [] },
      ])
    })

    it('counts in the transaction that the session is in', async () => {
      await using database = await createDatabase(engineUrl(engine), 'count')
      await database.query('CREATE TABLE t (id int PRIMARY KEY)')
      await database.query('INSERT INTO t VALUES (1)')
      await using sessions = await openSessions(parseMysqlUrl(database.url).settings as MysqlSettings, signal)
      const server = await sessions.use(readServerFacts, signal)
      const question = { table: { schema: database.name, name: 't' }, columns: ['id'], orphans: [] }
      const counts = await sessions.transaction(async (session) => {
        const before = await countTables(session, server, [question], signal)
        await database.query('INSERT INTO t VALUES (2)')
        return [...before, ...(await countTables(session, server, [question], signal))].map(({ rows }) => rows)
      }, signal)
      expect(counts).toEqual([1, 1])
    })

    it('refuses a table that is not there, and stops when it is told to', async () => {
      await using database = await createDatabase(engineUrl(engine), 'count')
      const question = { table: { schema: database.name, name: 'none' }, columns: [], orphans: [] }
      await expect(count(database, [question])).rejects.toMatchObject({ code: 'TL_S205' })
      await using sessions = await openSessions(parseMysqlUrl(database.url).settings as MysqlSettings, signal)
      const server = await sessions.use(readServerFacts, signal)
      const stopped = AbortSignal.abort(new Error('enough'))
      const counting = sessions.use((session) => countTables(session, server, [question], stopped), signal)
      await expect(counting).rejects.toThrow('enough')
    })
  })
}
