import { mkdtemp, mkdtempDisposable, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDump } from '../../../../test/support/dump-source.ts'
import { createDatabase, type TestDatabase } from '../../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../../test/support/engines/engine-url.ts'
import { runCommand } from '../../../../test/support/engines/run-command.ts'
import { never, openMysql, readOf, readTable } from '../../../../test/support/mysql-source.ts'
import type { Source } from '../../../contract/source.ts'
import { type CensusAnswer, type CensusFact, censusFacts } from '../../../model/census.ts'
import type { ReadPlan } from '../../../model/plan.ts'
import type { Catalog, TableInfo } from '../../../model/relation.ts'

// prettier-ignore
const types: readonly (readonly [sql: string, values: readonly string[]])[] = [
  ['TINYINT', ['-128', '127', 'NULL']],
  ['TINYINT UNSIGNED', ['255', '0']],
  ['SMALLINT', ['-32768', '32767']],
  ['MEDIUMINT', ['-8388608', '8388607']],
  ['INT(5) ZEROFILL', ['42', '4294967295']],
  ['BIGINT', ['-9223372036854775808', '9223372036854775807']],
  ['BIGINT UNSIGNED', ['18446744073709551615', '0']],
  ['DECIMAL(65,30)', ['-0.000000000000000000000000000001', '99999999999999999999999999999999999.999999999999999999999999999999']],
  ['DECIMAL(8,2) ZEROFILL', ['42.5', '0']],
  ['FLOAT', ['0.5', '1.17549e-38', '-123456', 'NULL']],
  ['FLOAT UNSIGNED', ['3.40282e38']],
  ['DOUBLE', ['0.1', '1.2345678901234567', '-1.5e308', '4.9e-324', '1e20']],
  ['BIT(1)', ["b'1'", "b'0'"]],
  ['BIT(13)', ["b'1000000000001'", '39', '92', '0']],
  ['BIT(64)', ['18446744073709551615']],
  ['YEAR', ['0', '1901', '2155']],
  ['DATE', ["'1000-01-01'", "'9999-12-31'", "'0000-00-00'", "'2024-02-31'", "'2024-00-10'", 'NULL']],
  ['DATETIME(6)', ["'2024-03-10 02:30:00.123456'", "'9999-12-31 23:59:59.999999'", "'0000-00-00'"]],
  ['DATETIME', ["'1999-12-31 23:59:59'"]],
  ['TIMESTAMP(6) NULL', ["'2024-03-31 01:30:00.5'", "'2038-01-19 03:14:07.999999'", "'1970-01-01 00:00:01'"]],
  ['TIMESTAMP NULL', ["'2024-10-27 01:30:00'", "'0000-00-00 00:00:00'"]],
  ['TIME(6)', ["'838:59:59'", "'-838:59:59'", "'-00:00:00.5'", "'0'"]],
  ['TIME', ["'23:59:59'"]],
  ["ENUM('it''s','a,b','back\\\\slash','日本')", ["'it''s'", "'a,b'", "'back\\\\slash'", "'日本'", "'nope'", 'NULL']],
  ["SET('a','b','c''d')", ["''", "'c''d,a'", 'NULL']],
  ["ENUM('é','ü') CHARACTER SET latin1", ["'ü'"]],
  ['CHAR(10)', ["'a  '", "''"]],
  ['VARCHAR(200)', ["'a  '", "'NULL'", "'\\\\N'", "'👨‍👩‍👧‍👦 é'", "_utf8mb4 X'61005C27220A0D1A25'", "'a\\\\%b_'", "'JosÃ©'"]],
  ['VARCHAR(20) CHARACTER SET latin1', ["_latin1 X'8093e9'", "_latin1 X'C3A9'"]],
  ['VARCHAR(20) CHARACTER SET cp1251', ["'Привет'"]],
  ['VARCHAR(20) CHARACTER SET gbk', ["'中文誠'"]],
  ['VARCHAR(20) CHARACTER SET sjis', ["'日本表'"]],
  ['VARCHAR(20) CHARACTER SET ucs2', ["'é中'"]],
  ['VARCHAR(20) CHARACTER SET utf16', ["'é😀'"]],
  ['VARCHAR(20) CHARACTER SET utf32', ["'é😀'"]],
  ['VARCHAR(20) CHARACTER SET utf8mb3', ["'é中'"]],
  ['TEXT', ["REPEAT('äx''', 20000)", "'{\"a\": \"\\\\\\\\u0000\"}'"]],
  ['LONGTEXT CHARACTER SET latin2', ["'ž'"]],
  ['BINARY(4)', ["'a'", "X'00ff5c27'"]],
  ['VARBINARY(300)', ["''", "X'00ff0d0a275c221a'", "REPEAT(X'ff', 300)", "X'c3a9'"]],
  ['LONGBLOB', ["X'00fffe'", "REPEAT(X'00275c0a', 20)"]],
  ['JSON', ['\'{"b": 1, "a": [1.5, null, "é\\\\\\\\", "it\'\'s"]}\'', 'NULL']],
  ['GEOMETRY', ["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('LINESTRING(0 0,1 1)', 3857)", 'NULL']],
]

