import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import type { Catalog, ColumnInfo, TableInfo } from '../../model/relation.ts'
import { readCatalog } from './catalog.ts'
import { openSessions } from './client.ts'
import { type MysqlSettings, parseMysqlUrl } from './config.ts'
import { readServerFacts } from './server-facts.ts'

const signal = AbortSignal.timeout(60_000)

async function catalogOf(url: string, databases: readonly string[]): Promise<Catalog> {
  await using sessions = await openSessions(parseMysqlUrl(url).settings as MysqlSettings, signal)
  const server = await sessions.use(readServerFacts, signal)
  return await readCatalog(sessions, server, { label: 'mysql://server', databases }, signal)
}

/** Under an empty `sql_mode`, and on one connection. */
async function make(database: TestDatabase, statements: readonly string[]): Promise<void> {
  await database.query("SET sql_mode = '', foreign_key_checks = 1")
  for (const statement of statements) await database.query(statement)
}

function tableOf(catalog: Catalog, name: string): TableInfo {
  const table = catalog.tables.find((one) => one.name.name === name)
  if (table === undefined) throw new Error(`no table ${name}`)
  return table
}

function columnOf(catalog: Catalog, table: string, name: string): ColumnInfo {
  const column = tableOf(catalog, table).columns.find((one) => one.name === name)
  if (column === undefined) throw new Error(`no column ${table}.${name}`)
  return column
}

function ownTables(point: string): readonly string[] {
  return [
    `CREATE TABLE types (
      id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'it''s \\\\ "x"',
      e enum('a','it''s','b,c','back\\\\slash','😀','x?y','') DEFAULT 'it''s',
      e1 enum('é','x)y') CHARACTER SET latin1 NOT NULL DEFAULT 'é',
      s set('p','😁 q','z','😀') NOT NULL DEFAULT 'p,😁 q',
      zero int(5) ZEROFILL DEFAULT 42, flag tinyint(1) DEFAULT 1, b1 bit(1) DEFAULT b'0', b8 bit(8) NOT NULL DEFAULT 5,
      d decimal(65,30) DEFAULT '1.10', f float(7,4) unsigned, g8 double DEFAULT -1e100,
      day date DEFAULT '0000-00-00', t time(3) DEFAULT '-12:00:00', y year DEFAULT 2020,
      at6 datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
      ts timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
      c char(10) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'NULL',
      v varchar(20) DEFAULT 'it''s a \\\\ ? 😀', w varchar(20) NOT NULL DEFAULT '', n varchar(20) NOT NULL, o varchar(20),
      bi binary(4) DEFAULT 0x610062, vb varbinary(9) DEFAULT 0xff00fe, nb varbinary(9) NOT NULL DEFAULT 0xc300ff, q varchar(9) NOT NULL DEFAULT 'a?😀',
      bl blob, mt mediumtext CHARACTER SET gbk,
      j json, ja json DEFAULT (json_array()), u varchar(64) DEFAULT (uuid()), sum int DEFAULT (1 + 2), p ${point},
      g1 int GENERATED ALWAYS AS (zero + 1) VIRTUAL, hidden int INVISIBLE DEFAULT 3,
      g2 varchar(99) GENERATED ALWAYS AS (concat(v, 'é日😀-it''s')) STORED COMMENT 'made',
      UNIQUE KEY u1 (v, o), KEY k_prefix (v(5), mt(10)), KEY k_desc (zero DESC, flag), FULLTEXT KEY ft (v),
      SPATIAL KEY sp (p), KEY kb (flag) USING BTREE COMMENT 'why',
      CONSTRAINT ck CHECK (zero > 0 AND v <> 'it''s 😀'), CHECK (flag IN (0,1))
    ) COMMENT 'table ''comment''' AUTO_INCREMENT=1000`,
    "INSERT INTO types (n, p) VALUES ('x', ST_GeomFromText('POINT(1 2)', 4326))",
    'CREATE TABLE parent (a int, b int, c varchar(10), PRIMARY KEY (a, b), UNIQUE KEY (c)) ENGINE=InnoDB',
    `CREATE TABLE child (id int PRIMARY KEY, a int, b int, c varchar(10), CONSTRAINT fk1 FOREIGN KEY (b, a)
      REFERENCES parent (b, a) ON DELETE CASCADE ON UPDATE SET NULL)`.replaceAll('(b, a)', '(a, b)'),
    'ALTER TABLE child ADD CONSTRAINT fk2 FOREIGN KEY (c) REFERENCES parent (c)',
    'CREATE TABLE plain (a int) ENGINE=MyISAM',
    `CREATE TABLE part (a int NOT NULL, b int) PARTITION BY RANGE (a) SUBPARTITION BY HASH (b) SUBPARTITIONS 2
      (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)`,
    'CREATE TABLE `we``ird "na.me` (`co``l "x` int, `Ä` int, KEY `ind``ex` (`Ä`))',
    "CREATE VIEW seen AS SELECT id, v FROM types WHERE v = '😀 it''s'",
    "CREATE TRIGGER trg BEFORE INSERT ON parent FOR EACH ROW SET NEW.c = concat(NEW.c, '''x😀')",
    'CREATE PROCEDURE pr(IN x int) SELECT x',
    'CREATE FUNCTION fn(x int) RETURNS int DETERMINISTIC RETURN x + 1',
    'CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM parent',
  ]
}

