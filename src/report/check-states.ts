import { type CheckName, checkNames, type CheckState, type CheckStates } from '../model/check.ts'
import type { ValidationSummary } from '../model/run-summary.ts'
import { isSampled } from './way-text.ts'

/** What became of a check, for people. */
export const stateWords: { readonly [state in CheckState['state']]: string } = {
  checked: 'checked',
  off: 'left out',
  implied: 'implied',
  impossible: 'impossible',
}

/** Why a check was not made; undefined where it was, or nobody says. */
export function whyNotMade(state: CheckState | undefined): string | undefined {
  if (state === undefined || state.state === 'checked') return undefined
  const { [state.state]: word } = stateWords
  return state.reason === undefined ? word : `${word}: ${state.reason}`
}

/** `checked`, and what was; then each check that was not made, under what became of it, and why. */
export function checkFacts({ checks, datasets }: ValidationSummary): [name: string, fact: string][] {
  if (checks === undefined) return []
  const made = checkNames
    .filter((name) => checks[name].state === 'checked')
    .map((name) => (name === 'contents' && isSampled(datasets) ? 'contents (a sample)' : name))
  const others = checkNames.flatMap((name): [string, string][] => {
    const { state, reason } = checks[name]
    return state === 'checked' ? [] : [[stateWords[state], reason === undefined ? name : `${name}: ${reason}`]]
  })
  return [...(made.length === 0 ? [] : [['checked', made.join(', ')] satisfies [string, string]]), ...others]
}

/** Those that were made, or are not known not to have been. */
export function madeOf(names: readonly CheckName[], checks: CheckStates | undefined): CheckName[] {
  return names.filter((name) => whyNotMade(checks?.[name]) === undefined)
}
