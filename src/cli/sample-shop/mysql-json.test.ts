import { describe, expect, it } from 'vitest'
import { mysqlJson } from './mysql-json.ts'

describe('mysqlJson', () => {
  // What `SELECT CAST('…' AS JSON)` gives on MySQL 9.7.
  it('orders keys by their length in bytes, then by their bytes', () => {
    expect(mysqlJson({ bb: 1, é: 2, a: 3, Z: 4, aa: 5 })).toBe('{"Z": 4, "a": 3, "aa": 5, "bb": 1, "é": 2}')
  })

  it('keeps numbers that a double cannot hold', () => {
    expect(mysqlJson([18_446_744_073_709_551_615n, { digits: '1.0' }, 0.1, null, true])).toBe(
      '[18446744073709551615, 1.0, 0.1, null, true]',
    )
  })

  it('escapes control characters only', () => {
    expect(mysqlJson({ text: 'a\u0000"\\/\n\u001f\u007fé🎁' })).toBe('{"text": "a\\u0000\\"\\\\/\\n\\u001f\u007fé🎁"}')
  })

  it('prints empty and nested containers', () =>
    expect(mysqlJson([{}, [], [[{ a: [] }]]])).toBe('[{}, [], [[{"a": []}]]]'))
})
