import { assert, asyncProperty, bigInt, constantFrom, array, integer, oneof, record, stringMatching } from 'fast-check'
import { expect, it } from 'vitest'
import { createDatabase } from '../../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../../test/support/engines/engine-url.ts'
import { openTarget, WriterWorld } from '../../../../test/support/postgres/writer-world.ts'

const id = { name: 'id', type: { kind: 'int', bits: 32, signed: true } } as const

/** Decimals with runs of zeros and nines where groups of four digits begin and end. */
const decimals = oneof(
  stringMatching(/^-?(0|[1-9]\d{0,40})(\.\d{1,40})?$/),
  stringMatching(/^-?\d{0,6}(0000|9999|0001|1000){1,4}(\.(0000|9999|0001|1000){0,4}\d{1,5})?$/),
  record({ n: bigInt(), zeros: integer({ min: 0, max: 12 }) }).map(({ n, zeros }) => `${n}${'0'.repeat(zeros)}`),
)

describeEngines(['postgres15'], 'decimals on the wire', () => {
  it('are to the server what their text is, or are rejected where it would change them', async () => {
    await using database = await createDatabase(engineUrl('postgres15'), 'numeric')
    await database.query(
      'CREATE TABLE any_scale (id integer, v numeric); CREATE TABLE limited (id integer, v numeric(24,6))',
    )
    await using target = await openTarget(database.url)
    const column = { name: 'v', type: { kind: 'decimal' } } as const
    const property = asyncProperty(
      array(decimals, { minLength: 1, maxLength: 400 }),
      constantFrom('any_scale', 'limited'),
      async (values, table) => {
        await database.query(`TRUNCATE ${table}`)
        const world = await WriterWorld.begin(target, [{ table, columns: [id, column] }])
        const receipt = await world.writeAll(values.map((value, n) => [String(n), value]))
        const rejected = receipt.rejects.map(({ position }) => position)
        // The server's own reading of the text says what is right: unrounded, and with the digits as they were.
        const wrong = await database.query(
          `WITH sent AS (SELECT n - 1 AS id, t, t::numeric AS exact FROM unnest($1::text[]) WITH ORDINALITY AS s (t, n))
           SELECT s.t, k.v::text AS stored FROM sent AS s LEFT JOIN ${table} AS k ON k.id = s.id
           WHERE CASE WHEN s.id = ANY ($2::integer[])
             THEN ${table === 'limited' ? 'abs(s.exact) < 10::numeric ^ 18 AND s.exact = round(s.exact, 6)' : 'true'}
             ELSE k.v IS DISTINCT FROM s.exact ${table === 'limited' ? '' : 'OR k.v::text <> s.exact::text'} END`,
          [values, rejected],
        )
        expect(wrong).toEqual([])
      },
    )
    await assert(property, { numRuns: 25 })
  })

  it('are made of 64-bit integers', async () => {
    await using database = await createDatabase(engineUrl('postgres15'), 'numeric')
    await database.query('CREATE TABLE t (id integer, signed numeric, whole numeric(20,0))')
    await using target = await openTarget(database.url)
    const columns = [
      id,
      { name: 'signed', type: { kind: 'int', bits: 64, signed: true } },
      { name: 'whole', type: { kind: 'int', bits: 64, signed: false } },
    ] as const
    const pairs = array(
      record({
        signed: bigInt(-(2n ** 63n), 2n ** 63n - 1n),
        whole: bigInt(0n, 2n ** 64n - 1n),
        shift: bigInt(0n, 63n),
      }),
      { minLength: 100, maxLength: 300 },
    ).map((rows) => rows.map(({ signed, whole, shift }) => [String(signed >> shift), String(whole >> shift)] as const))
    const property = asyncProperty(pairs, async (rows) => {
      await database.query('TRUNCATE t')
      const world = await WriterWorld.begin(target, [{ table: 't', columns }])
      await world.writeAll(rows.map(([signed, whole], n) => [String(n), signed, whole]))
      const stored = await database.query('SELECT signed::text, whole::text FROM t ORDER BY id')
      expect(stored).toEqual(rows.map(([signed, whole]) => ({ signed, whole })))
    })
    await assert(property, { numRuns: 15 })
    expect(await database.query('SELECT FROM t LIMIT 1')).toHaveLength(1)
  })
})