// prettier-ignore
const ownTypes: { readonly mysql9: typeof types; readonly mariadb: typeof types } = {
  mysql9: [
    ['POINT SRID 4326', ["ST_GeomFromText('POINT(48 11)', 4326)"]],
    ['VECTOR(3)', ["STRING_TO_VECTOR('[1,-0.5,1.1]')"]],
  ],
  mariadb: [
    ['UUID', ["'00112233-4455-6677-8899-aabbccddeeff'", 'NULL']],
    ['INET4', ["'192.168.0.1'"]],
    ['INET6', ["'2001:db8::ff00:42:8329'", "'::ffff:1.2.3.4'"]],
    ['TEXT COMPRESSED', ["REPEAT('é', 500)"]],
  ],
}

/** Everything of a table beside its columns' types. */
const schema = `
  CREATE TABLE parent (id INT UNSIGNED NOT NULL AUTO_INCREMENT, code VARCHAR(20) NOT NULL DEFAULT 'it''s \\\\ é', kind ENUM('x','y') NOT NULL DEFAULT 'y',
    flags BIT(4) DEFAULT b'101', raw VARBINARY(8) DEFAULT X'00ff27', price DECIMAL(8,2) DEFAULT 1.50, day DATE DEFAULT '1970-01-01',
    made TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, changed DATETIME(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    shout VARCHAR(40) GENERATED ALWAYS AS (UPPER(code)) VIRTUAL, cents BIGINT AS (price * 100) STORED COMMENT 'in cents; ''exact''',
    PRIMARY KEY (id), UNIQUE KEY code (code), KEY prefix_ (code(3), day), KEY kinds (kind) COMMENT 'k', FULLTEXT KEY words (code),
    CONSTRAINT positive CHECK (price >= 0 AND (code <> '' OR day IS NULL))) COMMENT = 'parents; with \\'quotes\\' and \`ticks\`' AUTO_INCREMENT = 1000;
  CREATE TABLE child (id INT NOT NULL, seq SMALLINT NOT NULL, parent INT UNSIGNED, code VARCHAR(20), note VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german1_ci,
    PRIMARY KEY (id, seq), KEY p (parent), KEY c (code),
    CONSTRAINT to_parent FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT by_code FOREIGN KEY (code) REFERENCES parent (code));
  CREATE TABLE \`odd \`\` "name" (\` (\`a\`\`b "c"\` INT, \`values (\` VARCHAR(20) DEFAULT '; -- ') PARTITION BY HASH (\`a\`\`b "c"\`) PARTITIONS 3;
  CREATE TABLE heap (id INT, KEY id (id)) ENGINE = MEMORY;
  CREATE TABLE hidden (a INT, b INT INVISIBLE DEFAULT 7);
  CREATE VIEW shown AS SELECT id, code FROM parent WHERE price > 1 WITH CASCADED CHECK OPTION;
  CREATE TRIGGER child_bi BEFORE INSERT ON child FOR EACH ROW SET NEW.note = CONCAT('new; ', NEW.id);
  CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2;
  CREATE PROCEDURE \`do it\`(IN a INT) BEGIN DECLARE x VARCHAR(10) DEFAULT "q;'"; SELECT a; END;
  CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM child;
  INSERT INTO parent (id, code, kind, price) VALUES (1, 'Ab', 'x', 2), (2, 'é', 'y', 3.25), (30, 'z', 'x', 0);
  SET FOREIGN_KEY_CHECKS = 0;
  INSERT INTO child (id, seq, parent, code) VALUES (1, 1, 1, 'AB'), (1, 2, 2, 'É'), (2, 1, 99, 'zz'), (2, 2, NULL, NULL), (3, 1, 30, 'Z');
  SET FOREIGN_KEY_CHECKS = 1;
  INSERT INTO \`odd \`\` "name" (\` VALUES (1, 'x'), (NULL, ''), (3, ');');
  INSERT INTO hidden (a, b) VALUES (1, 2);`

