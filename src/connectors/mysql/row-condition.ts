import type { ReadColumn, ReadPlan } from '../../model/plan.ts'
import type { ColumnCondition, OrderSign, RowCondition } from '../../model/row-condition.ts'
import { noDaySql } from './census/fact-sql.ts'
import { type Flavor, hasNulSql, invalidTextSql } from './census/text-sql.ts'
import { conditionLiteral } from './condition-literal.ts'
import { familyOf, integerBits } from './decode/type-family.ts'
import { quoteName } from './quote.ts'

/**
 * Conditions of `where` as the server is asked: true for each row that is to be read, false or NULL for those that may be
 * left out. Such a row is one that the condition is certainly false for, by a value that is not faulty: what a fault comes
 * to is a matter of policies, and is counted.
 *
 * - Values are compared where the server and an expression find the same ones equal, or the server finds more of them
 *   so (text, which every collation finds equal to itself) and is asked for those alone.
 * - Constants are such as the column can hold, so that nothing is rounded, cut or taken for a value of another type.
 */
export function whereOf({ where, columns }: ReadPlan, flavor: Flavor): string | undefined {
  return where && sqlOf(where, (name) => columns.find((column) => column.name === name), flavor)
}

/** Whether the server can be asked this. */
export function isTellable(condition: ColumnCondition, column: ReadColumn, flavor: Flavor): boolean {
  return columnSql(condition, column, flavor) !== undefined
}

/** What cannot be asked is taken to be true of any row. */
function sqlOf(
  condition: RowCondition,
  columnOf: (name: string) => ReadColumn | undefined,
  flavor: Flavor,
): string | undefined {
  if ('all' in condition) {
    const parts = condition.all.flatMap((one) => sqlOf(one, columnOf, flavor) ?? [])
    return parts.length === 0 ? undefined : `(${parts.join(' AND ')})`
  }
  if ('any' in condition) {
    const parts = condition.any.map((one) => sqlOf(one, columnOf, flavor))
    return parts.includes(undefined) ? undefined : `(${parts.join(' OR ')})`
  }
  const column = columnOf(condition.column)
  return column && columnSql(condition, column, flavor)
}

function columnSql(condition: ColumnCondition, column: ReadColumn, flavor: Flavor): string | undefined {
  const c = quoteName(column.name)
  if (isNotNull(condition)) return `${c} IS NOT NULL`
  const faults = faultsOf(column, flavor)
  const holds = column.type.kind === 'bool' ? truthSql(condition, c) : comparisonSql(condition, column, c)
  if (faults === undefined || holds === undefined) return undefined
  const readsNull = column.nullable && staysNull(condition)
  const any = [...holds, ...(readsNull ? [`${c} IS NULL`] : []), ...faults]
  return any.length === 0 ? 'FALSE' : `(${any.join(' OR ')})`
}

/** No value of it is looked at, so that it may be of any type. */
function isNotNull(condition: ColumnCondition): boolean {
  return condition.is === 'none of' && condition.values.every((value) => value === null)
}

/** Whether the condition is true for NULL, or has no answer. */
function staysNull(condition: ColumnCondition): boolean {
  return 'value' in condition || condition.values.includes(null) === (condition.is === 'one of')
}

function comparisonSql(condition: ColumnCondition, column: ReadColumn, c: string): string[] | undefined {
  const isText = familyOf(column.native) === 'text' || familyOf(column.native) === 'enum'
  // The server may find text equal that is not, and has another order of it.
  if (isText && condition.is !== 'one of') return undefined
  if ('value' in condition) {
    const literal = conditionLiteral(column, condition.value)
    const sign = signs[condition.is]
    return literal === undefined || sign === undefined ? undefined : [`${c} ${sign} ${literal}`]
  }
  const literals: string[] = []
  for (const value of condition.values) {
    if (value === null) continue
    const literal = conditionLiteral(column, value)
    if (literal === undefined) return undefined
    literals.push(literal)
  }
  if (literals.length === 0) return []
  return [`${c} ${condition.is === 'one of' ? 'IN' : 'NOT IN'} (${literals.join(', ')})`]
}

/** A plan may come from a file: nothing of it goes into a statement as it is. */
const signs: { readonly [sign in string]?: string } = { '<': '<', '<=': '<=', '>': '>', '>=': '>=' }

/** A number that is neither 0 nor 1 is faulty, and so is always read. */
function truthSql(condition: ColumnCondition, c: string): string[] | undefined {
  const [first, second] = ['true', 'false'].filter((truth) => isMet(condition, truth))
  if (first === undefined) return [`${c} NOT IN (0, 1)`]
  return second === undefined ? [`${c} <> ${first === 'true' ? 0 : 1}`] : undefined
}

function isMet(condition: ColumnCondition, truth: string): boolean {
  if ('values' in condition) return condition.values.includes(truth) === (condition.is === 'one of')
  return orders[condition.is](truth === 'true' ? 1 : 0, condition.value === 'true' ? 1 : 0)
}

const orders: { readonly [sign in OrderSign]: (one: number, other: number) => boolean } = {
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
}

/** What is true where a value of the column may be faulty; undefined where that cannot be told. */
function faultsOf(column: ReadColumn, flavor: Flavor): string[] | undefined {
  const { native, type, policies } = column
  const asked = { column: column.name, native, facts: [] }
  switch (familyOf(native)) {
    case 'integer':
      return type.kind === 'bool' || type.kind === 'decimal' || holdsAll(column) ? [] : undefined
    case 'bit':
      return type.kind === 'bool' ? [] : undefined
    case 'decimal':
      return type.kind === 'decimal' ? [] : undefined
    case 'date':
      return type.kind === 'date' ? [noDaySql(asked)] : undefined
    case 'datetime':
      return type.kind === 'timestamp' || type.kind === 'instant' ? [noDaySql(asked)] : undefined
    case 'enum':
      // Its other faults are those of labels.
      return native.labels?.some((label) => label.includes('\0')) === false
        ? [`${quoteName(column.name)} + 0 = 0`]
        : undefined
    case 'text': {
      const invalid = native.readAs === undefined ? invalidTextSql(asked, flavor) : undefined
      if (type.kind !== 'text' || invalid === undefined) return undefined
      const nul = policies['nul-byte'] === undefined ? [] : [hasNulSql(asked, flavor)]
      return [...nul, ...(invalid === 'FALSE' ? [] : [`(${invalid})`])]
    }
    default:
      return undefined
  }
}

/** Whether each number of the column is one of its canonical type. */
function holdsAll({ native, type }: ReadColumn): boolean {
  const bits = integerBits(native)
  if (type.kind !== 'int' || bits === undefined) return false
  if (native.unsigned !== true) return type.signed && type.bits >= bits
  return type.signed ? type.bits > bits : type.bits >= bits
}
