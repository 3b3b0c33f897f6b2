import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { Move, type Outcome, sourceEngines } from './migrate.ts'

const everywhere = `SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE c40 (id INT PRIMARY KEY, a VARCHAR(20), n INT, doc LONGTEXT,
  whole VARCHAR(60) AS (CONCAT(a, '-', n)) STORED, twice INT AS (n * 2) VIRTUAL, sound VARCHAR(20) AS (SOUNDEX(a)) STORED,
  KEY by_twice (twice));
INSERT INTO c40 (id, a, n) VALUES (1, 'one', 1), (2, NULL, 2), (3, 'three', NULL);
CREATE TABLE c41 (id INT PRIMARY KEY, hidden INT INVISIBLE, name VARCHAR(9));
INSERT INTO c41 (id, hidden, name) VALUES (1, 7, 'a'), (2, NULL, 'b');
CREATE TABLE c42 (id INT PRIMARY KEY, name VARCHAR(200), code VARCHAR(20), body TEXT, raw VARBINARY(100), n INT,
  KEY by_start (name(10)), UNIQUE KEY unique_start (code(5)), UNIQUE KEY unique_whole (code(20)), FULLTEXT KEY words (body),
  KEY downward (n DESC, id), KEY start_of_bytes (raw(4)));
INSERT INTO c42 VALUES (1, 'n', 'abcde1', 'some words', X'0102030405', 5), (2, 'm', 'abcdf2', 'others', NULL, 4);
CREATE TABLE c43 (id INT PRIMARY KEY, v VARCHAR(20) NOT NULL, UNIQUE KEY unique_v (v)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO c43 VALUES (1, 'ABC'), (2, 'é'), (3, 'x');
CREATE TABLE c45 (id INT PRIMARY KEY);
CREATE TABLE c45_child (id INT PRIMARY KEY, parent INT, CONSTRAINT child_of_45 FOREIGN KEY (parent) REFERENCES c45 (id) ON DELETE CASCADE);
SET SESSION foreign_key_checks = 0;
INSERT INTO c45 VALUES (1);
INSERT INTO c45_child VALUES (1, 1), (2, 99), (3, 98), (4, NULL);
SET SESSION foreign_key_checks = 1;
CREATE TABLE c46 (id INT PRIMARY KEY, u VARCHAR(36) DEFAULT (UUID()), b BINARY(3) DEFAULT 0x00ff01, bit1 BIT(1) DEFAULT b'0', bit8 BIT(8) DEFAULT b'101',
  quoted VARCHAR(20) DEFAULT 'it''s', slash VARCHAR(20) DEFAULT 'a\\\\b', doc JSON DEFAULT (JSON_ARRAY()), doc_text LONGTEXT DEFAULT (JSON_ARRAY()), n INT NOT NULL DEFAULT 7, d DECIMAL(5,2) DEFAULT 1.50,
  e ENUM('x','y') DEFAULT 'y', s SET('p','q') DEFAULT 'q,p', t TIME DEFAULT '12:30:00', later DATE DEFAULT (CURRENT_DATE + INTERVAL 1 DAY),
  CONSTRAINT positive CHECK (n > 0), CONSTRAINT pattern CHECK (quoted REGEXP '^[a-z]'), CONSTRAINT fine CHECK (d BETWEEN 0 AND 10 OR n = 99));
INSERT INTO c46 (id) VALUES (1);
CREATE TABLE c47_empty (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, v INT) AUTO_INCREMENT=1000;
CREATE TABLE c47_big (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, v INT);
INSERT INTO c47_big VALUES (5000000000, 1), (3, 2);
CREATE TABLE c47_big_child (id INT PRIMARY KEY, big BIGINT UNSIGNED, CONSTRAINT child_of_big FOREIGN KEY (big) REFERENCES c47_big (id));
INSERT INTO c47_big_child VALUES (1, 5000000000), (2, NULL);
CREATE TABLE c47_zero (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, v INT);
INSERT INTO c47_zero VALUES (0, 1), (5, 2);
CREATE TABLE c48 (id INT PRIMARY KEY, v INT, at TIMESTAMP(6) NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP(6), wall DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
INSERT INTO c48 VALUES (1, 1, '2020-01-01 00:00:00', '2020-01-01 00:00:00'), (2, 2, NULL, '2020-01-01 00:00:00');
CREATE TABLE \`${'t'.repeat(64)}\` (id INT PRIMARY KEY, \`${'é'.repeat(40)}1\` INT, \`${'é'.repeat(40)}2\` INT);
INSERT INTO \`${'t'.repeat(64)}\` VALUES (1, 2, 3);
CREATE TABLE \`order\` (\`interval\` INT PRIMARY KEY, \`a b.c"d'e\` INT, \`日本\` INT, \`select\` INT, KEY \`odd "index\` (\`a b.c"d'e\`));
INSERT INTO \`order\` VALUES (1, 2, 3, 4);
CREATE TABLE c50_a (id INT PRIMARY KEY, v INT, p INT, KEY same (v), UNIQUE KEY uniq (p));
CREATE TABLE c50_b (id INT PRIMARY KEY, v INT, p INT, KEY same (v), UNIQUE KEY uniq (p), CONSTRAINT c50_a FOREIGN KEY (p) REFERENCES c50_a (p));
CREATE TABLE c50_same (id INT PRIMARY KEY, v INT, KEY c50_a (v), KEY c50_same (v));
CREATE TABLE kinds (id INT PRIMARY KEY, flag TINYINT NOT NULL UNIQUE, label ENUM('x','y') NOT NULL UNIQUE, code VARCHAR(20) NOT NULL UNIQUE, far TIME NOT NULL UNIQUE);
INSERT INTO kinds VALUES (1, 0, 'x', 'k', '100:00:00'), (2, 1, 'y', 'l', '01:00:00');
CREATE TABLE kinds_child (id INT PRIMARY KEY, flag TINYINT(1), label ENUM('x','y'), code VARCHAR(10), far TIME,
  CONSTRAINT by_flag FOREIGN KEY (flag) REFERENCES kinds (flag), CONSTRAINT by_label FOREIGN KEY (label) REFERENCES kinds (label),
  CONSTRAINT by_code FOREIGN KEY (code) REFERENCES kinds (code), CONSTRAINT by_far FOREIGN KEY (far) REFERENCES kinds (far));
INSERT INTO kinds_child VALUES (1, 1, 'y', 'k', '01:00:00'), (2, NULL, NULL, NULL, NULL);
CREATE TABLE a_b (id INT PRIMARY KEY, c ENUM('x'));
CREATE TABLE a (id INT PRIMARY KEY, b ENUM('x'), b_c ENUM('p'));
INSERT INTO a VALUES (1, 'x', 'p');`

