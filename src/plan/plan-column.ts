import type { ColumnConfig, NameRule } from '../config/pipeline.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { decide } from '../mapping/decide.ts'
import { factOfFault, policiesOf, policyReasons } from '../mapping/policies.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type {
  ColumnPlan,
  DeclaredLoss,
  EnumType,
  PolicyAction,
  ReadColumn,
  TargetColumn,
  ValueFault,
  ValuePolicies,
} from '../model/plan.ts'
import type { ColumnInfo, TableInfo } from '../model/relation.ts'
import { ignoresCase } from './collation.ts'
import type { ColumnKnowledge } from './group-facts.ts'
import { targetName } from './names.ts'
import type { SelectedTable } from './select-tables.ts'

/** All that was decided for one column. */
export interface PlannedColumn {
  readonly source: ColumnInfo
  readonly plan: ColumnPlan
  readonly read: ReadColumn
  readonly target: TargetColumn
  readonly enumType: EnumType | undefined
}

export interface ColumnContext {
  readonly rules: RuleSet
  readonly selected: SelectedTable
  readonly names: NameRule
  readonly target: Target
  readonly isKey: (column: string) => boolean
  readonly knowledge: (column: ColumnInfo) => ColumnKnowledge
  /** The type of a column that is there already; undefined where the table is to be made. */
  readonly existingType: (targetColumn: string) => string | undefined
  readonly enumType: (column: ColumnInfo) => EnumType
}

export function planColumn(column: ColumnInfo, context: ColumnContext): PlannedColumn {
  const { rules, selected, target } = context
  const config: ColumnConfig = selected.config?.columns[column.name] ?? {}
  const knowledge = context.knowledge(column)
  const mapped = {
    table: selected.dataset,
    column: column.name,
    native: column.native,
    autoIncrement: knowledge.autoIncrement,
    facts: knowledge.groupFacts,
  }
  const decision = decide(rules, mapped, config)
  const to = config.to ?? targetName(column.as ?? column.name, context.names, target.maxNameBytes)
  const existing = context.existingType(to)
  if (decision.refused !== undefined && existing === undefined) {
    throw new TransloadError('TL_C105', {
      reason: `${selected.dataset}.${column.name} (${column.native.text}): ${decision.refused.reason}`,
      cure: `${decision.refused.cure.replaceAll('NAME', column.name)} transload init writes a file that says so.`,
    })
  }
  const near = decision.wishedAt === undefined ? undefined : target.suggestType?.(decision.targetType)
  if (near !== undefined && existing === undefined) {
    throw new TransloadError('TL_C105', {
      reason: `${decision.wishedAt}: ${decision.rule} says ${decision.targetType}, which is no type`,
      cure: `Did you mean ${near}? A type of your own stands in quotes or with its schema.`,
    })
  }
  const enumType = existing === undefined && decision.targetType === '{enum}' ? context.enumType(column) : undefined
  const targetType = existing ?? (enumType === undefined ? decision.targetType : target.quoteName(enumType.name))
  const isKey = context.isKey(column.name)
  const policies = keyPolicies(policiesOf(rules, mapped, decision.type, config), isKey)
  const nullable = column.nullable || (!isKey && mayBecomeNull(policies, knowledge, column))
  const plan: ColumnPlan = {
    from: column.name,
    to,
    sourceType: column.native.text,
    type: decision.type,
    targetType,
    nullable,
    rule: existing === undefined ? decision.rule : 'existing-column',
    why: existing === undefined ? decision.why : 'the column is there already: its type is respected',
    ...(decision.loss === undefined || existing !== undefined ? {} : { mayLose: decision.loss }),
    losses: declaredLosses(policyReasons(rules, mapped, decision.type, config), policies, knowledge, column),
    notes: notesOf(column, selected.table, nullable, knowledge),
  }
  return {
    source: column,
    plan,
    read: { name: column.name, native: column.native, type: decision.type, nullable, policies },
    target: {
      name: to,
      type: targetType,
      nullable,
      default: column.default,
      identity: column.autoIncrement,
      identityNext: column.autoIncrement ? context.selected.table.nextAutoIncrement : undefined,
      onUpdateNow: column.onUpdateNow,
      comment: column.comment,
    },
    enumType,
  }
}

