import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseCreateTable } from './create-table.ts'
import { DumpEvent } from './dump-event.ts'
import { parseExpression } from './expression.ts'
import { parseStatement } from './parse-statement.ts'
import { StatementScanner } from './statement-scanner.ts'
import type { TableSyntax } from './table-syntax.ts'

const folder = new URL('./fixtures/', import.meta.url)

/** Every table of a dump, by its name. */
function tablesOf(name: string): Map<string, TableSyntax> {
  const scanner = new StatementScanner()
  const tables = new Map<string, TableSyntax>()
  scanner.feed(readFileSync(new URL(name, folder)))
  scanner.end()
  for (let event = scanner.next(); event !== DumpEvent.end; event = scanner.next()) {
    if (event === DumpEvent.failed) throw new Error(scanner.failure?.message)
    if (event !== DumpEvent.statement) continue
    const { rules, charset } = scanner.session
    const statement = parseStatement(scanner.text, { ...rules, charset })
    if (statement.kind === 'unsupported') throw new Error(statement.word)
    if (statement.kind === 'createTable') tables.set(statement.table.name, statement.table)
  }
  return tables
}

/** Without what is not set, so that a test says what is. */
function set(value: unknown): unknown {
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Uint8Array) return Buffer.from(part).toString('latin1')
    if (part === false || (Array.isArray(part) && part.length === 0)) return undefined
    return part
  })
  return JSON.parse(text)
}

const column = (table: TableSyntax | undefined, name: string): unknown =>
  set(table?.columns.find((candidate) => candidate.name === name))

