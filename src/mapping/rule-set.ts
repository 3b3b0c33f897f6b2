import type { PairRule, PolicyRule, ReadRule, WriteRule } from './document.ts'
import type { Override } from './overrides.ts'

/** Rules in the order in which they are asked: a user's own come first. */
export interface RuleSet {
  /** A user's wishes in their short form, and policies, which go before all rules. */
  readonly overrides: readonly Override[]
  readonly ownPolicies: readonly PolicyRule[]
  readonly types: readonly PairRule[]
  readonly read: readonly ReadRule[]
  readonly write: readonly WriteRule[]
  readonly policies: readonly PolicyRule[]
}
