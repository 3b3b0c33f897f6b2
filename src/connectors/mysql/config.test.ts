import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { parseMysqlUrl } from './config.ts'

function refusal(url: string): TransloadError {
  try {
    parseMysqlUrl(url)
  } catch (error) {
    if (error instanceof TransloadError) return error
    throw error
  }
  throw new Error(`${url} was taken`)
}

describe('parseMysqlUrl', () => {
  it('reads every part, and shows none of the secrets', () => {
    const { engine, label, identity, settings } = parseMysqlUrl(
      'mysql://u%40x:p%2F%3A%23@DB.example:3307/shop,b%2Cc?ssl-mode=verify_identity&ssl-ca=/ca.pem&connect-timeout=3',
    )
    expect(settings).toEqual({
      label: 'mysql://DB.example:3307/shop,b%2Cc',
      host: 'DB.example',
      port: 3307,
      user: 'u@x',
      password: 'p/:#',
      databases: ['shop', 'b,c'],
      sslMode: 'VERIFY_IDENTITY',
      sslCa: '/ca.pem',
      sslCert: undefined,
      sslKey: undefined,
      connectTimeoutMs: 3000,
    })
    expect([engine, label, identity]).toEqual([
      'mysql',
      'mysql://DB.example:3307/shop,b%2Cc',
      'mysql:db.example:3307/b%2Cc,shop',
    ])
  })

  it('takes what it may for granted', () => {
    expect(parseMysqlUrl('mariadb://root@[::1]').settings).toMatchObject({
      host: '::1',
      port: 3306,
      password: '',
      databases: [],
      sslMode: 'PREFERRED',
      connectTimeoutMs: 10_000,
    })
    expect(parseMysqlUrl('mysql://u@h/?ssl-ca=x').settings).toMatchObject({ sslMode: 'VERIFY_CA' })
  })

  it.each([
    ['postgres://u@h/d', 'does not begin with'],
    ['mysql://u:secret#x@h/d', 'it is not a URL'],
    ['mysql://u:secret@/d', 'it is not a URL'],
    ['mysql:///d', 'it names no host'],
    ['mysql://:secret@h/d', 'it names no user'],
    ['mysql://u:secret@h/d/e', 'the database holds a /'],
    ['mysql://u:secret@h/d#part', 'a part after #'],
    ['mysql://u:sec%ret@h/d', 'the password is not percent-encoded'],
    ['mysql://u:secret@h/d?ssl-mode=on', 'ssl-mode is on'],
    ['mysql://u:secret@h/d?ssl-mode=REQUIRED&ssl-mode=DISABLED', 'ssl-mode is there twice'],
    ['mysql://u:secret@h/d?ssl-ca=', 'ssl-ca has no value'],
    ['mysql://u:secret@h/d?ssl-ca=x&ssl-mode=REQUIRED', 'verifies nothing'],
    ['mysql://u:secret@h/d?ssl-cert=x', 'go together'],
    ['mysql://u:secret@h/d?connect-timeout=0', 'connect-timeout is 0'],
    ['mysql://u:secret@h/d?connect-timeout=1e9', 'connect-timeout is 1e9'],
  ])('refuses %s without repeating its secret', (url, reason) => {
    const { code, message, hint } = refusal(url)
    expect(code).toBe('TL_C103')
    expect(message).toContain(reason)
    expect(`${message} ${hint}`).not.toContain('secret')
  })

  it.each([
    ['ssl_mode', 'ssl-mode'],
    ['sslmode', 'ssl-mode'],
    ['ssl-cer', 'ssl-cert'],
    ['connectTimeout', 'connect-timeout'],
  ])('suggests for %s the option %s', (given, known) => {
    expect(refusal(`mysql://u@h/?${given}=1`).hint).toContain(`Did you mean ${known}?`)
  })

  it('suggests nothing for what is near nothing', () => {
    const { message, hint } = refusal('mysql://u@h/?charset=latin1')
    expect(message).toContain('it has no option charset')
    expect(hint).toBe('Known options: ssl-mode, ssl-ca, ssl-cert, ssl-key, connect-timeout.')
  })
})
