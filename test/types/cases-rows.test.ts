import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { never, openMysql, planRead, readTable } from '../support/mysql-source.ts'
import { Move, type Outcome, type SourceEngine, sourceEngines } from './migrate.ts'
import { startWith } from './start-with.ts'

const keyed: { readonly [table: string]: { readonly columns: string; readonly values: readonly string[] } } = {
  composite: {
    columns: 'a INT NOT NULL, b VARCHAR(9) NOT NULL, PRIMARY KEY (a, b)',
    values: Array.from({ length: 400 }, (_, i) => `${i % 7}, 'k${i}'`),
  },
  words: {
    columns: 'a VARCHAR(20) NOT NULL PRIMARY KEY',
    values: Array.from({ length: 300 }, (_, i) => `'${['a', 'Ä', 'z', '日', "o''"][i % 5]}${i}'`),
  },
  sparse: {
    columns: 'a BIGINT NOT NULL PRIMARY KEY',
    values: ['-9223372036854775808', '-1', '0', '1', '1000000000000000000', '9223372036854775807'],
  },
  folded: {
    columns: 'a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY',
    values: Array.from({ length: 300 }, (_, i) => `'${i % 2 === 0 ? 'Abc' : 'aBD'}${i}'`),
  },
  uuids: {
    columns: 'a CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY',
    values: Array.from({ length: 300 }, (_, i) => `'${uuidOf(i)}'`),
  },
  labels: {
    columns: `a ENUM('z', 'm', 'a') NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b)`,
    values: Array.from({ length: 300 }, (_, i) => `'${['z', 'm', 'a'][i % 3]}', ${i}`),
  },
  holes: {
    columns: 'a INT NULL, b INT, UNIQUE KEY (a)',
    values: Array.from({ length: 300 }, (_, i) => `${i % 3 === 0 ? 'NULL' : i}, ${i}`),
  },
}

