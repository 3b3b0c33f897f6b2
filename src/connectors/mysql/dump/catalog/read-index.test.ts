import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dumpOnDisk, dumpStart, openDump } from '../../../../../test/support/dump-source.ts'
import { never } from '../../../../../test/support/mysql-source.ts'
import { TransloadError } from '../../../../errors/transload-error.ts'
import type { Catalog, TableInfo } from '../../../../model/relation.ts'

const fixtures = new URL('../../../../format/sql-text/fixtures/', import.meta.url)

async function catalogOf(content: string | Uint8Array, name = 'dump.sql'): Promise<Catalog> {
  await using file = await dumpOnDisk(content, name)
  await using source = await openDump(file.url)
  return await source.catalog(never)
}

async function tableOf(sql: string): Promise<TableInfo> {
  const { tables } = await catalogOf(dumpStart + sql)
  const [table] = tables
  if (table === undefined) throw new Error('no table')
  return table
}

async function refusal(content: string | Uint8Array): Promise<TransloadError> {
  try {
    await catalogOf(content)
  } catch (error) {
    if (error instanceof TransloadError) return error
    throw error
  }
  throw new Error('the dump was read')
}

describe('the catalog of a dump', () => {
  it.each(['mysql9', 'mariadb'])('lists what the fixtures of %s hold', async (server) => {
    const { tables, others } = await catalogOf(readFileSync(new URL(`${server}-full.sql`, fixtures)))
    const own = server === 'mysql9' ? [] : ['hashed', 'periods', 'versioned', 'versioned2']
    const shop = ['VALUES (1,2),(', 'audit', 'customers', 'empty_one', 'modern', 'nasty', 'orders', 'parted', ...own]
    expect(tables.map(({ name }) => `${name.schema}.${name.name}`)).toEqual([
      'odd `db".t.1',
      ...shop.toSorted().map((name) => `shop.${name}`),
    ])
    const rowsOf = (name: string): number | undefined => tables.find((one) => one.name.name === name)?.rowEstimate
    expect([rowsOf('customers'), rowsOf('nasty'), rowsOf('audit'), rowsOf('t.1')]).toEqual([4, 4, 0, 3])
    expect(others.map(({ kind, name }) => `${kind} ${name.schema}.${name.name}`)).toEqual([
      'event shop.nightly',
      'function shop.twice',
      'procedure shop.do it',
      ...(server === 'mysql9' ? [] : ['sequence shop.s1']),
      'trigger shop.customers_ai',
      'trigger shop.orders_bu',
      'view shop.big_customers',
      'view shop.view_of_view',
    ])
    const trigger = others.find(({ kind }) => kind === 'trigger')
    expect(trigger?.sql).toMatch(/^CREATE DEFINER=`root`@`[\w.]+` TRIGGER `?customers_ai`? AFTER INSERT ON .*\sEND$/s)
    expect(others.find(({ kind }) => kind === 'view')?.sql).toMatch(
      /^CREATE ALGORITHM=UNDEFINED DEFINER=\S+ SQL SECURITY DEFINER VIEW /,
    )
  })

  it('is the same with and without rows, and from one spelling to another', async () => {
    const read = (name: string): Promise<Catalog> => catalogOf(readFileSync(new URL(name, fixtures)))
    const shopOf = ({ tables }: Catalog) =>
      tables
        .filter(({ name }) => name.schema === 'shop')
        .map((table) => ({ ...table, rowEstimate: 0, byteEstimate: 0, nextAutoIncrement: '' }))
    expect(shopOf(await read('mysql9-no-data.sql'))).toEqual(shopOf(await read('mysql9-full.sql')))
    expect(shopOf(await read('mariadb-no-data.sql'))).toEqual(shopOf(await read('mariadb-full.sql')))
    const nasty = (tables: ReturnType<typeof shopOf>) => tables.find(({ name }) => name.name === 'nasty')
    expect(nasty(shopOf(await read('mysql9-ansi.sql')))).toEqual(nasty(shopOf(await read('mysql9-full.sql'))))
  })

  it('knows the database by its header, by USE, or by the name of the file', async () => {
    const create = 'CREATE TABLE t (id int);'
    const schemaOf = async (text: string): Promise<string | undefined> =>
      (await catalogOf(text, 'my shop.SQL.gz')).tables[0]?.name.schema
    expect(await schemaOf(create)).toBe('my shop')
    expect(await schemaOf(`-- MySQL dump 10.13\n--\n-- Host: localhost    Database: shop\n${create}`)).toBe('shop')
    expect(await schemaOf(`USE \`other\`;${create}`)).toBe('other')
    expect(await schemaOf(create.replace('t ', '`d`.`t` '))).toBe('d')
  })

  it('takes charsets and collations from the column, its table, its database and its server', async () => {
    const columns = async (options: string, header = ''): Promise<(string | undefined)[]> => {
      const sql = `${header}CREATE TABLE t (a text, b text COLLATE latin1_bin, c text CHARACTER SET cp1251, d varbinary(9)) ${options};`
      const { tables } = await catalogOf(sql)
      return tables[0]?.columns.map(({ native }) => native.collation) ?? []
    }
    const mysql8 = '-- MySQL dump 10.13\n-- Server version\t8.0.36\n'
    const mysql57 = '-- MySQL dump 10.13\n-- Server version\t5.7.44-log\n'
    const mariadb = '-- MariaDB dump 10.19\n-- Server version\t10.11.6-MariaDB\n'
    const rest = ['latin1_bin', 'cp1251_general_ci', undefined]
    expect(await columns('')).toEqual(['utf8mb4_0900_ai_ci', ...rest])
    expect(await columns('DEFAULT CHARSET=utf8mb4', mysql8)).toEqual(['utf8mb4_0900_ai_ci', ...rest])
    expect(await columns('DEFAULT CHARSET=utf8mb4', mysql57)).toEqual(['utf8mb4_general_ci', ...rest])
    expect(await columns('DEFAULT CHARSET=utf8mb4', mariadb)).toEqual(['utf8mb4_general_ci', ...rest])
    expect(await columns('CHARSET=latin1', mariadb)).toEqual(['latin1_swedish_ci', ...rest])
    expect(await columns('CHARSET=utf8 COLLATE=utf8_czech_ci', mysql57)).toEqual(['utf8mb3_czech_ci', ...rest])
    const database = 'CREATE DATABASE `d` /*!40100 DEFAULT CHARACTER SET latin2 */;USE d;'
    expect(await columns('', mysql8 + database)).toEqual(['latin2_general_ci', ...rest])
  })

  it('reads what people write and no tool does', async () => {
    const table =
      await tableOf(`CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY AUTO_INCREMENT, n NVARCHAR(9), b BOOLEAN DEFAULT TRUE,
      d NUMERIC(9), c CHAR, r REAL, u INT UNIQUE, f DEC DEFAULT 1);
      CREATE UNIQUE INDEX both_ ON t (n, d DESC); CREATE INDEX plain USING BTREE ON t (c(1)) COMMENT 'x';
      ALTER TABLE t ADD CONSTRAINT to_self FOREIGN KEY (u) REFERENCES t (id) ON DELETE CASCADE;`)
    expect(table.columns.map(({ native }) => native.text)).toEqual([
      'int',
      'varchar(9)',
      'tinyint(1)',
      'decimal(9,0)',
      'char(1)',
      'double',
      'int',
      'decimal(10,0)',
    ])
    expect(table.columns[0]).toMatchObject({ nullable: false, autoIncrement: true })
    expect(table.columns[1]?.native.charset).toBe('utf8mb3')
    expect(table.columns[2]?.default).toMatchObject({ kind: 'number', text: '1' })
    expect(table.indexes.map(({ name, kind, parts }) => [name, kind, parts.map((part) => part.column).join()])).toEqual(
      [
        ['PRIMARY', 'primary', 'id'],
        ['both_', 'unique', 'n,d'],
        ['plain', 'index', 'c'],
        ['u', 'unique', 'u'],
      ],
    )
    expect(table.foreignKeys).toMatchObject([{ name: 'to_self', onDelete: 'cascade', onUpdate: 'no action' }])
  })

  it('counts partitions', async () => {
    const count = async (sql: string): Promise<number> =>
      (await tableOf(`CREATE TABLE t (id int, PRIMARY KEY (id)) ${sql};`)).partitionCount
    expect(await count('')).toBe(0)
    expect(await count('/*!50100 PARTITION BY HASH (id) PARTITIONS 4 */')).toBe(4)
    expect(await count('PARTITION BY KEY ()')).toBe(1)
    const list =
      'PARTITION BY RANGE (id) SUBPARTITION BY HASH (id) (PARTITION a VALUES LESS THAN (10) (SUBPARTITION s1, SUBPARTITION s2), PARTITION `partition` VALUES LESS THAN (20))'
    expect(await count(list)).toBe(2)
  })

  it('adds what comes after the table, as Percona’s mysqldump and phpMyAdmin write it', async () => {
    const table = await tableOf(`CREATE TABLE t (id int NOT NULL, v int);INSERT INTO t VALUES (1,2);
      ALTER TABLE t ADD PRIMARY KEY (id), ADD KEY v (v); ALTER TABLE t MODIFY id int NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=9;`)
    expect(table.indexes.map(({ name }) => name)).toEqual(['PRIMARY', 'v'])
    expect(table).toMatchObject({ rowEstimate: 1, nextAutoIncrement: '9' })
    expect(table.columns[0]?.autoIncrement).toBe(true)
  })

  it('empties what has no rows yet', async () => {
    const sql = 'CREATE TABLE t (id int);TRUNCATE TABLE `t`;DELETE FROM t;INSERT INTO t VALUES (1);'
    expect((await tableOf(sql)).rowEstimate).toBe(1)
  })
})

