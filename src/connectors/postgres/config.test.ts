import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { parsePostgresUrl } from './config.ts'
import { postgres } from './index.ts'

const parse = (url: string, environment = {}) => parsePostgresUrl(url, environment)

const failure = (url: string): TransloadError => {
  try {
    parse(url)
  } catch (error) {
    if (error instanceof TransloadError) return error
  }
  throw new Error(`${url} is taken`)
}

describe('a PostgreSQL URL', () => {
  it('gives every part, decoded', () => {
    expect(
      parse('postgresql://us%40er:p%2Fw@DB.example:6543/my%20db?schema=App&sslmode=verify-full&connect_timeout=3'),
    ).toMatchObject({
      label: 'postgres://db.example:6543/my db',
      host: 'DB.example',
      port: 6543,
      user: 'us@er',
      password: 'p/w',
      database: 'my db',
      schema: 'App',
      sslMode: 'verify-full',
      connectTimeoutMs: 3_000,
      applicationName: 'transload',
    })
  })

  it('takes the rest from the environment and the defaults of libpq', () => {
    expect(parse('postgres://', { PGHOST: 'h', PGPORT: '1', PGUSER: 'u', PGSSLMODE: 'disable' })).toMatchObject({
      label: 'postgres://h:1/u',
      database: 'u',
      password: undefined,
      sslMode: 'disable',
    })
    expect(parse('postgres://u@/d')).toMatchObject({
      host: 'localhost',
      port: 5432,
      schema: 'public',
      sslMode: 'prefer',
    })
  })

  it('takes addresses and sockets', () => {
    expect(parse('postgres://u@[::1]:5/d')).toMatchObject({ host: '::1', label: 'postgres://[::1]:5/d' })
    expect(parse('postgres://u@%2Ftmp/d').host).toBe('/tmp')
    expect(parse('postgres:///d?host=/var/run/postgresql&user=u')).toMatchObject({
      host: '/var/run/postgresql',
      user: 'u',
    })
  })

  it('suggests the option that was meant', () => {
    expect(failure('postgres://u:secret@h/d?ssl-mode=require').hint).toBe('Did you mean sslmode?')
    expect(failure('postgres://h/d?shema=x').hint).toBe('Did you mean schema?')
    expect(failure('postgres://h/d?nonsense_altogether=x').hint).toMatch('Options: schema, sslmode')
  })

  it.each([
    'postgres://u:secret@h:99999/d',
    'postgres://u:secret@h/d?sslmode=maybe',
    'postgres://u:secret@h/d?port=x',
    'postgres://u:secret@h/d?connect_timeout=soon',
    'postgres://u:secret@h/d?unknown=1',
    'postgres://u:secret%zz@h/d',
    'postgres://u:secret@a,b/d?host=a,b',
    'mysql://u:secret@h/d',
  ])('never tells the secret of %s', (url) => {
    const error = failure(url)
    expect(error.code).toBe('TL_C103')
    expect(`${error.message} ${error.hint} ${JSON.stringify(error.context)}`).not.toContain('secret')
  })

  it('has a label and identity without user and secret', () => {
    const endpoint = postgres.parseUrl('postgres://me:secret@h:5432/d')
    expect(endpoint).toMatchObject({
      engine: 'postgres',
      label: 'postgres://h:5432/d',
      identity: 'postgres://h:5432/d',
    })
  })
})