const mysqlOnly = `
SET SESSION restrict_fk_on_non_standard_key = OFF;
ALTER TABLE c42 ADD KEY lowered ((LOWER(code))), ADD KEY unseen (n) INVISIBLE;
CREATE TABLE Foo (id INT PRIMARY KEY); INSERT INTO Foo VALUES (1);
CREATE TABLE foo (id INT PRIMARY KEY); INSERT INTO foo VALUES (2);`

const mariadbOnly = `
ALTER TABLE c42 ADD KEY unseen (n) IGNORED;
CREATE TABLE c41_versioned (id INT PRIMARY KEY, v INT, from_ts TIMESTAMP(6) GENERATED ALWAYS AS ROW START, to_ts TIMESTAMP(6) GENERATED ALWAYS AS ROW END,
  PERIOD FOR SYSTEM_TIME (from_ts, to_ts)) WITH SYSTEM VERSIONING;
INSERT INTO c41_versioned (id, v) VALUES (1, 1), (2, 2); UPDATE c41_versioned SET v = 11 WHERE id = 1; DELETE FROM c41_versioned WHERE id = 2;
CREATE TABLE c41_implicit (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING;
INSERT INTO c41_implicit VALUES (1, 1); UPDATE c41_implicit SET v = 2;
CREATE TABLE Foo (id INT PRIMARY KEY); INSERT INTO Foo VALUES (1);
CREATE TABLE foo (id INT PRIMARY KEY); INSERT INTO foo VALUES (2);`

const loose = `
CREATE TABLE c44 (id INT PRIMARY KEY, v INT, w INT, KEY by_v (v), KEY by_both (w, v));
CREATE TABLE c44_child (id INT PRIMARY KEY, v INT, w INT, CONSTRAINT not_unique FOREIGN KEY (v) REFERENCES c44 (v), CONSTRAINT partial FOREIGN KEY (w) REFERENCES c44 (w));
INSERT INTO c44 VALUES (1, 5, 6), (2, 5, 6); INSERT INTO c44_child VALUES (1, 5, 6);`

