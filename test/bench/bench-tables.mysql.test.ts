import { createHash } from 'node:crypto'
import { createConnection } from 'mysql2/promise'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from '../support/engines/create-database.ts'
import type { TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { createHugeRows } from './huge-rows.ts'
import { loadRows } from './load-rows.ts'
import { createNarrowTable } from './narrow-table.ts'
import { createOrdersTable } from './orders-table.ts'
import { createSmallTables, smallTableName } from './small-tables.ts'
import { createWideTable, wideColumnCount } from './wide-table.ts'

const digests: string[] = []

describe.each(['mysql9', 'mariadb'] as const)('on %s', (name) => {
  describeEngines([name], 'the tables of the bench', () => {
    let database: TestDatabase
    let connection: Connection

    beforeAll(async () => {
      database = await createDatabase(engineUrl(name), 'bench')
      connection = await createConnection({
        uri: database.url,
        supportBigNumbers: true,
        bigNumberStrings: true,
        dateStrings: true,
        jsonStrings: true,
      })
    })

    afterAll(async () => {
      await connection.end()
      await database[Symbol.asyncDispose]()
    })

    const one = async (sql: string): Promise<RowDataPacket | undefined> => {
      const [rows] = await connection.query<RowDataPacket[]>(sql)
      return rows[0]
    }

    it('has orders of every kind, the same on both engines', async () => {
      await createOrdersTable(connection, 30_000)
      const counts = await one(`SELECT COUNT(*) AS allRows, SUM(note IS NULL) AS nulls, SUM(big > ~0 >> 1) AS beyond,
        SUM(note LIKE '%\t%') > 0 AS tabs, SUM(note LIKE '%"%') > 0 AS quotes, SUM(LOCATE('\\\\', note) > 0) > 0 AS slashes,
        SUM(note LIKE '%注%') > 0 AS cjk, SUM(note LIKE '%🎁%') > 0 AS emoji, MAX(big) AS biggest FROM orders`)
      expect(counts).toMatchObject({ allRows: '30000', beyond: '30', biggest: '9223372036854775808' })
      expect(Number(counts?.['nulls']) / 30_000).toBeCloseTo(1 / 3, 1)
      for (const kind of ['tabs', 'quotes', 'slashes', 'cjk', 'emoji']) expect(String(counts?.[kind])).toBe('1')
      const [keys] = await connection.query<RowDataPacket[]>('SHOW KEYS FROM orders')
      expect(keys.map((key) => String(key['Column_name']))).toEqual(['id', 'customer_id', 'created_at'])
      const [rows] = await connection.query<RowDataPacket[]>('SELECT * FROM orders ORDER BY id')
      digests.push(createHash('sha256').update(JSON.stringify(rows)).digest('hex'))
      expect(new Set(digests).size).toBe(1)
    })

    it('puts the session back as it was', async () => {
      await connection.query(`SET SESSION sql_mode = 'ANSI_QUOTES', SESSION time_zone = '+03:00'`)
      const state = 'SELECT @@sql_mode, @@time_zone, @@unique_checks, @@foreign_key_checks, @@sql_log_bin'
      const before = await one(state)
      await createNarrowTable(connection, 10)
      expect(await one(state)).toEqual(before)
      await connection.query(`SET SESSION sql_mode = DEFAULT, SESSION time_zone = DEFAULT`)
    })

    it('refuses rows that the server would cut', async () => {
      await connection.query('CREATE TABLE tight (id int, word char(3))')
      await expect(loadRows(connection, 'tight', 2, (id) => [id, 'abcdef'])).rejects.toThrow(/tight: .* 2 warnings/)
    })

    it('has narrow rows', async () => {
      await createNarrowTable(connection, 20_000)
      const counts = await one('SELECT COUNT(*) AS allRows, MIN(value) < 0 AND MAX(value) > 0 AS bothSigns FROM narrow')
      expect([counts?.['allRows'], Number(counts?.['bothSigns'])]).toEqual(['20000', 1])
    })

    it('has wide rows', async () => {
      await createWideTable(connection, 200)
      const [rows] = await connection.query<RowDataPacket[]>('SELECT * FROM wide')
      expect(rows).toHaveLength(200)
      const values = rows.flatMap((row) => Object.values(row))
      expect(values).toHaveLength(200 * wideColumnCount)
      expect(values.filter((value) => value === null).length / values.length).toBeCloseTo(0.1, 1)
    })

    it('has many small tables, some of them empty', async () => {
      const total = await createSmallTables(connection, 20, 30)
      const counts = await Promise.all(
        Array.from({ length: 20 }, (_, at) => one(`SELECT COUNT(*) AS count FROM ${smallTableName(at + 1)}`)),
      )
      const rowCounts = counts.map((row) => Number(row?.['count']))
      expect(rowCounts.reduce((sum, count) => sum + count, 0)).toBe(total)
      expect([rowCounts[9], rowCounts[19]]).toEqual([0, 0])
      expect(rowCounts.filter((count) => count > 0)).toHaveLength(18)
    })

    it('has huge rows of the asked length, each its own', async () => {
      await createHugeRows(connection, 3, 2 * 1024 * 1024)
      const lengths = await one('SELECT COUNT(DISTINCT body) AS bodies, MIN(LENGTH(body)) AS bytes FROM huge_rows')
      expect(lengths).toEqual({ bodies: '3', bytes: String(2 * 1024 * 1024) })
      await expect(createHugeRows(connection, 1, 1_000)).rejects.toThrow(RangeError)
    })
  })
})
