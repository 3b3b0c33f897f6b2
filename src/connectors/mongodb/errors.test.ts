import { MongoNetworkError, MongoParseError, MongoServerError, MongoServerSelectionError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { isNotKnownToServer, isNotPermitted, serverErrorCode, toSourceError } from './errors.ts'

const place = { label: 'mongodb://db:27017/shop', user: 'et"l', authSource: 'people' }
const serverError = (code: number, message = 'it went wrong'): MongoServerError =>
  new MongoServerError({ message, errmsg: message, code, codeName: 'Name' })

describe('toSourceError', () => {
  it.each([
    [18, 'TL_S203'],
    [8000, 'TL_S203'],
    [13, 'TL_S204'],
    [26, 'TL_S205'],
    [43, 'TL_S202'],
    [50, 'TL_V704'],
    [175, 'TL_S202'],
    [189, 'TL_S202'],
    [237, 'TL_S202'],
    [11600, 'TL_S202'],
    [13436, 'TL_S202'],
    [2, 'TL_S299'],
  ])('has for the server’s number %d the code %s', (number, code) => {
    const error = serverError(number)
    const translated = toSourceError(error, place, 'query')
    expect([translated.code, translated.cause, serverErrorCode(translated)]).toEqual([code, error, number])
    expect(isNotPermitted(translated)).toBe(number === 13)
  })

  it('tells a server that is not there from one that went away', () => {
    const reset = new MongoNetworkError('read ECONNRESET')
    expect(toSourceError(reset, place, 'connect').code).toBe('TL_S201')
    expect(toSourceError(reset, place, 'query').code).toBe('TL_S202')
    const plain = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
    expect(toSourceError(new Error('around it', { cause: plain }), place, 'query').code).toBe('TL_S202')
    expect(toSourceError(serverError(11600), place, 'connect').code).toBe('TL_S201')
  })

  it.each([
    [
      'not authorized on shop to execute command { find: "users", filter: {} }',
      'Run: db.getSiblingDB("people").grantRolesToUser("et\\"l", [{ role: "read", db: "shop" }])',
    ],
    [
      'not authorized on admin to execute command { listDatabases: 1 }',
      'Run: db.getSiblingDB("people").grantRolesToUser("et\\"l", [{ role: "readAnyDatabase", db: "admin" }])',
    ],
    [
      'user is not allowed to do action [find] on [shop.users]',
      'Run: db.getSiblingDB("people").grantRolesToUser("et\\"l", [{ role: "read", db: "shop" }])',
    ],
  ])('cures %s', (message, cure) => {
    expect(toSourceError(serverError(13, message), place, 'query').hint).toBe(cure)
    expect(toSourceError(serverError(13, message), { label: 'x' }, 'query').hint).toContain('Name a user')
  })

  it('says of a certificate that is not trusted what to write', () => {
    const tls = Object.assign(new Error('self-signed certificate'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' })
    const selection = new MongoServerSelectionError('self-signed certificate', { error: null } as never)
    selection.cause = new MongoNetworkError('self-signed certificate', { cause: tls })
    const { code, hint } = toSourceError(selection, place, 'connect')
    expect([code, hint]).toEqual(['TL_C103', expect.stringContaining('tlsCAFile')])
  })

  it('hands on what is known, and is loud about what is not', () => {
    const known = new TransloadError('TL_X902')
    expect(toSourceError(known, place, 'query')).toBe(known)
    expect(toSourceError(new Error('odd'), place, 'query').code).toBe('TL_S299')
    expect(toSourceError('odd', place, 'query').code).toBe('TL_S299')
    expect(toSourceError(new MongoParseError('odd option'), place, 'connect').code).toBe('TL_C103')
    expect(isNotKnownToServer(toSourceError(serverError(40324), place, 'query'))).toBe(true)
    expect(isNotKnownToServer(new Error('odd'))).toBe(false)
  })
})
