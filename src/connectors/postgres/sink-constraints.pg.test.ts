import { expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { batchOf, never, openTarget, type TextRow, WriterWorld } from '../../../test/support/postgres/writer-world.ts'
import { Random } from '../../cli/sample-shop/random.ts'

const int = { kind: 'int', bits: 32, signed: true } as const
const columns = [
  { name: 'id', type: int },
  { name: 'code', type: { kind: 'text' } },
  { name: 'a', type: int },
  { name: 'b', type: int },
  { name: 'parent', type: int },
  { name: 'doc', type: { kind: 'json' } },
] as const

const made = `CREATE TABLE parents (id bigint PRIMARY KEY); INSERT INTO parents SELECT generate_series(1, 5);
  CREATE TABLE data (id integer PRIMARY KEY, code varchar(9) UNIQUE CHECK (code <> 'bad'), a integer, b integer CHECK (b > 0),
    parent integer REFERENCES parents, doc json, UNIQUE (a, b));
  INSERT INTO data VALUES (1000, 'c1000', 1, 1, 1, NULL), (1001, 'c3', 2, 2, 1, NULL)`

function randomRows(seed: number, count: number): TextRow[] {
  return Array.from({ length: count }, (_, id) => {
    const random = new Random(1, 'constraints', seed * 1000 + id)
    const few = (below: number): string | null => (random.below(8) === 0 ? null : String(random.below(below)))
    const code = random.below(12) === 0 ? 'bad' : random.below(3) === 0 ? `c${random.below(6)}` : `own${id}`
    return [
      String(random.below(10) === 0 ? 1000 : id),
      code,
      few(4),
      few(9),
      few(7),
      random.below(2) === 0 ? null : '{}',
    ]
  })
}

/** Which of the rows a table takes that gets them one by one. */
async function takenOneByOne(database: TestDatabase, rows: readonly TextRow[]): Promise<(string | null)[][]> {
  for (const row of rows) {
    const values = row.map((value) => (value === null ? 'NULL' : `'${value}'`)).join(', ')
    await database.query(
      `DO $$ BEGIN INSERT INTO data VALUES (${values}); EXCEPTION WHEN integrity_constraint_violation THEN NULL; END $$`,
    )
  }
  return await contents(database)
}

async function contents(database: TestDatabase): Promise<(string | null)[][]> {
  const rows = await database.query(
    'SELECT id::text, code, a::text, b::text, parent::text, doc::text FROM data ORDER BY id',
  )
  return rows.map((row) => Object.values(row) as (string | null)[])
}

describeEngines(['postgres15'], 'rows that constraints refuse', () => {
  it('are those that a table refuses one by one, each for a reason that it would give', async () => {
    for (let seed = 0; seed < 12; seed++) {
      await using database = await createDatabase(engineUrl('postgres15'), 'constraints')
      await using alone = await createDatabase(engineUrl('postgres15'), 'alone')
      for (const one of [database, alone]) await one.query(made)
      const rows = randomRows(seed, 80)
      await using target = await openTarget(database.url)
      const world = await WriterWorld.begin(target, [{ table: 'data', columns }])
      await using writer = await world.openWriter()
      const batch = batchOf(world.layouts, [rows])
      const { written, rejected, rejects } = await writer.write(batch, world.checkpoint(batch, { done: true }), never)
      const taken = await takenOneByOne(alone, rows)
      expect([seed, await contents(database)]).toEqual([seed, taken])
      expect([written, rejected]).toEqual([taken.length - 2, 80 - (taken.length - 2)])
      const reasons =
        /^(new row for relation "data" violates check|duplicate key value violates unique|insert or update on table "data" violates foreign key) constraint "/
      expect(rejects.filter(({ reason, code }) => !reasons.test(reason) || code !== 'TL_D409')).toEqual([])
    }
  })

  it('are found by a role that may write to the table alone', async () => {
    await using database = await createDatabase(engineUrl('postgres15'), 'writes')
    await database.query(made)
    await using target = await openTarget(database.url)
    const world = await WriterWorld.begin(target, [{ table: 'data', columns }])
    await database.query(`CREATE ROLE writes_alone; GRANT INSERT ON data TO writes_alone; GRANT USAGE ON SCHEMA _transload TO writes_alone;
      GRANT ALL ON ALL TABLES IN SCHEMA _transload TO writes_alone; ALTER ROLE writes_alone LOGIN`)
    try {
      const url = new URL(database.url)
      url.username = 'writes_alone'
      await using narrow = await openTarget(url.href)
      await using writer = await narrow.openWriter(world.lane(), never)
      const rows: TextRow[] = Array.from({ length: 40 }, (_, id) => [String(id), 'same', null, null, '99', null])
      const batch = batchOf(world.layouts, [rows])
      expect(await writer.write(batch, world.checkpoint(batch, { done: true }), never)).toMatchObject({ rejected: 40 })
    } finally {
      await database.query('DROP OWNED BY writes_alone; DROP ROLE writes_alone')
    }
  })
})