const engines = [
  { engine: 'mysql9', point: 'point NOT NULL SRID 4326' },
  { engine: 'mariadb', point: 'point REF_SYSTEM_ID=4326 NOT NULL' },
] as const

for (const { engine, point } of engines) {
  describeEngines([engine], `the catalog of ${engine}`, () => {
    const label = (sql: string): string => (engine === 'mysql9' ? `_utf8mb4${sql}` : sql)
    let database: TestDatabase
    let catalog: Catalog

    beforeAll(async () => {
      database = await createDatabase(engineUrl(engine), 'Catalog')
      await make(database, ownTables(point))
      catalog = await catalogOf(engineUrl(engine), [database.name])
    })
    afterAll(async () => {
      await database[Symbol.asyncDispose]()
    })

    it('has the tables, and nothing else, in the order of their names', () => {
      const names = catalog.tables.map((table) => table.name.name)
      expect(names).toEqual(['child', 'parent', 'part', 'plain', 'types', 'we`ird "na.me'])
      expect(catalog.tables.every((table) => table.name.schema === database.name)).toBe(true)
    })

    it('reads labels whole, those that the server prints as question marks too', () => {
      expect(columnOf(catalog, 'types', 'e').native.labels).toEqual([
        'a',
        "it's",
        'b,c',
        'back\\slash',
        '😀',
        'x?y',
        '',
      ])
      expect(columnOf(catalog, 'types', 'e1').native).toMatchObject({ labels: ['é', 'x)y'], charset: 'latin1' })
      expect(columnOf(catalog, 'types', 's').native.labels).toEqual(['p', '😁 q', 'z', '😀'])
    })

    it.each([
      ['e', { kind: 'literal', text: "it's" }],
      ['e1', { kind: 'literal', text: 'é' }],
      ['s', { kind: 'literal', text: 'p,😁 q' }],
      ['zero', { kind: 'number', text: '42' }],
      ['b1', { kind: 'bits', text: '0' }],
      ['b8', { kind: 'bits', text: '00000101' }],
      ['d', { kind: 'number', text: '1.100000000000000000000000000000' }],
      ['g8', { kind: 'number', text: '-1e100' }],
      ['day', { kind: 'literal', text: '0000-00-00' }],
      ['t', { kind: 'literal', text: '-12:00:00.000' }],
      ['y', { kind: 'number', text: '2020' }],
      ['at6', { kind: 'now', precision: 6 }],
      ['ts', { kind: 'now', precision: 0 }],
      ['c', { kind: 'literal', text: 'NULL' }],
      ['v', { kind: 'literal', text: "it's a \\ ? 😀" }],
      ['w', { kind: 'literal', text: '' }],
      ['bi', { kind: 'bytes', hex: '61006200' }],
      ['vb', { kind: 'bytes', hex: 'ff00fe' }],
      ['nb', { kind: 'bytes', hex: 'c300ff' }],
      ['q', { kind: 'literal', text: 'a?😀' }],
      ['ja', { kind: 'expression', expression: { kind: 'call', name: 'json_array', args: [] } }],
      ['u', { kind: 'expression', expression: { kind: 'call', name: 'uuid', args: [] } }],
      ['sum', { kind: 'expression', expression: { kind: 'binary', operator: '+' } }],
      ['hidden', { kind: 'number', text: '3' }],
    ])('reads the default of %s', (name, expected) => {
      expect(columnOf(catalog, 'types', name).default).toMatchObject(expected)
    })

    it('knows where there is no default', () => {
      const names = ['id', 'n', 'o', 'f', 'bl', 'mt', 'j', 'p', 'g1', 'g2']
      expect(names.filter((name) => columnOf(catalog, 'types', name).default !== undefined)).toEqual([])
    })

    it('reads types with all that belongs to them', () => {
      expect(columnOf(catalog, 'types', 'id')).toMatchObject({
        native: { name: 'bigint', unsigned: true },
        nullable: false,
        autoIncrement: true,
        comment: 'it\'s \\ "x"',
      })
      expect(columnOf(catalog, 'types', 'zero').native).toMatchObject({ args: [5], unsigned: true, zerofill: true })
      expect(columnOf(catalog, 'types', 'flag').native).toMatchObject({ text: 'tinyint(1)', args: [1] })
      expect(columnOf(catalog, 'types', 'c').native).toMatchObject({ charset: 'latin1', collation: 'latin1_bin' })
      expect(columnOf(catalog, 'types', 'mt').native).toMatchObject({ name: 'mediumtext', charset: 'gbk' })
      expect(columnOf(catalog, 'types', 'p').native).toMatchObject({ name: 'point', srid: 4326 })
      expect(columnOf(catalog, 'types', 'j').native).toMatchObject({
        name: 'json',
        text: engine === 'mysql9' ? 'json' : 'longtext',
      })
      expect(columnOf(catalog, 'types', 'bl').native.charset).toBeUndefined()
      expect(columnOf(catalog, 'types', 'at6').onUpdateNow).toBe(6)
      expect(columnOf(catalog, 'types', 'ts').onUpdateNow).toBe(0)
      expect(columnOf(catalog, 'types', 'hidden').invisible).toBe(true)
    })

    it('reads generated columns with characters that information_schema spoils', () => {
      expect(columnOf(catalog, 'types', 'g1').generated).toMatchObject({
        stored: false,
        expression: { kind: 'binary', operator: '+' },
      })
      const { generated, comment } = columnOf(catalog, 'types', 'g2')
      expect(comment).toBe('made')
      expect(generated?.sql).toBe(`concat(\`v\`,${label("'é日😀-it\\'s'")})`)
      expect(generated).toMatchObject({
        stored: true,
        expression: { kind: 'call', name: 'concat', args: [{ name: 'v' }, { value: "é日😀-it's" }] },
      })
    })

    it('reads indexes', () => {
      const { indexes } = tableOf(catalog, 'types')
      const asc = (column: string): object => ({ column, descending: false })
      expect(indexes.map(({ name, kind, parts }) => ({ name, kind, parts }))).toEqual([
        { name: 'PRIMARY', kind: 'primary', parts: [asc('id')] },
        { name: 'ft', kind: 'fulltext', parts: [asc('v')] },
        { name: 'k_desc', kind: 'index', parts: [{ column: 'zero', descending: true }, asc('flag')] },
        {
          name: 'k_prefix',
          kind: 'index',
          parts: [
            { ...asc('v'), prefixLength: 5 },
            { ...asc('mt'), prefixLength: 10 },
          ],
        },
        { name: 'kb', kind: 'index', parts: [asc('flag')] },
        { name: 'sp', kind: 'spatial', parts: [asc('p')] },
        { name: 'u1', kind: 'unique', parts: [asc('v'), asc('o')] },
      ])
      expect(indexes.find(({ name }) => name === 'kb')).toMatchObject({
        comment: 'why',
        method: 'btree',
        visible: true,
      })
      expect(tableOf(catalog, 'we`ird "na.me').indexes[0]).toMatchObject({ name: 'ind`ex', parts: [asc('Ä')] })
    })

    it('reads foreign keys with their actions', () => {
      const references = { schema: database.name, name: 'parent' }
      const none = engine === 'mysql9' ? 'no action' : 'restrict'
      expect(tableOf(catalog, 'child').foreignKeys).toEqual([
        {
          name: 'fk1',
          columns: ['a', 'b'],
          references,
          referencedColumns: ['a', 'b'],
          onUpdate: 'set null',
          onDelete: 'cascade',
        },
        { name: 'fk2', columns: ['c'], references, referencedColumns: ['c'], onUpdate: none, onDelete: none },
      ])
    })

    it('reads checks, without those that stand for a type', () => {
      const { checks } = tableOf(catalog, 'types')
      expect(checks).toHaveLength(2)
      expect(checks.find(({ name }) => name === 'ck')).toMatchObject({
        enforced: true,
        expression: { kind: 'binary', operator: 'and', right: { right: { value: "it's 😀" } } },
      })
      expect(checks.find(({ name }) => name !== 'ck')?.expression).toMatchObject({ kind: 'in', negated: false })
    })

    it('reads what there is to know of a table as a whole', () => {
      expect(tableOf(catalog, 'types')).toMatchObject({
        comment: "table 'comment'",
        storage: 'InnoDB',
        transactional: true,
        nextAutoIncrement: '1001',
        partitionCount: 0,
        systemVersioned: false,
      })
      expect(tableOf(catalog, 'plain')).toMatchObject({ storage: 'MyISAM', transactional: false })
      expect(tableOf(catalog, 'plain').nextAutoIncrement).toBeUndefined()
      expect(tableOf(catalog, 'part')).toMatchObject({ partitionCount: 2, transactional: true })
    })

    it('lists what is not carried with the statements that made it', () => {
      const { others } = catalog
      const kinds = others.map(({ kind, name }) => `${kind} ${name.name}`)
      expect(kinds).toEqual(['event ev', 'function fn', 'procedure pr', 'trigger trg', 'view seen'])
      const sqlOf = (name: string): string => others.find((other) => other.name.name === name)?.sql ?? ''
      expect(sqlOf('ev')).toMatch(/^CREATE .*EVENT `ev` ON SCHEDULE EVERY 1 DAY .* DO DELETE FROM parent$/)
      expect(sqlOf('fn')).toMatch(/FUNCTION `fn`\(x int\) RETURNS int/)
      expect(sqlOf('pr')).toMatch(/PROCEDURE `pr`\(IN x int\)\nSELECT x$/)
      expect(sqlOf('trg')).toContain("concat(NEW.c, '''x😀')")
      expect(sqlOf('seen')).toContain("= '😀 it\\'s'")
    })

    it('has a fingerprint that rows leave alone and columns do not', async () => {
      await using own = await createDatabase(engineUrl(engine), 'fingerprint')
      const fingerprint = async (): Promise<string> => (await catalogOf(engineUrl(engine), [own.name])).fingerprint
      await make(own, ['CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a int)'])
      const before = await fingerprint()
      await make(own, ['INSERT INTO t (a) VALUES (1), (2), (3)', 'ANALYZE TABLE t'])
      expect(await fingerprint()).toBe(before)
      await make(own, ["ALTER TABLE t MODIFY a int COMMENT 'x'"])
      const after = await fingerprint()
      expect(after).not.toBe(before)
      expect(after).toMatch(/^[0-9a-f]{64}$/)
    })

    it('reads a foreign key into another database, and its own only', async () => {
      await using other = await createDatabase(engineUrl(engine), 'other')
      await make(other, [
        `CREATE TABLE x (id int PRIMARY KEY, r int, CONSTRAINT far FOREIGN KEY (r) REFERENCES \`${database.name}\`.child (id)
          ON DELETE SET NULL)`,
      ])
      const both = await catalogOf(engineUrl(engine), [other.name])
      expect(both.tables).toHaveLength(1)
      expect(tableOf(both, 'x').foreignKeys).toMatchObject([
        { name: 'far', references: { schema: database.name, name: 'child' }, onDelete: 'set null' },
      ])
    })

    it('leaves out the system databases, and refuses one that is not there', async () => {
      const schemas = new Set((await catalogOf(engineUrl(engine), [])).tables.map((table) => table.name.schema))
      expect(schemas).toContain(database.name)
      for (const name of ['mysql', 'sys', 'information_schema', 'performance_schema'])
        expect(schemas).not.toContain(name)
      await expect(catalogOf(engineUrl(engine), ['not there'])).rejects.toMatchObject({ code: 'TL_S205' })
      // The names of databases tell upper from lower case here.
      await expect(catalogOf(engineUrl(engine), [database.name.toLowerCase()])).rejects.toMatchObject({
        code: 'TL_S205',
      })
    })

    it('sees the same tables as a user who may only SELECT', async () => {
      await using user = await createUser(database, ['SELECT'])
      const seen = await catalogOf(user.url, [database.name])
      expect(seen.tables).toEqual(catalog.tables)
      expect(seen.others.map(({ kind }) => kind)).toEqual(['view'])
      expect(seen.others[0]?.sql).toMatch(/^-- The text is not available: .*SHOW VIEW command denied/)
    })
  })
}

