import { describe, expect, it } from 'vitest'
import { MemoryWorld } from '../../support/memory-runs.ts'

describe('what stages keep of rows', () => {
  it('is the whole key of the row that stays, however long it is', async () => {
    const [long, longer] = ['a'.repeat(250), 'b'.repeat(250)]
    const world = new MemoryWorld()
    world.put('users', { id: 'text', email: 'text' }, [
      [long, 'x'],
      [longer, 'x'],
      ['short', 'y'],
    ])
    world.put('orders', { id: 'int(32)', user: 'text' }, [
      ['1', long],
      ['2', longer],
      ['3', 'short'],
    ])
    await world.run({
      users: [{ dedupe: { by: 'email', map: 'same_user' } }],
      orders: [{ lookup: { column: 'user', map: 'same_user' } }],
    })
    const users = world.rowsOf('users')?.map(([id]) => id) ?? []
    expect(users).toHaveLength(2)
    const stays = users.find((id) => id !== 'short')
    expect(world.rowsOf('orders')?.map(([, user]) => user)).toEqual([stays, stays, 'short'])
  })

  it('is kept once, also where rows are looked at before they are copied', async () => {
    const world = new MemoryWorld()
    world.put('lines', { id: 'int(32)', order: 'int(32)', sku: 'text', note: 'text' }, [
      ['1', '1', 'a', 'x'],
      ['2', '1', 'b', 'y'],
      ['3', '2', 'c', 'z'],
    ])
    world.put('orders', { id: 'int(32)' }, [['1'], ['2']])
    await world.run({
      lines: [{ remember: { map: 'of_order', key: 'order', value: ['sku'] } }, { dedupe: { by: 'note' } }],
      orders: [{ nest: { key: 'id', map: 'of_order', into: 'lines' } }],
    })
    expect(world.rowsOf('orders')).toEqual([
      ['1', '[{"sku":"a"},{"sku":"b"}]'],
      ['2', '[{"sku":"c"}]'],
    ])
  })

  it('has no place for a NUL, which costs its row and not the run', async () => {
    const world = new MemoryWorld()
    world.put('users', { id: 'int(32)', name: 'text' }, [
      ['1', 'a&#0;'],
      ['2', 'b'],
    ])
    world.put('attributes', { id: 'int(32)', of: 'int(32)', name: 'text', value: 'text' }, [
      ['1', '1', 'color', 'red'],
      ['2', '1', 'size', 'x'],
      ['3', '2', 'color', 'blue'],
    ])
    const nul = String.raw`name == "size" ? "a\u0000" : value`
    const summary = await world.run({
      users: [
        { set: { name: String.raw`id == 1 ? "a\u0000" : name` } },
        { remember: { map: 'names', key: 'id', value: 'name' } },
        { drop: ['name'] },
      ],
      attributes: [
        { set: { value: nul } },
        { pivot: { by: 'of', name: 'name', value: 'value', columns: { color: 'text', size: 'text' } } },
      ],
    })
    expect(summary.datasets.map(({ from, written, rejected }) => [from, written, rejected])).toEqual([
      ['users', 1, 1],
      ['attributes', 2, 1],
    ])
    expect(world.rowsOf('users')).toEqual([['2']])
    expect(world.rowsOf('attributes')?.toSorted()).toEqual([
      ['1', 'red', null],
      ['2', 'blue', null],
    ])
  })
})

describe('the foreign key of a table that a stage makes', () => {
  it('is not made where a later stage changes what it would refer to, and it is said which', async () => {
    const world = new MemoryWorld()
    world.put('users', { id: 'int(32)', roles: 'text' }, [['1', 'a,b']])
    const explode = { explode: { from: 'roles', by: 'comma', to: 'roles', key: 'id', into: 'role', ordinal: 'n' } }
    const { objects } = await world.run({ users: [explode, { set: { id: 'id + 1' } }] })
    expect(objects.notCarried).toContainEqual({
      kind: 'foreign key',
      name: 'roles.id',
      reason: 'its rows have the values from before set of id: put that stage before the one that makes them',
    })
  })
})
