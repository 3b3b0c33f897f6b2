import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseJsonlUrl, parseMongodumpUrl } from './dump-url.ts'

describe('the URL of files of documents', () => {
  it('has everything behind the colon as a path', () => {
    expect(parseMongodumpUrl('mongodump:/no such/dump?a=b%20c#d')).toEqual({
      engine: 'mongodb',
      label: 'mongodump:/no such/dump?a=b%20c#d',
      identity: 'mongodump:/no such/dump?a=b%20c#d',
      settings: { label: 'mongodump:/no such/dump?a=b%20c#d', path: '/no such/dump?a=b%20c#d', kind: 'mongodump' },
    })
    expect(parseJsonlUrl('JSONL:~/x.jsonl').settings).toMatchObject({ path: join(homedir(), 'x.jsonl'), kind: 'jsonl' })
    expect(parseJsonlUrl('jsonl:src').label).toBe(`jsonl:${join(process.cwd(), 'src')}`)
  })

  it.each(['mongodump:', 'mongodump:-', 'mongodump', 'mysqldump:x', 'jsonl:x', 'mongodump:a\0', ''])(
    'is none: %j',
    (url) => {
      expect(() => parseMongodumpUrl(url)).toThrow(expect.objectContaining({ code: 'TL_C103' }))
    },
  )

  it.each(['jsonl:', 'jsonl:-', 'mongodump:x', 'json:x'])('is none: %j', (url) => {
    expect(() => parseJsonlUrl(url)).toThrow(expect.objectContaining({ code: 'TL_C103' }))
  })
})