describeEngines(['mysql9'], 'what only MySQL has', () => {
  it('is read: functional and invisible indexes, NOT ENFORCED, vectors, constants of TEXT', async () => {
    await using database = await createDatabase(engineUrl('mysql9'), 'own')
    await make(database, [
      `CREATE TABLE t (id int PRIMARY KEY, a int, vec vector(3), j json, x text DEFAULT ('it''s ?'), z json DEFAULT (NULL),
        o blob DEFAULT (0xff00), KEY fe ((lower(cast(a AS char(10))))), KEY fi (a) INVISIBLE, KEY fm (a, (a + 1) DESC),
        KEY mv ((cast(j->'$.ä' AS unsigned array))), CONSTRAINT ne CHECK (a > 1) NOT ENFORCED)`,
    ])
    const catalog = await catalogOf(engineUrl('mysql9'), [database.name])
    const { indexes, checks } = tableOf(catalog, 't')
    expect(checks).toMatchObject([{ name: 'ne', enforced: false, expression: { operator: '>' } }])
    expect(columnOf(catalog, 't', 'vec').native).toMatchObject({ name: 'vector', args: [3] })
    expect(columnOf(catalog, 't', 'x').default).toMatchObject({ kind: 'literal', text: "it's ?" })
    expect(columnOf(catalog, 't', 'o').default).toMatchObject({ kind: 'bytes', hex: 'ff00' })
    expect(columnOf(catalog, 't', 'z').default).toBeUndefined()
    const index = (name: string): unknown => indexes.find((one) => one.name === name)
    expect(index('fi')).toMatchObject({ visible: false })
    expect(index('fe')).toMatchObject({ parts: [{ expression: { kind: 'call', name: 'lower' } }] })
    expect(index('fm')).toMatchObject({
      parts: [{ column: 'a' }, { expression: { operator: '+' }, sql: '(`a` + 1)', descending: true }],
    })
    expect(index('mv')).toMatchObject({ parts: [{ sql: "cast(json_extract(`j`,_utf8mb4'$.ä') as unsigned array)" }] })
  })
})