/** A key's column cannot be NULL: there a faulty value costs its row. */
function keyPolicies(policies: ValuePolicies, isKey: boolean): ValuePolicies {
  if (!isKey) return policies
  const kept: { [fault in ValueFault]?: PolicyAction | undefined } = {}
  for (const [fault, action] of entriesOf(policies)) {
    kept[fault] = action.do === 'null' ? { do: 'reject', rule: action.rule } : action
  }
  return kept
}

/** True where the census found a value that a policy makes NULL, or where nobody looked. */
function mayBecomeNull(policies: ValuePolicies, knowledge: ColumnKnowledge, column: ColumnInfo): boolean {
  return entriesOf(policies).some(([fault, action]) => action.do === 'null' && found(fault, knowledge, column) !== 0)
}

function found(fault: ValueFault, knowledge: ColumnKnowledge, { faults }: ColumnInfo): number | undefined {
  if (fault === 'nul-byte' || fault === 'json-nul' || fault === 'invalid-text') {
    const counted = faults?.[fault]
    if (counted !== undefined) return counted
  }
  const fact = factOfFault[fault]
  const value = fact === undefined ? undefined : knowledge.facts[fact]
  return value === undefined ? undefined : Number(value ?? 0)
}

function declaredLosses(
  reasons: ReadonlyMap<string, string>,
  policies: ValuePolicies,
  knowledge: ColumnKnowledge,
  column: ColumnInfo,
): DeclaredLoss[] {
  return entriesOf(policies)
    .filter(([, action]) => action.do !== 'reject')
    .map(([fault, action]) => ({
      rule: action.rule,
      fault,
      why: reasons.get(action.rule) ?? '',
      found: found(fault, knowledge, column),
    }))
}

function entriesOf(policies: ValuePolicies): [ValueFault, PolicyAction][] {
  const entries: [ValueFault, PolicyAction][] = []
  for (const [fault, action] of Object.entries(policies)) {
    if (action !== undefined) entries.push([fault as ValueFault, action])
  }
  return entries
}

/** What is said of a column's values that are encoded twice, behind their number. */
export const storedTwice = 'values look like UTF-8 that was stored twice over: they are carried as they are'

function isUnique(column: string, table: TableInfo): boolean {
  return table.indexes.some((index) => {
    return (index.kind === 'primary' || index.kind === 'unique') && index.parts.some((part) => part.column === column)
  })
}

function notesOf(column: ColumnInfo, table: TableInfo, nullable: boolean, knowledge: ColumnKnowledge): string[] {
  const notes: string[] = []
  const { native } = column
  if (nullable && !column.nullable) notes.push('NOT NULL is dropped: values become NULL')
  if (native.readAs !== undefined) notes.push(`its bytes are read as ${native.readAs}, not as ${native.charset}`)
  if (native.zerofill) notes.push('ZEROFILL is a way of printing: the number is the same')
  if (ignoresCase(native) && isUnique(column.name, table)) {
    notes.push(
      `is part of a unique key that ignores case at the source (${native.collation}) and minds it here; citext or a collation is a choice`,
    )
  }
  const doubled = Number(knowledge.facts['double-encoded'] ?? 0)
  if (doubled > 0) notes.push(`${doubled} ${storedTwice}`)
  if (doubled > 0 && native.charset?.startsWith('utf8') === false) {
    notes.push('decode: utf8 takes the bytes of all its values for UTF-8')
  }
  const partial = Number(knowledge.facts['partial-dates'] ?? 0)
  if (partial > 0) notes.push(`${partial} dates do not exist: their rows are rejected`)
  if (column.invisible) notes.push('invisible at the source, visible here')
  return notes
}
