import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { isInterrupted, serverErrorNumber, toSourceError } from './errors.ts'

function driverError(message: string, parts: { code?: string; errno?: number; sqlState?: string } = {}): Error {
  return Object.assign(new Error(message), parts)
}

const label = 'mysql://db:3306/shop'

describe('toSourceError', () => {
  it.each([
    [1045, 'TL_S203'],
    [1040, 'TL_S201'],
    [1053, 'TL_S202'],
    [1317, 'TL_S202'],
    [1142, 'TL_S204'],
    [1049, 'TL_S205'],
    [1412, 'TL_S206'],
    [1064, 'TL_S299'],
  ])('has for the server’s number %d the code %s', (errno, code) => {
    const error = driverError('it went wrong', { errno, sqlState: '42000' })
    const translated = toSourceError(error, label, 'query')
    expect(translated.code).toBe(code)
    expect(translated.cause).toBe(error)
    expect(serverErrorNumber(translated)).toBe(errno)
  })

  it('tells a server that is not there from one that went away', () => {
    const refused = driverError('connect ECONNREFUSED', { code: 'ECONNREFUSED', errno: -111 })
    expect(toSourceError(refused, label, 'connect').code).toBe('TL_S201')
    const reset = driverError('read ECONNRESET', { code: 'ECONNRESET', errno: -104 })
    expect(toSourceError(reset, label, 'query').code).toBe('TL_S202')
    expect(toSourceError(reset, label, 'connect').code).toBe('TL_S201')
  })

  it.each([
    [
      "SELECT command denied to user 'etl'@'10.%' for table 'db'.'or`der'",
      "Run: GRANT SELECT ON `db`.`or``der` TO 'etl'@'10.%';",
    ],
    ["SELECT command denied to user 'etl'@'h' for table `db`.`t`", "Run: GRANT SELECT ON `db`.`t` TO 'etl'@'h';"],
    ["Access denied for user 'etl'@'h' to database 'shop'", "Run: GRANT SELECT ON `shop`.* TO 'etl'@'h';"],
    [
      'Access denied; you need (at least one of) the RELOAD privilege(s) for this operation',
      'Run: GRANT RELOAD ON *.* TO the user of the source URL;',
    ],
  ])('cures %s', (message, cure) => {
    expect(toSourceError(driverError(message, { errno: 1142, sqlState: '42000' }), label, 'query').hint).toBe(cure)
  })

  it('names what is not there', () => {
    const error = driverError("Table 'shop.orders' doesn't exist", { errno: 1146, sqlState: '42S02' })
    expect(toSourceError(error, label, 'query').title).toBe(`The source ${label} has no table shop.orders`)
  })

  it('says of a certificate that is not trusted what to write', () => {
    const error = driverError('self-signed certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN' })
    const { code, hint } = toSourceError(error, label, 'connect')
    expect(code).toBe('TL_C103')
    expect(hint).toContain('ssl-ca')
  })

  it('hands its own errors on, and takes what is no error for unknown', () => {
    const own = new TransloadError('TL_K505', { split: 's' })
    expect(toSourceError(own, label, 'query')).toBe(own)
    expect(toSourceError('text', label, 'query').code).toBe('TL_S299')
  })
})

describe('isInterrupted', () => {
  it('knows a statement that was ended from one that failed', () => {
    expect(isInterrupted(driverError('x', { errno: 1317 }))).toBe(true)
    expect(isInterrupted(driverError('x', { errno: 1064 }))).toBe(false)
    expect(isInterrupted(undefined)).toBe(false)
  })
})
