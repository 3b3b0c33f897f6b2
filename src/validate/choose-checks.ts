import type { ValidateConfig } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { checkNames, type CheckState, type CheckStates, type CheckSwitches } from '../model/check.ts'

const checked: CheckState = { state: 'checked' }
const off: CheckState = { state: 'off', reason: 'switched off' }

/** `some`: a sample. */
export type ValuesRead = 'all' | 'some' | 'none'

/**
 * Which checks are made.
 *
 * @param said What is said beside the pipeline, and overrules it
 * @param read What the way of comparing reads of the values
 * @throws TL_C105 where none is left
 */
export function chooseChecks(config: ValidateConfig, said: CheckSwitches, read: ValuesRead): CheckStates {
  const orphans = config.orphans && config.checks?.orphans !== false
  if (read === 'none' && said.contents === true) {
    const reason = '--mode counts compares no contents, and --checks asks for them'
    throw new TransloadError('TL_C105', { reason, cure: 'Leave one of the two out.' })
  }
  const switches: CheckSwitches = { ...config.checks, orphans, ...said }
  const chosen = Object.fromEntries(checkNames.map((name) => [name, switches[name] === false ? off : checked]))
  const states = chosen as Record<keyof CheckStates, CheckState>
  if (read === 'none' && states.contents.state === 'checked') {
    states.contents = { state: 'off', reason: 'it was asked for counts' }
  }
  const isImplied = read === 'all' && states.contents.state === 'checked' && switches.ranges === undefined
  if (isImplied) states.ranges = { state: 'implied', reason: 'every value is compared' }
  if (checkNames.every((name) => states[name].state === 'off')) {
    throw new TransloadError('TL_C105', {
      reason: 'Every check is switched off',
      cure: `Leave one of them on: ${checkNames.join(', ')}.`,
    })
  }
  return states
}

/** Sentences for people: what was left out. */
export function checkCoverage(states: CheckStates): string[] {
  return checkNames.flatMap((name) => {
    const { state, reason = '' } = states[name]
    return state === 'off' || state === 'impossible' ? [`${notDone[name]}: ${reason}.`] : []
  })
}

const notDone: { readonly [name in keyof CheckStates]: string } = {
  schema: 'Columns, keys, indexes, defaults, checks and sequences were not compared',
  rows: 'Rows were not counted',
  nulls: 'NULLs were not counted',
  orphans: 'Orphans were not counted',
  unique: 'It was not checked whether keys are unique',
  ranges: 'Least and largest values and sums were not compared',
  contents: 'Values were not compared one by one',
}
