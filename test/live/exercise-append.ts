import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createDatabase } from '../support/engines/create-database.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import type { LiveServer } from './live-server.ts'
import { endOf, liveWorld } from './live-world.ts'

/** What rows come to in collections that have documents of somebody else. */
export function exerciseAppend(engine: LiveServer, rowCount: number): void {
  it('appends rows without a key beside those of earlier runs, in one batch and in many', async () => {
    await using world = await liveWorld(engine, 'append')
    await using start = await createDatabase(engineUrl('postgres15'), 'append')
    await start.query('CREATE TABLE log (day int, x text); CREATE TABLE few (day int)')
    const ends = ['--source', start.url, '--target', world.source.url, '--json', '--yes']
    for (const day of [1, 2, 3]) {
      await start.query(`TRUNCATE log, few; INSERT INTO few VALUES (${day});
        INSERT INTO log SELECT ${day}, repeat('x', 1000) || i FROM generate_series(1, ${rowCount}) i`)
      const ran = await world.transload('run', ...ends, '--mode', day === 1 ? 'create' : 'append')
      expect(endOf(ran)).toEqual({ status: 0 })
      expect(ran.document.datasets.map(({ written }) => written)).toEqual([1, rowCount])
    }
    for (const day of [1, 2, 3]) {
      const counts = [world.source.db.collection('log'), world.source.db.collection('few')].map(async (collection) =>
        Number(await collection.countDocuments({ day })),
      )
      expect([day, ...(await Promise.all(counts))]).toEqual([day, rowCount, 1])
    }
  })

  it('leaves a document that it refuses a row for as it is, where the row has several', async () => {
    await using world = await liveWorld(engine, 'kept')
    await using start = await createDatabase(engineUrl('postgres15'), 'kept')
    await start.query(`CREATE TABLE users (id int PRIMARY KEY, name text, roles text);
      INSERT INTO users VALUES (1, 'old', NULL), (3, 'mine', NULL)`)
    const explode = {
      from: 'roles',
      by: 'comma',
      to: 'user_roles',
      key: { id: 'user_id' },
      into: 'role',
      ordinal: 'at',
    }
    const datasets = [{ from: 'users', transform: [{ explode }, { drop: ['roles'] }] }]
    await writeFile(join(world.directory, 'p.yaml'), JSON.stringify({ version: 1, datasets }))
    const args = ['run', 'p.yaml', '--source', start.url, '--target', world.source.url, '--json', '--yes']
    expect(endOf(await world.transload(...args))).toEqual({ status: 0 })
    await world.source.db.collection('users').updateOne({ _id: 1 } as never, { $set: { name: 'precious' } })
    await start.query(`TRUNCATE users; INSERT INTO users VALUES (1, 'new', 'a,b'), (2, 'two', 'c'), (4, 'four', 'x')`)
    const ran = await world.transload(...args, '--mode', 'append')
    expect(ran.status).toBe(4)
    expect(ran.document.datasets[0]).toMatchObject({ read: 3, written: 2, rejected: 1 })
    const users = await world.source.db.collection('users').find({}, { promoteValues: true }).sort({ _id: 1 }).toArray()
    expect(users).toEqual([
      { _id: 1, name: 'precious' },
      { _id: 2, name: 'two' },
      { _id: 3, name: 'mine' },
      { _id: 4, name: 'four' },
    ])
    const roles = await world.source.db.collection('user_roles').distinct('role')
    expect(roles.map(String).toSorted((one, other) => (one < other ? -1 : 1))).toEqual(['c', 'x'])
  })

  it('refuses keys that would be cut, and another _id than the key', async () => {
    await using world = await liveWorld(engine, 'keys')
    await using start = await createDatabase(engineUrl('postgres15'), 'keys')
    await start.query(`CREATE TABLE ev (at timestamptz PRIMARY KEY, name text);
      INSERT INTO ev VALUES ('2020-01-01 00:00:00.000001Z', 'first'), ('2020-01-01 00:00:00.000002Z', 'second');
      CREATE TABLE own ("_id" int, x text); CREATE TABLE fine ("_id" int PRIMARY KEY)`)
    const ends = ['--source', start.url, '--target', world.source.url, '--json', '--yes']
    for (const table of ['ev', 'own']) {
      const ran = await world.transload('run', ...ends, '--only', table)
      expect([table, ran.status, Number(await world.source.db.collection(table).countDocuments())]).toEqual([
        table,
        3,
        0,
      ])
    }
    const datasets = [
      { from: 'ev', columns: { at: { type: 'text' } } },
      { from: 'own', columns: { _id: { to: 'id' } } },
      { from: 'fine' },
    ]
    await writeFile(join(world.directory, 'p.yaml'), JSON.stringify({ version: 1, datasets }))
    const ran = await world.transload('run', 'p.yaml', ...ends)
    expect([endOf(ran), ran.document.validation?.status]).toEqual([{ status: 0 }, 'equal'])
    expect(Number(await world.source.db.collection('ev').countDocuments())).toBe(2)
  })

  it('goes on where an append was moved as a whole and nobody was told', async () => {
    await using world = await liveWorld(engine, 'moved')
    await using start = await createDatabase(engineUrl('postgres15'), 'moved')
    // Of a float as key nobody cuts a table into splits.
    await start.query('CREATE TABLE fat (id float8 PRIMARY KEY, x text)')
    const args = ['run', '--source', start.url, '--target', world.source.url, '--json', '--yes']
    expect(endOf(await world.transload(...args))).toEqual({ status: 0 })
    await start.query(`INSERT INTO fat SELECT i, repeat('x', 1000) || i FROM generate_series(1, ${rowCount}) i`)
    process.env['TRANSLOAD_PROBE'] = 'commit-sent'
    const killed = await world.transload(...args, '--mode', 'append')
    delete process.env['TRANSLOAD_PROBE']
    expect(killed.status).not.toBe(0)
    const fat = world.source.db.collection('fat')
    expect(Number(await fat.countDocuments())).toBe(rowCount)
    const resumed = await world.transload(...args, '--mode', 'append', '--source-quiet')
    expect([endOf(resumed), resumed.document.validation?.status]).toEqual([{ status: 0 }, 'equal'])
    expect(Number(await fat.countDocuments())).toBe(rowCount)
    // A document that somebody else has put there meanwhile is one that cannot be appended to.
    await start.query('DELETE FROM fat WHERE id > 10; UPDATE fat SET x = x || 1')
    const other = await world.transload(...args, '--mode', 'append')
    expect(other.status).not.toBe(0)
  })
}
