import { describe, expect, it } from 'vitest'
import { type CheckName, checkNames, type CheckStates } from '../model/check.ts'
import { checkCoverage, chooseChecks } from './choose-checks.ts'

const plain = { mode: 'counts', orphans: true } as const

function named(states: CheckStates, state: string): string[] {
  return (Object.keys(states) as CheckName[]).filter((name) => states[name].state === state)
}

describe('chooseChecks', () => {
  it('makes all of them, but none that another one proves', () => {
    const states = chooseChecks(plain, {}, 'all')
    expect(named(states, 'checked')).toEqual(['schema', 'rows', 'nulls', 'orphans', 'unique', 'contents'])
    expect(states.ranges).toEqual({ state: 'implied', reason: 'every value is compared' })
    expect(checkCoverage(states)).toEqual([])
  })

  it('makes ranges where values are not compared, or somebody asks for them', () => {
    expect(named(chooseChecks(plain, {}, 'none'), 'off')).toEqual(['contents'])
    expect(named(chooseChecks(plain, {}, 'none'), 'checked')).toContain('ranges')
    expect(named(chooseChecks(plain, {}, 'some'), 'checked')).toEqual(checkNames)
    expect(named(chooseChecks(plain, { contents: false }, 'all'), 'checked')).toContain('ranges')
    expect(named(chooseChecks(plain, { ranges: true }, 'all'), 'implied')).toEqual([])
  })

  it('goes by the pipeline, and before it by what is said beside', () => {
    const config = { ...plain, orphans: false, checks: { schema: false, rows: false } }
    const states = chooseChecks(config, { rows: true }, 'all')
    expect(named(states, 'off')).toEqual(['schema', 'orphans'])
    expect(named(chooseChecks(config, { orphans: true }, 'all'), 'off')).toEqual(['schema', 'rows'])
    expect(checkCoverage(states)).toEqual([
      'Columns, keys, indexes, defaults, checks and sequences were not compared: switched off.',
      'Orphans were not counted: switched off.',
    ])
  })

  it('refuses to choose none', () => {
    const none = { schema: false, rows: false, nulls: false, orphans: false, unique: false, ranges: false }
    expect(() => chooseChecks(plain, none, 'none')).toThrow('TL_C105')
    expect(() => chooseChecks({ ...plain, checks: none }, { contents: false }, 'all')).toThrow('TL_C105')
  })
})
