import type { CensusFact } from '../model/census.ts'
import type { NativeType } from '../model/relation.ts'
import { type Fact, meets } from './condition.ts'
import type { Conditions, MatchPattern } from './document.ts'
import { globMatches } from './glob.ts'

/** What a rule may look at. */
export interface MappedColumn {
  readonly table: string
  readonly column: string
  readonly native: NativeType
  /** Of this column, or of one that a foreign key joins with it. */
  readonly autoIncrement: boolean
  /** What the census found, over all columns that foreign keys join with it. */
  readonly facts: { readonly [fact in CensusFact]?: Fact }
}

export function patternFits(pattern: MatchPattern, { native, table, column, autoIncrement }: MappedColumn): boolean {
  if (pattern.type !== undefined && !isOneOf(pattern.type, native.name)) return false
  if (pattern.of !== undefined && !isOneOf(pattern.of, native.of?.name ?? '')) return false
  if (pattern.args !== undefined && pattern.args.join() !== native.args.join()) return false
  if (pattern.unsigned !== undefined && pattern.unsigned !== (native.unsigned ?? false)) return false
  if (pattern.autoIncrement !== undefined && pattern.autoIncrement !== autoIncrement) return false
  if (pattern.charset !== undefined && !isOneOf(pattern.charset, native.charset ?? '')) return false
  if (pattern.text !== undefined && pattern.text !== native.text) return false
  if (pattern.table !== undefined && !globMatches(pattern.table, table)) return false
  return pattern.column === undefined || globMatches(pattern.column, column)
}

function isOneOf(names: string | readonly string[], name: string): boolean {
  return typeof names === 'string' ? names === name : names.includes(name)
}

export function conditionsHold(when: Conditions | undefined, { facts }: MappedColumn): boolean {
  const found: { readonly [fact: string]: Fact | undefined } = facts
  return Object.entries(when ?? {}).every(([fact, limit]) => limit === undefined || meets(found[fact], limit))
}