/** Ways of dumping that write the same differently. */
const ways: readonly (readonly string[])[] = [
  [],
  ['--hex-blob', '--complete-insert', '--skip-extended-insert'],
  ['--skip-quote-names'],
  ['--default-character-set=binary'],
  ['--compatible=ansi'],
  ['--compact', '--insert-ignore'],
]

/** MySQL's own mysqldump is in no package beside MariaDB's: it is tried where this names it. */
const ownDump = process.env['TRANSLOAD_MYSQLDUMP']

async function dump(database: TestDatabase, program: string, options: readonly string[], path: string): Promise<void> {
  const url = new URL(database.url)
  const own = program === 'mariadb-dump' ? [] : ['--set-gtid-purged=OFF', '--no-tablespaces']
  await runCommand(program, [
    '--no-defaults',
    `--host=${url.hostname}`,
    `--port=${url.port}`,
    `--user=${url.username}`,
    `--password=${url.password}`,
    '--default-character-set=utf8mb4',
    '--routines',
    '--events',
    '--triggers',
    `--result-file=${path}`,
    ...own,
    ...options,
    database.name,
  ])
}

/** A table without what a dump has otherwise: exact counts, the next number as the file has it, storage as it is. */
function comparable(table: TableInfo, isAnsi: boolean): unknown {
  const common = { ...table, rowEstimate: 0, byteEstimate: 0, nextAutoIncrement: '', transactional: true }
  if (!isAnsi) return common
  // This dialect has neither table options nor comments.
  const indexes = table.indexes.map((index) => ({ ...index, comment: '', method: '' }))
  return { ...common, comment: '', storage: '', indexes, partitionCount: 0 }
}

function readsOf(catalog: Catalog, without: (column: string) => boolean): ReadPlan[] {
  return catalog.tables.map(({ name }) => {
    const read = readOf(catalog, name.name, {})
    return { ...read, columns: read.columns.filter((column) => !without(column.name)) }
  })
}

async function cellsOf(source: Source, reads: readonly ReadPlan[]): Promise<[string, unknown][]> {
  const found: [string, unknown][] = []
  for (const read of reads) {
    const splits = await source.planSplits(read, { rowCount: 1_000_000, maxCount: 1 }, never)
    const { rows, rejects } = await readTable(source, read, splits)
    const texts = (several: readonly unknown[]): string[] => several.map((one) => JSON.stringify(one)).toSorted()
    found.push([read.dataset, { rows: texts(rows), rejects: texts(rejects) }])
  }
  return found
}

