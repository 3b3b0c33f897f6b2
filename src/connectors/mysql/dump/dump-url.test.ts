import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDumpUrl } from './dump-url.ts'

describe('parseDumpUrl', () => {
  it.each([
    ['mysqldump:/var/dumps/shop.sql', '/var/dumps/shop.sql'],
    ['mysqldump:shop.sql.gz', resolve('shop.sql.gz')],
    ['mysqldump:a/../b c?d#e%20.sql', resolve('b c?d#e%20.sql')],
    ['mysqldump:~/shop.sql', resolve(homedir(), 'shop.sql')],
    ['MYSQLDUMP:./-', resolve('-')],
  ])('%s is a file', (url, path) => {
    const label = `mysqldump:${path}`
    expect(parseDumpUrl(url)).toEqual({ engine: 'mysql', label, identity: label, settings: { label, path } })
  })

  it('is standard input', () => {
    expect(parseDumpUrl('mysqldump:-')).toMatchObject({ identity: 'mysqldump:-', settings: { path: undefined } })
  })

  it('has to name something', () => {
    expect(() => parseDumpUrl('mysqldump:')).toThrow('TL_C103')
  })
})
