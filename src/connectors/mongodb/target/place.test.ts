import { describe, expect, it } from 'vitest'
import { parseMongoUrl } from './place.ts'

describe('a URL of MongoDB', () => {
  it('has a label without user, secret and options', () => {
    const { label, database } = parseMongoUrl('mongodb://me:s3cr%40t@DB1:27017,db2:27018/shop?replicaSet=r')
    expect([label, database]).toEqual(['mongodb://db1:27017,db2:27018/shop', 'shop'])
  })

  it('is refused without a database, or with one that cannot be', () => {
    for (const url of [
      'mongodb://me:s3cret@db1/',
      'mongodb://me:s3cret@db1/a.b',
      'mongo://me:s3cret@db1/shop',
      'mongodb:x',
    ]) {
      expect(() => parseMongoUrl(url)).toThrow('TL_C103')
      expect(() => parseMongoUrl(url)).not.toThrow('s3cret')
    }
  })
})
