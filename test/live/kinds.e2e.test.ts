import { expect, it } from 'vitest'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { createMongoDatabase } from '../support/mongo-database.ts'
import { endOf, liveWorld } from './live-world.ts'

describeEngines(['mongojava', 'postgres15'], 'collections of a live MongoDB', () => {
  it('carries indexes, and lists what it does not carry', async () => {
    await using world = await liveWorld('mongojava')
    const people = world.source.db.collection('people')
    await world.source.insert('people', [
      {
        _id: 1,
        email: 'a',
        name: { last: 'x' },
        tags: ['a'],
        at: new Date(0),
        loc: { type: 'Point', coordinates: [1, 2] },
      },
      { _id: 2, email: 'b', name: { last: 'y' }, at: new Date(1) },
    ])
    await people.createIndex({ email: 1 }, { unique: true, name: 'email' })
    await people.createIndex({ at: -1 }, { name: 'newest' })
    await people.createIndex({ email: 1, 'name.last': -1 }, { name: 'both' })
    await people.createIndex({ at: 1 }, { name: 'ttl', expireAfterSeconds: 99_999_999 })
    await people.createIndex({ email: 'text' }, { name: 'words' })
    await people.createIndex({ loc: '2dsphere' }, { name: 'place' })
    await people.createIndex({ email: -1 }, { name: 'some', partialFilterExpression: { email: { $gt: 'a' } } })
    await people.createIndex({ tags: 1 }, { name: 'tagged' })
    const ran = await world.run()
    expect(endOf(ran)).toEqual({ status: 0 })
    const found = await world.target.query(
      "SELECT indexname AS name, indexdef AS text FROM pg_indexes WHERE tablename = 'people' ORDER BY 1",
    )
    expect(found.map(({ name, text }) => `${String(name)} ${String(text).replace(/.* USING btree /, '')}`)).toEqual([
      'both (email, name_last DESC)',
      'email (email)',
      'newest (at DESC)',
      'people_pkey (_id)',
      'some (email DESC)',
      'ttl (at)',
    ])
    expect(found.filter(({ text }) => String(text).includes('UNIQUE')).map(({ name }) => name)).toEqual([
      'email',
      'people_pkey',
    ])
    const lost = ran.document.objects.notCarried.map(({ kind, name }) => `${kind} ${name}`).toSorted()
    expect(lost).toEqual([
      'condition people.some',
      'expiry people.ttl',
      'index people.place',
      'index people.tagged',
      'index people.words',
    ])
  })

  it('takes several databases to schemas of their names, and single collections of them', async () => {
    await using world = await liveWorld('mongojava', 'one')
    await using other = await createMongoDatabase(engineUrl('mongojava'), 'other')
    await world.source.insert('t', [{ _id: 1, a: 1 }])
    await world.source.insert('left', [{ _id: 1 }])
    await other.insert('t', [{ _id: 'x', a: 'y', list: [{ b: 1 }] }])
    await using client = await new MongoClient(other.url).connect()
    expect(await client.db().collection('t').countDocuments()).toBe(1)
    const url = new URL(world.source.url)
    url.pathname = `/${world.source.name},${other.name}`
    const only = ['--only', `${world.source.name}.t,${other.name}.*`]
    const ran = await world.transload(
      'run',
      '--source',
      url.href,
      '--target',
      world.target.url,
      '--json',
      '--yes',
      ...only,
    )
    expect(endOf(ran)).toEqual({ status: 0 })
    const tables = await world.target.query(
      `SELECT schemaname AS s, tablename AS t FROM pg_tables WHERE schemaname IN ('${world.source.name}', '${other.name}') ORDER BY 1, 2`,
    )
    expect(tables.map(({ s, t }) => `${String(s)}.${String(t)}`)).toEqual([
      `${world.source.name}.t`,
      `${other.name}.t`,
      `${other.name}.t_list`,
    ])
  })

  it('takes names in snake case, shapes by path, and a census of a sample that meets what it has not seen', async () => {
    await using world = await liveWorld('mongojava')
    await world.source.insert('Orders', [
      { _id: 1, customerName: 'a', lineItems: [{ unitPrice: 1.5 }], meta: { createdBy: 'x' }, address: { city: 'c' } },
    ])
    const pipeline = {
      version: 1,
      source: world.source.url,
      target: world.target.url,
      names: 'snake',
      datasets: [{ from: 'Orders', shape: { meta: 'json', 'address.city': { as: 'column', name: 'town' } } }],
    }
    await writeFile(join(world.directory, 'p.yaml'), JSON.stringify(pipeline))
    const ran = await world.transload('run', 'p.yaml', '--json', '--yes', '--census', 'sample')
    expect(endOf(ran)).toEqual({ status: 0 })
    const columns = await world.target.query(
      "SELECT table_name AS t, string_agg(column_name, ',' ORDER BY ordinal_position) AS c FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1 ORDER BY 1",
    )
    expect(columns).toEqual([
      { t: 'orders', c: expect.stringMatching(/^_id,customer_name,meta,town/) },
      { t: 'orders_line_items', c: expect.stringMatching(/^orders_id,ordinal,unit_price/) },
    ])
  })

  it('rejects what a target refuses, and reads it again by _id with rejects --retry', async () => {
    await using world = await liveWorld('mongojava')
    await world.source.insert('t', [
      { _id: 'a', n: 1, lines: [{ x: 1 }] },
      { _id: 7, n: 2, lines: [{ x: 2 }, { x: 3 }] },
      { _id: 'c', n: 3 },
    ])
    await world.target.query('CREATE TABLE t (_id text PRIMARY KEY, n int CHECK (n <> 2), _rest jsonb)')
    await world.target.query(
      'CREATE TABLE t_lines (t_id text, ordinal int, x int, _rest jsonb, PRIMARY KEY (t_id, ordinal))',
    )
    const ran = await world.run()
    expect(ran.status).toBe(4)
    expect(ran.document.datasets[0]).toMatchObject({ read: 3, written: 2, rejected: 1 })
    await world.target.query('ALTER TABLE t DROP CONSTRAINT t_n_check')
    const ends = ['--source', world.source.url, '--target', world.target.url]
    const retried = await world.transload('rejects', String(ran.document.run), '--retry', ...ends, '--json')
    expect(endOf(retried)).toEqual({ status: 0 })
    expect(await world.target.query('SELECT _id, n FROM t ORDER BY n')).toEqual([
      { _id: '"a"', n: 1 },
      { _id: '{"$numberInt":"7"}', n: 2 },
      { _id: '"c"', n: 3 },
    ])
    expect(await world.target.query('SELECT x FROM t_lines ORDER BY x')).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }])
  })

  it('tells of a source that moves that its rows are of no one moment', async () => {
    await using world = await liveWorld('mongojava')
    const documents = Array.from({ length: 3_000 }, (_, n) => ({ _id: n, v: 0, lines: [{ a: 1 }] }))
    await world.source.insert('t', documents)
    let isOver = false
    const moving = (async () => {
      for (let n = 0; !isOver; n = (n + 7) % 3_000) {
        await world.source.db.collection('t').updateOne({ _id: n } as never, { $inc: { v: 1 } })
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    })()
    const ran = await world.run()
    isOver = true
    await moving
    expect(ran.document.consistency.level).toBe('none')
    expect(ran.status).toBe(1)
    expect(ran.document.datasets[0]).toMatchObject({ read: 3_000, written: 3_000 })
    expect(ran.document.validation?.status).toBe('different')
    expect(ran.document.validation?.coverage?.join()).toContain('The source keeps no moment')
    expect(ran.document.validation?.datasets[0]?.differences).toMatchObject({ missing: 0, extra: 0 })
  })
})