function uuidOf(seed: number): string {
  const hex = Buffer.from(`${seed * 2_654_435_761}`.padStart(16, '7').slice(-16)).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const everywhere = `SET SESSION sql_mode = '';
CREATE TABLE c51 (v INT, name VARCHAR(9), KEY by_v (v));
INSERT INTO c51 VALUES (1, 'a'), (1, 'a'), (1, 'a'), (2, NULL), (2, NULL), (NULL, NULL), (NULL, NULL);
${Object.entries(keyed)
  .map(
    ([name, { columns, values }]) =>
      `CREATE TABLE c52_${name} (${columns}); INSERT INTO c52_${name} VALUES ${values.map((value) => `(${value})`).join(', ')};`,
  )
  .join('\n')}
CREATE TABLE c54_myisam (id INT PRIMARY KEY, v INT) ENGINE=MyISAM; INSERT INTO c54_myisam VALUES (1, 1), (2, 2);
CREATE TABLE c54_memory (id INT PRIMARY KEY, v INT) ENGINE=MEMORY; INSERT INTO c54_memory VALUES (1, 1);
CREATE TABLE c55_parts (id INT PRIMARY KEY, v INT) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20), PARTITION p2 VALUES LESS THAN MAXVALUE);
INSERT INTO c55_parts VALUES (1, 1), (11, 2), (21, 3);
CREATE TABLE c55_empty (id INT PRIMARY KEY, v INT);
CREATE VIEW c55_view AS SELECT id FROM c55_parts;
CREATE TEMPORARY TABLE c55_passing (id INT);`

const mysqlOnly = `CREATE TABLE c54_archive (id INT, v INT) ENGINE=ARCHIVE; INSERT INTO c54_archive VALUES (1, 1);`
const mariadbOnly = `CREATE TABLE c54_archive (id INT, v INT) ENGINE=Aria TRANSACTIONAL=0; INSERT INTO c54_archive VALUES (1, 1);
CREATE SEQUENCE c55_sequence START WITH 5; SELECT NEXTVAL(c55_sequence);`

describeEngines(['mysql9', 'mariadb', 'postgres15'], 'rows and tables', () => {
  describe.each(sourceEngines)('%s', (engine) => {
    const isMysql = engine === 'mysql9'
    let move: Move
    let outcome: Outcome

    beforeAll(async () => {
      move = await Move.between(engine)
      await move.source.query(everywhere + (isMysql ? mysqlOnly : mariadbOnly))
      outcome = await move.run()
    })
    afterAll(() => move[Symbol.asyncDispose]())

    it('ends well', () => {
      expect(outcome.summary).toMatchObject({ exitCode: 0, rejects: { count: 0 }, validation: { status: 'equal' } })
    })

    it('case 51: a table without a key comes whole, each double as often as it is there', async () => {
      expect(await move.texts('c51', `concat_ws(' ', c51.v, name)`, 'v')).toEqual([
        '',
        '',
        '1 a',
        '1 a',
        '1 a',
        '2',
        '2',
      ])
      expect(outcome.dataset('c51')).toMatchObject({ read: 7, written: 7 })
    })

    it('case 52: splits of every kind of key cover each row once', { timeout: 60_000 }, async () => {
      await using source = await openMysql(move.source.url)
      for (const [name, { values }] of Object.entries(keyed)) {
        const table = `c52_${name}`
        const read = await planRead(source, table)
        const splits = await source.planSplits(read, { rowCount: 50, maxCount: 20 }, never)
        const { rows, rejects } = await readTable(source, read, splits)
        expect(rejects).toEqual([])
        const found = rows.map((row) => JSON.stringify(row)).toSorted()
        expect([name, found.length, new Set(found).size]).toEqual([name, values.length, values.length])
        // A key that may be NULL is none to split by, and six rows need no second split.
        const isOne = name === 'holes' || name === 'sparse'
        expect([name, splits.length > 3]).toEqual([name, !isOne])
        expect(outcome.dataset(table)).toMatchObject({ read: values.length, written: values.length })
        const [count] = await move.target.query(`SELECT count(DISTINCT t.*)::int AS rows FROM "${table}" AS t`)
        expect([name, count?.['rows']]).toEqual([name, values.length])
      }
    })

    it('case 54: tables without transactions come, and plan and run warn', async () => {
      const stores = { c54_myisam: 'MyISAM', c54_memory: 'MEMORY', c54_archive: isMysql ? 'ARCHIVE' : 'Aria' }
      const warned = outcome.summary.warnings.filter(({ code }) => code === 'not-transactional')
      for (const [table, storage] of Object.entries(stores)) {
        expect(warned.map(({ message }) => message)).toContainEqual(
          expect.stringContaining(`${table} is stored by ${storage}`),
        )
        expect(await move.texts(table, 'v')).not.toEqual([])
      }
      expect(warned).toHaveLength(3)
      const found = outcome.plan.preflight.find(({ message }) => message.includes('no part in the snapshot'))
      expect(found?.level).toBe('warning')
    })

    it('case 55: a partitioned table comes once, an empty one too; views and sequences are listed', async () => {
      expect(await move.texts('c55_parts', 'v')).toEqual(['1', '2', '3'])
      expect(outcome.dataset('c55_parts')).toMatchObject({ read: 3, written: 3 })
      expect(outcome.summary.warnings).toContainEqual({
        code: 'partitions-flattened',
        message: 'c55_parts has 3 partitions: it becomes one table',
      })
      expect(await move.texts('c55_empty', 'id')).toEqual([])
      const listed = outcome.plan.notCarried.filter(({ name }) => name.includes('.c55_'))
      expect(listed.map(({ kind, name }) => `${kind} ${name.split('.')[1]}`)).toEqual(
        isMysql ? ['view c55_view'] : ['sequence c55_sequence', 'view c55_view'],
      )
      expect(listed.every(({ sql }) => sql?.startsWith('CREATE '))).toBe(true)
      expect(outcome.plan.datasets.map(({ from }) => from)).not.toContain('c55_passing')
    })

    it('case 53: more than 1,600 columns, and rows that no page holds, are errors before the load', async () => {
      await using wide = await Move.between(engine)
      const columns = (count: number, type: string): string =>
        Array.from({ length: count }, (_, i) => `c${i} ${type}`).join(', ')
      await wide.source.query(`SET SESSION sql_mode = '';
        CREATE TABLE too_many (id INT, ${columns(1700, 'TINYINT')}) ENGINE=MyISAM;
        INSERT INTO too_many (id) VALUES (1)`)
      const many = await wide.run({ pipeline: { only: ['too_many'] } })
      expect(many.summary).toMatchObject({ run: null, error: { code: 'TL_T312' } })
      expect(many.summary.error?.message).toContain(`would have 1701 columns; PostgreSQL's limit is 1600`)
      await wide.source.query(`CREATE TABLE too_long (id INT, ${columns(1500, 'BIGINT NOT NULL')}) ENGINE=MyISAM;
        INSERT INTO too_long (id) VALUES (1)`)
      const long = await wide.run({ pipeline: { only: ['too_long'] } })
      expect(long.summary).toMatchObject({ run: null, error: { code: 'TL_T312' } })
      expect(long.summary.error?.message).toMatch(/A row of "public"\."too_long" takes at least 120\d\d bytes/)
      expect(await traces(wide)).toEqual([])
      // TIME beyond a day takes 3 bytes there, and 16 as an interval.
      await wide.source
        .query(`SET SESSION sql_mode = ''; CREATE TABLE times (id INT PRIMARY KEY, ${columns(600, 'TIME')});
        INSERT INTO times VALUES (5, ${Array(600).fill("'100:00:00'").join(', ')});
        INSERT INTO times (id, c0) SELECT seq, '100:00:00' FROM (WITH RECURSIVE n (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < 300) SELECT * FROM n) AS s WHERE seq <> 5;
        UPDATE times SET ${Array.from({ length: 600 }, (_, i) => `c${i} = '-200:00:00'`).join(', ')} WHERE id = 150`)
      const fits = await wide.run({ pipeline: { only: ['times'] } })
      expect(fits.plan.preflight).toContainEqual(
        expect.objectContaining({ level: 'warning', message: expect.stringContaining('columns are all full') }),
      )
      // The server names another line of the COPY than that of the row: the right ones are found all the same.
      expect(fits.rejects.map(({ key, code, reason }) => [key['id'], code, reason])).toEqual([
        ['5', 'TL_D409', 'row is too big: size 9632, maximum size 8160'],
        ['150', 'TL_D409', 'row is too big: size 9632, maximum size 8160'],
      ])
      expect(fits.summary).toMatchObject({ exitCode: 4, validation: { status: 'equal' } })
      expect(fits.dataset('times')).toMatchObject({ read: 300, written: 298, rejected: 2 })
    })

    it('case 57: a run that was stopped goes on without a row lost or doubled', { timeout: 60_000 }, async () => {
      await using stopped = await stoppedMove(engine)
      const second = await stopped.run()
      expect(second.summary).toMatchObject({ exitCode: 0, attempts: 2, validation: { status: 'equal' } })
      expect(await stopped.target.query(manyCounts)).toEqual([{ rows: 100_000, ids: 100_000 }])
    })

    it('case 57: a run whose moment is gone says so, and mixes nothing in silence', { timeout: 60_000 }, async () => {
      await using stopped = await stoppedMove(engine)
      await stopped.source.query(`INSERT INTO many VALUES (200000, 'late')`)
      const refused = await stopped.run()
      expect(refused.summary).toMatchObject({ exitCode: 7, resumable: true, error: { code: 'TL_K502' } })
      const fresh = await stopped.run({ flags: { fresh: true } })
      expect(fresh.summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
      expect(await stopped.target.query(manyCounts)).toEqual([{ rows: 100_001, ids: 100_001 }])
    })
  })

  describe.each(sourceEngines)('whatever the modes, %s', (engine) => {
    it('case 60: sql_mode of the server makes no difference', { timeout: 60_000 }, async () => {
      await using move = await Move.between(engine)
      await move.source.query(`SET SESSION sql_mode = ''; ${modalSeed}`)
      const [before] = await move.source.query('SELECT @@GLOBAL.sql_mode AS mode')
      const found: unknown[] = []
      try {
        for (const mode of [String(before?.['mode']), 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT', 'ANSI', '']) {
          await move.source.query('SET GLOBAL sql_mode = ?', [mode])
          found.push(await moveInto(move, engineUrl('postgres15')))
        }
      } finally {
        await move.source.query('SET GLOBAL sql_mode = ?', [before?.['mode']])
      }
      expect(found[0]).toMatchObject({ exitCode: 0, rows: [`it's "q" \\ a\\b c`, `it's "q" \\  c`] })
      for (const other of found) expect(other).toEqual(found[0])
    })

    it('case 60: lower_case_table_names makes no difference to names in lower case', { timeout: 120_000 }, async () => {
      await using folding = await startWith(engine, '--lower-case-table-names=1')
      await using plain = await Move.between(engine)
      await using folded = await Move.between(engine, folding.url)
      const found: unknown[] = []
      for (const move of [plain, folded]) {
        await move.source.query(`SET SESSION sql_mode = ''; ${modalSeed}`)
        found.push(await moveInto(move, engineUrl('postgres15')))
      }
      expect(found[1]).toEqual(found[0])
      await folded.source.query('CREATE TABLE Upper (id INT PRIMARY KEY); INSERT INTO UPPER VALUES (1)')
      const { summary } = await folded.run({ pipeline: { only: ['upper'] } })
      expect(summary.datasets).toMatchObject([{ from: 'upper', written: 1 }])
    })
  })
})

/** Quotes and backslashes wherever a server's mode changes how they are read or printed. */
const modalSeed = String.raw`
CREATE TABLE modal (id INT PRIMARY KEY, v VARCHAR(40) DEFAULT 'it''s "q" \\', w VARCHAR(9) DEFAULT 'a\\b', e ENUM('x''y', '"', '\\') DEFAULT '\\', c CHAR(4) DEFAULT 'c',
  j VARCHAR(60) AS (CONCAT(v, ' ', w)) STORED, CONSTRAINT named CHECK (w <> '"' AND w <> '\\'), KEY ${'`'}odd "key${'`'} (w)) COMMENT 'it''s "a" \\';
INSERT INTO modal (id) VALUES (1); INSERT INTO modal (id, w, c) VALUES (2, '', 'c   ');
CREATE TABLE modal_child (id INT PRIMARY KEY, parent INT, CONSTRAINT child_of_modal FOREIGN KEY (parent) REFERENCES modal (id));
INSERT INTO modal_child VALUES (1, 1), (2, NULL);`

/** All that a run makes of the source in a new database: rows, types, definitions and what is not carried. */
async function moveInto(move: Move, targetServer: string): Promise<unknown> {
  await using other = await createDatabase(targetServer, 'types')
  const { summary, plan } = await move.run({ pipeline: { target: other.url } })
  const rows = await other.query(`SELECT concat_ws(' ', v, w, c) AS v FROM modal ORDER BY id`)
  const all = await other.query(
    `SELECT (SELECT json_agg(m ORDER BY id) FROM modal AS m)::text AS parents, (SELECT json_agg(c ORDER BY id) FROM modal_child AS c)::text AS children`,
  )
  return {
    exitCode: summary.exitCode,
    rows: rows.map((row) => row['v']),
    all,
    prepare: plan.prepare,
    finish: plan.finish,
    columns: plan.datasets.map(({ columns }) => columns),
    notCarried: plan.notCarried,
  }
}

const manyCounts = 'SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM many'

/** A table of several batches, of which some are in the target. */
async function stoppedMove(engine: SourceEngine): Promise<Move> {
  const move = await Move.between(engine)
  await move.source.query(narrow(100_000))
  const outcome = await move.run({ flags: { laneCount: 1 }, stopEarly: true })
  const { summary } = outcome
  const { written } = outcome.dataset('many')
  if (summary.status === 'failed' && summary.resumable && written > 0 && written < 100_000) return move
  await move[Symbol.asyncDispose]()
  throw new Error(`the run was not stopped on its way: ${written} rows written`)
}

async function traces(move: Move): Promise<readonly unknown[]> {
  return await move.target.query(`SELECT relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`)
}

function narrow(count: number): string {
  return `CREATE TABLE many (id INT PRIMARY KEY, v VARCHAR(300)); INSERT INTO many
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
    SELECT (a.i - 1) * 400 + b.i, REPEAT('x', 250) FROM n AS a CROSS JOIN n AS b LIMIT ${count}`
}