async function censusOf(source: Source, { tables }: Catalog): Promise<readonly CensusAnswer[]> {
  const questions = tables.map(({ name, rowEstimate, columns, foreignKeys, indexes }) => {
    const isText = (column: string): boolean =>
      columns.find((one) => one.name === column)?.native.collation !== undefined
    return {
      table: name,
      rowEstimate,
      columns: columns
        .filter(({ generated }) => generated === undefined)
        .map((column) => ({ column: column.name, native: column.native, facts: censusFacts })),
      relations: foreignKeys.map((key) => {
        const texts = key.columns.filter(isText)
        return { ...key, constraint: key.name, ...(texts.length > 0 ? { byBytes: texts } : {}) }
      }),
      keys: indexes.flatMap(({ name: index, kind, parts }) => {
        const names = parts.flatMap(({ column, prefixLength }) => (prefixLength === undefined ? (column ?? []) : []))
        const texts = names.filter(isText)
        // Not of a key alone: what is there twice is to be found.
        if (kind === 'fulltext' || names.length < parts.length || texts.length === 0) return []
        return [{ name: index, columns: names, byBytes: texts, byLowerCase: texts }]
      }),
    }
  })
  return await source.census(questions, never)
}

describeEngines(['mysql9', 'mariadb'], 'a dump beside its server', () => {
  describe.each(['mysql9', 'mariadb'] as const)('%s', (name) => {
    let folder: string
    let database: TestDatabase
    let live: Source

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'transload-dump-'))
      database = await createDatabase(engineUrl(name), 'dumped')
      const session = "SET NAMES utf8mb4; SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'"
      await database.query(session)
      for (const statement of schema.split(/;\n/)) await database.query(statement)
      await database.query("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
      for (const [i, [sql, values]] of [...types, ...ownTypes[name]].entries()) {
        const rows = values.map((value, id) => `(${id}, ${value})`)
        const mayBeNull = sql.includes('NULL') ? '' : 'NULL'
        await database.query(`CREATE TABLE t${i} (id INT PRIMARY KEY, v ${sql} ${mayBeNull})`)
        await database.query(`INSERT INTO t${i} VALUES ${rows.join(', ')}`)
      }
      live = await openMysql(database.url)
    })

    afterAll(async () => {
      await live?.[Symbol.asyncDispose]()
      await database?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    })

    const programs = name === 'mysql9' && ownDump !== undefined ? ['mariadb-dump', ownDump] : ['mariadb-dump']
    const cases = programs.flatMap((program) => ways.map((options) => [program, options] as const))

    it.each(cases)(
      '%s %j has the same catalog, cells, facts and counts',
      { timeout: 120_000 },
      async (program, options) => {
        // MySQL's own tool knows fewer dialects.
        const known =
          program === 'mariadb-dump' ? options : options.filter((option) => !option.startsWith('--compatible=ansi'))
        const path = join(folder, 'dump.sql')
        await dump(database, program, known, path)
        await using source = await openDump(`mysqldump:${path}`)
        const expected = await live.catalog(never)
        const catalog = await source.catalog(never)
        const isBare = options.includes('--compact')
        const isAnsi = known.includes('--compatible=ansi')
        const isBareName = known.includes('--skip-quote-names')
        const tablesOf = ({ tables }: Catalog): unknown => {
          // Nothing but names: what a table is stored in, and its charset, are not told.
          if (isBare) return tables.map((table) => table.name.name)
          const all = JSON.stringify(tables.map((table) => comparable(table, isAnsi)))
          // Expressions name columns as the dump does.
          return JSON.parse(isBareName ? all.replaceAll('`', '') : all)
        }
        expect(tablesOf(rename(catalog, expected))).toEqual(tablesOf(expected))
        expect(catalog.others.map(({ kind, name: other }) => [kind, other.name])).toEqual(
          expected.others.map(({ kind, name: other }) => [kind, other.name]),
        )

        // MySQL writes no values of generated columns.
        const isMissing = (column: string): boolean => column === 'shout' || column === 'cents'
        const reads = readsOf(expected, isMissing)
        const own = readsOf(catalog, isMissing)
        expect(
          await cellsOf(
            source,
            own.map((read, i) => ({ ...reads[i]!, table: read.table })),
          ),
        ).toEqual(await cellsOf(live, reads))

        const census = await censusOf(source, catalog)
        const liveCensus = await censusOf(live, expected)
        for (const [i, answer] of census.entries()) {
          const other = liveCensus[i]
          expect([answer.table.name, answer.rows]).toEqual([other?.table.name, other?.rows])
          const { orphans, orphansByBytes, surplusRows } = answer
          expect({ orphans, orphansByBytes, surplusRows }).toEqual({
            orphans: other?.orphans,
            orphansByBytes: other?.orphansByBytes,
            surplusRows: other?.surplusRows,
          })
          for (const [column, found] of Object.entries(answer.facts)) {
            // Answers are held against the server's; what the dump cannot tell is absent.
            const same = Object.fromEntries(
              Object.keys(found).map((fact) => [fact, other?.facts[column]?.[fact as CensusFact]]),
            )
            expect([answer.table.name, column, numbers(found)]).toEqual([answer.table.name, column, numbers(same)])
          }
        }

        expect(await counts(source, catalog, own)).toEqual(await counts(live, expected, reads))
      },
    )
  })
})

