import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Plain } from '../../../src/model/plain.ts'
import { MemoryWorld } from '../../support/memory-runs.ts'

const columns = { id: 'int(64)', name: 'text?', code: 'text?', score: 'decimal(8,2)?' }

const row = fc.tuple(
  fc.option(fc.constantFrom('', 'a', 'A ', 'a,b', 'b, c,,b', 'Ann Lee', '12', '7'), { nil: null, freq: 5 }),
  fc.option(fc.constantFrom('1', '2', 'x', 'y', 'x'), { nil: null, freq: 5 }),
  fc.option(fc.constantFrom('0.00', '12.50', '-1.00', '999999.99'), { nil: null, freq: 5 }),
)

/** Of every kind, also such as reject, filter, merge, and send rows elsewhere. */
const stage: fc.Arbitrary<Plain> = fc.constantFrom<Plain[]>(
  { filter: 'id % 3 != 0' },
  { filter: 'size(name) > 1' },
  { check: { 'is not too much': 'score < decimal("100")' } },
  { cast: { code: 'int(16)' } },
  { clean: { columns: ['name'], trim: true, case: 'lower', emptyToNull: true } },
  { map: { column: 'code', values: { '1': 'one', x: null }, otherwise: 'keep' } },
  { default: { name: '-' } },
  { set: { name: 'upper(name)' } },
  { dedupe: { by: 'code' } },
  { dedupe: { by: ['name', 'code'], keep: { greatest: 'score' } } },
  { dedupe: { by: 'name', keep: { least: 'id' } } },
  { pivot: { by: 'code', name: 'name', value: 'score', columns: { a: 'decimal(8,2)' }, otherwise: 'drop' } },
  { unpivot: { columns: ['name', 'code'], to: 'texts', key: 'id', name: 'kind', value: 'text' } },
  { explode: { from: 'name', by: 'comma', to: 'parts', key: 'id', into: 'part', ordinal: 'n' } },
  { explode: { from: 'code', by: 'comma', to: 'codes', key: { id: 'of' }, into: 'code', type: 'int(16)' } },
  { route: { to: 'scores', columns: ['id', 'score'], when: 'score != null', key: 'id' } },
  { route: { to: 'odd', columns: ['id'], when: 'id % 2 != 0', only: true, transform: [{ filter: 'id > 4' }] } },
)

const lookups: fc.Arbitrary<Plain[]> = fc.constantFrom(
  [],
  [{ lookup: { column: 'user', in: 'users', by: 'id', take: 'id' } }],
  [{ lookup: { column: 'user', in: 'users', by: 'id', take: 'name', into: 'called', otherwise: 'null' } }],
)

