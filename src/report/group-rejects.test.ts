import { describe, expect, it } from 'vitest'
import type { RejectedRow } from '../model/loss.ts'
import { groupRejects } from './group-rejects.ts'

function rejected(id: string, over: Partial<RejectedRow>): RejectedRow {
  const place = { dataset: 'users', split: 'users#0', position: Number(id), key: { id }, row: {} }
  return { ...place, stage: 'transform', column: 'status', code: 'TL_D415', reason: 'map: "odd" is not there', ...over }
}

describe('groupRejects', () => {
  it('counts rows of one dataset, code, column and reason, the most first', () => {
    const groups = groupRejects([
      rejected('1', { code: 'TL_D406', column: 'born', stage: 'read', reason: 'there is no such day' }),
      rejected('2', {}),
      rejected('3', { reason: 'map: "even \\" odder" is not there' }),
      rejected('4', { dataset: 'orders' }),
      rejected('5', { column: undefined }),
      rejected('6', {}),
    ])
    expect(groups).toEqual([
      {
        dataset: 'users',
        code: 'TL_D415',
        stage: 'transform',
        column: 'status',
        reason: 'map: "odd" is not there',
        count: 3,
        sampleKey: { id: '2' },
      },
      expect.objectContaining({ code: 'TL_D406', column: 'born', count: 1, sampleKey: { id: '1' } }),
      expect.objectContaining({ dataset: 'orders', count: 1 }),
      expect.objectContaining({ column: undefined, count: 1, sampleKey: { id: '5' } }),
    ])
  })

  it('takes constraints apart by their names, and values of one constraint together', () => {
    const check = (name: string) => `new row for relation "users" violates check constraint "${name}"`
    const target = { stage: 'target', column: undefined, code: 'TL_D409' } as const
    const groups = groupRejects([
      rejected('1', { ...target, reason: check('a') }),
      rejected('2', { ...target, reason: check('b') }),
      rejected('3', { stage: 'write', code: 'TL_D402', reason: '70000 is out of range' }),
      rejected('4', { stage: 'write', code: 'TL_D402', reason: '-80000.5 is out of range' }),
    ])
    expect(groups.map(({ reason, count }) => [reason, count])).toEqual([
      ['70000 is out of range', 2],
      [check('a'), 1],
      [check('b'), 1],
    ])
  })

  it('has none of none', () => {
    expect(groupRejects([])).toEqual([])
  })
})
