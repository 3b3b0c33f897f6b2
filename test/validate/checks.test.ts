import { expect, it } from 'vitest'
import type { CheckSwitches, ValidationSummary } from '../../src/index.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { compare, compareBoth } from './compare.ts'

const states = ({ checks }: ValidationSummary): unknown =>
  Object.entries(checks ?? {}).map(([name, { state }]) => `${name} ${state}`)

function comparePair(from: 'mysql9' | 'mariadb'): void {
  describeEngines([from, 'postgres15'], `the checks of a validation against ${from}`, () => {
    const pair = 'CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 5)'

    it('makes all of them where nobody says otherwise', async () => {
      const { summary } = await compare(from, pair, pair)
      expect(states(summary)).toEqual([
        'schema checked',
        'rows checked',
        'nulls checked',
        'orphans checked',
        'unique checked',
        'ranges implied',
        'contents checked',
      ])
      expect(summary.status).toBe('equal')
      expect(summary.datasets[0]?.unique).toEqual([
        { key: 'PRIMARY', columns: [{ from: 'id', to: 'id' }], source: null, target: null, index: 't_pkey' },
      ])
    })

    it('compares ranges in the place of contents', async () => {
      const { summary, said, of } = await compare(from, pair, pair, { mode: 'counts' })
      expect(summary.status).toBe('counted')
      expect(states(summary)).toEqual(expect.arrayContaining(['ranges checked', 'contents off']))
      expect(said).toContain('Values were not compared one by one: it was asked for counts.')
      expect(of('t')?.ranges).toMatchObject([
        { column: { from: 'id' }, source: { min: '1', max: '1', sum: '1' }, same: true },
        { column: { from: 'v' }, source: { min: '5', max: '5', sum: '5' }, same: true },
      ])
    })

    it('says what was switched off, and gives no figure for it', async () => {
      const off = { schema: false, rows: false, nulls: false, orphans: false, unique: false, contents: false }
      const { summary, said, of, error } = await compare(from, pair, `${pair}, (2, NULL); ALTER TABLE t ADD w int`, {
        checks: { ...off, ranges: false, unique: true },
      })
      expect(error).toBeUndefined()
      expect(said.split('\n')).toEqual(
        expect.arrayContaining([
          'Columns, keys, indexes, defaults, checks and sequences were not compared: switched off.',
          'Rows were not counted: switched off.',
          'NULLs were not counted: switched off.',
          'Orphans were not counted: switched off.',
          'Least and largest values and sums were not compared: switched off.',
          'Values were not compared one by one: switched off.',
        ]),
      )
      expect(of('t')).toMatchObject({ sourceRows: null, targetRows: null, nulls: [], orphans: [], differences: null })
      expect(of('t')?.schema).toBeUndefined()
      expect(of('t')?.ranges).toBeUndefined()
      expect(states(summary)).toContain('unique checked')
    })

    it('makes each check alone', async () => {
      const source = `CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1), (2);
        CREATE TABLE t (id int NOT NULL, v int DEFAULT 1, p int, UNIQUE one (id), FOREIGN KEY (p) REFERENCES p (id));
        INSERT INTO t VALUES (1, NULL, 1), (2, 7, 2)`
      const target = `CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
        CREATE TABLE t (id int NOT NULL, v int DEFAULT 1, p int); INSERT INTO t VALUES (1, 0, 1), (1, 8, 2), (3, 1, 1)`
      const only = async (name: keyof CheckSwitches): Promise<string> => {
        const none = { schema: false, rows: false, nulls: false, orphans: false, unique: false, ranges: false }
        const { error } = await compare(from, source, target, { checks: { ...none, contents: false, [name]: true } })
        return error?.message ?? 'nothing'
      }
      expect(await only('schema')).toContain('t: unique one is not there')
      expect(await only('rows')).toContain('t: 2 rows at the source, 3 at the target')
      expect(await only('nulls')).toContain('t.v: 1 NULLs expected, 0 at the target')
      expect(await only('orphans')).toMatch(/t: 1 orphans of \S+ are new: 0 at the source, 1 at the target/)
      expect(await only('unique')).toContain('t: 1 values of the key one are there more than once at the target')
      expect(await only('ranges')).toContain('t.v: other at the target: the least value, the largest value, the sum')
      expect(await only('contents')).toContain('t: 2 differences are EXTRA')
    })

    it('refuses to compare nothing', async () => {
      const none = { schema: false, rows: false, nulls: false, orphans: false, unique: false, ranges: false }
      const compared = compare(from, pair, pair, { mode: 'counts', checks: none })
      await expect(compared).rejects.toMatchObject({ code: 'TL_C105' })
    })

    it('tells a parent that only the collation finds from one that is not there', async () => {
      const tables = (type: string): string => `CREATE TABLE parents (code ${type} PRIMARY KEY);
        INSERT INTO parents VALUES ('ABC'), ('x'), ('é'); CREATE TABLE children (id int PRIMARY KEY, code ${type})`
      const rows = "INSERT INTO children VALUES (1, 'abc'), (2, 'ABC'), (3, 'X'), (4, 'lost'), (5, NULL)"
      const folding = 'varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'
      const config = { relations: [{ from: ['children.code'], to: ['parents.code'] }] }
      const there = `${tables('varchar(9)')}; ${rows}`
      const { of, said, error, summary } = await compare(from, `${tables(folding)}; ${rows}`, there, { config })
      const name = 'children.code -> parents.code'
      expect(error).toBeUndefined()
      expect(summary.status).toBe('equal')
      expect(of('children')?.orphans).toEqual([
        { constraint: { from: name, to: name }, source: 1, target: 3, new: 0, byCollation: 2, declared: true },
      ])
      expect(said).toContain(
        `children: 2 rows find their parent by ${name} only as utf8mb4_unicode_ci of the source compares`,
      )
      const more = await compare(
        from,
        `${tables(folding)}; ${rows}`,
        `${there}; DELETE FROM parents WHERE code = 'ABC'`,
        {
          config,
          mode: 'counts',
        },
      )
      expect(more.error?.message).toContain('children: 1 orphans of children.code -> parents.code are new')
      expect(more.of('children')?.orphans).toMatchObject([{ source: 1, target: 4, new: 1, byCollation: 2 }])
    })

    it('finds a new orphan though the target folds case as the source does', async () => {
      const tables = (type: string): string => `CREATE TABLE parents (code ${type} PRIMARY KEY);
        INSERT INTO parents VALUES ('ABC'), ('x'); CREATE TABLE children (id int PRIMARY KEY, code ${type})`
      const rows = "INSERT INTO children VALUES (1, 'abc'), (2, 'x')"
      const folding = 'varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci'
      const there = `CREATE EXTENSION citext; ${tables('citext')}; ${rows}`
      const config = { relations: [{ from: ['children.code'], to: ['parents.code'] }] }
      const same = await compare(from, `${tables(folding)}; ${rows}`, there, { config })
      expect(same.of('children')?.orphans).toMatchObject([{ source: 0, target: 0, new: 0, byCollation: 0 }])
      const gone = `${there}; DELETE FROM parents WHERE code = 'x'`
      const more = await compare(from, `${tables(folding)}; ${rows}`, gone, { config, mode: 'counts' })
      expect(more.of('children')?.orphans).toMatchObject([{ source: 0, target: 1, new: 1, byCollation: 0 }])
    })

    it('counts a foreign key that is declared once more once, and relations of several columns', async () => {
      const source = `CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); INSERT INTO p VALUES (1, 1), (1, 2);
        CREATE TABLE c (id int PRIMARY KEY, a int, b int); INSERT INTO c VALUES (1, 1, 1), (2, 2, 2), (3, NULL, 2);
        CREATE TABLE d (id int PRIMARY KEY, a int, b int, CONSTRAINT own FOREIGN KEY (a, b) REFERENCES p (a, b))`
      const target = source.replace(/, CONSTRAINT.*$/, ')')
      const { of } = await compare(from, source, target, {
        config: {
          relations: [
            { from: ['c.a', 'c.b'], to: ['p.a', 'p.b'] },
            { from: ['d.b', 'd.a'], to: ['p.b', 'p.a'] },
          ],
        },
      })
      expect(of('c')?.orphans).toMatchObject([{ source: 1, target: 1, new: 0, declared: true }])
      expect(of('d')?.orphans).toMatchObject([{ constraint: { from: 'own' }, source: 0, target: 0 }])
      expect(of('d')?.orphans).toHaveLength(1)
    })

    it('says of a relation between two collations that it was not counted', async () => {
      const text = (collation: string): string => `varchar(9) CHARACTER SET utf8mb4 COLLATE ${collation}`
      const source = `CREATE TABLE p (code ${text('utf8mb4_bin')} PRIMARY KEY);
        CREATE TABLE c (id int PRIMARY KEY, code ${text('utf8mb4_general_ci')}); INSERT INTO c VALUES (1, 'x')`
      const target = source.replaceAll(/ CHARACTER SET utf8mb4 COLLATE \w+/g, '')
      const config = { relations: [{ from: ['c.code'], to: ['p.code'] }] }
      const { of, said } = await compare(from, source, target, { config })
      expect(of('c')?.orphans).toEqual([])
      expect(said).toContain('c: orphans of c.code -> p.code were not counted: its ends are of two collations.')
    })

    it('names what a relation or key may have meant', async () => {
      const config = { relations: [{ from: ['t.v'], to: ['t.iid'] }] }
      const relation = compare(from, pair, pair, { config })
      await expect(relation).rejects.toMatchObject({ code: 'TL_C107', hint: expect.stringContaining('mean t.id?') })
      const key = compare(from, pair, pair, { config: { keys: [['tt.id']] } })
      await expect(key).rejects.toMatchObject({ code: 'TL_C107', hint: expect.stringContaining('mean t.id?') })
    })

    it('counts what is there twice of keys that the target does not see to, and of those that are declared', async () => {
      const source = `CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(9), mail varchar(20), UNIQUE ab (a, b), KEY (mail));
        INSERT INTO t VALUES (1, 1, 'x', 'm'), (2, 1, 'y', 'm'), (3, NULL, 'x', 'n'), (4, NULL, 'x', NULL)`
      const target = `CREATE TABLE t (id int, a int, b varchar(9), mail varchar(20)); CREATE UNIQUE INDEX part ON t (a, b) WHERE a > 1;
        INSERT INTO t VALUES (1, 1, 'x', 'm'), (2, 1, 'x', 'm'), (3, NULL, 'x', 'n'), (4, NULL, 'x', 'n')`
      const { of, error } = await compare(from, source, target, {
        mode: 'counts',
        checks: { schema: false, nulls: false },
        config: { keys: [['t.mail']] },
      })
      expect(of('t')?.unique).toEqual([
        { key: 'PRIMARY', columns: [{ from: 'id', to: 'id' }], source: 0, target: 0 },
        {
          key: 'ab',
          columns: [
            { from: 'a', to: 'a' },
            { from: 'b', to: 'b' },
          ],
          source: 0,
          target: 1,
        },
        { key: 't.mail', columns: [{ from: 'mail', to: 'mail' }], source: 1, target: 2 },
      ])
      expect(error?.message).toContain(
        't: 1 values of the key ab are there more than once at the target, 0 at the source',
      )
    })

    it('takes an index that was not built to its end for none', async () => {
      await using source = await createDatabase(engineUrl(from), 'checks')
      await using target = await createDatabase(engineUrl('postgres15'), 'checks')
      await source.query('CREATE TABLE t (id int NOT NULL, UNIQUE one (id)); INSERT INTO t VALUES (1), (2)')
      await target.query('CREATE TABLE t (id int NOT NULL); INSERT INTO t VALUES (1), (1)')
      await expect(target.query('CREATE UNIQUE INDEX CONCURRENTLY one ON t (id)')).rejects.toThrow('could not create')
      const { of } = await compareBoth(source, target, { mode: 'counts' })
      expect(of('t')?.unique).toMatchObject([{ key: 'one', source: 0, target: 1 }])
      expect(of('t')?.schema).toMatchObject([{ kind: 'unique', problem: 'is there, and was not built to its end' }])
    })

    it('looks for CHECKs by their names and columns', async () => {
      const { of, said } = await compare(
        from,
        `CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, d int, CONSTRAINT by_name CHECK (a > 0),
           CONSTRAINT by_column CHECK (b < 9), CONSTRAINT gone CHECK (c > d), CONSTRAINT late CHECK (d > 1))`,
        `CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, d int, CONSTRAINT by_name CHECK (a >= 1),
           CONSTRAINT other CHECK (b < 10), CONSTRAINT half CHECK (c > 0)); ALTER TABLE t ADD CONSTRAINT late CHECK (d > 1) NOT VALID`,
      )
      expect(of('t')?.schema).toEqual([{ kind: 'check', name: 'gone', problem: 'is not there' }])
      expect(said).toContain('Not compared: what the check by_name of t says.')
      expect(said).toContain('Not compared: what the check by_column of t says.')
      expect(said).toContain('Not compared: whether the check late of t holds for all rows.')
    })

    it('takes nothing for a CHECK that the type of a column makes needless', async () => {
      const { of } = await compare(
        from,
        'CREATE TABLE t (id int PRIMARY KEY, doc json, CHECK (json_valid(doc)))',
        'CREATE TABLE t (id int PRIMARY KEY, doc jsonb)',
      )
      expect(of('t')?.schema).toEqual([])
    })
  })
}

comparePair('mysql9')
comparePair('mariadb')

describeEngines(['mysql9', 'embedded18'], 'a CHECK that is not enforced', () => {
  it('is told', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'checks')
    await using target = await createDatabase(engineUrl('embedded18'), 'checks')
    await source.query('CREATE TABLE t (id int PRIMARY KEY, CONSTRAINT low CHECK (id < 9))')
    await target.query('CREATE TABLE t (id int PRIMARY KEY, CONSTRAINT low CHECK (id < 9) NOT ENFORCED)')
    const { of } = await compareBoth(source, target, {})
    expect(of('t')?.schema).toEqual([{ kind: 'check', name: 'low', problem: 'is there, and is not enforced' }])
  })
})
