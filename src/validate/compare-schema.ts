import { isDeepStrictEqual } from 'node:util'
import { digestText } from '../canonical/digest-text.ts'
import type { ColumnShape, IndexShape, TableShape } from '../contract/table-shape.ts'
import {
  type ColumnInfo,
  type DefaultValue,
  type IndexInfo,
  isSameName,
  type QualifiedName,
  type ReferentialAction,
  type TableInfo,
} from '../model/relation.ts'
import { compareChecks } from './compare-checks.ts'
import { type ComparedColumn, type ComparedTable, mayBecomeNull } from './compared-table.ts'
import type { SchemaComparison, SchemaDifference } from './schema-difference.ts'

/** Compares all that a table is besides its rows. What only the target has (more indexes, more checks) is no difference. */
export function compareSchema(
  table: ComparedTable,
  info: TableInfo,
  shape: TableShape,
  /** What a table of the source is compared with; undefined where it is not. */
  pairOf: (source: QualifiedName) => ComparedTable | undefined,
  /** Columns of which a declared loss has changed values; absent where nobody has looked. */
  declared: ReadonlySet<string> | undefined,
): SchemaComparison {
  const differences: SchemaDifference[] = []
  const notCompared: string[] = []
  for (const { from, to, isMissing } of table.skipped) {
    if (isMissing && from !== '')
      differences.push({ kind: 'column', name: from, problem: `is not there${to === from ? '' : ` as ${to}`}` })
  }
  if (table.part !== undefined) {
    // Every table that is merged has a say in it.
    notCompared.push(`how ${table.to} is declared, in which ${table.from} is merged`)
    return { differences, notCompared }
  }
  // Whether a value must be there no collection says: it was told from those that there are.
  const isOfDocuments = info.leftOut !== undefined
  for (const column of table.columns) {
    const there = shape.columns.find(({ name }) => name === column.to)
    const here = info.columns.find(({ name }) => name === column.from)
    // What a stage makes or changes is no more as the source declares it.
    if (column.isStaged === true) {
      if (column.isMade !== true) notCompared.push(`how ${table.from}.${column.from} is declared`)
      continue
    }
    if (there === undefined || here === undefined) continue
    differences.push(
      ...nullability(column, here, there, isOfDocuments || (declared?.has(column.from) ?? mayBecomeNull(column))),
      ...sequence(column, here, there),
    )
    const unlike = compareDefault(column, here, there)
    if (unlike === cannotTell) notCompared.push(`the default of ${table.from}.${column.from}`)
    else if (unlike !== undefined) differences.push({ kind: 'default', name: column.from, problem: unlike })
  }
  for (const index of info.indexes) {
    const wanted = index.parts.map(({ column }) => (column === undefined ? undefined : nameIn(table, column)))
    const isPlain = index.parts.every(({ prefixLength }) => prefixLength === undefined) && !wanted.includes(undefined)
    if (!isPlain || !(index.kind === 'primary' || index.kind === 'unique' || index.kind === 'index')) {
      const kind = index.kind === 'index' ? 'index' : `${index.kind} index`
      notCompared.push(`the ${kind} ${index.name} of ${table.from}`)
      continue
    }
    const problem = indexProblem(index, wanted.join('\0'), shape.indexes)
    if (problem !== undefined) differences.push({ kind: kindOf(index), name: index.name, problem })
  }
  for (const key of info.foreignKeys) {
    const parent = pairOf(key.references)
    const columns = key.columns.map((name) => nameIn(table, name))
    const referenced = key.referencedColumns.map((name) => (parent === undefined ? undefined : nameIn(parent, name)))
    // Rows of a table that several are merged in are told apart by more than the source's key.
    const isMerged = parent?.part !== undefined
    if (parent === undefined || isMerged || columns.includes(undefined) || referenced.includes(undefined)) {
      notCompared.push(`the foreign key ${key.name} of ${table.from}`)
      continue
    }
    const there = shape.foreignKeys.find(
      (one) =>
        isSameName(one.references, parent.target) &&
        isDeepStrictEqual([one.columns, one.referencedColumns], [columns, referenced]),
    )
    if (there === undefined) differences.push({ kind: 'foreign key', name: key.name, problem: 'is not there' })
    else if (isOther(key.onDelete, there.onDelete) || isOther(key.onUpdate, there.onUpdate)) {
      const [wanted, found] = [key, there].map(
        ({ onDelete, onUpdate }) => `on delete ${onDelete}, on update ${onUpdate}`,
      )
      differences.push({ kind: 'foreign key', name: key.name, problem: `says ${found}, and ${wanted} at the source` })
    }
    // Its orphans are counted at both ends.
    else if (!there.validated)
      notCompared.push(`whether the foreign key ${key.name} of ${table.from} holds for all rows`)
  }
  const checks = compareChecks(table, info.checks, shape.checks)
  return {
    differences: [...differences, ...checks.differences],
    notCompared: [...notCompared, ...checks.notCompared],
  }
}

