import { describe, expect, it } from 'vitest'
import type { DigestForm } from '../model/digest-form.ts'
import type { ValuePolicies } from '../model/plan.ts'
import type { ComparedColumn } from './compared-table.ts'
import { expectedCell, expectedValue } from './expected-value.ts'
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

describe('what a policy makes of values', () => {
  it('has each byte that begins no character changed, beside the NULs', () => {
    const policies: ValuePolicies = {
      'invalid-text': { do: 'replace', text: '?', rule: 'text' },
      'nul-byte': { do: 'remove', rule: 'nul' },
    }
    const value = Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3, 0x00, 0x62, 0xe2, 0x82])
    const { cell, rule } = expectedCell(column('text', policies), value)
    expect([cell?.toString(), rule]).toEqual(['a?é?b??', 'text'])
  })

  it('is nothing that a run’s stages see, where the row is rejected', () => {
    const policies: ValuePolicies = { 'invalid-text': { do: 'reject', rule: 'r' } }
    expect(expectedValue(column('text', policies), Buffer.from([0xff]))).toBe('rejected')
    expect(expectedValue(column('text', {}), Buffer.from([0xff]))).toEqual(Buffer.from([0xff]))
  })

  it('is the value itself where it is kept as text', () => {
    const kept: ValuePolicies = { 'enum-zero': { do: 'text', rule: 'r' } }
    expect(expectedCell(column('text', kept, 'enum'), Buffer.from([0]))).toEqual({ cell: Buffer.alloc(0), rule: 'r' })
    expect(expectedCell(column('text', kept, 'date'), Buffer.from('0000-00-00')).rule).toBeUndefined()
  })

  it('hangs on the type that a run reads, where that holds less than the target’s', () => {
    const policies: ValuePolicies = { 'out-of-range': { do: 'replace', text: '-1', rule: 'r' } }
    const narrow = {
      ...column('number', policies),
      targetType: 'smallint',
      readType: { kind: 'int', bits: 8, signed: true },
    } as const
    expect(expectedCell(narrow, Buffer.from('128')).cell?.toString()).toBe('-1')
    expect(expectedCell(narrow, Buffer.from('-128')).rule).toBeUndefined()
    const truth = {
      ...column('number', { 'out-of-range': { do: 'replace', text: 'true', rule: 'r' } }),
      targetType: 'boolean',
    }
    expect(expectedCell(truth, Buffer.from('7')).cell?.toString()).toBe('1')
  })
})

describe('judge', () => {
  it('takes an address for the same, whichever zeros are left out', () => {
    const [one, other] = [Buffer.from('2001:db8:1::a:b:c:d'), Buffer.from('2001:db8:1:0:a:b:c:d')]
    expect(judge(column('text', {}, 'inet6'), one, other)).toEqual({ is: 'same' })
    expect(judge(column('text', {}), one, other)).toMatchObject({ is: 'different' })
  })
})
