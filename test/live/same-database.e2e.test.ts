import { expect, it } from 'vitest'
import type { ValidationSummary } from '../../src/model/run-summary.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { endOf, liveWorld } from './live-world.ts'

describeEngines(['mongojava', 'postgres15'], 'ends that are one database', () => {
  it('are refused where a table would be read and written, whatever the mode', async () => {
    await using world = await liveWorld('mongojava', 'same')
    await world.source.insert('t', [{ _id: 1 }])
    await world.target.query('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)')
    for (const url of [world.source.url, world.target.url]) {
      const byName = url.replace('127.0.0.1', 'localhost')
      for (const mode of ['truncate', 'replace', 'append', 'merge']) {
        const ran = await world.transload('run', '--source', url, '--target', byName, '--yes', '--json', '--mode', mode)
        expect([mode, ran.status, ran.document.error?.code]).toEqual([mode, 2, 'TL_C105'])
      }
    }
    expect(await world.target.query('SELECT id FROM t')).toEqual([{ id: 1 }])
    expect(Number(await world.source.db.collection('t').countDocuments())).toBe(1)
    await world.target.query('CREATE SCHEMA other')
    const other = `${world.target.url}?schema=other`
    const ran = await world.transload('run', '--source', world.target.url, '--target', other, '--yes', '--json')
    expect(endOf(ran)).toEqual({ status: 0 })
    expect(await world.target.query('SELECT id FROM other.t')).toEqual([{ id: 1 }])
  })
})

describeEngines(['mongojava', 'postgres15'], 'what MongoDB has no digits for', () => {
  it('is a loss that is declared, to a run and to whoever looks later', async () => {
    await using world = await liveWorld('mongojava', 'micros')
    await using start = await createDatabase(engineUrl('postgres15'), 'micros')
    await start.query(`CREATE TABLE t (id int PRIMARY KEY, at timestamptz, whole timestamptz(3));
      INSERT INTO t VALUES (1, '2024-01-02 03:04:05.678901Z', '2024-01-02 03:04:05.678Z'),
        (2, '1969-12-31 23:59:59.999999Z', '1969-12-31 23:59:59.999Z'), (3, '2024-01-02 03:04:05.678Z', NULL)`)
    const ends = ['--source', start.url, '--target', world.source.url, '--json']
    const ran = await world.transload('run', ...ends, '--yes')
    expect(endOf(ran)).toEqual({ status: 0 })
    expect(ran.document.datasets[0]?.losses).toMatchObject([{ column: 'at', rule: 'mongodb.microseconds', count: 2 }])
    expect(ran.document.validation?.status).toBe('equal')
    const looked = await world.transload<ValidationSummary>('validate', ...ends)
    expect([looked.status, looked.document.status]).toEqual([0, 'equal'])
    await world.source.db.collection('t').updateOne({ _id: 2 } as never, { $set: { at: new Date(-2) } })
    const changed = await world.transload<ValidationSummary>('validate', ...ends)
    expect([changed.status, changed.document.datasets[0]?.differences]).toMatchObject([1, { changed: 1 }])
  })

  it('counts NULLs of fields whose names queries take for a path', async () => {
    await using world = await liveWorld('mongojava', 'odd')
    await using start = await createDatabase(engineUrl('postgres15'), 'odd')
    await start.query(`CREATE TABLE t (id int PRIMARY KEY, "$dollar" text, "a.b" json, "a" int);
      INSERT INTO t VALUES (1, 'x', 'null', 1), (2, NULL, NULL, NULL), (3, '', '{"b":1}', 3)`)
    const ends = ['--source', start.url, '--target', world.source.url, '--json']
    const ran = await world.transload('run', ...ends, '--yes')
    expect([endOf(ran), ran.document.validation?.status]).toEqual([{ status: 0 }, 'equal'])
    const counted = await world.transload<ValidationSummary>('validate', ...ends, '--mode', 'counts')
    expect(counted.status).toBe(0)
    const nulls = counted.document.datasets[0]?.nulls?.map(({ column, source, target }) => [column.to, source, target])
    expect(nulls).toEqual([
      ['id', 0, 0],
      ['$dollar', 1, 1],
      ['a.b', 1, 1],
      ['a', 1, 1],
    ])
  })

  it('counts documents as it reads them, and says so where that is not asked for', async () => {
    await using world = await liveWorld('mongojava', 'counts')
    await world.source.insert('t', [{ _id: 1, tags: ['a'] }])
    expect(endOf(await world.run('--no-validate'))).toEqual({ status: 0 })
    await world.target.query('TRUNCATE t CASCADE')
    const ends = ['--source', world.source.url, '--target', world.target.url, '--json']
    for (const ask of [
      ['--mode', 'counts'],
      ['--checks', 'rows,nulls'],
      ['--skip-checks', 'contents'],
    ]) {
      const looked = await world.transload<ValidationSummary & { error: { code: string } }>('validate', ...ends, ...ask)
      expect([ask, looked.status, looked.document.error.code]).toEqual([ask, 2, 'TL_C105'])
    }
    expect((await world.transload('validate', ...ends)).status).toBe(1)
    expect((await world.transload('validate', ...ends, '--checks', 'schema')).status).toBe(0)
  })
})