describe('the counts of a run', () => {
  it('add up, whatever stages there are, and tables have as many rows as were counted', async () => {
    let ended = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(stage, { maxLength: 5 }),
        lookups,
        fc.array(row, { maxLength: 30 }),
        // A lost answer is waited for: few runs have one.
        fc.oneof(
          { weight: 40, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom('lose-answer' as const, 'refuse' as const) },
        ),
        async (stages, looks, rows, fault) => {
          const world = new MemoryWorld()
          world.put(
            'users',
            columns,
            rows.map((values, place) => [String(place), ...values]),
          )
          const pets = rows.map((_, place) => [String(place), place % 4 === 0 ? null : String((place * 7) % 40)])
          world.put('pets', { id: 'int(64)', user: 'int(64)?' }, pets)
          if (fault !== undefined) world.target.faults.push(fault)
          const summary = await world.run({ pets: looks, users: stages })
          // Some stages do not fit what others leave, which is told before the first row; so is a table that two of them make.
          if (['TL_C102', 'TL_C108'].includes(summary.error?.code ?? '')) return
          expect([0, 4]).toContain(summary.exitCode)
          ended++
          for (const { from, read, written, merged, filtered, rejected, vanished, outputs } of summary.datasets) {
            expect(read).toBe(rows.length)
            expect(written + merged + filtered + rejected + vanished).toBe(read)
            for (const { to, written: count } of outputs) {
              expect(world.rowsOf(to.replace('main.', ''))).toHaveLength(count)
            }
            // A row that goes elsewhere alone is written, too: of none is there less than one row.
            const elsewhere = outputs.find(({ to }) => to === 'main.odd')?.written ?? 0
            const own = outputs.find(({ to }) => to === `main.${from}`)?.written ?? 0
            expect(own + elsewhere).toBe(written)
          }
          expect(summary.rejects.count).toBe(summary.datasets.reduce((sum, { rejected }) => sum + rejected, 0))
        },
      ),
      { numRuns: 150 },
    )
    expect(ended).toBeGreaterThan(50)
  })

  it('add up where tables are merged in one, and each finds its own rows there', async () => {
    let ended = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(stage, { maxLength: 3 }),
        fc.array(stage, { maxLength: 3 }),
        fc.array(row, { maxLength: 20 }),
        fc.array(row, { maxLength: 20 }),
        async (stages, others, rows, otherRows) => {
          const world = new MemoryWorld()
          const withKeys = (some: typeof rows): (string | null)[][] => some.map((one, place) => [String(place), ...one])
          world.put('users', columns, withKeys(rows))
          world.put('guests', columns, withKeys(otherRows))
          const summary = await world.run({ users: stages, guests: others }, 2, 'people')
          if (['TL_C102', 'TL_C105', 'TL_C108'].includes(summary.error?.code ?? '')) return
          expect([0, 4]).toContain(summary.exitCode)
          ended++
          const people = world.target.tables.get('main.people')
          const at = people?.info.columns.findIndex(({ name }) => name === 'came_from') ?? -1
          for (const { from, read, written, merged, filtered, rejected, vanished, outputs } of summary.datasets) {
            expect(written + merged + filtered + rejected + vanished).toBe(read)
            const own = people?.rows.filter((one) => one[at] === from) ?? []
            expect(own).toHaveLength(outputs.find(({ to }) => to === 'main.people')?.written ?? 0)
          }
          expect(summary.validation?.status).toBe('counted')
        },
      ),
      { numRuns: 100 },
    )
    expect(ended).toBeGreaterThan(20)
  })

  it('keep one row of each value, the one that is asked for', async () => {
    const world = new MemoryWorld()
    world.put('users', columns, [
      ['1', 'a', 'x', '1.00'],
      ['2', 'b', 'x', '3.00'],
      ['3', 'c', 'y', null],
      ['4', 'd', 'x', '3.00'],
      ['5', 'e', 'y', '-7.00'],
      ['6', 'f', null, '1.00'],
      ['7', 'g', null, '1.00'],
    ])
    world.put('pets', { id: 'int(64)', user: 'int(64)' }, [
      ['1', '4'],
      ['2', '3'],
      ['3', '6'],
      ['4', '9'],
    ])
    const summary = await world.run({
      pets: [{ lookup: { column: 'user', map: 'same' } }],
      users: [{ dedupe: { by: 'code', keep: { greatest: 'score' }, map: 'same' } }, { keep: ['id'] }],
    })
    expect(world.rowsOf('users')?.flat()).toEqual(['2', '5', '6', '7'])
    expect(world.rowsOf('pets')).toEqual([
      ['1', '2'],
      ['2', '5'],
      ['3', '6'],
    ])
    expect(summary.datasets).toMatchObject([
      { from: 'users', read: 7, written: 4, merged: 3 },
      { from: 'pets', written: 3, rejected: 1 },
    ])
  })

  it('count the losses of rows that stay, and no entry of a stage twice', async () => {
    const world = new MemoryWorld()
    world.put('users', columns, [
      ['1', 'a', 'x', '1.00'],
      ['2', 'b', 'x', '3.00'],
      ['3', 'c', 'y', null],
    ])
    world.put('pets', { id: 'int(64)', user: 'int(64)' }, [
      ['1', '1'],
      ['2', '2'],
      ['3', '3'],
    ])
    const summary = await world.run({
      users: [
        { remember: { map: 'names', key: 'id', value: ['name'] } },
        { dedupe: { by: 'code' } },
        { dedupe: { by: 'score' } },
      ],
      pets: [{ nest: { map: 'names', key: 'user', into: 'names' } }],
    })
    expect(summary.error).toBeUndefined()
    expect(world.rowsOf('pets')?.map(([, , names]) => names)).toEqual([
      '[{"name":"a"}]',
      '[{"name":"b"}]',
      '[{"name":"c"}]',
    ])
  })

  it('gather rows of attributes in one row of each thing', async () => {
    const world = new MemoryWorld()
    world.put('facts', { id: 'int(64)', thing: 'int(64)?', name: 'text?', value: 'text?' }, [
      ['1', '7', 'color', 'red'],
      ['2', '8', 'size', '12'],
      ['3', '7', 'size', '3'],
      ['4', '9', 'size', 'large'],
      ['5', '8', 'weight', '1'],
      ['6', null, 'size', '1'],
      ['7', '10', 'size', '1'],
      ['8', '10', 'size', '2'],
    ])
    const pivot = { by: 'thing', name: 'name', value: 'value', columns: { color: 'text', size: 'int(32)' } }
    const summary = await world.run({ facts: [{ pivot }] })
    expect(world.rowsOf('facts')).toEqual([
      ['7', 'red', '3'],
      ['8', null, '12'],
    ])
    expect(summary.datasets).toMatchObject([{ read: 8, written: 2, merged: 2, filtered: 0, rejected: 4 }])
  })

  it('gather rows of another dataset in one column', async () => {
    const world = new MemoryWorld()
    world.put('users', columns, [
      ['1', 'Ann', null, null],
      ['2', 'Bo', null, null],
    ])
    const lines = [
      ['1', '1', 'b'],
      ['2', '1', 'a"'],
      ['3', '3', 'c'],
      ['4', null, 'd'],
      ['5', '1', null],
    ]
    world.put('pets', { id: 'int(64)', user: 'int(64)?', name: 'text?' }, lines)
    const nest = { from: 'pets', by: 'user', key: 'id', columns: ['id', 'name'], order: 'name', into: 'pets' }
    const summary = await world.run({ users: [{ keep: ['id', 'name'] }, { nest }], pets: [] })
    expect(summary.error).toBeUndefined()
    expect(world.rowsOf('users')).toEqual([
      ['1', 'Ann', '[{"id":2,"name":"a\\""},{"id":1,"name":"b"},{"id":5,"name":null}]'],
      ['2', 'Bo', '[]'],
    ])
  })

  it('say where datasets look each other up in a circle, or what is not there', async () => {
    const world = new MemoryWorld()
    world.put('a', { id: 'int(64)', b: 'int(64)?' }, [])
    world.put('b', { id: 'int(64)', a: 'int(64)?' }, [])
    const look = (column: string, dataset: string, by = 'id', take = 'id'): Plain => ({
      lookup: { column, in: dataset, by, take },
    })
    const messageOf = async (datasets: { readonly [from: string]: readonly Plain[] }): Promise<string> => {
      const { error } = await world.run(datasets)
      return `${error?.code} ${error?.message} ${error?.hint}`
    }
    expect(await messageOf({ a: [look('b', 'b')], b: [look('a', 'a')] })).toContain('in a circle: a → b → a')
    expect(await messageOf({ a: [look('b', 'a')] })).toContain('looks up rows of its own')
    expect(await messageOf({ a: [look('b', 'bb')], b: [] })).toContain('the pipeline takes no dataset bb')
    expect(await messageOf({ a: [look('b', 'b', 'idd')], b: [] })).toMatch(
      /datasets\.0\.transform\.0\.lookup\.by.*Did you mean id\?/s,
    )
    expect(await messageOf({ a: [look('b', 'b', 'id', 'idd')], b: [] })).toMatch(
      /datasets\.0\.transform\.0\.lookup\.take.*Did you mean id\?/s,
    )
    expect(
      await messageOf({ a: [{ lookup: { column: 'b', map: 'sme' } }], b: [{ dedupe: { by: 'a', map: 'same' } }] }),
    ).toContain('Did you mean same?')
    const twice = { lookup: { column: 'b', map: 'same', in: 'b' } }
    expect(await messageOf({ a: [twice], b: [{ dedupe: { by: 'a', map: 'same' } }] })).toContain(
      'lookup has a map, and in besides',
    )
    expect(await messageOf({ a: [{ dedupe: { by: 'b', winners: 'w' } }] })).toContain('winners is transload’s own')
    expect(await messageOf({ a: [{ dedupe: { by: 'id', keep: { least: 'idd' } } }] })).toMatch(
      /dedupe\.keep\.least.*Did you mean id\?/s,
    )
  })
})
