import { EJSON } from 'bson'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleSessions, writeSampleSessions } from './write-sample-sessions.ts'

/** Whoever changes the documents on purpose pins their new hash here: what the demo reports hangs on them. */
const pinnedSha256 = 'a7d4a42b48d5329e8a574b8a802e0806af0a1c9cb0e565dd0634cf23068ff429'

interface Visit {
  readonly _id: unknown
  readonly customer_id: unknown
  readonly device: { readonly agent: string }
  readonly total: unknown
  readonly expires_at: unknown
  readonly referrer: unknown
  readonly pages: readonly { readonly searches?: readonly string[] }[]
  readonly tags: readonly string[]
  readonly basket?: object
}

let folder: string
let sessions: SampleSessions
let visits: readonly Visit[]
let text: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-sessions-'))
  sessions = await writeSampleSessions(join(folder, 'web_sessions.jsonl'))
  text = await readFile(sessions.path, 'utf8')
  const lines = text.split('\n').slice(0, -1)
  visits = lines.map((line) => EJSON.parse(line, { relaxed: false }) as unknown as Visit)
})

afterAll(() => rm(folder, { recursive: true }))

describe('the documents of the sample shop', () => {
  it('have the bytes that they always had', () => {
    expect(sessions.bytes).toBe(Buffer.byteLength(text))
    expect(createHash('sha256').update(text).digest('hex')).toBe(pinnedSha256)
  })

  it('become as many rows as is told', () => {
    const sum = (count: (visit: Visit) => number): number => visits.reduce((all, visit) => all + count(visit), 0)
    expect(sessions.tables).toEqual({
      web_sessions: visits.length,
      web_sessions_pages: sum(({ pages }) => pages.length),
      web_sessions_pages_searches: sum(({ pages }) => pages.flatMap(({ searches = [] }) => searches).length),
      web_sessions_tags: sum(({ tags }) => tags.length),
      web_sessions_basket: sum(({ basket = {} }) => Object.keys(basket).length),
    })
    expect(new Set(visits.map(({ _id }) => String(_id))).size).toBe(visits.length)
  })

  it('have every oddity, as often as is told and no oftener', () => {
    const found = {
      'customer_id type-drift': visits.filter(({ customer_id: id }) => typeof id === 'string').length,
      'device.agent nul-byte': visits.filter(({ device }) => device.agent.includes('\0')).length,
      'total exponent': visits.filter(({ total }) => String(total).includes('E')).length,
      'expires_at out-of-range': visits.filter(({ expires_at: at }) => Number.isNaN((at as Date).getTime())).length,
    }
    expect(Object.fromEntries(sessions.planted.map((one) => [`${one.path} ${one.oddity}`, one.documents]))).toEqual(
      found,
    )
    expect(Math.min(...Object.values(found))).toBeGreaterThan(0)
    expect(new Set(visits.map(({ referrer }) => typeof referrer))).toEqual(new Set(['string', 'object']))
  })

  it('have odd ones that are rare, however many there are', async () => {
    const many = await writeSampleSessions(join(folder, 'many.jsonl'), { rowCount: 900_000 })
    expect(many.documents).toBe(18_000)
    const drift = many.planted.find(({ oddity }) => oddity === 'type-drift')
    const texts = (await readFile(many.path, 'utf8')).split('\n')
    const numbers = texts.filter((line) => /"customer_id":\{|"customer_id":\d/.test(line)).length
    expect(drift?.documents).toBeLessThan(numbers / 1000)
  })

  it('are refused below 5,000 rows, and leave no file when they are aborted', async () => {
    await expect(writeSampleSessions(join(folder, 'tiny.jsonl'), { rowCount: 4_999 })).rejects.toThrow(RangeError)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(writeSampleSessions(join(folder, 'tiny.jsonl'), { signal })).rejects.toThrow('enough')
    expect((await readdir(folder)).filter((name) => name.startsWith('tiny'))).toEqual([])
  })
})
