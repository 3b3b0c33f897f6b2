import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { moveWideRow } from './wide-row.ts'
import { Move, type Outcome, sourceEngines, type SourceEngine } from './migrate.ts'

const allBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
const blobBytes = 64 * 1024 * 1024
const deep = `${'['.repeat(100)}${']'.repeat(100)}`

const everywhere = `SET SESSION sql_mode = '';
CREATE TABLE c35 (id INT PRIMARY KEY, v LONGBLOB);
INSERT INTO c35 VALUES (1, X'${allBytes.toString('hex')}'), (2, REPEAT(X'${allBytes.toString('hex')}', ${blobBytes / 256})), (3, '');
CREATE TABLE c37 (id BINARY(16) PRIMARY KEY, other BINARY(16), name VARCHAR(9));
INSERT INTO c37 VALUES (X'00112233445566778899aabbccddeeff', X'ffeeddccbbaa99887766554433221100', 'a'), (X'00000000000000000000000000000000', NULL, 'b'), (X'ffffffffffffffffffffffffffffffff', X'00', 'c');
CREATE TABLE c38 (id INT PRIMARY KEY, place POINT, any_of_them GEOMETRY);
INSERT INTO c38 VALUES (1, ST_GeomFromText('POINT(11 48)'), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2))')), (2, NULL, NULL);`

/** What MySQL's own JSON is: parsed, without double keys, numbers of three kinds. */
const mysqlOnly = `
CREATE TABLE c33 (id INT PRIMARY KEY, v JSON, nul JSON);
INSERT INTO c33 VALUES (1, '{"u": 18446744073709551615, "i": -9223372036854775808}', '{"k": "a\\\\u0000b"}'),
  (2, '{"a": 1, "a": 2}', NULL), (3, '[0.10, 1e300, -0.0, 1.5]', '"\\\\\\\\u0000"'),
  (4, JSON_OBJECT('n', CAST(1.10 AS DECIMAL(5,2)), 'd', DATE'2024-01-02', 't', TIME'10:11:12', 'b', CAST(X'00ff' AS BINARY)), NULL),
  (5, '${deep}', NULL), (6, '"\\\\u00e9 \\\\ud83d\\\\ude00 \\\\" \\\\n"', NULL), (7, 'null', NULL), (8, NULL, NULL);
CREATE TABLE c39 (id INT PRIMARY KEY, v VECTOR(3), w VECTOR(16383));
INSERT INTO c39 VALUES (1, STRING_TO_VECTOR('[1,-0.5,1.1]'), STRING_TO_VECTOR(CONCAT('[0.1', REPEAT(',2.5', 16382), ']'))), (2, NULL, NULL);
ALTER TABLE c38 ADD earth POINT SRID 4326;
UPDATE c38 SET earth = ST_GeomFromText('POINT(48 11)', 4326) WHERE id = 1;`

const mariadbOnly = `
CREATE TABLE c34 (id INT PRIMARY KEY, v JSON);
INSERT INTO c34 VALUES (1, '{"b" : 1, "b":0.10,\\n "a": 1e400}'), (2, '"\\\\u0000"'), (3, NULL);
SET SESSION check_constraint_checks = 0;
INSERT INTO c34 VALUES (4, '{"broken": '), (5, '');
CREATE TABLE c39 (id INT PRIMARY KEY, u UUID, four INET4, six INET6);
INSERT INTO c39 VALUES (1, '00112233-4455-6677-8899-AABBCCDDEEFF', '255.255.255.255', '2001:db8::ff00:42:8329'), (2, NULL, NULL, '::ffff:1.2.3.4');`

function seedOf(engine: SourceEngine): string {
  return everywhere + (engine === 'mysql9' ? mysqlOnly : mariadbOnly)
}

