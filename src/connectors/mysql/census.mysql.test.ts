import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { type CensusAnswer, censusFacts } from '../../model/census.ts'
import { readCatalog } from './catalog.ts'
import { takeCensus } from './census.ts'
import { openSessions } from './client.ts'
import { type MysqlSettings, parseMysqlUrl } from './config.ts'
import { readServerFacts } from './server-facts.ts'

const signal = AbortSignal.timeout(60_000)

/** Every fact about every column of one table. */
async function censusOf(database: TestDatabase, table: string, rowEstimate = 0, laneCount = 1): Promise<CensusAnswer> {
  const settings = parseMysqlUrl(database.url).settings as MysqlSettings
  await using sessions = await openSessions(settings, signal)
  const server = await sessions.use(readServerFacts, signal)
  const { tables } = await readCatalog(sessions, server, { label: database.url, databases: [database.name] }, signal)
  const info = tables.find(({ name }) => name.name === table)
  if (info === undefined) throw new Error(`no table ${table}`)
  const columns = info.columns.map(({ name, native }) => ({ column: name, native, facts: censusFacts }))
  const [answer] = await takeCensus(sessions, server, [{ table: info.name, rowEstimate, columns }], laneCount, signal)
  if (answer === undefined) throw new Error('no answer')
  return answer
}

/** UTF-8 text that was read as another charset, as SQL. */
const misread = (text: string, charset: string): string =>
  `CONVERT(CONVERT(CAST(_utf8mb4'${text}' AS BINARY) USING ${charset}) USING utf8mb4)`
