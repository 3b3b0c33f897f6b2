import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { Move, type Outcome, sourceEngines } from './migrate.ts'

const seed = `SET SESSION sql_mode = '';
CREATE TABLE c1 (id INT PRIMARY KEY, v BIGINT UNSIGNED);
INSERT INTO c1 VALUES (1, 18446744073709551615), (2, 9223372036854775808), (3, 9007199254740993), (4, NULL);
CREATE TABLE c2 (id INT PRIMARY KEY, v BIGINT);
INSERT INTO c2 VALUES (1, -9223372036854775808), (2, 9007199254740993), (3, 9223372036854775807);
CREATE TABLE c3 (id INT PRIMARY KEY, i INT UNSIGNED, m MEDIUMINT UNSIGNED, s SMALLINT UNSIGNED, t TINYINT UNSIGNED);
INSERT INTO c3 VALUES (1, 4294967295, 16777215, 65535, 255), (2, 0, 0, 0, 0);
CREATE TABLE c4 (id INT PRIMARY KEY, v INT(5) ZEROFILL);
INSERT INTO c4 VALUES (1, 42), (2, 4294967295);
CREATE TABLE c5 (id INT PRIMARY KEY, truth TINYINT(1), two TINYINT(1), minus TINYINT(1), nothing TINYINT(1));
INSERT INTO c5 VALUES (1, 0, 0, 0, NULL), (2, 1, 1, 1, NULL), (3, NULL, 2, -1, NULL);
CREATE TABLE c6 (id INT PRIMARY KEY, one BIT(1), eight BIT(8), all64 BIT(64));
INSERT INTO c6 VALUES (1, b'1', b'00000001', 18446744073709551615), (2, b'0', b'10000000', 1);
CREATE TABLE c7 (id INT PRIMARY KEY, v DECIMAL(65,30), scale DECIMAL(5,2));
INSERT INTO c7 VALUES (1, '${'9'.repeat(35)}.${'9'.repeat(30)}', 1.10), (2, '-${'9'.repeat(35)}.${'9'.repeat(30)}', -1.10),
  (3, '0.${'0'.repeat(29)}1', -0.00);
CREATE TABLE c8 (id INT PRIMARY KEY, price DECIMAL(8,2) UNSIGNED NOT NULL, weight DOUBLE UNSIGNED, share FLOAT UNSIGNED);
INSERT INTO c8 VALUES (1, 0, 0, 0), (2, 12.50, 1.5, 0.25), (3, 7, NULL, NULL);
CREATE TABLE c9 (id INT PRIMARY KEY, v FLOAT);
INSERT INTO c9 VALUES (1, 16777216), (2, 1.17549435e-38), (3, 0.1), (4, 3.4028234663852886e38), (5, 123456.789);
CREATE TABLE c10 (id INT PRIMARY KEY, v DOUBLE);
INSERT INTO c10 VALUES (1, 0.1), (2, 1.2345678901234567), (3, 1.7976931348623157e308), (4, '-0'), (5, 5e-324);`

/** IEEE 754 bits of the numbers, as PostgreSQL's `float4send` and `float8send` print them. */
function bits(numbers: readonly number[], size: 4 | 8): string[] {
  return numbers.map((number) => {
    const bytes = Buffer.alloc(size)
    if (size === 4) bytes.writeFloatBE(number)
    else bytes.writeDoubleBE(number)
    return `\\x${bytes.toString('hex')}`
  })
}

