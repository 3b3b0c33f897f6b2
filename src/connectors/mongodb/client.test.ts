import { describe, expect, it } from 'vitest'
import { clusterReadConcern, isPlural, MongoConnection } from './client.ts'
import { type MongoSettings, parseMongoUrl } from './config.ts'

const servers = (count: number) => new Map(Array.from({ length: count }, (_, n) => [`h:${n}`, {} as never]))

describe('isPlural', () => {
  it.each([
    ['Single', 1, 'primary', false],
    ['Sharded', 1, 'nearest', false],
    ['Sharded', 2, 'primary', true],
    ['ReplicaSetWithPrimary', 3, 'primary', false],
    ['ReplicaSetWithPrimary', 3, 'secondaryPreferred', true],
    ['ReplicaSetNoPrimary', 2, 'secondary', true],
  ] as const)('%s of %d servers, read from %s: %s', (type, count, mode, isAsked) => {
    expect(isPlural({ type, servers: servers(count) }, { mode })).toBe(isAsked)
  })
})

describe('clusterReadConcern', () => {
  it('keeps orphans of shards out, and leaves other servers to theirs (case 8)', () => {
    expect(clusterReadConcern({ msg: 'isdbgrid' })).toBe('local')
    expect(clusterReadConcern({ setName: 'rs0' })).toBeUndefined()
  })
})

describe('MongoConnection', () => {
  const settings = parseMongoUrl('mongodb://127.0.0.1:1/d?serverSelectionTimeoutMS=300').settings as MongoSettings

  it('says that nobody is there', async () => {
    const opening = MongoConnection.open(settings, new AbortController().signal)
    await expect(opening).rejects.toMatchObject({ code: 'TL_S201', message: expect.stringContaining('127.0.0.1:1/d') })
  })

  it('ends at once where it is aborted', async () => {
    const long = parseMongoUrl('mongodb://127.0.0.1:1/d').settings as MongoSettings
    const begun = Date.now()
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 100)
    await expect(MongoConnection.open(long, abort.signal)).rejects.toBe(reason)
    expect(Date.now() - begun).toBeLessThan(5_000)
    await expect(MongoConnection.open(long, abort.signal)).rejects.toBe(reason)
  })
})
