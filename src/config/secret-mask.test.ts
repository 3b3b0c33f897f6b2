import { describe, expect, it } from 'vitest'
import { SecretMask, withoutUserInfo } from './secret-mask.ts'

describe('SecretMask', () => {
  it.each([
    ['postgres://etl:hunter22@db/shop', 'hunter22'],
    ['postgres://etl:p%40ss%2Fword@db/shop', 'p@ss/word'],
    ['postgres://etl:p%40ss%2Fword@db/shop', 'p%40ss%2Fword'],
    ['mysql://etl:not/encoded@db/shop', 'not/encoded'],
    ['mysql://etl:with@sign@db/shop', 'with@sign'],
    ['postgres://db/shop?user=etl&password=hunter22', 'hunter22'],
  ])('%s hides %s', (url, secret) => {
    expect(new SecretMask([url]).text(`login with ${secret} refused`)).toBe('login with *** refused')
  })

  it('leaves words alone that are no secret, or too short to be one', () => {
    const mask = new SecretMask(['postgres://postgres:pg@db/postgres', 'mysqldump:/tmp/shop.sql', 'memory:a'])
    expect(mask.text('the role postgres of pg in /tmp/shop.sql')).toBe('the role postgres of pg in /tmp/shop.sql')
  })

  it('takes user and password out of any URL, known or not', () => {
    expect(withoutUserInfo("tried 'redis://u:p@h:1/x' and mongodb+srv://a:b@c/d")).toBe(
      "tried 'redis://***@h:1/x' and mongodb+srv://***@c/d",
    )
  })

  it('hides keys of stages once they are known', () => {
    const found: string[] = []
    const mask = new SecretMask([], { found })
    expect(mask.known('with hunter22')).toBe('with hunter22')
    found.push('hunter22')
    expect(mask.known('with hunter22')).toBe('with ***')
  })
})
