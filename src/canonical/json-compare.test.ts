import { describe, expect, it } from 'vitest'
import type { JsonForm } from '../model/digest-form.ts'
import { canonicalJson } from './canonical-json.ts'
import { compareJson, isSameJson, type JsonRelation } from './json-compare.ts'

const cases: readonly (readonly [string, string, JsonRelation])[] = [
  ['{"a":1,"b":[true,null]}', '{ "a" : 1, "b" : [true, null] }', 'same'],
  ['{"a":1,"b":2}', '{"b":2,"a":1}', 'order'],
  ['{"a":1,"a":2}', '{"a":2}', 'order'],
  ['[{"x":{"a":1,"b":2}}]', '[{"x":{"b":2,"a":1}}]', 'order'],
  ['[1]', '[1.0]', 'number'],
  ['[1.10]', '[1.1]', 'number'],
  ['[1e20]', '[100000000000000000000]', 'same'],
  ['[1.5E-7]', '[0.00000015]', 'same'],
  ['[-0.0]', '[0.0]', 'same'],
  ['[1.50e-1]', '[0.150]', 'same'],
  ['"caf\\u00e9"', '"café"', 'same'],
  ['"\\/"', '"/"', 'same'],
  ['"é"', '"e\\u0301"', 'different'],
  ['[1]', '["1"]', 'type'],
  ['[1]', '["1.0"]', 'type'],
  ['[1]', '["01"]', 'different'],
  ['[1]', '[" 1"]', 'different'],
  ['{"a":{"b":true}}', '{"a":{"b":"true"}}', 'type'],
  ['{"a":1,"b":2}', '{"b":"2","a":1.0}', 'type'],
  ['{"a":1,"b":2}', '{"b":"2","a":3}', 'different'],
  ['true', '1', 'different'],
  ['null', '"null"', 'type'],
  ['null', '""', 'different'],
  ['[]', '"[]"', 'different'],
  ['[1,2]', '[2,1]', 'different'],
  ['{"a":1}', '{"a":1,"b":null}', 'different'],
  ['9007199254740993', '9007199254740992', 'different'],
  ['{"a":1', '{"a":1', 'same'],
  ['{"a":1', '{"a":1}', 'different'],
  ['[1,]', '[1]', 'different'],
  ['{"__proto__":1}', '{"__proto__":2}', 'different'],
]

describe('compareJson', () => {
  it.each(cases)('%s and %s: %s', (one, other, relation) => {
    expect(compareJson(one, other)).toBe(relation)
    expect(compareJson(other, one)).toBe(relation)
  })
})

describe('canonicalJson', () => {
  const forms: readonly JsonForm[] = ['json-text', 'json', 'json-value']
  it.each([
    ['{"b":1.50,"a":[1e2,-0]}', ['{"b":1.50,"a":[100,0]}', '{"a":[100,0],"b":1.50}', '{"a":[100,0],"b":1.5}']],
    ['[2.0,"2.0"]', ['[2.0,"2.0"]', '[2.0,"2.0"]', '[2,"2.0"]']],
    ['"\\u00E9\\/\\ud83d\\ude00\\uD83D\\u000a\\u001F"', Array(3).fill('"é/😀\\ud83d\\n\\u001f"')],
    [
      '{"b":{"c":[{"y":1,"x":2}]},"a":0,"b":[]}',
      ['{"b":{"c":[{"y":1,"x":2}]},"a":0,"b":[]}', ...Array(2).fill('{"a":0,"b":[]}')],
    ],
    ['{a: 1.0}', ['{a: 1.0}', '{a: 1.0}', '{a: 1.0}']],
  ] as const)('%s by form', (text, wanted) => {
    expect(forms.map((form) => canonicalJson(text, form))).toEqual(wanted)
  })

  it('is told of texts with strings of many megabytes', () => {
    const long = `${'x'.repeat(16 * 1024 * 1024)}\\n`
    expect(canonicalJson(`{"b" : "${long}", "a" : 1}`, 'json')).toBe(`{"a":1,"b":"${long}"}`)
    expect(compareJson(`{"b":"${long}","a":1}`, `{"a":1,"b":"${long}"}`)).toBe('order')
  })

  it('is the same text exactly where the form has the same value', () => {
    for (const [one, other] of cases) {
      for (const form of forms) {
        const isText = canonicalJson(one, form) === canonicalJson(other, form)
        expect([one, other, form, isText]).toEqual([one, other, form, isSameJson(compareJson(one, other), form)])
      }
    }
  })
})