describe('parseCreateTable over the fixtures', () => {
  const dumps = readdirSync(folder).filter((name) => /^(mysql9|mariadb)-.*\.sql$/.test(name))

  it.each(dumps.filter((name) => !name.includes('hex-single')))('%s: reads every table', (name) => {
    const tables = [...tablesOf(name).values()]
    expect(tables.length).toBeGreaterThan(0)
    for (const table of tables) expect(table.columns.length).toBeGreaterThan(0)
  })

  it('reads the same table from ANSI names, from names without quotes and from ordinary ones', () => {
    for (const server of ['mysql9', 'mariadb']) {
      const ordinary = tablesOf(`${server}-full.sql`).get('customers')!
      expect(tablesOf(`${server}-compact.sql`).get('customers')?.columns).toHaveLength(ordinary.columns.length)
      const { columns, keys, checks } = tablesOf(`${server}-ansi.sql`).get('customers')!
      expect(columns.map(({ name, type }) => [name, type])).toEqual(
        ordinary.columns.map(({ name, type }) => [name, type]),
      )
      expect(keys.map(({ kind, name, parts }) => [kind, name, parts])).toEqual(
        ordinary.keys.map(({ kind, name, parts }) => [kind, name, parts]),
      )
      const ansi = checks.map(({ expression }) => parseExpression(expression, { ansiQuotes: true }))
      expect(ansi).toEqual(ordinary.checks.map(({ expression }) => parseExpression(expression)))
      expect(ansi).not.toContain(undefined)
    }
  })

  it("reads MySQL's columns", () => {
    const tables = tablesOf('mysql9-full.sql')
    const customers = tables.get('customers')
    expect(column(customers, 'id')).toEqual({ name: 'id', type: { name: 'int', unsigned: true }, autoIncrement: true })
    expect(column(customers, 'email')).toEqual({
      name: 'email',
      type: { name: 'varchar', args: ['190'], charset: 'ascii', collation: 'ascii_general_ci' },
      comment: 'login; it\'s "unique" \\ \n second line',
    })
    expect(column(customers, 'status')).toEqual({
      name: 'status',
      type: { name: 'enum', labels: ['new', "it's", 'a,b', 'back\\slash', '日本'] },
      default: { kind: 'string', bytes: 'new', text: 'new' },
    })
    expect(column(customers, 'flags')).toMatchObject({ default: { kind: 'bits', digits: '101' } })
    expect(column(customers, 'balance')).toMatchObject({
      type: { name: 'decimal', args: ['12', '2'], unsigned: true, zerofill: true },
      nullable: true,
    })
    expect(customers?.columns.find(({ name }) => name === 'updated')).toMatchObject({
      default: { kind: 'currentTimestamp', precision: 6 },
      onUpdatePrecision: 6,
    })
    expect(customers?.columns.map(({ generated }) => generated).filter((generated) => generated !== undefined)).toEqual(
      [
        { expression: 'lower(`full_name`)', stored: false },
        { expression: '(`balance` * 100)', stored: true },
      ],
    )
    const modern = tables.get('modern')
    expect(column(modern, 'secret')).toMatchObject({ invisible: true, default: { kind: 'string', text: '7' } })
    expect(column(modern, 'p')).toEqual({ name: 'p', type: { name: 'point' }, srid: 4326 })
    expect(column(modern, 'bd')).toMatchObject({ default: { kind: 'hex', digits: '00FF27' } })
    expect(column(modern, 'id')).toMatchObject({ default: { kind: 'expression', text: 'uuid_to_bin(uuid())' } })
  })

  it("reads MySQL's keys, checks and options", () => {
    const tables = tablesOf('mysql9-full.sql')
    const customers = tables.get('customers')
    expect(set(customers?.keys)).toEqual([
      { kind: 'primary', parts: [{ column: 'id' }] },
      { kind: 'unique', name: 'email', parts: [{ column: 'email' }] },
      { kind: 'index', name: 'name_prefix', parts: [{ column: 'full_name', prefixLength: 10 }] },
      {
        kind: 'index',
        name: 'multi',
        parts: [{ column: 'status' }, { column: 'born', descending: true }],
        using: 'btree',
        comment: 'k; c',
      },
      { kind: 'fulltext', name: 'ft', parts: [{ column: 'full_name' }, { column: 'note' }] },
    ])
    expect(set(customers?.options)).toEqual({
      engine: 'InnoDB',
      autoIncrement: '1000',
      charset: 'utf8mb4',
      collation: 'utf8mb4_0900_ai_ci',
      comment: "customers; with 'quotes' and `ticks`",
      rowFormat: 'DYNAMIC',
    })
    const modern = tables.get('modern')
    expect(set(modern?.keys.slice(1))).toEqual([
      { kind: 'index', name: 'inv', parts: [{ column: 'n' }], invisible: true },
      { kind: 'spatial', name: 'sp', parts: [{ column: 'p' }] },
      {
        kind: 'index',
        name: 'fx',
        parts: [{ expression: 'lower(`name`)' }, { expression: '(`n` + 1)', descending: true }],
      },
      {
        kind: 'index',
        name: 'mv',
        parts: [{ expression: "cast(json_extract(`j`,_utf8mb4'$.tags') as unsigned array)" }],
      },
    ])
    expect(modern?.checks.map(({ name, enforced }) => [name, enforced])).toEqual([
      ['c1', false],
      ['c2', true],
      ['modern_chk_1', true],
    ])
    expect(set(tables.get('orders')?.foreignKeys)).toEqual([
      {
        name: 'odd `fk',
        columns: ['parent_customer', 'parent_seq'],
        referencedTable: 'orders',
        referencedColumns: ['customer_id', 'seq'],
        onDelete: 'set null',
      },
      {
        name: 'orders_customer',
        columns: ['customer_id'],
        referencedTable: 'customers',
        referencedColumns: ['id'],
        onDelete: 'cascade',
        onUpdate: 'cascade',
      },
    ])
    expect(tables.get('parted')?.partitions).toMatch(/^PARTITION BY RANGE \(year\(`at`\)\)\n[^*]*ENGINE = InnoDB\)$/)
  })

  it("reads what only MariaDB's have", () => {
    const tables = tablesOf('mariadb-full.sql')
    const modern = tables.get('modern')
    expect(column(modern, 'id')).toEqual({
      name: 'id',
      type: { name: 'uuid' },
      default: { kind: 'expression', text: 'uuid()' },
    })
    expect(column(modern, 'seq')).toMatchObject({ default: { kind: 'expression', text: 'nextval(`shop`.`s1`)' } })
    expect(column(modern, 'n')).toMatchObject({ default: { kind: 'expression', text: '1 + 2' } })
    expect(column(modern, 'secret')).toMatchObject({ invisible: true, default: { kind: 'number', text: '7' } })
    expect(column(modern, 'z')).toMatchObject({ ignored: ['COMPRESSED'] })
    expect(column(modern, 'bd')).toMatchObject({ default: { kind: 'string', bytes: "\0\xff'" } })
    expect(column(modern, 'bd')).not.toHaveProperty('default.text')
    expect(modern?.keys[1]).toMatchObject({ name: 'ign', invisible: true })
    expect(modern?.checks.map(({ name, expression, column: of }) => [name, expression, of])).toEqual([
      ['c 1', '`n` in (1,2,3) or `n` is null', undefined],
      [undefined, 'json_valid(`j`)', 'j'],
      [undefined, 'octet_length(`cc`) < 4', 'cc'],
    ])
    expect(tables.get('versioned')).toMatchObject({ options: { systemVersioning: true } })
    expect(column(tables.get('versioned'), 'b')).toMatchObject({ versioning: 'without' })
    const versioned = tables.get('versioned2')
    expect(versioned?.columns.map(({ versioning, invisible }) => [versioning, invisible])).toEqual([
      [undefined, false],
      ['start', true],
      ['end', false],
    ])
    expect(versioned?.periods).toEqual([{ name: 'SYSTEM_TIME', start: 's', end: 'e' }])
    expect(tables.get('periods')?.keys[0]?.parts[1]).toMatchObject({ column: 'app', withoutOverlaps: true })
    expect(tables.get('hashed')).toMatchObject({
      keys: [{ using: 'hash' }],
      options: { others: [['PAGE_COMPRESSED', '1']] },
    })
    expect(tables.get('parted')?.partitions).toMatch(/^PARTITION BY RANGE/)
  })
})

