import { describe, expect, it } from 'vitest'
import { writtenUrl } from './written-url.ts'

const written = (url: string, file = '/work/p.yaml') => writtenUrl(url, 'source', file, '/work')

describe('a URL in a file', () => {
  it.each([
    'mysql://root@h/shop',
    'mysql://h:3306/shop?ssl-mode=REQUIRED',
    'mysql://root:@h/shop',
    'mysql://root:${env:PW}@h/shop',
    '${env:MYSQL_URL}',
    'mysqldump:/tmp/a:b@c.sql',
    'embedded-postgres:data',
  ])('stands as it is: %s', (url) => {
    expect(written(url)).toEqual({ text: url })
  })

  it.each([
    ['mysql://root:pw12@h/shop', 'mysql://root:PASSWORD@h/shop'],
    ['mysql://root:p@s/s:w@h/shop', 'mysql://root:PASSWORD@h/shop'],
    ['postgres://h/d?user=u&password=pw12&schema=s', 'postgres://h/d?user=u&password=SECRET&schema=s'],
    ['postgres://u:pw12@h/d?sslpassword=abcd', 'postgres://u:PASSWORD@h/d?sslpassword=SECRET'],
    ['mysql://root:pw${env:PW}@h/shop', 'mysql://root:PASSWORD@h/shop'],
    ["mysql://o'neil:pw12@h/shop", String.raw`mysql://o'\''neil:PASSWORD@h/shop`],
  ])('is a reference where it has a secret: %s', (url, shown) => {
    expect(written(url)).toEqual({
      text: '${env:SOURCE_URL}',
      variable: { name: 'SOURCE_URL', command: `export SOURCE_URL='${shown}'` },
    })
  })

  it('names files of secrets from where it is itself', () => {
    expect(written('mysql://u:${file:secrets/pw}@h/d', '/work/pipelines/p.yaml').text).toBe(
      'mysql://u:${file:../secrets/pw}@h/d',
    )
    expect(written('mysql://u:${file:/run/pw}@h/d', '/work/pipelines/p.yaml').text).toBe(
      'mysql://u:${file:/run/pw}@h/d',
    )
  })
})
