import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { Move, type Outcome, sourceEngines } from './migrate.ts'

const members = Array.from({ length: 64 }, (_, i) => `m${i + 1}`)
const longLabel = `${'ä'.repeat(31)}xy`
const families = '👨‍👩‍👧‍👦'

/** Of a text: what SQL takes under any `sql_mode`, whatever is in it. */
function sql(text: string): string {
  return `CONVERT(X'${Buffer.from(text).toString('hex')}' USING utf8mb4)`
}

const awkward = [
  'back\\slash',
  'a\tb',
  'a\rb',
  'a\nb',
  'a\r\nb',
  '\\.',
  'before\n\\.\nafter',
  '\\N',
  'NULL',
  '\u001f',
  `'single' "double" \`back\``,
  '{a,b}',
  ' lead and trail ',
  '%s $1 ${x}',
]
const unicode = [
  '😀',
  families,
  '\u{10FFFF}',
  '\ufeffafter a mark',
  'é',
  'e\u0301',
  '\u200f\u202e',
  '中文 日本 한국',
  '\u0001\u007f\u0085',
]

const seed = `SET SESSION sql_mode = '';
CREATE TABLE c20 (id INT PRIMARY KEY, v ENUM('x','y'), bound ENUM('x','y') NOT NULL, blank ENUM('', 'x'));
INSERT INTO c20 VALUES (1, 'x', 'x', ''), (2, 'nope', 'nope', 'nope'), (3, '', 'y', 'x'), (4, NULL, 'y', NULL), (5, 'y', 'x', '');
CREATE TABLE c21 (id INT PRIMARY KEY, v ENUM('it''s', 'a,b', 'back\\\\slash', '😀', '"q"', ' lead') NOT NULL, trail ENUM('x '), wide ENUM('${longLabel}', 'short'));
INSERT INTO c21 VALUES (1, 'it''s', 'x', '${longLabel}'), (2, 'a,b', 'x', 'short'), (3, 'back\\\\slash', NULL, NULL), (4, '😀', NULL, NULL), (5, '"q"', NULL, NULL), (6, ' lead', NULL, NULL);
CREATE TABLE c22 (id INT PRIMARY KEY, v SET(${members.map((member) => `'${member}'`).join(', ')}), odd SET('b', 'a', 'c d', '"q"', 'back\\\\slash', '{}', 'NULL'));
INSERT INTO c22 VALUES (1, '', ''), (2, NULL, NULL), (3, 'm64,m1,m2', 'a,b'), (4, '${members.join(',')}', '"q",{},NULL,back\\\\slash,c d,a,b');
CREATE TABLE c24 (id INT PRIMARY KEY, c CHAR(10), v VARCHAR(10), b BINARY(4), k CHAR(3) CHARACTER SET latin1);
INSERT INTO c24 VALUES (1, 'a  ', 'a  ', 'a', 'x '), (2, '', '   ', '', '');
CREATE TABLE c25 (id INT PRIMARY KEY, v VARCHAR(20), strict_v VARCHAR(20));
INSERT INTO c25 VALUES (1, X'610062', 'ok'), (2, X'00', 'ok'), (3, 'clean', 'ok'), (4, 'ok', X'610062'), (5, X'61006200', 'ok');
CREATE TABLE c26 (id INT PRIMARY KEY, v VARCHAR(100));
INSERT INTO c26 VALUES ${unicode.map((text, i) => `(${i}, ${sql(text)})`).join(', ')};
CREATE TABLE c27 (id INT PRIMARY KEY, v VARCHAR(40) CHARACTER SET latin1);
INSERT INTO c27 VALUES (1, _latin1 X'80'), (2, _latin1 X'93e99497'), (3, _latin1 X'818d8f909d'), (4, _latin1 X'e4f6fc');
CREATE TABLE c28 (id INT PRIMARY KEY, v VARCHAR(40) CHARACTER SET latin1, fine VARCHAR(40) CHARACTER SET latin1, doubled VARCHAR(40));
INSERT INTO c28 VALUES (1, _latin1 X'416e6472c3a9', _latin1 X'416e6472e9', 'AndrÃ©'), (2, 'plain', 'plain', 'André');
CREATE TABLE c29 (id INT PRIMARY KEY, wide VARCHAR(20) CHARACTER SET ucs2, cyr VARCHAR(20) CHARACTER SET cp1251, utf VARCHAR(20) CHARACTER SET utf8mb3);
INSERT INTO c29 VALUES (1, 'ok', 'ok', 'ok'), (2, _ucs2 X'0061d800', 'ok', 'ok'), (3, 'ok', X'6198', 'ok');
CREATE TABLE c30 (id INT PRIMARY KEY, g VARCHAR(20) CHARACTER SET gbk, s VARCHAR(20) CHARACTER SET sjis, c VARCHAR(20) CHARACTER SET cp1251,
  u VARCHAR(20) CHARACTER SET ucs2, w VARCHAR(20) CHARACTER SET utf16, b VARCHAR(20) CHARACTER SET big5, k VARCHAR(20) CHARACTER SET euckr, r VARCHAR(20) CHARACTER SET koi8r);
INSERT INTO c30 VALUES (1, '中文', '日本ｱ', 'Привет', 'é中', 'é😀', '中文', '한국', 'Привет'), (2, '', '', '', '', '', '', '', ''), (3, 'a\\\\b', 'a~', 'a', 'a', 'a', 'a', 'a', 'a');
CREATE TABLE c31 (id INT PRIMARY KEY, v VARCHAR(60), t TEXT, b BLOB);
INSERT INTO c31 VALUES ${awkward.map((text, i) => `(${i}, ${sql(text)}, ${sql(text)}, ${sql(text)})`).join(', ')};
CREATE TABLE c32 (id INT PRIMARY KEY, c CHAR(5), v VARCHAR(5), t TEXT, vb VARBINARY(5), b BLOB, s SET('a'), lt LONGTEXT);
INSERT INTO c32 VALUES (1, '', '', '', '', '', '', ''), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'a', 'NULL'), (4, ${sql('\\N')}, ${sql('\\N')}, ${sql('\\N')}, ${sql('\\N')}, ${sql('\\N')}, 'a', ${sql('\\N')});`

