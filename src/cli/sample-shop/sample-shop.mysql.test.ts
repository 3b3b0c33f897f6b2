import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import type { ResultSetHeader } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from '../../../test/support/engines/create-database.ts'
import type { TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { writeSampleShop } from './write-sample-shop.ts'
import type { Oddity, PlantedOddity } from './shop.ts'
import type { SampleShop } from './write-sample-shop.ts'

let folder: string
let shop: SampleShop

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-shop-'))
  shop = await writeSampleShop(join(folder, 'shop.sql'), { rowCount: 20_000 })
})

afterAll(() => rm(folder, { recursive: true }))

describe.each(['mysql9', 'mariadb'] as const)('on %s', (name) => {
  describeEngines([name], 'the sample shop', () => {
    let database: TestDatabase
    let warnings: Readonly<Record<string, number>>

    beforeAll(async () => {
      database = await createDatabase(engineUrl(name), 'sample_shop')
      warnings = await loadDump(database.url, shop.path)
      await database.query(`SET SESSION sql_mode = '', SESSION time_zone = '+00:00'`)
    })

    afterAll(() => database[Symbol.asyncDispose]())

    const countOf = async (sql: string): Promise<number> => Number((await database.query(sql))[0]?.['count'])

    it('loads without a warning but for the labels that the enum does not have', () => {
      const missingLabels = shop.planted.find(({ oddity }) => oddity === 'enum-index-zero')?.rowCount
      expect(warnings).toEqual({ order: missingLabels })
    })

    it('has the rows that were announced', async () => {
      const counted: Record<string, number> = {}
      for (const table of Object.keys(shop.tables)) {
        counted[table] = await countOf(`SELECT COUNT(*) AS count FROM \`${table}\``)
      }
      expect(counted).toEqual(shop.tables)
    })

    it('has the oddities that were announced, and none beside them in any column', async () => {
      const found: PlantedOddity[] = []
      for (const { table, column, oddity, condition } of await oddityChecks(database)) {
        const rowCount = await countOf(`SELECT COUNT(*) AS count FROM \`${table}\` AS t WHERE ${condition}`)
        if (rowCount > 0) found.push({ table, column, oddity, rowCount })
      }
      const copies = `SELECT COUNT(*) - (SELECT COUNT(*) FROM (SELECT DISTINCT * FROM page_views) AS d) AS count`
      const rowCount = await countOf(`${copies} FROM page_views`)
      found.push({ table: 'page_views', column: '', oddity: 'duplicate-row', rowCount })
      expect(sorted(found)).toEqual(sorted(shop.planted))
    })

    it('keeps the bytes of its blobs', async () => {
      const changed = `SELECT COUNT(*) AS count FROM product_images WHERE sha256 <> UNHEX(SHA2(thumbnail, 256))`
      expect(await countOf(changed)).toBe(0)
      const [first] = await database.query('SELECT thumbnail FROM product_images WHERE id = 1')
      expect(first?.['thumbnail']).toEqual(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))
    })

    it('adds up, through the view and the generated columns', async () => {
      const apart = `SELECT COUNT(*) AS count FROM order_summary s JOIN \`order\` o ON o.id = s.order_id`
      expect(await countOf(apart)).toBe(shop.tables['order'])
      expect(await countOf(`${apart} WHERE o.total <> s.total`)).toBe(0)
      const [named] = await database.query('SELECT fullName FROM customers WHERE id = 1')
      expect(named?.['fullName']).toMatch(/^\S.* \S/)
    })

    it('has triggers and routines that work', async () => {
      await database.query(`UPDATE \`order\` SET status = 'paid', paid_at = NULL WHERE id = 4`)
      expect(await countOf('SELECT COUNT(paid_at) AS count FROM `order` WHERE id = 4')).toBe(1)
      expect(await database.query('SELECT price_with_tax(19.90, 0.190) AS gross')).toEqual([{ gross: '23.68' }])
    })

    // MariaDB prints other statements for the same tables.
    if (name === 'mariadb') return
    it('is created by the statements that the server prints', async () => {
      const text = await readFile(shop.path, 'latin1')
      for (const table of Object.keys(shop.tables)) {
        const [row] = await database.query(`SHOW CREATE TABLE \`${table}\``)
        const printed = Buffer.from(String(row?.['Create Table'])).toString('latin1')
        expect(text).toContain(`;\n${printed};\n/*!40101 SET character_set_client = @saved_cs_client */;\n`)
      }
    })
  })
})

/**
 * Runs a dump's statements as they are, byte for byte, and counts the warnings of each table's INSERTs. The client
 * says latin1, of which every byte is a character, and does not follow the dump's SET NAMES: that is for the server.
 */