describeEngines(['mysql9', 'mariadb', 'postgres15'], 'bytes, documents and rare types', () => {
  describe.each(sourceEngines)('%s', (engine) => {
    const isMysql = engine === 'mysql9'
    let move: Move
    let refused: Outcome
    let traces: readonly unknown[]
    let outcome: Outcome

    beforeAll(async () => {
      move = await Move.between(engine)
      await move.source.query(seedOf(engine))
      refused = await move.run()
      traces = await move.target
        .query(`SELECT nspname, relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace
        WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`)
      const bytes = { type: 'bytes' }
      const places = { place: bytes, any_of_them: bytes, ...(isMysql ? { earth: bytes } : {}) }
      const datasets = [
        ...['c35', 'c39', isMysql ? 'c33' : 'c34'].map((from) => ({ from, columns: {} })),
        { from: 'c37', columns: { other: { type: 'uuid' } } },
        { from: 'c38', columns: places },
      ]
      outcome = await move.run({ pipeline: { datasets } })
    })
    afterAll(() => move[Symbol.asyncDispose]())

    // A case whose type only one of the engines has is no test of the other's: nothing is skipped.
    const onMysql = isMysql ? [engine] : []
    const onMariadb = isMysql ? [] : [engine]

    it('ends with the rows that cannot go rejected', () => {
      expect(outcome.summary).toMatchObject({ rejects: { count: isMysql ? 0 : 2 }, validation: { status: 'equal' } })
      expect(outcome.summary.exitCode).toBe(isMysql ? 0 : 4)
    })

    it.each(onMysql)('case 33: JSON is jsonb, and json where a value says \\u0000', async () => {
      expect(await move.typeOf('c33', 'v')).toBe('jsonb')
      expect(await move.texts('c33', 'v')).toEqual([
        '{"i": -9223372036854775808, "u": 18446744073709551615}',
        // The server itself keeps the last of two keys, and numbers with a point as doubles.
        '{"a": 2}',
        `[0.1, 1${'0'.repeat(300)}, 0.0, 1.5]`,
        '{"b": "base64:type15:AP8=", "d": "2024-01-02", "n": 1.10, "t": "10:11:12.000000"}',
        deep,
        '"é 😀 \\" \\n"',
        'null',
        null,
      ])
      expect(outcome.column('c33', 'v').why).toContain('numbers are kept by value')
      expect(await move.typeOf('c33', 'nul')).toBe('json')
      expect(await move.texts('c33', 'nul')).toEqual([
        '{"k": "a\\u0000b"}',
        null,
        '"\\\\u0000"',
        ...Array(5).fill(null),
      ])
      expect(outcome.column('c33', 'nul').rule).toBe('json-with-nul')
      const tooBig = move.source.query(`INSERT INTO c33 VALUES (9, '1e400', NULL)`)
      await expect(tooBig).rejects.toThrow(/too big to be stored/)
    })

    it.each(onMysql)('case 33: without a census \\u0000 is found on the way, and costs its row', async () => {
      await using second = await Move.between('mysql9')
      await second.source.query(`CREATE TABLE c33 (id INT PRIMARY KEY, v JSON);
        INSERT INTO c33 VALUES (1, '{"k": "a\\\\u0000b"}'), (2, '[1]')`)
      const { summary, rejects } = await second.run({ flags: { census: 'off' } })
      expect(summary.exitCode).toBe(4)
      expect(await second.texts('c33', 'v')).toEqual(['[1]'])
      expect(rejects).toMatchObject([{ key: { id: '1' }, code: 'TL_D408', row: { v: { text: '{"k": "a\\u0000b"}' } } }])
    })

    it.each(onMariadb)('case 34: MariaDB’s JSON is json, to the letter, and what is none is rejected', async () => {
      expect(await move.typeOf('c34', 'v')).toBe('json')
      expect(await move.texts('c34', 'v')).toEqual(['{"b" : 1, "b":0.10,\n "a": 1e400}', '"\\u0000"', null])
      expect(outcome.rejects).toMatchObject([
        { dataset: 'c34', column: 'v', code: 'TL_D408', key: { id: '4' }, row: { v: { text: '{"broken": ' } } },
        { dataset: 'c34', column: 'v', code: 'TL_D408', key: { id: '5' }, row: { v: { text: '' } } },
      ])
    })

    it('case 35: every byte of 64 MiB arrives', async () => {
      const hash = createHash('sha256')
      for (let at = 0; at < blobBytes; at += 256) hash.update(allBytes)
      const ofOne = createHash('sha256').update(allBytes).digest('hex')
      const ofNothing = createHash('sha256').digest('hex')
      expect(await move.texts('c35', `encode(sha256(v), 'hex')`)).toEqual([ofOne, hash.digest('hex'), ofNothing])
      expect(await move.texts('c35', 'octet_length(v)')).toEqual(['256', String(blobBytes), '0'])
    })

    it('case 36: one text of 64 MB among many rows does not show in the memory', { timeout: 120_000 }, async () => {
      const { rowCount, exact, peakBytes, limitBytes } = await moveWideRow(engine, 50_000)
      expect({ rowCount, exact }).toEqual({ rowCount: 50_000, exact: true })
      expect(peakBytes).toBeLessThan(limitBytes)
    })

    it('case 37: BINARY(16) is bytea, and uuid where the pipeline says so', async () => {
      expect(await move.typeOf('c37', 'id')).toBe('bytea')
      expect(await move.texts('c37', 'id')).toEqual([
        `\\x${'00'.repeat(16)}`,
        '\\x00112233445566778899aabbccddeeff',
        `\\x${'ff'.repeat(16)}`,
      ])
      expect(await move.typeOf('c37', 'other')).toBe('uuid')
      expect(await move.texts('c37', 'other')).toEqual([
        null,
        'ffeeddcc-bbaa-9988-7766-554433221100',
        '00000000-0000-0000-0000-000000000000',
      ])
    })

    it('case 38: a geometry is refused before anything is written; its bytes are a choice', async () => {
      expect(refused.summary).toMatchObject({ exitCode: 2, run: null, error: { code: 'TL_C105' } })
      expect(refused.summary.error?.message).toMatch(/c38\.\w+ .*PostGIS/)
      expect(refused.summary.error?.hint).toContain('drop: true')
      expect(traces).toEqual([])
      expect(await move.texts('c38', 'place')).toEqual(['\\x010100000000000000000026400000000000004840', null])
      const collection = '\\x0107000000010000000101000000000000000000f03f0000000000000040'
      expect(await move.texts('c38', 'any_of_them')).toEqual([collection, null])
      // Latitude comes first in the text of SRID 4326, and last in what is stored.
      const earth = isMysql ? await move.texts('c38', 'earth') : undefined
      expect(earth).toEqual(isMysql ? ['\\x0101000020e610000000000000000026400000000000004840', null] : undefined)
    })

    it.each(onMysql)('case 39: VECTOR is real[], bit for bit', async () => {
      expect(await move.typeOf('c39', 'v')).toBe('real[]')
      expect(await move.texts('c39', 'v')).toEqual(['{1,-0.5,1.1}', null])
      expect(await move.texts('c39', 'float4send(v[3])')).toEqual(['\\x3f8ccccd', null])
      expect(await move.texts('c39', `concat_ws(' ', cardinality(w), w[1], w[16383])`)).toEqual(['16383 0.1 2.5', ''])
    })

    it.each(onMariadb)('case 39: UUID is uuid, INET4 and INET6 are inet', async () => {
      const types = [...(await move.columnsOf('c39')).values()].map(({ type }) => type)
      expect(types).toEqual(['integer', 'uuid', 'inet', 'inet'])
      expect(await move.texts('c39', 'u')).toEqual(['00112233-4455-6677-8899-aabbccddeeff', null])
      expect(await move.texts('c39', 'host(four)')).toEqual(['255.255.255.255', null])
      expect(await move.texts('c39', 'host(six)')).toEqual(['2001:db8::ff00:42:8329', '::ffff:1.2.3.4'])
    })
  })
})
