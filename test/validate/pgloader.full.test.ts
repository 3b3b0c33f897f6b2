import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { Pipeline } from '../../src/config/pipeline.ts'
import { type Difference, validate, type ValidateOutcome } from '../../src/index.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { installDebianPackage } from '../support/engines/debian-package.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { locateProgram } from '../support/engines/locate-program.ts'
import { runCommand } from '../support/engines/run-command.ts'

const seed = [
  "SET sql_mode = 'ANSI_QUOTES,ALLOW_INVALID_DATES', time_zone = '+00:00', foreign_key_checks = 0",
  `CREATE TABLE flags (id int PRIMARY KEY AUTO_INCREMENT, truth tinyint(1), tiny tinyint, utiny tinyint unsigned, bit1 bit(1),
     bits bit(8), bits64 bit(64))`,
  `INSERT INTO flags VALUES (1, 0, -128, 255, b'0', b'00000000', 0), (2, 1, 127, 0, b'1', b'10101010', b'1'),
     (3, 2, 5, 7, NULL, b'11111111', 18446744073709551615), (4, -1, NULL, NULL, NULL, NULL, NULL),
     (5, NULL, NULL, NULL, NULL, NULL, NULL)`,
  `CREATE TABLE numbers (id int unsigned PRIMARY KEY, small smallint unsigned, med mediumint unsigned, ubig bigint unsigned,
     big bigint, exact decimal(20,6), flt float, dbl double)`,
  `INSERT INTO numbers VALUES (1, 65535, 16777215, 18446744073709551615, -9223372036854775808, 12345678901234.567890, 0.1, 0.1),
     (2, 0, 0, 0, 0, 0, 0, 0), (3, NULL, NULL, NULL, NULL, NULL, 1e30, 1.7976931348623157e308),
     (4294967295, 1, 1, 9223372036854775808, 9223372036854775807, -0.000001, 16777216, 1e-300),
     (5, 1, 1, 1, 1, 1, 0.5, 0.1234567890123456789)`,
  `CREATE TABLE times (id int PRIMARY KEY, dt datetime, dt6 datetime(6), ts timestamp(6) NULL, d date, t time, t3 time(3),
     y year)`,
  `INSERT INTO times VALUES (1, '2024-01-02 03:04:05', '2024-01-02 03:04:05.123456', '2024-01-02 03:04:05.654321',
       '2024-01-02', '12:34:56', '12:34:56.789', 2024),
     (2, '9999-12-31 23:59:59', '2024-03-31 02:30:00.5', '2038-01-19 03:14:07', '0001-01-01', '23:59:59', NULL, 1901),
     (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
  // Dates that do not exist, one kind a table: what pgloader cannot write costs the table.
  `CREATE TABLE zeros (id int PRIMARY KEY, at datetime)`,
  `INSERT INTO zeros VALUES (1, '0000-00-00'), (2, '2024-01-01'), (3, NULL)`,
  `CREATE TABLE zero_defaults (id int PRIMARY KEY, at datetime NOT NULL DEFAULT '0000-00-00 00:00:00')`,
  `INSERT INTO zero_defaults VALUES (1, '0000-00-00'), (2, '2024-01-01')`,
  'CREATE TABLE zero_dates (id int PRIMARY KEY, d date)',
  "INSERT INTO zero_dates VALUES (1, '0000-00-00'), (2, '2024-01-01')",
  'CREATE TABLE parts (id int PRIMARY KEY, d date)',
  "INSERT INTO parts VALUES (1, '2024-02-30'), (2, '2024-01-01')",
  'CREATE TABLE spans (id int PRIMARY KEY, t time)',
  "INSERT INTO spans VALUES (1, '100:00:00'), (2, '01:00:00')",
  `CREATE TABLE texts (id int PRIMARY KEY, c char(10), vc varchar(50), tx text, lt longtext,
     kind enum('new','paid','It''s',''), tags set('a','b','c'), doc json, latin varchar(20) CHARACTER SET latin1)`,
  String.raw`INSERT INTO texts VALUES
     (1, 'abc  ', 'trail  ', 'é 漢字 😀', 'tab\tnew\nline', 'new', 'a,c', '{"a": 1, "b": [1.0, 2]}', 'café'),
     (2, '', '', '', '', '', '', '{}', ''), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
     (4, 'x', CONCAT('nul', CHAR(0), 'byte'), 'back\\slash', 'NULL', 'It''s', 'b', '[1,  2]', 'ÿ'),
     (5, '\\N', '\\N', '\\N', '\\.', 'paid', 'a,b,c', '"x"', 'a')`,
  "INSERT IGNORE INTO texts (id, kind) VALUES (6, 'nonesuch')",
  'CREATE TABLE blobs (id int PRIMARY KEY, b blob, vb varbinary(20), bn binary(4))',
  String.raw`INSERT INTO blobs VALUES (1, X'00FF10', 'a', 'a'), (2, '', '', ''), (3, NULL, NULL, NULL), (4, X'5C78', X'00', '\\x41')`,
  'CREATE TABLE CamelCase (Id int PRIMARY KEY, FirstName varchar(20), "odd name" int)',
  "INSERT INTO CamelCase VALUES (1, 'Ann', 1), (2, 'bob', 2)",
  `CREATE TABLE parents (id int PRIMARY KEY AUTO_INCREMENT, name varchar(20) NOT NULL DEFAULT 'x',
     made datetime DEFAULT CURRENT_TIMESTAMP, n int DEFAULT 5, UNIQUE KEY u (name), KEY k (made), KEY pre (name(3)))`,
  "INSERT INTO parents VALUES (1, 'a', '2024-01-01', 1), (2, 'B', '2024-01-01', 2)",
  `CREATE TABLE children (id int PRIMARY KEY, parent_id int, touched timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
       ON UPDATE CURRENT_TIMESTAMP, CONSTRAINT fk_parent FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE CASCADE)`,
  "INSERT INTO children VALUES (1, 1, '2024-01-01'), (2, NULL, '2024-01-01')",
  'CREATE TABLE orphans (id int PRIMARY KEY, parent_id int, CONSTRAINT fk_o FOREIGN KEY (parent_id) REFERENCES parents (id))',
  'INSERT INTO orphans VALUES (1, 77), (2, 1)',
  'CREATE TABLE loose (a int, b varchar(20))',
  "INSERT INTO loose VALUES (1, 'x'), (1, 'x'), (NULL, NULL)",
]

/** pgloader speaks no caching_sha2_password, which is all that MySQL 9 has: it reads MariaDB. */
describeEngines(['mariadb', 'postgres15'], 'a database that pgloader filled', () => {
  let source: TestDatabase
  let target: TestDatabase

  beforeAll(async () => {
    source = await createDatabase(engineUrl('mariadb'), 'loaded')
    target = await createDatabase(engineUrl('postgres15'), 'loaded')
    for (const statement of seed) await source.query(statement)
    // A server's time zone is seldom UTC: pgloader takes clocks to be of it.
    await target.query(`ALTER DATABASE "${target.name}" SET TimeZone = 'Asia/Kathmandu'`)
    if ((await locateProgram('pgloader')) === undefined) await installDebianPackage('pgloader')
    await runCommand('pgloader', ['--quiet', source.url, target.url])
  }, 240_000)
  afterAll(async () => {
    await source[Symbol.asyncDispose]()
    await target[Symbol.asyncDispose]()
  })

  async function between(to: string, names?: Pipeline['names']): Promise<ValidateOutcome & { told: Difference[] }> {
    const surroundings = { environment: {}, directory: '/' }
    const pipeline = await loadPipeline(undefined, { source: source.url, target: to, names }, surroundings)
    const told: Difference[] = []
    const outcome = await validate({ pipeline, events: { difference: (difference) => told.push(difference) } })
    return { ...outcome, told }
  }

  it('is not where it is looked for, and what finds it is said', async () => {
    const { summary, error } = await between(target.url)
    expect([error?.code, summary.datasets]).toEqual(['TL_V701', []])
    expect(summary.unpaired).toHaveLength(15)
    const place = `?schema=${source.name} in the target’s URL`
    expect(summary.coverage?.slice(0, 2)).toEqual([
      `One table is there under another name, such as ${source.name}.camelcase in the place of public.CamelCase: ${place} and --names lower finds it.`,
      `14 tables are there under another name, such as ${source.name}.blobs in the place of public.blobs: ${place} finds them.`,
    ])
  })

  it('is different by what pgloader has changed, and by nothing else', async () => {
    const { summary, told } = await between(`${target.url}?schema=${source.name}`, 'lower')
    expect(summary.unpaired).toEqual([])
    const found = told.map(({ from, key, column, reason, detail }) =>
      [`${from} ${Object.values(key).join()}`, column, reason, detail].filter((part) => part !== undefined).join(' '),
    )
    const schema = summary.datasets.flatMap(({ from, schema: all = [] }) =>
      all.map(({ kind, name, problem }) => `${from}: ${kind} ${name} ${problem}`),
    )
    const declared = summary.datasets.flatMap(({ from, declared: all = [] }) =>
      all.map(({ column, rule, count }) => `${from}.${column}: ${count} by ${rule}`),
    )
    // What is of another type, and holds the same.
    const evened = summary.datasets.flatMap(({ from, columns }) =>
      columns.filter(({ strength }) => strength !== 'exact').map((one) => `${from}.${one.from}: ${one.reason}`),
    )
    expect({ found: found.toSorted(), schema, declared, evened, coverage: summary.coverage }).toEqual({
      found: [
        'children 1 touched TZ_SHIFT -05:45',
        'children 2 touched TZ_SHIFT -05:45',
        'flags 3 truth BOOL_RANGE',
        'flags 4 truth BOOL_RANGE',
        'numbers 1 flt PRECISION_REDUCED',
        'numbers 3 flt PRECISION_REDUCED',
        'numbers 4294967295 flt PRECISION_REDUCED',
        'parents 1 made TZ_SHIFT -05:45',
        'parents 2 made TZ_SHIFT -05:45',
        'parts 1 MISSING',
        'parts 2 MISSING',
        'spans 1 MISSING',
        'spans 2 MISSING',
        'texts 6 kind VALUE',
        'times 1 dt TZ_SHIFT -05:45',
        'times 1 dt6 TZ_SHIFT -05:45',
        'times 1 ts TZ_SHIFT -05:45',
        'times 2 dt TZ_SHIFT -05:45',
        'times 2 dt6 TZ_SHIFT -05:45',
        'times 2 ts TZ_SHIFT -05:45',
        'zero_dates 1 MISSING',
        'zero_dates 2 MISSING',
        'zero_defaults 2 at TZ_SHIFT -05:45',
        'zeros 2 at TZ_SHIFT -05:45',
      ],
      schema: [
        "blobs: default bn is '\\x4e554c4c'::bytea, and the source has none",
        'children: nullability touched may be NULL, and may not at the source',
        'children: default touched is not there; the source has current_timestamp()',
        'orphans: foreign key fk_o is not there',
      ],
      declared: [
        'texts.vc: 1 by nul-byte-removed',
        'zero_defaults.at: 1 by zero-date-null',
        'zeros.at: 1 by zero-date-null',
      ],
      evened: [
        'parents.made: the target has it as a moment: its clock in UTC is compared',
        'times.dt: the target has it as a moment: its clock in UTC is compared',
        'times.dt6: the target has it as a moment: its clock in UTC is compared',
        'zero_defaults.at: the target has it as a moment: its clock in UTC is compared',
        'zeros.at: the target has it as a moment: its clock in UTC is compared',
      ],
      coverage: [
        'Views, triggers, routines, grants and comments were not compared.',
        'Not compared: the index pre of parents.',
      ],
    })
  })
})
