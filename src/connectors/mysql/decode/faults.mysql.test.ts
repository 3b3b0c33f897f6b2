import { describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../../test/support/engines/engine-url.ts'
import { never, openMysql, planRead, readTable, type RowsRead } from '../../../../test/support/mysql-source.ts'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import type { ReadColumn } from '../../../model/plan.ts'

const text: CanonicalType = { kind: 'text' }
const invalidDates = "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'"

describeEngines(['mysql9', 'mariadb'], 'values that a cell cannot hold', () => {
  describe.each(['mysql9', 'mariadb'] as const)('%s', (name) => {
    it('rejects them with the value as it was, and reads the others', async () => {
      await using database = await createDatabase(engineUrl(name), 'faults')
      await database.query(`${invalidDates};
        CREATE TABLE t (id INT PRIMARY KEY, flag TINYINT(1), day DATE, moment DATETIME(3), clock TIME, label ENUM('x','y'),
          doc LONGTEXT, uid BINARY(15), small INT);
        INSERT INTO t (id, flag) VALUES (1, 2), (2, -1), (3, 1);
        INSERT INTO t (id, day) VALUES (4, '0000-00-00'), (5, '2024-02-31'), (6, '2024-00-10'), (7, '2024-02-29');
        INSERT INTO t (id, moment) VALUES (8, '2023-02-29 01:02:03.004'), (9, '2024-02-29 01:02:03.004');
        INSERT INTO t (id, clock) VALUES (10, '24:00:01'), (11, '-00:00:01'), (12, '24:00:00');
        SET SESSION sql_mode = ''; INSERT INTO t (id, label) VALUES (13, 'nope'), (14, 'y');
        INSERT INTO t (id, doc) VALUES (17, '{"a":}'), (18, '{"a":1}');
        INSERT INTO t (id, uid) VALUES (19, 'x');
        INSERT INTO t (id, small) VALUES (20, 40000), (21, -32768)`)
      const { rows, rejects } = await readOne(database, {
        flag: { type: { kind: 'bool' } },
        clock: { type: { kind: 'time', precision: 0 } },
        doc: { type: { kind: 'json' } },
        uid: { type: { kind: 'uuid' } },
        small: { type: { kind: 'int', bits: 16, signed: true } },
      })
      // What is no JSON is for the target to find.
      expect(rows).toHaveLength(19)
      const outcomes = rejects.map(({ key, column, code, original }) => [key['id'], column, code, original])
      expect(outcomes).toEqual([
        ['1', 'flag', 'TL_D402', { text: '2' }],
        ['2', 'flag', 'TL_D402', { text: '-1' }],
        ['4', 'day', 'TL_D406', { text: '0000-00-00' }],
        ['5', 'day', 'TL_D406', { text: '2024-02-31' }],
        ['6', 'day', 'TL_D406', { text: '2024-00-10' }],
        ['8', 'moment', 'TL_D406', { text: '2023-02-29 01:02:03.004' }],
        ['10', 'clock', 'TL_D402', { text: '24:00:01' }],
        ['11', 'clock', 'TL_D402', { text: '-00:00:01' }],
        ['13', 'label', 'TL_D407', { text: '' }],
        ['19', 'uid', 'TL_D402', { base64: Buffer.from(`x${'\0'.repeat(14)}`).toString('base64') }],
        ['20', 'small', 'TL_D402', { text: '40000' }],
      ])
    })

    it('follows the policies, and counts what they change', async () => {
      await using database = await createDatabase(engineUrl(name), 'policies')
      await database.query(`SET SESSION sql_mode = '';
        CREATE TABLE t (id INT PRIMARY KEY, day DATE NOT NULL, note VARCHAR(50), label ENUM('x', '') NOT NULL, doc JSON, n INT,
          raw VARBINARY(20));
        INSERT INTO t VALUES (1, '0000-00-00', CONCAT('a', CHAR(0), 'b', CHAR(0)), 'x', '{"k":"\\\\u0000x"}', 70000, 'ok'),
          (2, '2024-01-01', 'clean', '', '[]', 5, X'61ff62'), (3, '0000-00-00', NULL, 'bad', NULL, 5, NULL)`)
      const { rows, rejects, losses } = await readOne(database, {
        day: { nullable: true, policies: { 'zero-date': { do: 'null', rule: 'zero' } } },
        note: { policies: { 'nul-byte': { do: 'remove', rule: 'nul' } } },
        label: { nullable: true, policies: { 'enum-zero': { do: 'null', rule: 'index0' } } },
        doc: { policies: { 'json-nul': { do: 'replace', rule: 'jsonnul', text: '?' } } },
        n: {
          type: { kind: 'int', bits: 16, signed: true },
          policies: { 'out-of-range': { do: 'replace', rule: 'big', text: '-1' } },
        },
        raw: { type: text, policies: { 'invalid-text': { do: 'replace', rule: 'bytes', text: '\ufffd' } } },
      })
      expect(rejects).toEqual([])
      expect(
        rows.map(([id, day, note, label, doc, n, raw]) => [id, day, note, label, doc?.replaceAll(' ', ''), n, raw]),
      ).toEqual([
        ['1', null, 'ab', 'x', '{"k":"?x"}', '-1', 'ok'],
        ['2', '2024-01-01', 'clean', '', '[]', '5', 'a\ufffdb'],
        ['3', null, null, null, undefined, '5', null],
      ])
      expect(losses.toSorted((a, b) => a.rule.localeCompare(b.rule))).toEqual([
        { column: 'n', rule: 'big', rowCount: 1 },
        { column: 'raw', rule: 'bytes', rowCount: 1 },
        { column: 'label', rule: 'index0', rowCount: 1 },
        { column: 'doc', rule: 'jsonnul', rowCount: 1 },
        { column: 'note', rule: 'nul', rowCount: 1 },
        { column: 'day', rule: 'zero', rowCount: 2 },
      ])
    })

    it('shows of a rejected row what the source gave, of faulty columns too', async () => {
      await using database = await createDatabase(engineUrl(name), 'second')
      await database.query(`${invalidDates}; CREATE TABLE t (id INT PRIMARY KEY, a DATE, b DATE, c INT);
        INSERT INTO t VALUES (1, '2024-02-30', '2024-00-00', 7)`)
      const { rejects } = await readOne(database, {})
      expect(rejects.map(({ column, row }) => [column, row])).toEqual([
        ['a', { id: { text: '1' }, a: { text: '2024-02-30' }, b: { text: '2024-00-00' }, c: { text: '7' } }],
      ])
    })

    it('refuses a column that is no longer what the plan saw', async () => {
      await using database = await createDatabase(engineUrl(name), 'drift')
      await database.query('CREATE TABLE t (id INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 2)')
      await using source = await openMysql(database.url)
      const read = await planRead(source, 't')
      const splits = await source.planSplits(read, { rowCount: 100, maxCount: 1 }, never)
      await database.query('ALTER TABLE t MODIFY v VARCHAR(20)')
      await expect(readTable(source, read, splits)).rejects.toMatchObject({ code: 'TL_K503' })
      await database.query('ALTER TABLE t MODIFY v INT UNSIGNED')
      await expect(readTable(source, read, splits)).rejects.toMatchObject({ code: 'TL_K503' })
    })
  })
})

async function readOne(
  database: TestDatabase,
  changes: { readonly [column: string]: Partial<ReadColumn> },
): Promise<RowsRead> {
  await using source = await openMysql(database.url)
  const read = await planRead(source, 't', changes)
  return await readTable(source, read, await source.planSplits(read, { rowCount: 100, maxCount: 1 }, never))
}
