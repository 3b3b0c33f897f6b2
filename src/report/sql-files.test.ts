import { describe, expect, it } from 'vitest'
import type { Plan } from '../model/plan.ts'
import { planSql } from './sql-files.ts'

const table = { schema: 'public', name: 'users' }
const plan: Plan = {
  schema: 'transload.plan/1',
  identity: 'abc',
  source: { engine: 'mysql', label: 'mysql://h/d', identity: 'x', version: '9', fingerprint: 'f' },
  target: { engine: 'postgres', label: 'postgres://h/d\n; DROP', identity: 'y', version: '18' },
  datasets: [],
  prepare: ['CREATE TABLE a (b integer)', 'DO $$ BEGIN END $$;'],
  finish: [
    { id: '2', phase: 2, kind: 'foreign key', name: 'fk', table, statements: ['ALTER TABLE x', 'ALTER TABLE y'] },
    { id: '1', phase: 1, kind: 'primary key', name: 'evil\n; DROP', table, statements: ['CREATE INDEX'] },
  ],
  takeOut: [],
  restore: ['ALTER TABLE back\n  ADD x'],
  notCarried: [],
  warnings: [],
  preflight: [],
  estimate: { rows: 0, bytes: 0 },
}

describe('planSql', () => {
  it('has every statement once, ended, in the order of the phases, and no name that leaves its comment', () => {
    const sql = planSql(plan)
    const statements = sql.split('\n').filter((line) => line !== '' && !line.startsWith('--'))
    expect(statements).toEqual([
      'CREATE TABLE a (b integer);',
      'DO $$ BEGIN END $$;',
      'CREATE INDEX;',
      'ALTER TABLE x;',
      'ALTER TABLE y;',
    ])
    expect(sql).toContain('-- After the load, phase 1.')
    expect(sql).toContain('-- ALTER TABLE back\n--   ADD x;')
  })
})