describeEngines(['mariadb'], 'what only MariaDB has', () => {
  it('is read: versions of rows, sequences, its own types, checks of columns, ignored indexes', async () => {
    await using database = await createDatabase(engineUrl('mariadb'), 'own')
    await make(database, [
      'CREATE TABLE sv (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING',
      `CREATE TABLE sp (id int PRIMARY KEY, rs timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE,
        re timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (rs, re)) WITH SYSTEM VERSIONING`,
      'CREATE SEQUENCE sq START WITH 5 INCREMENT BY 2',
      `CREATE TABLE m (id int PRIMARY KEY, u uuid DEFAULT uuid(), i6 inet6, i4 inet4, z longtext COMPRESSED,
        positive int CHECK (positive > 0), j longtext CHECK (json_valid(j)), k longtext CHECK (json_valid(id)),
        e varchar(9) CHECK (e <> '😀'), x varchar(20) DEFAULT concat('😀', '?'), q varchar(9) NOT NULL DEFAULT '😀', r varchar(9) DEFAULT '😀',
        KEY ig (positive) IGNORED)`,
    ])
    const catalog = await catalogOf(engineUrl('mariadb'), [database.name])
    expect(catalog.tables.map(({ name }) => name.name)).toEqual(['m', 'sp', 'sv'])
    expect(tableOf(catalog, 'sv')).toMatchObject({ systemVersioned: true, columns: [{ name: 'id' }, { name: 'a' }] })
    expect(tableOf(catalog, 'sp').indexes).toMatchObject([{ kind: 'primary', parts: [{ column: 'id' }] }])
    expect(tableOf(catalog, 'sp').indexes[0]?.parts).toHaveLength(1)
    expect(columnOf(catalog, 'sp', 'rs')).toMatchObject({ invisible: true, generated: { sql: 'ROW START' } })
    expect(columnOf(catalog, 'sp', 're')).toMatchObject({ invisible: false, generated: { sql: 'ROW END' } })
    expect(catalog.others).toMatchObject([{ kind: 'sequence', name: { name: 'sq' } }])
    expect(catalog.others[0]?.sql).toContain('start with 5')
    expect(columnOf(catalog, 'm', 'u').native.name).toBe('uuid')
    expect(columnOf(catalog, 'm', 'i6').native.name).toBe('inet6')
    expect(columnOf(catalog, 'm', 'z').native).toMatchObject({ name: 'longtext', text: 'longtext' })
    expect(columnOf(catalog, 'm', 'j').native).toMatchObject({ name: 'json', text: 'longtext', charset: 'utf8mb4' })
    expect(columnOf(catalog, 'm', 'k').native.name).toBe('longtext')
    expect(columnOf(catalog, 'm', 'x').default).toMatchObject({
      expression: { args: [{ value: '😀' }, { value: '?' }] },
    })
    // Without a row the server does not tell it whole: better no default than another one.
    expect(columnOf(catalog, 'm', 'q').default).toEqual({ kind: 'expression', sql: "'?'" })
    expect(columnOf(catalog, 'm', 'r').default).toMatchObject({ kind: 'literal', text: '😀' })
    const { checks, indexes } = tableOf(catalog, 'm')
    expect(checks.map(({ name }) => name)).toEqual(['e', 'k', 'positive'])
    expect(checks[0]).toMatchObject({ sql: "`e` <> '😀'", expression: { right: { value: '😀' } } })
    expect(indexes.find(({ name }) => name === 'ig')).toMatchObject({ visible: false })
  })
})

interface User extends AsyncDisposable {
  readonly url: string
}

/** A user with these privileges on the database, and no others. */
async function createUser(database: TestDatabase, privileges: readonly string[]): Promise<User> {
  const name = `u_${database.name}`.slice(0, 32)
  await database.query(`CREATE USER '${name}'@'%' IDENTIFIED BY 'pass'`)
  await database.query(`GRANT ${privileges.join(', ')} ON \`${database.name}\`.* TO '${name}'@'%'`)
  const url = new URL(database.url)
  url.username = name
  url.password = 'pass'
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await database.query(`DROP USER '${name}'@'%'`)
    },
  }
}