describeEngines(['mariadb'], 'a dump in a charset that not every character has', () => {
  it('is read in it, and says that what it could not write is lost', async () => {
    await using database = await createDatabase(engineUrl('mariadb'), 'dumped')
    await database.query(
      'SET NAMES utf8mb4; CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20) CHARACTER SET utf8mb4, `表` INT)',
    )
    await database.query(`INSERT INTO t VALUES (1, '中文 "誠''\\\\', 1), (2, 'a😀b', 2)`)
    await using folder = await mkdtempDisposable(join(tmpdir(), 'transload-dump-'))
    const path = join(folder.path, 'dump.sql')
    await dump(database, 'mariadb-dump', ['--default-character-set=gbk'], path)
    await using source = await openDump(`mysqldump:${path}`)
    const reads = readsOf(await source.catalog(never), () => false)
    const [, cells] = (await cellsOf(source, reads))[0] ?? []
    expect(cells).toEqual({ rows: [`["1","中文 \\"誠'\\\\","1"]`, '["2","a?b","2"]'], rejects: [] })
    expect(await source.preflight(reads, never)).toMatchObject([{ level: 'warning', code: 'narrow-charset' }])
  })
})

/** The dump without comments does not name its database. */
function rename(catalog: Catalog, { tables }: Catalog): Catalog {
  const schemaName = tables[0]?.name.schema ?? ''
  const own = catalog.tables[0]?.name.schema ?? ''
  return JSON.parse(JSON.stringify(catalog).replaceAll(`"schema":"${own}"`, `"schema":"${schemaName}"`)) as Catalog
}

/** Floats are printed in two ways. */
function numbers(found: { readonly [fact: string]: string | null | undefined }): unknown {
  return Object.fromEntries(
    Object.entries(found).map(([fact, text]) => [
      fact,
      /^-?[\d.]+e[+-]?\d+$|^\d{17,}$/.test(text ?? '') ? Number(text) : text,
    ]),
  )
}

async function counts(source: Source, { tables }: Catalog, reads: readonly ReadPlan[]): Promise<unknown> {
  await using snapshot = await source.openSnapshot(1, reads, never)
  const questions = reads.map((read) => ({
    table: read.table,
    columns: read.columns.map((column) => column.name),
    orphans: (tables.find(({ name }) => name.name === read.table.name)?.foreignKeys ?? []).map((key) => ({
      constraint: key.name,
      columns: key.columns,
      references: key.references,
      referencedColumns: key.referencedColumns,
    })),
  }))
  const answers = await snapshot.count(questions, never)
  return answers.map(({ table, rows, nulls, orphans }) => ({ table: table.name, rows, nulls, orphans }))
}
