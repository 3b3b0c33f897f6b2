import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { isServerError, toEndError } from './errors.ts'
import { readRefusal, refusalCode } from './sink-refusal.ts'

const scene = { label: 'postgres://h:5432/d', user: 'me', database: 'd', password: 'hunter2' }
const server = (code: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { code, severity: 'ERROR', ...more })
const socket = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`it said ${code}`), { code, ...more })

describe('toEndError', () => {
  it.each([
    [server('28P01', 'password authentication failed'), 'TL_T303'],
    [server('3D000', 'database "d" does not exist'), 'TL_T305'],
    [server('42P01', 'relation "app.t" does not exist'), 'TL_T305'],
    [server('42501', 'permission denied for table t'), 'TL_T304'],
    [server('25006', 'cannot execute COPY FROM in a read-only transaction'), 'TL_T304'],
    [server('53100', 'could not extend file'), 'TL_T306'],
    [server('53200', 'out of memory'), 'TL_T306'],
    [server('58030', 'could not write to file "x": No space left on device'), 'TL_T306'],
    [server('XX000', 'could not extend file "x" with FileFallocate(): File too large'), 'TL_T306'],
    [server('XX000', 'could not extend file "x": Disk quota exceeded'), 'TL_T306'],
    [server('53300', 'too many connections'), 'TL_T301'],
    [server('57P01', 'terminating connection'), 'TL_T302'],
    [server('57P03', 'the database system is starting up'), 'TL_T301'],
    [server('08006', 'connection failure'), 'TL_T302'],
    [server('XX000', 'something'), 'TL_T399'],
    [socket('ECONNREFUSED'), 'TL_T301'],
    [socket('ENOTFOUND'), 'TL_T301'],
    [socket('ETIMEDOUT', { syscall: 'connect' }), 'TL_T301'],
    [socket('ETIMEDOUT', { syscall: 'read' }), 'TL_T302'],
    [socket('ECONNRESET', { syscall: 'read' }), 'TL_T302'],
    [new Error('Connection terminated unexpectedly'), 'TL_T302'],
    [new Error('timeout expired'), 'TL_T301'],
    [new Error('The server does not support SSL connections'), 'TL_T303'],
    [new Error('what is this'), 'TL_T399'],
  ])('%s is %s', (error, code) => {
    expect(toEndError(error, scene)).toMatchObject({ code, cause: error })
  })

  it('leaves our own errors alone', () => {
    const own = new TransloadError('TL_K501', { run: 'r' })
    expect(toEndError(own, scene)).toBe(own)
  })

  it('gives the GRANT, and never a password', () => {
    expect(toEndError(server('42501', 'permission denied for schema app'), scene).hint).toBe(
      'GRANT USAGE, CREATE ON SCHEMA "app" TO "me";',
    )
    const table = server('42501', 'permission denied for table t')
    expect(toEndError(table, { ...scene, isReadOnly: true }).hint).toBe('GRANT SELECT ON TABLE "t" TO "me";')
    expect(toEndError(new Error('bad hunter2'), scene).message).not.toContain('hunter2')
  })

  it('tells a server’s error from a socket’s of the same length', () => {
    expect(isServerError(socket('EPIPE'))).toBe(false)
    expect(isServerError(server('23505', 'duplicate'))).toBe(true)
  })
})

describe('readRefusal', () => {
  const refusal = (code: string, message: string, more: object = {}) =>
    readRefusal(toEndError(server(code, message, more), scene))

  it('names the line of a COPY', () => {
    expect(refusal('23514', 'violates', { where: 'COPY orders, line 17' })).toMatchObject({ line: 17 })
    const where = 'PL/pgSQL function f() line 3 at RAISE\nCOPY orders, line 18, column x: "…"'
    expect(refusal('P0001', 'no', { where })).toMatchObject({ line: 18 })
    expect(refusal('23503', 'violates foreign key')).toMatchObject({ line: undefined })
  })

  it('knows no line where the server speaks another language', () => {
    expect(refusal('23514', 'verletzt', { where: 'COPY orders, Zeile 17' })).toMatchObject({ line: undefined })
  })

  it.each(['40001', '42P01', '53100', '57014', '22P04', '55P03', 'XX000'])(
    'takes %s for no refusal of rows',
    (code) => {
      expect(refusal(code, 'x', { where: 'COPY orders, line 17' })).toBeUndefined()
    },
  )

  it('tells JSON from other text', () => {
    const codeOf = (...parts: Parameters<typeof server>) => {
      const error = server(...parts)
      return isServerError(error) ? refusalCode(error) : undefined
    }
    expect(codeOf('22P02', 'invalid input syntax for type json')).toBe('TL_D408')
    expect(
      codeOf('22P05', 'unsupported Unicode escape sequence', { where: 'JSON data, line 1: …\nCOPY t, line 1' }),
    ).toBe('TL_D408')
    expect(codeOf('22P02', 'invalid input syntax for type integer')).toBe('TL_D409')
    expect(codeOf('22021', 'invalid byte sequence')).toBe('TL_D404')
  })
})