describe('a dump that is refused', () => {
  const create = `${dumpStart}CREATE TABLE t (id int, v int);`

  it.each([
    ['UPDATE t SET id = 2;', /it says UPDATE/],
    ['INSERT INTO t SELECT * FROM t;', /it says INSERT/],
    ['TRUNCATE t;', /it says TRUNCATE/],
    ['DELETE FROM t WHERE id = 1;', /it says DELETE/],
    ["LOAD DATA INFILE 'x' INTO TABLE t;", /it says LOAD/],
    ['CREATE TABLE t (id int);', /makes the table t again/],
    ['CREATE TEMPORARY TABLE u (id int);', /temporary table u/],
    ['CREATE TABLE u AS SELECT 1;', /expected/],
    ['CREATE TABLE u (id frobnicate(1) NOPE);', /expected/],
    ['INSERT INTO t VALUES (1);', /a row of t has 1 values for 2 columns/],
    ['INSERT INTO t (id, w) VALUES (1,2);', /has no column w/],
    ['INSERT INTO u VALUES (1,2);', /does not make the table dump\.u/],
    ['SET @@session.system_versioning_insert_history=1;', /history/],
    ["SET sql_mode=CONCAT(@@sql_mode,',NO_BACKSLASH_ESCAPES');", /sql_mode/],
  ])('%s', async (statement, reason) => {
    const error = await refusal(`${create}INSERT INTO t VALUES (1,2);${statement}`)
    expect(error.code).toBe('TL_S208')
    expect(error.title).toMatch(reason)
    expect(error.title).toMatch(/at byte \d+/)
    expect(error.hint.length).toBeGreaterThan(20)
  })

  it('says so where the dump tool itself failed', async () => {
    const error = await refusal(
      `${create}\nmysqldump: Error 2013: Lost connection to server during query when dumping table\n`,
    )
    expect(error).toMatchObject({ code: 'TL_S207' })
    expect(error.title).toContain('Lost connection')
  })

  it('is one of rows without tables, or of history, whose rows would be there twice', async () => {
    const rowsOnly = await refusal(readFileSync(new URL('mysql9-hex-single.sql', fixtures)))
    expect(rowsOnly.hint).toMatch(/--no-create-info/)
    const history = await refusal(readFileSync(new URL('mariadb-history.sql', fixtures)))
    expect(history.title).toMatch(/history/)
  })
})