/** MySQL refuses a lone surrogate in a column of UTF-8; MariaDB stores its three bytes. */
const surrogate = `INSERT INTO c29 VALUES (4, 'ok', 'ok', X'61eda080')`

/** A user's own rule: in this column a NUL costs the row. */
const mapping = {
  version: 1,
  policies: [
    { id: 'nul-refused', fault: 'nul-byte', do: 'reject', match: { column: 'strict_v' }, why: 'nobody expects one' },
  ],
}

describeEngines(['mysql9', 'mariadb', 'postgres15'], 'texts', () => {
  describe.each(sourceEngines)('%s', (engine) => {
    let move: Move
    let outcome: Outcome

    beforeAll(async () => {
      move = await Move.between(engine)
      await move.source.query(seed)
      if (engine === 'mariadb') await move.source.query(surrogate)
      outcome = await move.run({ pipeline: { mapping } })
    })
    afterAll(() => move[Symbol.asyncDispose]())

    it('counts what was rejected, and compares the rest', () => {
      expect(outcome.summary).toMatchObject({
        exitCode: 4,
        error: { code: 'TL_D412' },
        rejects: { count: engine === 'mariadb' ? 4 : 3 },
        validation: { status: 'equal' },
      })
    })

    it('case 20: index 0 of an ENUM is NULL and counted, and the other rows load', async () => {
      expect(await move.texts('c20', 'v')).toEqual(['x', null, null, null, 'y'])
      expect(await move.texts('c20', 'bound')).toEqual(['x', null, 'y', 'y', 'x'])
      // The label '' is told from index 0, which prints the same.
      expect(await move.texts('c20', 'blank')).toEqual(['', null, 'x', null, ''])
      expect(outcome.losses('c20', 'v')).toEqual({ 'enum-zero-null': 2 })
      expect(outcome.losses('c20', 'bound')).toEqual({ 'enum-zero-null': 1 })
      expect(outcome.losses('c20', 'blank')).toEqual({ 'enum-zero-null': 1 })
      expect(outcome.dataset('c20').losses.find(({ column }) => column === 'v')?.sampleKeys).toEqual([
        { id: '2' },
        { id: '3' },
      ])
      expect(outcome.column('c20', 'bound').notes).toEqual(['NOT NULL is dropped: values become NULL'])
    })

    it('case 21: labels come to the letter; one over 63 bytes makes the column text with a check', async () => {
      expect(await move.texts('c21', 'v')).toEqual(["it's", 'a,b', 'back\\slash', '😀', '"q"', ' lead'])
      expect(await move.typeOf('c21', 'v')).toBe('c21_v')
      // Both servers take trailing spaces off a label when the table is made.
      expect(await move.texts('c21', 'trail')).toEqual(['x', 'x', null, null, null, null])
      expect(await move.typeOf('c21', 'wide')).toBe('text')
      expect(await move.texts('c21', 'wide')).toEqual([longLabel, 'short', null, null, null, null])
      const check = (await move.definitionsOf('c21')).get('c21_wide_label')
      expect(check).toContain(longLabel)
      expect(check).not.toContain('NOT VALID')
      await expect(move.target.query(`INSERT INTO c21 VALUES (9, 'a,b', NULL, 'other')`)).rejects.toThrow(
        /c21_wide_label/,
      )
    })

    it('case 22: SET is text[], its members in the order of the type, empty told from NULL', async () => {
      expect(await move.typeOf('c22', 'v')).toBe('text[]')
      expect(await move.texts('c22', 'v')).toEqual(['{}', null, '{m1,m2,m64}', `{${members.join(',')}}`])
      expect(await move.texts('c22', 'to_json(odd)')).toEqual([
        '[]',
        null,
        '["b","a"]',
        JSON.stringify(['b', 'a', 'c d', '"q"', 'back\\slash', '{}', 'NULL']),
      ])
    })

    it('case 24: CHAR comes without its padding, BINARY with it', async () => {
      expect(await move.texts('c24', `concat_ws('|', c, v, b, k)`)).toEqual([
        'a|a  |\\x61000000|x',
        '|   |\\x00000000|',
      ])
    })

    it('case 25: a NUL character is taken out and counted, or costs its row where a rule says so', async () => {
      expect(await move.texts('c25', 'v')).toEqual(['ab', '', 'clean', 'ab'])
      const [loss, ...others] = outcome.dataset('c25').losses
      expect(others).toEqual([])
      expect(loss).toMatchObject({
        column: 'v',
        rule: 'nul-byte-removed',
        count: 3,
        sampleKeys: [{ id: '1' }, { id: '2' }, { id: '5' }],
      })
      expect(outcome.column('c25', 'v').losses).toMatchObject([{ rule: 'nul-byte-removed', found: 3 }])
      expect(outcome.rejects.filter(({ dataset }) => dataset === 'c25')).toMatchObject([
        { column: 'strict_v', code: 'TL_D405', key: { id: '4' }, row: { strict_v: { text: 'a\0b' } } },
      ])
    })

    it('case 26: text beyond the basic plane, marks and both normal forms come byte for byte', async () => {
      const hex = unicode.map((text) => `\\x${Buffer.from(text).toString('hex')}`)
      expect(await move.texts('c26', `convert_to(v, 'UTF8')`)).toEqual(hex)
    })

    it('case 27: latin1 is cp1252, its five unassigned bytes controls', async () => {
      expect(await move.texts('c27', 'v')).toEqual(['€', '“é”—', '\u0081\u008d\u008f\u0090\u009d', 'äöü'])
    })

    it('case 28: text that was encoded twice is flagged in the plan, and carried as the server reads it', async () => {
      const flag = '1 values look like UTF-8 that was stored twice over: they are carried as they are'
      expect(outcome.column('c28', 'v').notes).toContain(flag)
      expect(outcome.column('c28', 'doubled').notes).toContain(flag)
      expect(outcome.column('c28', 'fine').notes).not.toContain(flag)
      expect(await move.texts('c28', `concat_ws(' ', v, fine, doubled)`)).toEqual([
        'AndrÃ© André AndrÃ©',
        'plain plain André',
      ])
    })

    it('case 29: bytes that are no character cost their row, and none becomes U+FFFD', async () => {
      expect(await move.texts('c29', `concat_ws(' ', wide, cyr, utf)`)).toEqual(['ok ok ok'])
      const rejects = outcome.rejects.filter(({ dataset }) => dataset === 'c29')
      expect(rejects.map(({ key, column, code, row }) => [key['id'], column, code, row[column ?? '']])).toEqual([
        ['2', 'wide', 'TL_D404', { base64: Buffer.from('0061d800', 'hex').toString('base64') }],
        ['3', 'cyr', 'TL_D404', { base64: Buffer.from('6198', 'hex').toString('base64') }],
        ...(engine === 'mariadb'
          ? [['4', 'utf', 'TL_D404', { base64: Buffer.from('61eda080', 'hex').toString('base64') }]]
          : []),
      ])
    })

    it('case 30: every charset is decoded to the right characters', async () => {
      expect(await move.texts('c30', `concat_ws('|', g, s, c, u, w, b, k, r)`)).toEqual([
        '中文|日本ｱ|Привет|é中|é😀|中文|한국|Привет',
        '|||||||',
        'a\\b|a~|a|a|a|a|a|a',
      ])
    })

    it('case 31: backslashes, line ends, quotes and what COPY reads as marks come as they are', async () => {
      expect(await move.texts('c31', 'v')).toEqual(awkward)
      expect(await move.texts('c31', 't')).toEqual(awkward)
      const hex = awkward.map((text) => `\\x${Buffer.from(text).toString('hex')}`)
      expect(await move.texts('c31', 'b')).toEqual(hex)
    })

    it('case 32: the empty text is not NULL, in any type, and the texts NULL and \\N are texts', async () => {
      const columns = ['c', 'v', 't', 'vb', 'b', 's', 'lt']
      const found: (string | null)[][] = []
      for (const column of columns) found.push((await move.texts('c32', column)).slice(0, 3))
      expect(found).toEqual([
        ['', null, 'NULL'],
        ['', null, 'NULL'],
        ['', null, 'NULL'],
        ['\\x', null, '\\x4e554c4c'],
        ['\\x', null, '\\x4e554c4c'],
        ['{}', null, '{a}'],
        ['', null, 'NULL'],
      ])
      expect(await move.texts('c32', `concat_ws('|', c, v, t, vb, b, lt)`)).toContain('\\N|\\N|\\N|\\x5c4e|\\x5c4e|\\N')
    })
  })
})
