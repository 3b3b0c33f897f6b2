import { describe, expect, it } from 'vitest'
import { parseVersion } from './server-facts.ts'

describe('parseVersion', () => {
  it.each([
    ['10.11.6-MariaDB-0+deb12u1-log', [10, 11, 6]],
    ['5.5.5-10.4.2-MariaDB', [10, 4, 2]],
    ['5.5.5', [5, 5, 5]],
    ['9.7.0', [9, 7, 0]],
    ['8.0.36-28', [8, 0, 36]],
    ['8.4', [8, 4, 0]],
    ['', [0, 0, 0]],
  ])('%s', (text, version) => expect(parseVersion(text)).toEqual(version))
})
