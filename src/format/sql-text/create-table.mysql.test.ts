import { expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import type { Expression } from '../../model/expression.ts'
import { parseCreateTable } from './create-table.ts'
import { parseExpression, unescapeSchemaExpression } from './expression.ts'
import type { TableSyntax } from './table-syntax.ts'

async function showCreate(database: TestDatabase, table: string): Promise<string> {
  const [row] = await database.query(`SHOW CREATE TABLE ${quoteName(table)}`)
  return String(row?.['Create Table'])
}

const quoteString = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0')}'`
const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** Writes an expression with every parenthesis, so that it means what the tree says whatever binds tighter. */
function write(node: Expression): string {
  const not = 'negated' in node && node.negated ? ' not' : ''
  const list = (nodes: readonly Expression[]): string => nodes.map(write).join(', ')
  switch (node.kind) {
    case 'literal':
      if (node.type === 'null') return 'NULL'
      if (node.type === 'bool') return String(node.value)
      if (node.type === 'number') return node.text
      if (node.type === 'string')
        return `${node.charset === undefined ? '' : `_${node.charset}`}${quoteString(node.value)}`
      if (node.type === 'hex') return `0x${node.digits}`
      if (node.type === 'bits') return `b'${node.digits}'`
      return `${node.type} ${quoteString(node.text)}`
    case 'column':
      return [...node.qualifier, node.name].map(quoteName).join('.')
    case 'call':
      return writeCall(node.name, node.args)
    case 'unary':
      return `(${node.operator} ${write(node.operand)})`
    case 'binary':
      return `(${write(node.left)} ${node.operator} ${write(node.right)})`
    case 'in':
      return `(${write(node.operand)}${not} in (${list(node.items)}))`
    case 'between':
      return `(${write(node.operand)}${not} between ${write(node.low)} and ${write(node.high)})`
    case 'is':
      return `(${write(node.operand)} is${not} ${node.what})`
    case 'like': {
      const escape = node.escape === undefined ? '' : ` escape ${write(node.escape)}`
      return `(${write(node.operand)}${not} like ${write(node.pattern)}${escape})`
    }
    case 'case': {
      const branches = node.branches.map(({ when, then }) => ` when ${write(when)} then ${write(then)}`).join('')
      const otherwise = node.otherwise === undefined ? '' : ` else ${write(node.otherwise)}`
      return `(case ${node.operand === undefined ? '' : write(node.operand)}${branches}${otherwise} end)`
    }
    case 'cast': {
      const { name, args, charset, array } = node.type
      const type = `${name}${args.length > 0 ? `(${args.join(',')})` : ''}${charset === undefined ? '' : ` charset ${charset}`}`
      return `cast(${write(node.operand)} as ${type}${array ? ' array' : ''})`
    }
    case 'collate':
      return `(${write(node.operand)} collate ${node.collation})`
    case 'interval':
      return `interval ${write(node.amount)} ${node.unit}`
    case 'row':
      return `(${list(node.items)})`
    case 'keyword':
      return node.word
  }
}

function writeCall(name: string, args: readonly Expression[]): string {
  const [first, second, third] = args
  if (first?.kind !== 'keyword') return `${name}(${args.map(write).join(', ')})`
  if (name === 'extract') return `extract(${first.word} from ${write(second!)})`
  if (name === 'trim') return `trim(${first.word} ${write(second!)} from ${write(third!)})`
  return `${name}(${args.map(write).join(', ')})`
}

/** What both servers take; each prints it in its own way. */
const common = [
  'a + b * 2 - -a',
  'a DIV b MOD 3',
  '~a',
  '!a',
  'NOT a = 1',
  "a = 1 AND b = 2 OR NOT c = 'x' XOR a > 3",
  'a <=> NULL',
  'a & b | 3 ^ 2 << 1 >> 2',
  'a NOT BETWEEN 1 AND 5',
  'a BETWEEN b AND b + 1 AND b > 0',
  'a NOT IN (1,2)',
  "c NOT LIKE 'x|%' ESCAPE '|'",
  "c LIKE 'a\\\\%b'",
  "c NOT REGEXP '^a'",
  'a IS NOT FALSE',
  'a IS UNKNOWN',
  '(a = 1) IS NOT TRUE',
  "CASE WHEN a > 1 THEN 'x' WHEN a < 0 THEN 'y' ELSE 'z' END",
  "CASE a WHEN 1 THEN 'x' END",
  'IF(a > 1, b, c)',
  'COALESCE(a, b, 1)',
  'CAST(a AS UNSIGNED)',
  'CAST(c AS DECIMAL(10,2))',
  'CAST(a AS CHAR(10) CHARACTER SET latin1)',
  'CAST(c AS BINARY(5))',
  'CAST(c AS DATETIME(6))',
  'CONVERT(c, SIGNED)',
  'c COLLATE utf8mb4_bin',
  "c COLLATE utf8mb4_bin LIKE 'x'",
  "CONCAT(c, ' it''s \\\\ \"q\" ', c, '\\n')",
  "CONCAT('a%b_c', '\\0', '\\Z', '\\t', '日本語')",
  'SUBSTRING(c, 1, -3)',
  'TRIM(c)',
  "TRIM(BOTH 'x' FROM c)",
  'd + INTERVAL 1 DAY',
  'd - INTERVAL a + 1 MONTH',
  "DATE_ADD(d, INTERVAL '1:30' HOUR_MINUTE)",
  '(d + INTERVAL 1 DAY) - INTERVAL 1 HOUR',
  "d + INTERVAL a DAY > '2020-01-01'",
  'INTERVAL(a, 1, 5)',
  'EXTRACT(DAY_HOUR FROM d)',
  "TIMESTAMPDIFF(DAY, d, '2020-01-01')",
  'TIMESTAMPADD(HOUR, 1, d)',
  "d > DATE'2020-01-01'",
  "TIMESTAMP'2020-01-01 00:00:00'",
  '0x4142',
  "b'101'",
  '1.50',
  '1e3',
  'TRUE',
  "_latin1'abc'",
  '(a, b) IN ((1,2),(3,4))',
  'a = b = 1',
  '(a > 1) + (b > 1)',
  '(a = 1) = (b = 1)',
  '(a = 1) IN (0, 1)',
  'a - (b - 1) - 1',
  'a / (b / 2)',
  '-(a + b) * 2',
  '-(-a)',
  '-5 + a',
  '(a | b) & 1',
  'a | (b ^ 1)',
  '~(a + 1)',
  "a = 'x' COLLATE utf8mb4_bin",
  "JSON_UNQUOTE(JSON_EXTRACT(c, '$.a'))",
  "e = 'one'",
  's & 1',
  'POINT(a, b)',
  '`we``ird \'"col` + 1',
  'CASE WHEN a IS NULL THEN NULL ELSE a + 1 END',
  'DEFAULT(a)',
  'LENGTH(c) > 3',
]
const mysqlOnly = [
  "c->'$.a'",
  "c->>'$.a'",
  'CAST(c AS JSON)',
  'CAST(a AS YEAR)',
  'UUID_TO_BIN(c)',
  "_binary'abc'",
  "REGEXP_LIKE(c, 'a', 'c')",
  "_latin1 x'41'",
]
const mariadbOnly = ['MD5(c)', 'NATURAL_SORT_KEY(c)', "c = X'41'", 'a MOD b']
/** What they print and this grammar does not know: it says so. */
const beyond = {
  mysql9: ["JSON_VALUE(c, '$.a' RETURNING SIGNED)", '1 MEMBER OF (c)'],
  mariadb: ['CHAR(65 USING utf8mb4)'],
}
const columns = "a int, b int, c varchar(100), d datetime, e enum('one','two'), s set('a','b'), `we``ird '\"col` int"

