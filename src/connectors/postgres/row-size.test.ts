import { describe, expect, it } from 'vitest'
import type { DatasetPlan, TargetColumn } from '../../model/plan.ts'
import { rowSizeFindings } from './row-size.ts'

function findings(count: number, type: string, nullable: boolean): readonly string[] {
  const columns = Array.from({ length: count }, (_, i): TargetColumn => {
    return { name: `c${i}`, type, nullable, identity: false, comment: '' }
  })
  const table = {
    name: { schema: 's', name: 't' },
    columns,
    enumTypes: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    comment: '',
  }
  // Only its table is looked at.
  return rowSizeFindings({ table } as unknown as DatasetPlan).map(({ level }) => level)
}

describe('rowSizeFindings', () => {
  // Tried on PostgreSQL 15: 1,017 bigints, or 452 texts of 3,200 characters, are the most that a row takes.
  it('knows to the byte what fits into a page', () => {
    expect(findings(1017, 'bigint', false)).toEqual([])
    expect(findings(1018, 'bigint', false)).toEqual(['error'])
    expect(findings(1017, 'bigint', true)).toEqual([])
    expect(findings(1018, 'bigint', true)).toEqual(['warning'])
    expect(findings(452, 'text', false)).toEqual([])
    expect(findings(453, 'text', false)).toEqual(['warning'])
  })

  it('takes values that can be moved out of the row for what stays of them', () => {
    expect(findings(1600, 'varchar(1)', false)).toEqual([])
    expect(findings(600, 'interval(0)', false)).toEqual(['error'])
    expect(findings(1000, 'numeric(20,0)', true)).toEqual(['warning'])
  })
})
