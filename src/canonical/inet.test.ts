import { describe, expect, it } from 'vitest'
import { inet6Text } from './inet.ts'

describe('an address', () => {
  it.each([
    ['2001:db8:1::a:b:c:d', '2001:db8:1:0:a:b:c:d'],
    ['2001:db8:1:0:a:b:c:d', '2001:db8:1:0:a:b:c:d'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['FE80::', 'fe80:0:0:0:0:0:0:0'],
    ['::/0', '0:0:0:0:0:0:0:0/0'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['1:2:3', '1:2:3'],
    ['', ''],
  ])('%s has the groups %s', (text, expected) => {
    expect(inet6Text(text)).toBe(expected)
  })
})