/** A child whose key the source finds in its parent, and PostgreSQL does not. */
const foldedKeys = `
CREATE TABLE parents (v VARCHAR(20) NOT NULL PRIMARY KEY) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO parents VALUES ('ABC'), ('é');
CREATE TABLE children (id INT PRIMARY KEY, v VARCHAR(20), CONSTRAINT child_of_v FOREIGN KEY (v) REFERENCES parents (v)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO children VALUES (1, 'ABC'), (2, 'abc'), (3, NULL);`

const longTable = 't'.repeat(64)

describeEngines(['mysql9', 'mariadb', 'postgres15'], 'schemas', () => {
  describe.each(sourceEngines)('%s', (engine) => {
    const isMysql = engine === 'mysql9'
    let move: Move
    let outcome: Outcome

    beforeAll(async () => {
      move = await Move.between(engine)
      await move.source.query(everywhere + (isMysql ? mysqlOnly : mariadbOnly) + loose)
      outcome = await move.run()
    })
    afterAll(() => move[Symbol.asyncDispose]())

    it('ends well: nothing is changed or rejected, and orphans that were there before are no difference', () => {
      expect(outcome.summary).toMatchObject({ exitCode: 0, rejects: { count: 0 }, validation: { status: 'equal' } })
      expect(outcome.summary.datasets.flatMap(({ losses }) => losses)).toEqual([])
    })

    it('case 40: a generated column is generated here too, or becomes a plain one with its values', async () => {
      const columns = await move.columnsOf('c40')
      expect(['whole', 'twice', 'sound'].map((name) => columns.get(name)?.generated)).toEqual([true, true, false])
      expect(await move.texts('c40', `concat_ws('|', whole, twice, sound)`)).toEqual(['one-1|2|O500', '4', 'T600'])
      expect(outcome.notCarried('c40.sound')).toMatchObject([
        { kind: 'generated column', reason: expect.stringContaining('becomes a plain column') },
      ])
      await move.target.query(`INSERT INTO c40 (id, a, n) VALUES (9, 'x', 21)`)
      expect((await move.texts('c40', `concat_ws('|', whole, twice)`)).at(-1)).toBe('x-21|42')
    })

    it('case 41: an invisible column comes with its values', async () => {
      expect([...(await move.columnsOf('c41')).keys()]).toEqual(['id', 'hidden', 'name'])
      expect(await move.texts('c41', 'hidden')).toEqual(['7', null])
      expect(outcome.column('c41', 'hidden').notes).toEqual(['invisible at the source, visible here'])
    })

    it.each(!isMysql ? [engine] : [])(
      'case 41: a system-versioned table comes as it is now, its history said to be left',
      async () => {
        expect(await move.texts('c41_versioned', 'v')).toEqual(['11'])
        expect(await move.texts('c41_versioned', 'to_ts')).toEqual(['2038-01-19 03:14:07.999999+00'])
        const [began] = await move.texts('c41_versioned', 'from_ts')
        const [row] = await move.source.query(
          `SELECT CONCAT(CONVERT_TZ(from_ts, @@time_zone, '+00:00'), '') AS at FROM c41_versioned`,
        )
        expect(began).toBe(`${String(row?.['at']).replace(/0+$/, '')}+00`)
        expect(await move.texts('c41_implicit', 'v')).toEqual(['2'])
        expect([...(await move.columnsOf('c41_implicit')).keys()]).toEqual(['id', 'v'])
        const left = outcome.summary.warnings.filter(({ code }) => code === 'history-left')
        expect(left.map(({ message }) => message.split(' ')[0])).toEqual(['c41_implicit', 'c41_versioned'])
        expect(outcome.notCarried('c41_versioned.from_ts')).toMatchObject([{ kind: 'generated column' }])
      },
    )

    it('case 42: indexes over expressions, beginnings and downwards are translated, others listed', async () => {
      const found = await move.definitionsOf('c42')
      expect(found.get('by_start')).toContain('("left"((name)::text, 10))')
      expect(found.get('start_of_bytes')).toContain('(SUBSTRING(raw FROM 1 FOR 4))')
      expect(found.get('downward')).toContain('(n DESC, id)')
      expect(found.get('unseen')).toContain('(n)')
      expect(found.get('lowered')?.includes('(lower((code)::text))')).toBe(isMysql ? true : undefined)
      // As long as the column: the whole of it.
      expect(found.get('unique_whole')).toContain('CREATE UNIQUE INDEX unique_whole ON public.c42 USING btree (code)')
      expect(found.has('unique_start')).toBe(false)
      expect(found.has('words')).toBe(false)
      expect(outcome.notCarried('c42.unique_start')).toMatchObject([
        { kind: 'unique', reason: expect.stringContaining('unique over the first 5 of code only') },
      ])
      expect(outcome.notCarried('c42.words')).toMatchObject([{ kind: 'fulltext index' }])
    })

    it('case 43: a unique key that ignored case minds it here, and plan and run say so', async () => {
      expect((await move.definitionsOf('c43')).get('unique_v')).toContain('CREATE UNIQUE INDEX')
      expect(outcome.column('c43', 'v').notes).toEqual([
        expect.stringMatching(/^is part of a unique key that ignores case at the source \(utf8mb4_general_ci\)/),
      ])
      expect(outcome.summary.warnings.filter(({ code }) => code === 'case-minded')).toHaveLength(1)
      // What the source took for the same is different here: both servers answer for themselves.
      for (const [id, v] of [
        [11, 'abc'],
        [12, 'e'],
        [13, 'x '],
      ]) {
        await expect(move.source.query('INSERT INTO c43 VALUES (?, ?)', [id, v])).rejects.toThrow(/Duplicate entry/)
        await move.target.query('INSERT INTO c43 VALUES ($1, $2)', [id, v])
      }
    })

    it('case 44: a foreign key to what is not unique is listed in the plan, before the load', () => {
      for (const name of ['c44_child.not_unique', 'c44_child.partial']) {
        expect(outcome.notCarried(name)).toMatchObject([
          { kind: 'foreign key', reason: expect.stringContaining('not together a unique key') },
        ])
      }
    })

    it('case 45: orphans are kept, their foreign key stays NOT VALID and is listed', async () => {
      expect(await move.texts('c45_child', 'parent')).toEqual(['1', '99', '98', null])
      const key = 'FOREIGN KEY (parent) REFERENCES c45(id) ON DELETE CASCADE NOT VALID'
      expect((await move.definitionsOf('c45_child')).get('child_of_45')).toBe(key)
      expect(outcome.notValidated('c45_child.child_of_45')).toMatchObject([{ kind: 'validate' }])
      const counted = outcome.summary.validation?.datasets.find(({ from }) => from === 'c45_child')
      expect(counted?.orphans).toMatchObject([{ source: 2, target: 2 }])
      // It holds for what is written from now on.
      await expect(move.target.query('INSERT INTO c45_child VALUES (9, 97)')).rejects.toThrow(/foreign key/)
    })

    it('case 46: defaults and checks are the same here, or reported', async () => {
      const added = 'INSERT INTO c46 (id) VALUES (2)'
      await move.source.query(added)
      await move.target.query(added)
      const initial = `concat_ws('|', b, bit1, bit8, quoted, slash, doc, n, d, e, s, t)`
      expect((await move.texts('c46', initial)).at(-1)).toBe(
        `\\x00ff01|f|00000101|it's|a\\b|[]|7|1.50|y|{p,q}|12:30:00`,
      )
      const [row] = await move.source.query(
        `SELECT CONCAT_WS('|', LOWER(HEX(b)), bit1 + 0, BIN(bit8), quoted, slash, doc, n, d, e, s, t) AS v FROM c46 WHERE id = 2`,
      )
      expect(row?.['v']).toBe(`00ff01|0|101|it's|a\\b|[]|7|1.50|y|p,q|12:30:00`)
      expect((await move.texts('c46', 'u')).at(-1)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      expect((await move.texts('c46', `later = current_date + 1`)).at(-1)).toBe('true')
      expect(outcome.notCarried('c46.doc_text')).toMatchObject([{ kind: 'default' }])
      const checks = [...(await move.definitionsOf('c46'))].filter(([, text]) => text.startsWith('CHECK'))
      expect(Object.fromEntries(checks)).toEqual({
        positive: 'CHECK ((n > 0))',
        fine: 'CHECK ((((d >= (0)::numeric) AND (d <= (10)::numeric)) OR (n = 99)))',
      })
      expect(outcome.notCarried('c46.pattern')).toMatchObject([{ kind: 'check' }])
    })

    it('case 47: identities go on behind the largest value, or where the source would', async () => {
      const next = async (table: string): Promise<unknown> => {
        const [row] = await move.target.query(`INSERT INTO ${table} (v) VALUES (0) RETURNING id::text`)
        return row?.['id']
      }
      expect(await move.texts('c47_zero', 'id')).toEqual(['0', '5'])
      expect(await move.typeOf('c47_big', 'id')).toBe('bigint')
      expect(await move.texts('c47_big', 'id')).toEqual(['3', '5000000000'])
      expect([await next('c47_empty'), await next('c47_big'), await next('c47_zero')]).toEqual([
        '1000',
        '5000000001',
        '6',
      ])
      // BIGINT UNSIGNED of parent and child are decided together.
      expect(await move.typeOf('c47_big_child', 'big')).toBe('bigint')
      expect((await move.definitionsOf('c47_big_child')).get('child_of_big')).toBe(
        'FOREIGN KEY (big) REFERENCES c47_big(id)',
      )
    })

    it('case 48: ON UPDATE CURRENT_TIMESTAMP moves on with a change, and leaves what a statement sets', async () => {
      expect(await move.texts('c48', `concat_ws('|', at, wall)`)).toEqual([
        '2020-01-01 00:00:00+00|2020-01-01 00:00:00',
        '2020-01-01 00:00:00',
      ])
      await move.target.query(`UPDATE c48 SET v = 10, at = '2021-02-03' WHERE id = 1`)
      await move.target.query('UPDATE c48 SET v = v WHERE id = 2')
      expect(await move.texts('c48', `at`)).toEqual(['2021-02-03 00:00:00+00', null])
      expect(await move.texts('c48', `wall > localtimestamp - interval '1 minute'`)).toEqual(['true', 'false'])
      await move.target.query('UPDATE c48 SET v = 20 WHERE id = 2')
      expect(await move.texts('c48', `at > now() - interval '1 minute'`)).toEqual(['false', 'true'])
    })

    it('case 49: names keep their spelling; what is too long is cut to the same name in every run', async () => {
      const [long] = outcome.plan.datasets.filter(({ from }) => from === longTable)
      const cut = long?.table.name.name ?? ''
      expect(cut).toMatch(/^t{54}_[0-9a-f]{8}$/)
      expect(await move.texts(cut, 'id')).toEqual(['1'])
      const columns = [...(await move.columnsOf(cut)).keys()]
      expect(columns.map((name) => Buffer.byteLength(name) <= 63)).toEqual([true, true, true])
      expect(new Set(columns).size).toBe(3)
      expect([...(await move.columnsOf('order')).keys()]).toEqual(['interval', `a b.c"d'e`, '日本', 'select'])
      expect([...(await move.definitionsOf('order')).keys()]).toContain('"odd ""index"')
      expect(await move.texts('Foo', 'id')).toEqual(['1'])
      expect(await move.texts('foo', 'id')).toEqual(['2'])
    })

    it('case 49: names that become one are an error before the load', async () => {
      const tables = await move.run({ pipeline: { names: 'lower' } })
      expect(tables.summary).toMatchObject({ exitCode: 2, run: null, error: { code: 'TL_C108' } })
      expect(tables.summary.error?.message).toContain('Foo and foo are both public.foo')
      await using columns = await Move.between(engine)
      await columns.source.query('CREATE TABLE t (id INT PRIMARY KEY, `First Name` INT, first_name INT)')
      const { summary } = await columns.run({ pipeline: { names: 'snake' } })
      expect(summary).toMatchObject({ exitCode: 2, run: null, error: { code: 'TL_C108' } })
      expect(summary.error?.message).toContain('First Name and first_name are both first_name')
    })

    it('case 50: names that clash are told apart, in the same way in every run', async () => {
      const names: string[] = []
      for (const table of ['c50_a', 'c50_b', 'c50_same']) names.push(...(await move.definitionsOf(table)).keys())
      expect(names.toSorted()).toEqual([
        // A foreign key of the name of a table: constraints have names of their own.
        'c50_a',
        'c50_a_pkey',
        'c50_a_same',
        'c50_a_uniq',
        'c50_b_pkey',
        'c50_b_same',
        'c50_b_uniq',
        'c50_same_c50_a',
        'c50_same_c50_same',
        'c50_same_pkey',
      ])
      await using other = await createDatabase(engineUrl('postgres15'), 'types')
      const again = await move.run({ pipeline: { target: other.url }, flags: { schemaOnly: true } })
      expect(again.plan.finish.map(({ id }) => id)).toEqual(outcome.plan.finish.map(({ id }) => id))
    })

    it('decides columns that foreign keys join together', async () => {
      const types = [...(await move.columnsOf('kinds_child')).values()].map(({ type }) => type)
      expect(types).toEqual(['integer', 'smallint', 'kinds_label', 'character varying(10)', 'interval(0)'])
      const keys = [...(await move.definitionsOf('kinds_child'))].filter(([, text]) => text.startsWith('FOREIGN KEY'))
      expect(Object.fromEntries(keys)).toEqual({
        by_flag: 'FOREIGN KEY (flag) REFERENCES kinds(flag)',
        by_label: 'FOREIGN KEY (label) REFERENCES kinds(label)',
        by_code: 'FOREIGN KEY (code) REFERENCES kinds(code)',
        by_far: 'FOREIGN KEY (far) REFERENCES kinds(far)',
      })
    })

    it('gives an enum type a name that no table has', async () => {
      expect(await move.typeOf('a', 'b_c')).toBe('a_b_c')
      expect(await move.typeOf('a_b', 'c')).toMatch(/^a_b_c_[0-9a-f]{8}$/)
      expect(await move.typeOf('a', 'b')).toMatch(/^a_b_[0-9a-f]{8}$/)
      expect(await move.texts('a', `concat_ws(' ', b, b_c)`)).toEqual(['x p'])
    })
  })

  describe.each(sourceEngines)('keys that ignore case, %s', (engine) => {
    it('case 43: a child that minds case has no parent here: a difference, with its reason', async () => {
      await using move = await Move.between(engine)
      await move.source.query(foldedKeys)
      const outcome = await move.run()
      expect(outcome.summary).toMatchObject({
        exitCode: 1,
        error: { code: 'TL_V701' },
        validation: { status: 'different' },
      })
      expect(outcome.summary.error?.message).toContain(
        'children.child_of_v: 0 orphans at the source, 1 at the target (v is compared without minding case at the source',
      )
      expect(outcome.notValidated('children.child_of_v')).toMatchObject([{ kind: 'validate' }])
      expect((await move.definitionsOf('children')).get('child_of_v')).toBe(
        'FOREIGN KEY (v) REFERENCES parents(v) NOT VALID',
      )
      expect(await move.texts('children', 'v')).toEqual(['ABC', 'abc', null])
    })

    it('case 43: as citext it has one, and the foreign key is valid', async () => {
      await using move = await Move.between(engine)
      await move.source.query(foldedKeys)
      const rule = { id: 'any-case', match: { type: 'varchar', column: 'v' }, target: 'public.citext', why: 'keys' }
      const outcome = await move.run({
        prepareTarget: 'CREATE EXTENSION citext SCHEMA public',
        pipeline: { mapping: { version: 1, types: [rule] } },
      })
      expect(outcome.summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
      expect((await move.definitionsOf('children')).get('child_of_v')).toBe('FOREIGN KEY (v) REFERENCES parents(v)')
    })

    it('lists a foreign key between types that do not compare, and counts its orphans as texts', async () => {
      await using move = await Move.between(engine)
      await move.source
        .query(`CREATE TABLE parents (e ENUM('x','y') NOT NULL PRIMARY KEY); INSERT INTO parents VALUES ('x'), ('y');
        CREATE TABLE children (id INT PRIMARY KEY, e ENUM('x','y','z'), CONSTRAINT by_e FOREIGN KEY (e) REFERENCES parents (e));
        INSERT INTO children VALUES (1, 'x'), (2, NULL)`)
      const outcome = await move.run()
      expect(outcome.summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
      expect(outcome.notCarried('children.by_e')).toMatchObject([
        { kind: 'foreign key', reason: expect.stringContaining('does not compare') },
      ])
    })
  })
})