describeEngines(['mysql9', 'mariadb', 'postgres15'], 'numbers', () => {
  describe.each(sourceEngines)('%s', (engine) => {
    let move: Move
    let outcome: Outcome

    beforeAll(async () => {
      move = await Move.between(engine)
      await move.source.query(seed)
      outcome = await move.run()
    })
    afterAll(() => move[Symbol.asyncDispose]())

    it('ends well, with nothing changed and nothing rejected', () => {
      expect(outcome.summary).toMatchObject({ exitCode: 0, rejects: { count: 0 }, validation: { status: 'equal' } })
      expect(outcome.summary.datasets.flatMap(({ losses }) => losses)).toEqual([])
    })

    it('case 1: BIGINT UNSIGNED beyond 2^63 is numeric(20,0), to the last digit', async () => {
      expect(await move.typeOf('c1', 'v')).toBe('numeric(20,0)')
      const exact = ['18446744073709551615', '9223372036854775808', '9007199254740993', null]
      expect(await move.texts('c1', 'v')).toEqual(exact)
    })

    it('case 2: BIGINT at its edges and beyond 2^53 is bigint', async () => {
      expect(await move.typeOf('c2', 'v')).toBe('bigint')
      const exact = ['-9223372036854775808', '9007199254740993', '9223372036854775807']
      expect(await move.texts('c2', 'v')).toEqual(exact)
    })

    it('case 3: each unsigned integer gets the next type that holds its maximum', async () => {
      const types = [...(await move.columnsOf('c3')).values()].map(({ type }) => type)
      expect(types).toEqual(['integer', 'bigint', 'integer', 'integer', 'smallint'])
      expect(await move.texts('c3', `concat_ws(' ', i, m, s, t)`)).toEqual(['4294967295 16777215 65535 255', '0 0 0 0'])
    })

    it('case 4: ZEROFILL is a way of printing: the number comes, and the plan says so', async () => {
      // ZEROFILL makes the column unsigned: it holds 4294967295, which an integer does not.
      expect(await move.typeOf('c4', 'v')).toBe('bigint')
      expect(await move.texts('c4', 'v')).toEqual(['42', '4294967295'])
      expect(outcome.column('c4', 'v').notes).toContain('ZEROFILL is a way of printing: the number is the same')
    })

    it('case 5: tinyint(1) is boolean where it holds nothing but 0, 1 and NULL, else smallint', async () => {
      const types = [...(await move.columnsOf('c5')).values()].map(({ type }) => type)
      expect(types).toEqual(['integer', 'boolean', 'smallint', 'smallint', 'boolean'])
      expect(await move.texts('c5', 'truth')).toEqual(['false', 'true', null])
      expect(await move.texts('c5', 'two')).toEqual(['0', '1', '2'])
      expect(await move.texts('c5', 'minus')).toEqual(['0', '1', '-1'])
    })

    it('case 6: one bit is boolean; more are bit(n) with their leading zeros', async () => {
      const types = [...(await move.columnsOf('c6')).values()].map(({ type }) => type)
      expect(types).toEqual(['integer', 'boolean', 'bit(8)', 'bit(64)'])
      expect(await move.texts('c6', 'one')).toEqual(['true', 'false'])
      expect(await move.texts('c6', 'eight')).toEqual(['00000001', '10000000'])
      expect(await move.texts('c6', 'all64')).toEqual(['1'.repeat(64), '1'.padStart(64, '0')])
    })

    it('case 7: DECIMAL(65,30) keeps every digit, and 1.10 its zero', async () => {
      expect(await move.typeOf('c7', 'v')).toBe('numeric(65,30)')
      const widest = `${'9'.repeat(35)}.${'9'.repeat(30)}`
      expect(await move.texts('c7', 'v')).toEqual([widest, `-${widest}`, `0.${'0'.repeat(29)}1`])
      expect(await move.texts('c7', 'scale')).toEqual(['1.10', '-1.10', '0.00'])
    })

    it('case 8: DECIMAL UNSIGNED gets a check that it is not negative', async () => {
      expect(await move.texts('c8', 'price')).toEqual(['0.00', '12.50', '7.00'])
      expect(await move.texts('c8', 'weight')).toEqual(['0', '1.5', null])
      const checks = [...(await move.definitionsOf('c8')).values()].filter((text) => text.startsWith('CHECK'))
      expect(checks.toSorted()).toEqual([
        'CHECK ((price >= (0)::numeric))',
        'CHECK ((share >= (0)::double precision))',
        'CHECK ((weight >= (0)::double precision))',
      ])
      await expect(move.target.query('INSERT INTO c8 VALUES (9, -0.01, 0, 0)')).rejects.toThrow(/check constraint/)
    })

    it('case 9: FLOAT is real, bit for bit', async () => {
      expect(await move.typeOf('c9', 'v')).toBe('real')
      const numbers = [16_777_216, 1.175_494_35e-38, 0.1, 3.402_823_466_385_288_6e38, 123_456.789]
      expect(await move.texts('c9', 'float4send(v)')).toEqual(bits(numbers, 4))
    })

    it('case 10: DOUBLE is double precision, bit for bit', async () => {
      expect(await move.typeOf('c10', 'v')).toBe('double precision')
      // MariaDB stores 0 where -0 is given.
      const zero = engine === 'mysql9' ? -0 : 0
      const numbers = [0.1, 1.234_567_890_123_456_7, 1.797_693_134_862_315_7e308, zero, 5e-324]
      expect(await move.texts('c10', 'float8send(v)')).toEqual(bits(numbers, 8))
    })
  })
})