/** Of the two that refuse, PostgreSQL's may wait for the transaction's end, and MySQL's may not: they are taken for one. */
function isOther(one: ReferentialAction, other: ReferentialAction): boolean {
  const even = (action: ReferentialAction): ReferentialAction => (action === 'restrict' ? 'no action' : action)
  return even(one) !== even(other)
}

/** A column's name in the target; undefined where it is not compared. */
function nameIn({ columns }: ComparedTable, name: string): string | undefined {
  return columns.find(({ from, isMade }) => from === name && isMade !== true)?.to
}

function kindOf({ kind }: IndexInfo): 'primary key' | 'unique' | 'index' {
  if (kind === 'primary') return 'primary key'
  return kind === 'unique' ? 'unique' : 'index'
}

function nullability(
  column: ComparedColumn,
  here: ColumnInfo,
  there: ColumnShape,
  becameNull: boolean,
): SchemaDifference[] {
  if (here.nullable === there.nullable) return []
  // A value that a policy has made NULL needs a place.
  if (there.nullable && becameNull) return []
  const problem = there.nullable ? 'may be NULL, and may not at the source' : 'may not be NULL, and may at the source'
  return [{ kind: 'nullability', name: column.from, problem }]
}

function sequence({ from }: ComparedColumn, here: ColumnInfo, { sequence: there }: ColumnShape): SchemaDifference[] {
  if (!here.autoIncrement) return []
  if (there === undefined)
    return [{ kind: 'sequence', name: from, problem: 'is not there: the column no longer counts up by itself' }]
  if (there.isExhausted) return [{ kind: 'sequence', name: from, problem: 'has no next value: its maximum is reached' }]
  if (there.largest === null || BigInt(there.next) > BigInt(there.largest)) return []
  const problem = `gives ${there.next} next, and the table has ${there.largest} already`
  return [{ kind: 'sequence', name: from, problem }]
}

const isNow =
  /^\(*(?:now\(\)|(?:current_timestamp|localtimestamp|current_date|localtime)(?:\(\d\))?|(?:statement|transaction)_timestamp\(\))\)*(?:::[a-z ]+(?:\(\d\))?[a-z ]*)?\)*$/i

const cannotTell = 'cannot be told'

/** What is wrong, or that it cannot be told. */
function compareDefault(column: ComparedColumn, here: ColumnInfo, there: ColumnShape): string | undefined {
  if (there.generated && here.generated === undefined) return 'is there no more: the column is generated'
  if (here.generated !== undefined || there.generated || here.autoIncrement || there.sequence !== undefined)
    return undefined
  const wanted = here.default
  const found = there.default
  if (wanted === undefined || isNull(wanted)) {
    return found === undefined || /^NULL\b/i.test(found.sql) ? undefined : `is ${found.sql}, and the source has none`
  }
  if (isEmptied(column, wanted))
    return found === undefined ? undefined : `is ${found.sql}, and ${wanted.sql} at the source`
  if (found === undefined) return `is not there; the source has ${wanted.sql}`
  if (wanted.kind === 'now')
    return isNow.test(found.sql) ? undefined : `is ${found.sql}, and ${wanted.sql} at the source`
  const text = literalText(wanted)
  if (text === undefined || found.text === undefined) return cannotTell
  const isSame = digestText(column.form, text) === digestText(column.form, found.text)
  return isSame ? undefined : `is ${found.sql}, and ${wanted.sql} at the source`
}

/** A zero date, which a policy makes NULL. */
function isEmptied({ policies }: ComparedColumn, value: DefaultValue): boolean {
  return policies['zero-date']?.do === 'null' && value.kind === 'literal' && value.text.startsWith('0000-00-00')
}

function isNull({ kind, sql }: DefaultValue): boolean {
  return kind === 'expression' && /^NULL$/i.test(sql)
}

function literalText(value: DefaultValue): string | undefined {
  switch (value.kind) {
    case 'literal':
    case 'number':
      return value.text
    case 'bytes':
      return value.hex
    case 'bits':
      return value.text
    case 'now':
    case 'expression':
      return undefined
  }
}

function indexProblem(index: IndexInfo, wanted: string, there: readonly IndexShape[]): string | undefined {
  const fits = there.filter(
    (one) => !one.partial && one.columns.join('\0') === wanted && (index.kind === 'index' || one.unique),
  )
  const primary = index.kind === 'primary' ? fits.filter((one) => one.primary) : fits
  if (primary.length === 0) return 'is not there'
  return primary.some((one) => one.valid) ? undefined : 'is there, and was not built to its end'
}