const generatedOf = (table: TableSyntax): string => table.columns.at(-1)!.generated!.expression

for (const server of ['mysql9', 'mariadb'] as const) {
  describeEngines([server], `expressions of ${server}`, () => {
    it('mean to the server what the tree says', { timeout: 120_000 }, async () => {
      await using database = await createDatabase(engineUrl(server), 'expression')
      await database.query("SET SESSION sql_mode = ''")
      for (const written of [...common, ...(server === 'mysql9' ? mysqlOnly : mariadbOnly)]) {
        await database.query(`CREATE TABLE t (${columns}, g varchar(200) AS (${written}) VIRTUAL)`)
        const printed = generatedOf(parseCreateTable(await showCreate(database, 't')))
        const tree = parseExpression(printed)
        expect({ printed, isRead: tree !== undefined }).toEqual({ printed, isRead: true })
        // A wrong tree would be printed otherwise by the server that made the right one.
        const again = write(tree!)
        await database.query('DROP TABLE t')
        await database.query(`CREATE TABLE t (${columns}, g varchar(200) AS (${again}) VIRTUAL)`)
        const printedAgain = generatedOf(parseCreateTable(await showCreate(database, 't')))
        expect({ again, printedAgain }).toEqual({ again, printedAgain: printed })
        await database.query('DROP TABLE t')
      }
    })

    it('are left alone where the grammar ends', async () => {
      await using database = await createDatabase(engineUrl(server), 'expression')
      for (const written of beyond[server]) {
        await database.query(`CREATE TABLE t (${columns}, g varchar(200) AS (${written}) VIRTUAL)`)
        expect(parseExpression(generatedOf(parseCreateTable(await showCreate(database, 't'))))).toBeUndefined()
        await database.query('DROP TABLE t')
      }
    })

    it('read the same from information_schema', async () => {
      await using database = await createDatabase(engineUrl(server), 'expression')
      const check = "`b\\\\s``'x` > length('a\\\\\\'') and c <> 'it''s \\n'"
      await database.query(
        `CREATE TABLE t (\`b\\\\s\`\`'x\` int, c varchar(9), g varchar(40) AS (concat(c, 'q\\'\\\\')), CHECK (${check}))`,
      )
      const table = parseCreateTable(await showCreate(database, 't'))
      const plain = server === 'mysql9' ? unescapeSchemaExpression : (text: string) => text
      const schema = `'${database.name}'`
      const [ofCheck] = await database.query(
        `SELECT check_clause AS text FROM information_schema.check_constraints WHERE constraint_schema = ${schema}`,
      )
      const [ofColumn] = await database.query(
        `SELECT generation_expression AS text FROM information_schema.columns WHERE table_schema = ${schema} AND column_name = 'g'`,
      )
      const fromCheck = parseExpression(plain(String(ofCheck?.['text'])))
      expect(fromCheck).toBeDefined()
      expect(fromCheck).toEqual(parseExpression(table.checks[0]!.expression))
      const fromColumn = parseExpression(plain(String(ofColumn?.['text'])))
      expect(fromColumn).toBeDefined()
      expect(fromColumn).toEqual(parseExpression(generatedOf(table)))
    })
  })

  describeEngines([server], `tables of ${server}`, () => {
    it('are read as information_schema has them', async () => {
      await using database = await createDatabase(engineUrl(server), 'tables')
      await database.query("SET SESSION sql_mode = ''")
      for (const statement of tables) await database.query(statement)
      const rows = await database.query(
        `SELECT table_name AS t, column_name AS c, data_type AS type, is_nullable AS nullable, column_comment AS comment,
           extra AS extra, collation_name AS collation FROM information_schema.columns WHERE table_schema = '${database.name}' ORDER BY table_name, ordinal_position`,
      )
      const parts = await database.query(
        `SELECT table_name AS t, index_name AS name, non_unique AS plain, column_name AS c, sub_part AS prefix, collation AS direction, index_type AS kind
           FROM information_schema.statistics WHERE table_schema = '${database.name}' ORDER BY table_name, index_name, seq_in_index`,
      )
      for (const name of new Set(rows.map((row) => String(row['t'])))) {
        const table = parseCreateTable(await showCreate(database, name))
        expect(
          table.columns.map(({ name: c, type, nullable, comment, autoIncrement, generated }) => ({
            c,
            type: type.name,
            nullable: nullable ? 'YES' : 'NO',
            comment: comment ?? '',
            autoIncrement,
            generated: generated === undefined ? '' : generated.stored ? 'STORED' : 'VIRTUAL',
          })),
        ).toEqual(
          rows
            .filter((row) => row['t'] === name)
            .map((row) => ({
              c: row['c'],
              type: row['type'],
              nullable: row['nullable'],
              comment: row['comment'],
              autoIncrement: String(row['extra']).includes('auto_increment'),
              generated: /(STORED|VIRTUAL) GENERATED/.exec(String(row['extra']))?.[1] ?? '',
            })),
        )
        const keyParts = table.keys.flatMap((key) =>
          key.parts.map((part) => ({
            name: key.name ?? 'PRIMARY',
            unique: key.kind === 'primary' || key.kind === 'unique',
            c: part.column ?? null,
            // A spatial index has no prefix of its own: information_schema shows the 32 bytes of its boxes.
            prefix: key.kind === 'spatial' ? null : (part.prefixLength ?? null),
            descending: part.descending,
          })),
        )
        const sorted = <Part extends { name: string }>(list: Part[]): Part[] =>
          list
            .map((part, at) => ({ part, at }))
            .sort((a, b) => compare(a.part.name, b.part.name) || a.at - b.at)
            .map(({ part }) => part)
        expect(sorted(keyParts)).toEqual(
          sorted(
            parts
              .filter((row) => row['t'] === name)
              .map((row) => ({
                name: String(row['name']),
                unique: Number(row['plain']) === 0,
                c: row['c'],
                prefix: row['kind'] === 'SPATIAL' || row['prefix'] === null ? null : Number(row['prefix']),
                descending: row['direction'] === 'D',
              })),
          ),
        )
      }
    })
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const tables = [
  `CREATE TABLE defaults (a int DEFAULT -5, b double DEFAULT 1e10, c varchar(10) DEFAULT 'a\\\\b\\n''"', d datetime DEFAULT '2020-01-01',
     e int DEFAULT (1+2*3), f varchar(40) DEFAULT (concat('a',1)), g timestamp NULL DEFAULT now(), h date DEFAULT (current_date + interval 1 day),
     i bit(3) DEFAULT b'0', k blob DEFAULT ('x'), m bool DEFAULT true, o datetime(3) DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),
     p varchar(10) DEFAULT '', q enum('a\\\\b','c''d','') DEFAULT 'a\\\\b', r binary(3) DEFAULT 'a', s time DEFAULT '-10:00:00', t year DEFAULT '2020',
     u point DEFAULT (point(1,2)), x decimal(10,2) DEFAULT .5, y varbinary(9) DEFAULT x'00ff27')`,
  `CREATE TABLE types (b varchar(10) CHARSET latin1 COLLATE latin1_bin, c char(5) CHARSET binary, d text CHARSET ucs2, e tinyblob, g int(5) zerofill,
     h float(7,3), i double(10,2) unsigned, j real, k numeric, l boolean, m serial, n national varchar(5), o bit, p year(4), r dec(5), s fixed(5,1),
     t long, u long varbinary, v char byte, w integer unsigned, x float(30), y double precision, z varchar(0)) CHARSET=latin1`,
  `CREATE TABLE \`odd \`\`t\` (\`select\` int NOT NULL AUTO_INCREMENT, \`a,b\` varchar(200) NOT NULL COMMENT 'multi
line \\t tab'' and "dq" \`bt\` \\\\ ; -- x /* y */', \`)\` text, g geometry NOT NULL, v int AS (length(\`)\`)) VIRTUAL COMMENT 'v', w int AS (1) STORED,
     PRIMARY KEY (\`select\`), UNIQUE KEY \`u;\` (\`a,b\`(7) DESC, \`select\`), KEY (\`)\`(3)) COMMENT 'k', FULLTEXT KEY ft (\`)\`, \`a,b\`), SPATIAL KEY sp (g)) COMMENT='it''s'`,
  `CREATE TABLE parted (a int NOT NULL, b int, KEY (b) USING BTREE) PARTITION BY LIST (a) (PARTITION p1 VALUES IN (1,2) COMMENT='it''s', PARTITION p2 VALUES IN (3))`,
]
