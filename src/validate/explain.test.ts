import { describe, expect, it } from 'vitest'
import type { DigestForm } from '../model/digest-form.ts'
import type { ValuePolicies } from '../model/plan.ts'
import type { ComparedColumn } from './compared-table.ts'
import { expectedCell } from './expected-value.ts'
import { judge } from './explain.ts'

function column(form: DigestForm, policies: ValuePolicies, type = 'varchar'): ComparedColumn {
  const sourceType = { name: type, text: type, args: [] }
  return { from: 'c', to: 'c', sourceType, targetType: 'text', form, strength: 'exact', policies }
}

describe('what the target is to have of a value', () => {
  it.each([
    ['replace', 'a·b·'],
    ['remove', 'ab'],
  ] as const)('has each NUL of a text changed: %s', (how, expected) => {
    const action = how === 'replace' ? { do: how, text: '·', rule: 'r' } : { do: how, rule: 'r' }
    const { cell, rule } = expectedCell(column('text', { 'nul-byte': action }), Buffer.from('a\0b\0'))
    expect([cell?.toString(), rule]).toEqual([expected, 'r'])
  })

  it('has each NUL of a JSON text changed, and no backslash before it', () => {
    const policies: ValuePolicies = { 'json-nul': { do: 'remove', rule: 'r' } }
    const text = String.raw`{"a": "x\u0000y\\u0000", "b": "\\\u0000"}`
    const { cell } = expectedCell(column('json', policies), Buffer.from(text))
    expect(cell?.toString()).toBe(String.raw`{"a": "xy\\u0000", "b": "\\"}`)
    const target = Buffer.from(String.raw`{"b": "\\", "a": "xy\\u0000"}`)
    expect(judge(column('json', policies), Buffer.from(text), target)).toEqual({ is: 'declared', rule: 'r' })
  })

  it.each(['2024-00-10', '2024-10-00', '2024-02-31', '2023-02-29'])('has no %s', (text) => {
    const policies: ValuePolicies = { 'partial-date': { do: 'null', rule: 'r' } }
    expect(expectedCell(column('date', policies), Buffer.from(text))).toEqual({ cell: undefined, rule: 'r' })
    expect(expectedCell(column('date', policies), Buffer.from('2024-02-29')).rule).toBeUndefined()
  })
})

describe('what is out of reach of the target', () => {
  const policies: ValuePolicies = {
    'out-of-range': { do: 'null', rule: 'range' },
    'invalid-text': { do: 'null', rule: 'text' },
    'invalid-json': { do: 'null', rule: 'json' },
  }
  it.each([
    ['boolean', 'number', ['0', '1'], ['2', '-1']],
    ['smallint', 'number', ['-32768', '32767'], ['-32769', '32768']],
    ['bigint', 'number', ['9223372036854775807'], ['9223372036854775808', '18446744073709551615']],
    ['time without time zone', 'time', ['00:00:00', '23:59:59.5'], ['24:00:00', '-01:00:00', '838:59:59']],
    ['json', 'json-text', ['{"a": 1}', 'null'], ['{a: 1}', '']],
  ] as const)('is known of %s', (targetType, form, good, bad) => {
    const of = { ...column(form, policies), targetType }
    for (const text of good) expect(expectedCell(of, Buffer.from(text)).rule).toBeUndefined()
    for (const text of bad) expect(expectedCell(of, Buffer.from(text)).cell).toBeUndefined()
  })

  it('is known of bytes that are no text', () => {
    expect(expectedCell(column('text', policies), Buffer.from([0x61, 0xff]))).toEqual({ cell: undefined, rule: 'text' })
  })
})

describe('judge', () => {
  it('takes an address for the same, whichever zeros are left out', () => {
    const [one, other] = [Buffer.from('2001:db8:1::a:b:c:d'), Buffer.from('2001:db8:1:0:a:b:c:d')]
    expect(judge(column('text', {}, 'inet6'), one, other)).toEqual({ is: 'same' })
    expect(judge(column('text', {}), one, other)).toMatchObject({ is: 'different' })
  })
})