describe('parseCreateTable', () => {
  const table = (definitions: string, rest = ''): TableSyntax =>
    parseCreateTable(`CREATE TABLE t (${definitions}) ${rest}`)
  const only = (definition: string): unknown => set(table(definition).columns[0])

  it.each([
    ['a int DEFAULT -5', { kind: 'number', text: '-5' }],
    ['a int DEFAULT +5', { kind: 'number', text: '5' }],
    ["a varchar(5) DEFAULT _latin1'x'", { kind: 'string', bytes: 'x', text: 'x', charset: 'latin1' }],
    ["a binary(2) DEFAULT x'00ff'", { kind: 'hex', digits: '00ff' }],
    ["a varchar(9) DEFAULT ''", { kind: 'string', bytes: '', text: '' }],
    ['a int DEFAULT NULL', { kind: 'null' }],
    ['a timestamp DEFAULT NOW(3)', { kind: 'currentTimestamp', precision: 3 }],
    ['a date DEFAULT curdate()', { kind: 'expression', text: 'curdate()' }],
    [
      "a date DEFAULT ((curdate() + interval 1 day)) COMMENT ')'",
      { kind: 'expression', text: '(curdate() + interval 1 day)' },
    ],
    ['a point DEFAULT point(1,2) NOT NULL', { kind: 'expression', text: 'point(1,2)' }],
    ["a text DEFAULT (concat(')', '(')) NULL", { kind: 'expression', text: "concat(')', '(')" }],
    ['a bool DEFAULT true', { kind: 'expression', text: 'true' }],
  ])('reads the default of %s', (definition, expected) => {
    expect(only(definition)).toMatchObject({ default: expected })
  })

  it.each([
    [
      'a double precision(10,2) unsigned zerofill',
      { name: 'double', args: ['10', '2'], unsigned: true, zerofill: true },
    ],
    [
      'a character varying(3) charset latin1 collate latin1_bin',
      { name: 'varchar', args: ['3'], charset: 'latin1', collation: 'latin1_bin' },
    ],
    ["a SET('x','y\\'z') CHARACTER SET utf8mb4", { name: 'set', labels: ['x', "y'z"], charset: 'utf8mb4' }],
    ['a year(4)', { name: 'year', args: ['4'] }],
  ])('reads the type of %s', (definition, expected) => {
    expect(only(definition)).toMatchObject({ type: expected })
  })

  it('passes over what says nothing of the values', () => {
    const text =
      "a varchar(10) /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT DYNAMIC */ ENGINE_ATTRIBUTE='{}' DEFAULT NULL, b int VISIBLE"
    expect(set(table(text).columns.map(({ ignored }) => ignored))).toEqual([
      ['STORAGE DISK', 'COLUMN_FORMAT DYNAMIC', 'ENGINE_ATTRIBUTE={}'],
      ['VISIBLE'],
    ])
  })

  it('reads keys as people write them', () => {
    const { columns, keys, foreignKeys } = table(
      'id int PRIMARY KEY, b int UNIQUE, c int UNIQUE KEY NOT NULL, INDEX USING HASH (b), CONSTRAINT u UNIQUE (b, c), ' +
        'CONSTRAINT PRIMARY KEY pk (id) KEY_BLOCK_SIZE=4, FOREIGN KEY f (b) REFERENCES o.p (q) MATCH FULL ON UPDATE NO ACTION ON DELETE SET DEFAULT, ' +
        'CONSTRAINT CHECK (b > 0), FULLTEXT ft (d) /*!50100 WITH PARSER `ngram` */ , VECTOR KEY v (e) M=8 DISTANCE=euclidean',
    )
    expect(columns.map(({ nullable }) => nullable)).toEqual([false, true, false])
    expect(set(keys)).toEqual([
      { kind: 'primary', parts: [{ column: 'id' }] },
      { kind: 'unique', parts: [{ column: 'b' }] },
      { kind: 'unique', parts: [{ column: 'c' }] },
      { kind: 'index', parts: [{ column: 'b' }], using: 'hash' },
      { kind: 'unique', name: 'u', parts: [{ column: 'b' }, { column: 'c' }] },
      { kind: 'primary', parts: [{ column: 'id' }], ignored: ['KEY_BLOCK_SIZE=4'] },
      { kind: 'fulltext', name: 'ft', parts: [{ column: 'd' }], parser: 'ngram' },
      { kind: 'vector', name: 'v', parts: [{ column: 'e' }], ignored: ['M=8', 'DISTANCE=euclidean'] },
    ])
    expect(set(foreignKeys)).toEqual([
      {
        name: 'f',
        columns: ['b'],
        referencedDatabase: 'o',
        referencedTable: 'p',
        referencedColumns: ['q'],
        onDelete: 'set default',
        onUpdate: 'no action',
      },
    ])
  })

  it('takes quoted words as names of columns', () => {
    const { columns, keys } = table(
      '`key` int, `primary` int, `check` int, `constraint` int, `period` date, period date, vector int',
    )
    expect(keys).toEqual([])
    expect(columns.map(({ name }) => name)).toEqual([
      'key',
      'primary',
      'check',
      'constraint',
      'period',
      'period',
      'vector',
    ])
  })

  it('reads options with and without an equals sign', () => {
    const { options } = table(
      'a int',
      "ENGINE MyISAM DEFAULT CHARACTER SET=latin1, COLLATE latin1_bin DATA DIRECTORY='/d' UNION=(`a`,`b`) /*!80016 ENCRYPTION='Y' */ MAX_ROWS=5",
    )
    expect(options).toMatchObject({ engine: 'MyISAM', charset: 'latin1', collation: 'latin1_bin' })
    expect(options.others).toEqual([
      ['DATA DIRECTORY', '/d'],
      ['UNION', '`a`,`b`'],
      ['ENCRYPTION', 'Y'],
      ['MAX_ROWS', '5'],
    ])
  })

  it.each([
    ['CREATE TABLE t LIKE u', 'expected "(" at byte 15, near "LIKE u"'],
    ['CREATE TABLE t (a int) SELECT 1', 'expected'],
    ['CREATE TABLE t (a int UNKNOWN)', 'expected an attribute of the column at byte 22, near "UNKNOWN)"'],
    ['CREATE TABLE t (a text CHARACTER SET = utf8mb4)', 'expected a name'],
    ['CREATE TABLE t (a int', 'expected ")"'],
    ['CREATE TABLE t (a int DEFAULT)', 'expected a default'],
    ['CREATE TABLE t (a int, CHECK (a > 1)', 'expected ")"'],
    ['CREATE TABLE t (a int, CHECK (a > 1', 'a parenthesis is not closed'],
    ['CREATE TABLE t (CONSTRAINT c SOMETHING (a))', 'expected a constraint'],
    ['CREATE VIEW v AS SELECT 1', 'expected TABLE'],
  ])('says where it cannot read %s', (text, message) => {
    expect(() => parseCreateTable(text)).toThrow(message)
  })
})

