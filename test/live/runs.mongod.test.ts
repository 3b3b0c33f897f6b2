import { describe, expect, it } from 'vitest'
import { awkwardKeys } from '../support/mongo-keys.ts'
import { exerciseAppend } from './exercise-append.ts'
import { exerciseFaults } from './exercise-faults.ts'
import { exerciseKills } from './exercise-kills.ts'
import { exerciseMoves } from './exercise-moves.ts'
import { exerciseNastyCases } from './exercise-nasty-cases.ts'
import { exerciseOwnDocuments } from './exercise-own-documents.ts'
import { exerciseRoundTrip } from './exercise-round-trip.ts'
import { endOf, liveWorld } from './live-world.ts'

describe('nasty documents of MongoDB', () => {
  // It fills in a timestamp of nothing, and refuses a document with two keys.
  exerciseNastyCases('mongod', ['18, 19', '31'])
})

describe('documents of MongoDB under a run', () => {
  exerciseMoves('mongod')
  exerciseFaults('mongod')
})

describe('documents of MongoDB, killed at random', () => {
  exerciseKills({ engine: 'mongod', keys: awkwardKeys, count: 2_000, maxKills: 2 })
})

describe('documents that are MongoDB’s own', () => {
  exerciseOwnDocuments({ engine: 'mongod', keys: awkwardKeys })
})

describe('rows that come to documents of MongoDB', () => {
  exerciseRoundTrip('mongod')
  exerciseAppend('mongod', 5_000)
})

describe('collections of other kinds', () => {
  const at = new Date(1_600_000_000_000)

  it.each([
    ['capped', { capped: true, size: 100_000 }],
    ['clustered', { clusteredIndex: { key: { _id: 1 as const }, unique: true } }],
    ['time series', { timeseries: { timeField: 'at' } }],
    ['with a collation', { collation: { locale: 'de' } }],
  ])('are copied whole: %s (case 8)', async (_, options) => {
    await using world = await liveWorld('mongod', 'kinds')
    await world.source.db.createCollection('t', options)
    await world.source.insert(
      't',
      [1, 2, 3].map((n) => ({ _id: n, n, at })),
    )
    const ran = await world.run()
    expect([endOf(ran), ran.document.validation?.status]).toEqual([{ status: 0 }, 'equal'])
    expect(await world.target.query('SELECT n FROM t ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  })

  it('are copied where they are views that somebody names, and else listed (case 8)', async () => {
    await using world = await liveWorld('mongod', 'view')
    await world.source.insert('base', [
      { _id: 1, n: 1, secret: 1 },
      { _id: 2, n: 2 },
    ])
    await world.source.db.createCollection('seen', { viewOn: 'base', pipeline: [{ $project: { n: 1 } }] })
    const ran = await world.run('--only', 'seen')
    expect([endOf(ran), ran.document.validation?.status]).toEqual([{ status: 0 }, 'equal'])
    expect(await world.target.query('SELECT * FROM seen ORDER BY n')).toEqual([
      { _id: 1, n: 1, _rest: null },
      { _id: 2, n: 2, _rest: null },
    ])
    const others = await world.run()
    expect(endOf(others)).toEqual({ status: 0 })
    expect(others.document.objects.notCarried).toContainEqual(expect.objectContaining({ kind: 'view', name: 'seen' }))
  })
})
