import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { clientOptions, type MongoSettings, parseMongoUrl } from './config.ts'

function refusal(url: string): TransloadError {
  try {
    parseMongoUrl(url)
  } catch (error) {
    if (error instanceof TransloadError) return error
    throw error
  }
  throw new Error(`${url} was taken`)
}

const settingsOf = (url: string): MongoSettings => parseMongoUrl(url).settings as MongoSettings

describe('parseMongoUrl', () => {
  it('reads every part, and shows none of the secrets', () => {
    const { engine, label, identity, settings } = parseMongoUrl(
      'mongodb://u%40x:p%2F%3A%23@DB2.example:27018,db1.example/shop?authSource=people&replicaSet=rs&socketTimeoutMS=3000',
    )
    expect(settings).toEqual({
      label: 'mongodb://db2.example:27018,db1.example/shop',
      url: 'mongodb://u%40x:p%2F%3A%23@db2.example:27018,db1.example/shop?authSource=people&replicaSet=rs&socketTimeoutMS=3000',
      databases: ['shop'],
      user: 'u@x',
      authSource: 'people',
      replyTimeoutMs: 3000,
    })
    expect([engine, label, identity]).toEqual([
      'mongodb',
      'mongodb://db2.example:27018,db1.example/shop',
      'mongodb:db1.example:27017,db2.example:27018/shop',
    ])
  })

  it('takes what it may for granted', () => {
    expect(settingsOf('mongodb://h')).toEqual({
      label: 'mongodb://h/',
      url: 'mongodb://h/',
      databases: [],
      user: undefined,
      authSource: 'admin',
      replyTimeoutMs: 120_000,
    })
    expect(parseMongoUrl('mongodb://[::1]:1/a').identity).toBe('mongodb:[::1]:1/a')
    expect(parseMongoUrl('mongodb+srv://u:p@cluster.example/a').identity).toBe('mongodb+srv:cluster.example/a')
  })

  it('looks for a user in the one database, or in admin where there are several', () => {
    expect(settingsOf('mongodb://u:p@h/shop').authSource).toBe('shop')
    const several = settingsOf('mongodb://u:p@h/shop,b%2Cc')
    expect([several.authSource, several.databases, several.url]).toEqual(['admin', ['shop', 'b,c'], 'mongodb://u:p@h/'])
  })

  it('knows hosts and databases as sets', () => {
    const [one, other] = ['mongodb://u:p@B:1,a/y,x', 'mongodb://v@a:27017,b:1/x,y?readPreference=secondary'].map(
      parseMongoUrl,
    )
    expect(one?.identity).toBe(other?.identity)
    expect(parseMongoUrl('mongodb://a,b:1/x').identity).not.toBe(one?.identity)
  })

  it.each([
    ['postgres://u@h/d', 'does not begin with'],
    ['mongodb://', 'names no host'],
    ['mongodb://u:secret@/d', 'names no host'],
    ['mongodb://u:secret@h:x/d', 'names no host, or one that is none'],
    ['mongodb://u:sec:ret@h/d', 'user or password hold'],
    ['mongodb://u:sec@ret@h/d', 'user or password hold'],
    ['mongodb://u:sec/ret@h/d', 'names no host, or one that is none'],
    ['mongodb://u:secret#x@h/d', 'has a #'],
    ['mongodb://u:secret?x@h/d', 'names no host'],
    ['mongodb://u:secret@h/d?a=1?b=2', 'more than one ?'],
    ['mongodb://u:secret@h/d/e', 'the database holds a /'],
    ['mongodb://u:secret@h/%zz', 'not percent-encoded'],
    ['mongodb://u:sec%zzret@h/d', ''],
    ['mongodb://u:secret@h/d?noSuchOption=1', 'nosuchoption'],
    ['mongodb://u:secret@h/d?tls=maybe', 'tls'],
    ['mongodb://u:secret@h/d?readPreference=nearer', 'nearer'],
    ['mongodb://u:secret@h/d?loadBalanced=true', 'load balancer'],
    ['mongodb+srv://u:secret@a.example,b.example/d', ''],
    ['mongodb+srv://u:secret@a.example:27017/d', ''],
  ])('refuses %s', (url, reason) => {
    const error = refusal(url)
    expect([error.code, error.message]).toEqual(['TL_C103', expect.stringContaining(reason)])
    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toMatch(/sec(ret)?[^o]|ret@/)
  })
})

describe('clientOptions', () => {
  it('closes what the URL leaves open, and nothing that it says', () => {
    expect(clientOptions({ url: 'mongodb://h/' })).toMatchObject({
      appName: 'transload',
      serverSelectionTimeoutMS: 10_000,
      connectTimeoutMS: 10_000,
      retryReads: false,
      promoteValues: false,
    })
    const said = clientOptions({ url: 'mongodb://h/?ServerSelectionTimeoutMS=5&connectTimeoutMS=6' })
    expect(said).not.toHaveProperty('serverSelectionTimeoutMS')
    expect(said).not.toHaveProperty('connectTimeoutMS')
  })
})