async function loadDump(url: string, path: string): Promise<Readonly<Record<string, number>>> {
  const warnings: Record<string, number> = {}
  const connection = await createConnection({ uri: url, charset: 'LATIN1_SWEDISH_CI', flags: ['-SESSION_TRACK'] })
  try {
    await connection.query(`SET SESSION sql_mode = ''`)
    for (const statement of statementsOf(await readFile(path, 'latin1'))) {
      const [result] = await connection.query<ResultSetHeader>(statement)
      const table = /^INSERT INTO `(\w+)` /.exec(statement)?.[1]
      if (table !== undefined && result.warningStatus > 0) {
        warnings[table] = (warnings[table] ?? 0) + result.warningStatus
      }
    }
  } finally {
    await connection.end()
  }
  return warnings
}

function* statementsOf(dump: string): Iterable<string> {
  let delimiter = ';'
  let statement = ''
  for (const line of dump.split('\n')) {
    if (line.startsWith('DELIMITER ')) {
      delimiter = line.slice('DELIMITER '.length)
    } else if (statement !== '' || (line !== '' && !line.startsWith('--'))) {
      statement += `${line}\n`
      if (!line.endsWith(delimiter)) continue
      yield statement.slice(0, -1 - delimiter.length)
      statement = ''
    }
  }
  expect(statement).toBe('')
}

interface OddityCheck {
  readonly table: string
  readonly column: string
  readonly oddity: Oddity
  readonly condition: string
}

/** For every column of the database, what could be odd about it. */
async function oddityChecks(database: TestDatabase): Promise<readonly OddityCheck[]> {
  const columns = await database.query(
    `SELECT c.table_name AS name, c.column_name AS col, c.data_type AS type, c.column_type AS full
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = ? AND t.table_type = 'BASE TABLE'`,
    [database.name],
  )
  const keys = await database.query(
    `SELECT table_name AS name, column_name AS col, referenced_table_name AS parent, referenced_column_name AS target
     FROM information_schema.key_column_usage WHERE table_schema = ? AND referenced_table_name IS NOT NULL`,
    [database.name],
  )
  return [
    ...columns.flatMap(({ name, col, type, full }) =>
      conditionsOf(`t.\`${String(col)}\``, String(type), String(full)).map(([oddity, condition]) => ({
        table: String(name),
        column: String(col),
        oddity,
        condition,
      })),
    ),
    ...keys.map(({ name, col, parent, target }) => ({
      table: String(name),
      column: String(col),
      oddity: 'orphan' as const,
      condition: `t.\`${String(col)}\` IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM \`${String(parent)}\` AS p WHERE p.\`${String(target)}\` = t.\`${String(col)}\`)`,
    })),
  ]
}

function conditionsOf(column: string, type: string, full: string): readonly (readonly [Oddity, string])[] {
  const bytes = `CAST(${column} AS BINARY)`
  // UTF-8's bytes C3 and C5, read as CP1252 (Ã, Å), and a sign that no name has behind them.
  const twice = `HEX(CAST(CONVERT(${column} USING utf8mb4) AS BINARY)) REGEXP '^(..)*C38[35](C2|E2|C5|CB|C6)'`
  switch (type) {
    case 'date':
    case 'datetime':
    case 'timestamp':
      return [['zero-date', `${column} = 0`]]
    case 'enum':
      return [['enum-index-zero', `${column} + 0 = 0`]]
    case 'time':
      return [['no-time-of-day', `TIME_TO_SEC(${column}) NOT BETWEEN 0 AND 86399`]]
    case 'tinyint':
      return full.startsWith('tinyint(1)') ? [['tinyint-two', `${column} NOT IN (0, 1)`]] : []
    case 'bigint':
      return [['beyond-int64', `${column} > 9223372036854775807`]]
    case 'json':
      return [['json-nul', `LOCATE('\\\\u0000', ${bytes}) > 0`]]
    case 'char':
    case 'varchar':
      return [
        ['nul-byte', `LOCATE(0x00, ${bytes}) > 0`],
        ['encoded-twice', twice],
      ]
    case 'text':
    case 'mediumtext':
      return [['nul-byte', `LOCATE(0x00, ${bytes}) > 0`]]
    // MariaDB has no JSON type; no other column of the shop is a LONGTEXT.
    case 'longtext':
      return [['json-nul', `LOCATE('\\\\u0000', ${bytes}) > 0`]]
    default:
      return []
  }
}

function sorted(list: readonly PlantedOddity[]): readonly PlantedOddity[] {
  const key = ({ table, column, oddity }: PlantedOddity): string => `${table}.${column} ${oddity}`
  return [...list].sort((left, right) => (key(left) < key(right) ? -1 : 1))
}
