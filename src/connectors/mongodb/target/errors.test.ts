import { MongoNetworkError, MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../../errors/transload-error.ts'
import { isServerCode, toTargetError } from './errors.ts'

const scene = { label: 'mongodb://db1/shop', password: 's3cr@t' }
const server = (code: number): MongoServerError => new MongoServerError({ message: 'it says no', code })

describe('an error of the driver', () => {
  it.each([
    [server(18), 'TL_T303'],
    [server(13), 'TL_T304'],
    [server(26), 'TL_T305'],
    [server(14_031), 'TL_T306'],
    [server(50), 'TL_V704'],
    [server(10_107), 'TL_T302'],
    [server(2), 'TL_T399'],
    [new MongoNetworkError('closed'), 'TL_T302'],
    [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 'TL_T302'],
    [new Error('whatever'), 'TL_T399'],
  ] as const)('%s is %s', (error, code) => {
    expect(toTargetError(error, scene).code).toBe(code)
  })

  it('has no password, and keeps what the server said', () => {
    const error = toTargetError(new MongoServerError({ message: 'no s3cr@t, no s3cr%40t', code: 11_000 }), scene)
    expect(error.message).not.toMatch(/s3cr/)
    expect(isServerCode(error, 11_000)).toBe(true)
    expect(isServerCode(error, 13)).toBe(false)
    expect(toTargetError(error, scene)).toBe(error)
    expect(error).toBeInstanceOf(TransloadError)
  })
})
