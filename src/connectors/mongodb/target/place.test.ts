import { describe, expect, it } from 'vitest'
import { type MongoSettings, parseMongoUrl } from '../config.ts'
import { placeOf } from './place.ts'

const settingsOf = (url: string): MongoSettings => parseMongoUrl(url).settings as MongoSettings

describe('a URL to write to', () => {
  it('names one database', () => {
    const { label, database } = placeOf(settingsOf('mongodb://me:s3cr%40t@db1:27017,db2:27018/shop?replicaSet=r'))
    expect([label, database]).toEqual(['mongodb://db1:27017,db2:27018/shop', 'shop'])
  })

  it.each(['mongodb://me:s3cret@db1/', 'mongodb://me:s3cret@db1/a,b'])('is refused without one: %s', (url) => {
    const refuse = (): unknown => placeOf(settingsOf(url))
    expect(refuse).toThrow('TL_C103')
    expect(refuse).not.toThrow('s3cret')
  })
})