describe('parseStatement', () => {
  it.each([
    ['DROP TABLE IF EXISTS `t`', { kind: 'neutral', word: 'DROP' }],
    ['/*!40000 ALTER TABLE `t` DISABLE KEYS */', { kind: 'neutral', word: 'ALTER' }],
    ['ALTER DATABASE `d` CHARACTER SET utf8mb4', { kind: 'neutral', word: 'ALTER' }],
    ['LOCK TABLES `t` WRITE', { kind: 'neutral', word: 'LOCK' }],
    ['DO SETVAL(`s1`, 10100, 0)', { kind: 'neutral', word: 'DO' }],
    ['UPDATE t SET a = 1', { kind: 'unsupported', word: 'UPDATE' }],
    ['ALTER TABLE t DROP COLUMN a', { kind: 'unsupported', word: 'ALTER TABLE' }],
    ['ALTER TABLE t ADD COLUMN a int', { kind: 'unsupported', word: 'ALTER TABLE' }],
    ['INSERT INTO t SELECT 1', { kind: 'unsupported', word: 'INSERT' }],
  ])('%s', (text, expected) => {
    expect(parseStatement(text)).toEqual(expected)
  })

  it('reads an index that is made after the rows', () => {
    expect(parseStatement('CREATE UNIQUE INDEX i ON t (a)')).toMatchObject({
      kind: 'alterTable',
      alteration: { keys: [{ kind: 'unique', name: 'i', parts: [{ column: 'a' }] }] },
    })
  })

  it('reads CREATE DATABASE', () => {
    const text =
      "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `odd ``db\"` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */ /*!80016 DEFAULT ENCRYPTION='N' */"
    expect(parseStatement(text)).toEqual({
      kind: 'createDatabase',
      database: { name: 'odd `db"', charset: 'utf8mb4', collation: 'utf8mb4_bin' },
    })
  })

  it('reads keys that are added after the rows', () => {
    const text =
      'ALTER TABLE `d`.`t` ADD PRIMARY KEY (`id`), ADD KEY `k` (`a`(5) DESC), ADD CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `u` (`b`) ON DELETE CASCADE, ' +
      'ADD CONSTRAINT `c` CHECK (`a` > 0), MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=7'
    const statement = parseStatement(text)
    expect(statement).toMatchObject({
      kind: 'alterTable',
      alteration: {
        database: 'd',
        name: 't',
        keys: [{ kind: 'primary' }, { kind: 'index', name: 'k' }],
        foreignKeys: [{ name: 'f', onDelete: 'cascade' }],
        checks: [{ name: 'c', expression: '`a` > 0' }],
        columns: [{ name: 'id', autoIncrement: true }],
        autoIncrement: '7',
      },
    })
  })
})
