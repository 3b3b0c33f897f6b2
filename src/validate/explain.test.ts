import { describe, expect, it } from 'vitest'
import type { DigestForm } from '../model/digest-form.ts'
import type { ValuePolicies } from '../model/plan.ts'
import type { ComparedColumn } from './compared-table.ts'
import { expectedCell, judge } from './explain.ts'

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

  it.each(['2024-00-10', '2024-10-00', '2024-02-31', '2023-02-29'])('has no %s', (text) => {
    const policies: ValuePolicies = { 'partial-date': { do: 'null', rule: 'r' } }
    expect(expectedCell(column('date', policies), Buffer.from(text))).toEqual({ cell: undefined, rule: 'r' })
    expect(expectedCell(column('date', policies), Buffer.from('2024-02-29')).rule).toBeUndefined()
  })
})

describe('judge', () => {
  it('takes an address for the same, whichever zeros are left out', () => {
    const [one, other] = [Buffer.from('2001:db8:1::a:b:c:d'), Buffer.from('2001:db8:1:0:a:b:c:d')]
    expect(judge(column('text', {}, 'inet6'), one, other)).toEqual({ is: 'same' })
    expect(judge(column('text', {}), one, other)).toMatchObject({ is: 'different' })
  })
})