/** The same as ISO 8859-1, whose bytes 0x80 to 0x9F are controls: as PHP's utf8_encode makes it. */
const isoMisread = (text: string): string =>
  `_utf8mb4 X'${Buffer.from(Buffer.from(text, 'utf8').toString('latin1'), 'utf8').toString('hex')}'`

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine], `the census of ${engine}`, () => {
    let database: TestDatabase

    beforeAll(async () => {
      database = await createDatabase(engineUrl(engine), 'census')
      await database.query("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'")
    })
    afterAll(async () => {
      await database[Symbol.asyncDispose]()
    })

    it('prints the extremes of every kind of number and time', async () => {
      await database.query(`CREATE TABLE numbers (t tinyint(1), z int(5) ZEROFILL, u bigint unsigned, d decimal(65,30),
        f float, g double, b bit(64), y year, ti time(3), dt datetime(6), e enum('b','a'), v varchar(20), bl blob, n int)`)
      await database.query(`INSERT INTO numbers VALUES
        (-1, 7, 18446744073709551615, '1.10', 1.1, 0.1, b'1', 0, '-838:59:58.5', '1000-01-01', 'a', 'x', X'00ff', NULL),
        (2, 42, 0, '-99999999999999999999999999999999999.000000000000000000000000000001', -2.5, 1.7976931348623157e308,
         0xffffffffffffffff, 2155, '838:59:59', '9999-12-31 23:59:59.999999', 'b', 'größe', X'01', NULL)`)
      const { rows, facts } = await censusOf(database, 'numbers')
      expect(rows).toBe(2)
      const extremes = Object.entries(facts).map(([column, { min, max }]) => [column, min, max])
      expect(extremes).toEqual([
        ['t', '-1', '2'],
        ['z', '7', '42'],
        ['u', '0', '18446744073709551615'],
        [
          'd',
          '-99999999999999999999999999999999999.000000000000000000000000000001',
          '1.100000000000000000000000000000',
        ],
        ['f', '-2.5', '1.100000023841858'],
        ['g', '0.1', '1.7976931348623157e308'],
        ['b', '1', '18446744073709551615'],
        ['y', '0', '2155'],
        ['ti', '-838:59:58.500', '838:59:59.000'],
        ['dt', '1000-01-01 00:00:00.000000', '9999-12-31 23:59:59.999999'],
        ['e', undefined, undefined],
        ['v', 'größe', 'x'],
        ['bl', undefined, undefined],
        ['n', null, null],
      ])
      expect(facts['n']?.nulls).toBe('2')
      expect(facts['v']).toMatchObject({ 'max-length': '5', nulls: '0' })
      expect(facts['bl']?.['max-length']).toBe('2')
      expect(facts['e']?.['max-length']).toBe('1')
    })

    it('knows how many digits decimals have on either side of the point', async () => {
      await database.query(`CREATE TABLE digits (whole decimal(20,4), some decimal(20,4), wide decimal(65,30), tall decimal(65,0),
        small decimal(30,30), zero decimal(8,2), none decimal(8,2), minus decimal(10,3), filled decimal(12,3) ZEROFILL, f float, n int)`)
      await database.query(`INSERT INTO digits VALUES
        ('12.0000', '1.5000', '-99999999999999999999999999999999999.000000000000000000000000000001', REPEAT('9', 65),
         '0.000000000000000000000000000001', 0, NULL, '-1234.500', '12.500', 1.5, 7),
        ('-345', '0.0625', '99999999999999999999999999999999999.999999999999999999999999999999', CONCAT('-', REPEAT('9', 65)),
         '-0.1', '-0.00', NULL, '9.25', '7', 0.1, 7),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
      const { facts } = await censusOf(database, 'digits')
      const digits = Object.entries(facts).map(([column, own]) => [column, own['whole-digits'], own['fraction-digits']])
      expect(digits).toEqual([
        ['whole', '3', '0'],
        ['some', '1', '4'],
        ['wide', '35', '30'],
        ['tall', '65', '0'],
        ['small', '0', '30'],
        ['zero', '0', '0'],
        ['none', null, null],
        ['minus', '4', '2'],
        ['filled', '2', '1'],
        ['f', undefined, undefined],
        ['n', undefined, undefined],
      ])
    })

    it('counts dates that are none', async () => {
      await database.query('CREATE TABLE dates (d date, t datetime(3), s timestamp NULL)')
      await database.query(`INSERT INTO dates VALUES
        ('0000-00-00', '0000-00-00', '0000-00-00'), ('2024-00-15', '2024-00-15 01:02:03', '2024-01-15 00:00:00'),
        ('2024-02-31', '2024-02-31 10:00:00', NULL), ('2023-02-29', '2023-04-31', NULL), (NULL, NULL, NULL),
        ('0000-05-05', '0000-00-00 12:00:00', NULL), ('2024-02-29', '2024-05-00', NULL), ('1900-02-29', '2000-02-29', NULL),
        ('0000-00-01', '0000-01-00', NULL)`)
      const { facts } = await censusOf(database, 'dates')
      expect(facts['d']).toMatchObject({ 'zero-dates': '1', 'partial-dates': '5', nulls: '1', min: '0000-00-00' })
      expect(facts['t']).toMatchObject({ 'zero-dates': '2', 'partial-dates': '5', nulls: '1' })
      expect(facts['s']).toMatchObject({ 'zero-dates': '1', 'partial-dates': '0' })
      expect(facts['s']?.['nul-bytes']).toBeUndefined()
    })

    it('counts what is odd about text, in every charset', async () => {
      await database.query(`CREATE TABLE texts (a varchar(20), b text CHARACTER SET latin1, c char(20) CHARACTER SET utf16,
        g varchar(20) CHARACTER SET gbk, e enum('x','y'), s set('x','y'))`)
      await database.query(`INSERT IGNORE INTO texts VALUES
        ('a\\0b', 'a\\0b', 'a\\0b', 'a\\0b', 'none', 'none'), ('ab', 'ab', 'ab', 'ab', 'x', ''), ('日', 'é', '日', '日', 'y', 'x'),
        ('', '', '', '', NULL, NULL), (NULL, NULL, NULL, NULL, NULL, NULL)`)
      const { facts } = await censusOf(database, 'texts')
      for (const column of ['a', 'b', 'c', 'g']) {
        expect(facts[column]).toMatchObject({ 'nul-bytes': '1', 'invalid-text': '0', nulls: '1', 'max-length': '3' })
      }
      expect(facts['e']).toMatchObject({ 'enum-zero': '1', nulls: '2' })
      expect(facts['s']?.['enum-zero']).toBeUndefined()
    })

    it('tells text that was encoded twice from text that looks odd', async () => {
      const twice = [
        misread('José', 'latin1'),
        misread('日本語', 'latin1'),
        misread('😀 ok', 'latin1'),
        misread('“quoted” – €', 'latin1'),
        isoMisread('À propos'),
        isoMisread('日本😀'),
        misread('Привет', 'latin1'),
      ]
      const once = [
        'José',
        'São Paulo',
        'SÃO',
        'naïve café',
        'Привет',
        '日本語',
        '😀',
        'JosÃ© and José',
        'JosÃ',
        'Ãa©',
        'Ã©Ā',
        '',
        'a',
      ]
      await database.query('CREATE TABLE twice (v varchar(99), w longtext, x varchar(99) CHARACTER SET utf16)')
      await database.query('CREATE TABLE once (v varchar(99), w longtext, x varchar(99) CHARACTER SET utf16)')
      for (const sql of twice) await database.query(`INSERT INTO twice VALUES (${sql}, ${sql}, ${sql})`)
      for (const text of once) await database.query('INSERT INTO once VALUES (?, ?, ?)', [text, text, text])
      await database.query('INSERT INTO once VALUES (NULL, NULL, NULL)')
      const count = String(twice.length)
      const found = await censusOf(database, 'twice')
      expect(['v', 'w', 'x'].map((column) => found.facts[column]?.['double-encoded'])).toEqual([count, count, count])
      const none = await censusOf(database, 'once')
      expect(['v', 'w', 'x'].map((column) => none.facts[column]?.['double-encoded'])).toEqual(['0', '0', '0'])
      expect(found.facts['v']?.['invalid-text']).toBe('0')
    })

    it('tells UTF-8 in columns of another charset, where the charset lets it', async () => {
      await database.query(`CREATE TABLE bytes (l varchar(20) CHARACTER SET latin1, c varchar(20) CHARACTER SET cp1251,
        g varchar(20) CHARACTER SET gbk, k varchar(20) CHARACTER SET cp866)`)
      const utf8 = (text: string): string => `CAST(_utf8mb4'${text}' AS BINARY)`
      await database.query(`INSERT INTO bytes (l, c) VALUES (${utf8('André')}, ${utf8('Привет')}), ('André', 'Привет'),
        ('plain', 'plain'), ('€“”', '№ «ё»')`)
      await database.query("INSERT INTO bytes (g, k) VALUES ('联通', 'раб')")
      const { facts } = await censusOf(database, 'bytes')
      expect(facts['l']?.['double-encoded']).toBe('1')
      expect(facts['c']?.['double-encoded']).toBe('1')
      expect(facts['g']?.['double-encoded']).toBeUndefined()
      expect(facts['k']?.['double-encoded']).toBeUndefined()
    })

    it('counts bytes that are no characters of the charset', async () => {
      await database.query(
        'CREATE TABLE wrong (w varchar(20) CHARACTER SET cp1251, h varchar(20) CHARACTER SET hebrew)',
      )
      await database.query(
        "INSERT INTO wrong VALUES (X'98', X'a1'), (X'c0', X'e0'), (X'3f98', X'41'), ('?', '?'), (NULL, NULL)",
      )
      const { facts } = await censusOf(database, 'wrong')
      expect(facts['w']?.['invalid-text']).toBe('2')
      expect(facts['h']?.['invalid-text']).toBe('1')
    })

    it('counts JSON that is none, and that which says NUL', async () => {
      await database.query('CREATE TABLE json (j json, t longtext)')
      const nul = String.raw`{"a":"x\\u0000y"}`
      const key = String.raw`{"\\u0000":1}`
      const even = String.raw`{"a":"x\\\\u0000y"}`
      const odd = String.raw`["\\\\\\u0000"]`
      const both = String.raw`["\\\\u0000","\\n\\u0001"]`
      for (const sql of [nul, key, even, odd, both])
        await database.query(`INSERT INTO json VALUES ('${sql}', '${sql}')`)
      await database.query("INSERT INTO json VALUES (NULL, '{'), ('[1]', ''), ('null', NULL)")
      const { facts } = await censusOf(database, 'json')
      expect(facts['j']).toMatchObject({ 'json-nul': '3', 'invalid-json': '0', nulls: '1' })
      expect(facts['t']).toMatchObject({ 'json-nul': '3', 'invalid-json': '2', nulls: '1' })
    })

    it('answers an empty table, and no questions about columns', async () => {
      await database.query('CREATE TABLE nothing (a int, v varchar(9), d date, m decimal(8,2), w decimal(8,0))')
      const { rows, facts } = await censusOf(database, 'nothing')
      expect(rows).toBe(0)
      expect(facts['a']).toEqual({ min: null, max: null, nulls: '0' })
      expect(facts['d']).toMatchObject({ 'zero-dates': '0', 'partial-dates': '0', max: null })
      for (const column of ['m', 'w']) {
        expect(facts[column]).toEqual({
          min: null,
          max: null,
          'whole-digits': null,
          'fraction-digits': null,
          nulls: '0',
        })
      }
      await using sessions = await openSessions(parseMysqlUrl(database.url).settings as MysqlSettings, signal)
      const server = await sessions.use(readServerFacts, signal)
      const table = { schema: database.name, name: 'nothing' }
      expect(await takeCensus(sessions, server, [{ table, rowEstimate: 0, columns: [] }], 1, signal)).toEqual([
        { table, rows: 0, facts: {} },
      ])
    })

    it('asks about more facts than go into one statement', async () => {
      const names = Array.from({ length: 120 }, (_, at) => `c${at}`)
      await database.query(`CREATE TABLE wide (${names.map((name) => `${name} varchar(9)`).join(', ')})`)
      await database.query("INSERT INTO wide (c0, c119) VALUES ('a', 'bc')")
      const { rows, facts } = await censusOf(database, 'wide')
      expect(rows).toBe(1)
      expect(facts['c0']).toMatchObject({ max: 'a', nulls: '0' })
      expect(facts['c119']).toMatchObject({ 'max-length': '2', nulls: '0', 'invalid-json': '1' })
      expect(facts['c60']).toMatchObject({ max: null, nulls: '1' })
    })

    it('finds the same in a large table, of which several sessions ask', async () => {
      await database.query('CREATE TABLE large (a int, b bigint unsigned, v varchar(9), d datetime, t timestamp NULL)')
      await database.query("INSERT INTO large VALUES (-7, 18446744073709551615, 'Ã©', '0000-00-00', NULL)")
      await database.query("INSERT INTO large VALUES (12, NULL, CHAR(0), '2020-02-00', '2020-01-01 00:00:01')")
      const alone = await censusOf(database, 'large')
      expect(alone.facts).toMatchObject({ a: { min: '-7' }, v: { 'nul-bytes': '1' }, d: { 'partial-dates': '1' } })
      expect(await censusOf(database, 'large', 5_000_000, 4)).toEqual(alone)
      expect(await censusOf(database, 'large', 5_000_000, 99)).toEqual(alone)
    })

    it('stops in the server when it is told to', async () => {
      await database.query('CREATE TABLE big (v varchar(200))')
      await database.query(`INSERT INTO big WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
        SELECT CONCAT(REPEAT('Ã©', 90), a.i) FROM n AS a CROSS JOIN n AS b LIMIT 200000`)
      await using sessions = await openSessions(parseMysqlUrl(database.url).settings as MysqlSettings, signal)
      const server = await sessions.use(readServerFacts, signal)
      const native = { name: 'varchar', text: 'varchar(200)', args: [200], charset: 'utf8mb4' }
      const table = { schema: database.name, name: 'big' }
      const stop = new AbortController()
      const columns = [{ column: 'v', native, facts: censusFacts }]
      const census = takeCensus(sessions, server, [{ table, rowEstimate: 200_000, columns }], 4, stop.signal)
      setTimeout(() => stop.abort(new Error('enough')), 100)
      await expect(census).rejects.toThrow('enough')
      const running = (): Promise<readonly unknown[]> =>
        database.query(`SELECT 1 FROM information_schema.processlist WHERE info LIKE 'SELECT COUNT(*)%big%'`)
      await expect.poll(running, { timeout: 5_000 }).toEqual([])
    })
  })
}

describeEngines(['mariadb'], 'a column whose bytes are not of its charset', () => {
  it('is counted: MariaDB takes half of a surrogate pair as UTF-8, in JSON too', async () => {
    await using database = await createDatabase(engineUrl('mariadb'), 'census')
    await database.query("SET sql_mode = '', check_constraint_checks = 0")
    await database.query('CREATE TABLE t (v varchar(9) CHARACTER SET utf8mb4, j json)')
    await database.query(`INSERT INTO t VALUES (_binary X'61eda080', _binary X'5b22edb08022'), ('한글', '["한글"]'),
      ('힣', _binary X'5b22eda080225d'), ('ok', '{'), (_binary X'f09fedbfbf', NULL), (_binary X'6ded9fbf', _binary X'22ed9fbf22')`)
    const [row] = await database.query("SELECT COUNT(*) AS stored FROM t WHERE CONCAT(HEX(v), HEX(j)) LIKE '%EDA080%'")
    expect(Number(row?.['stored'])).toBe(2)
    const { facts } = await censusOf(database, 't')
    expect([facts['v']?.['invalid-text'], facts['j']?.['invalid-text'], facts['j']?.['invalid-json']]).toEqual([
      '2',
      '2',
      '2',
    ])
  })

  it('is counted: MariaDB takes any bytes as ASCII', async () => {
    await using database = await createDatabase(engineUrl('mariadb'), 'census')
    await database.query("SET sql_mode = ''")
    await database.query('CREATE TABLE t (v varchar(9) CHARACTER SET ascii)')
    await database.query("INSERT INTO t VALUES (_binary X'e941'), ('ok'), ('?')")
    expect((await censusOf(database, 't')).facts['v']?.['invalid-text']).toBe('1')
  })
})