function rowsIn({ tables }: Catalog): number {
  return tables.reduce((sum, table) => sum + table.rowEstimate, 0)
}

/** How many rows are found, and the code of what is said of the cut. */
async function readCut(content: Uint8Array): Promise<{ readonly found: number; readonly said: string }> {
  await using file = await dumpOnDisk(content)
  await using source = await openDump(file.url)
  try {
    const found = rowsIn(await source.catalog(never))
    const codes = (await source.preflight([], never)).map(({ code }) => code)
    return { found, said: codes.join() }
  } catch (error) {
    if (error instanceof TransloadError) return { found: 0, said: error.code }
    throw error
  }
}

describe('a dump that is cut off', () => {
  const names = readdirSync(fixtures).filter((name) => /^(mysql9|mariadb)-(full|gbk|ansi|compact)\.sql$/.test(name))

  it.each(names)('%s: is never read as whole', async (name) => {
    const whole = readFileSync(new URL(name, fixtures))
    const rowCount = rowsIn(await catalogOf(whole))
    const hasHeader = whole.includes('-- MySQL dump') || whole.includes('-- MariaDB dump')
    // Cut between two statements: what there is, is whole; and that something may be missing is said.
    const bearable = hasHeader ? ['TL_S207', 'dump-not-completed'] : ['TL_S207', '']
    const property = fc.asyncProperty(fc.integer({ min: 300, max: whole.length - 40 }), async (cut) => {
      const { found, said } = await readCut(whole.subarray(0, cut))
      expect(bearable).toContain(said)
      expect(found).toBeLessThanOrEqual(rowCount)
    })
    await fc.assert(property, { numRuns: 60 })
  })
})
