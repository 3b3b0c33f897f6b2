import type { Contents } from '../contract/contents.ts'
import type { TableShape } from '../contract/table-shape.ts'
import type { CheckStates } from '../model/check.ts'
import type { CountQuestion, MeasureQuestion, OrphanQuestion } from '../model/count.ts'
import type { ValueFault } from '../model/plan.ts'
import { isSameName, type NativeType, type TableInfo } from '../model/relation.ts'
import type { DeclaredKey, DeclaredRelation } from '../plan/declared-relations.ts'
import { isCollated } from '../plan/collation.ts'
import { tableId } from '../plan/table-id.ts'
import type { ComparedColumn, ComparedTable } from './compared-table.ts'

/** A relation whose orphans are counted at both ends. */
export interface AskedRelation {
  readonly name: string
  /** The pipeline declares it, and the source does not. */
  readonly isDeclared: boolean
  /** How the source compares the columns of text that it goes by; empty where it has none. */
  readonly collations: readonly string[]
}

/** A key of which it is found out whether it is one. */
export interface AskedKey {
  readonly name: string
  readonly columns: readonly { readonly from: string; readonly to: string }[]
  /** The target's index that sees to it; absent: values that are there more than once are counted at both ends. */
  readonly index?: string | undefined
}

/** What is counted of one pair of tables, asked with each end's own names, place by place the same. */
export interface CountQuestions {
  readonly table: ComparedTable
  readonly source: CountQuestion<NativeType>
  readonly target: CountQuestion<string>
  readonly relations: readonly AskedRelation[]
  /** Those that are counted come in the order of the questions. */
  readonly keys: readonly AskedKey[]
  /** Columns of the measures, in their order. */
  readonly measured: readonly ComparedColumn[]
  /** Whether anything is asked at all. */
  readonly isAsked: boolean
  /** Sentences: what is not counted. */
  readonly notAsked: readonly string[]
}

export interface CountRequest {
  readonly tables: readonly ComparedTable[]
  /** The source's. */
  readonly catalog: readonly TableInfo[]
  /** The target's; absent where it does not tell. */
  readonly shapes: readonly TableShape[] | undefined
  readonly states: CheckStates
  /** Whether every row goes by where contents are compared: else some do. */
  readonly isReadWhole: boolean
  readonly declared: { readonly relations: readonly DeclaredRelation[]; readonly keys: readonly DeclaredKey[] }
  readonly source: Contents<NativeType>
  readonly contents: Contents<string>
}

export function countQuestions(request: CountRequest): CountQuestions[] {
  return request.tables.map((table) => questionsOf(table, request))
}

function questionsOf(table: ComparedTable, request: CountRequest): CountQuestions {
  const { states } = request
  if (table.isMade === true) {
    const isOfDocuments = table.read !== undefined && table.staging?.configs.length === 0
    const why = isOfDocuments ? 'its rows stand within documents' : 'stages make its rows'
    return noQuestions(table, [`${table.from}: nothing of it was counted, nor its schema compared: ${why}.`])
  }
  const info = request.catalog.find(({ name }) => isSameName(name, table.source))
  const notAsked: string[] = []
  const orphans = states.orphans.state === 'checked' ? orphansOf(table, info, request, notAsked) : []
  const keys = states.unique.state === 'checked' ? keysOf(table, info, request, notAsked) : []
  const counted = keys.filter(({ index }) => index === undefined)
  // Rows and NULLs that go by anyway are not asked for.
  const isRead = request.isReadWhole && states.contents.state === 'checked' && table.columns.length > 0
  // What stages make of rows no statement of the source can count.
  const isStaged = table.staging !== undefined
  const isCounted = !isRead && !isStaged && (states.rows.state === 'checked' || states.nulls.state === 'checked')
  const withNulls = isCounted && states.nulls.state === 'checked'
  const measures = isStaged ? [] : measuresOf(table, request, withNulls, notAsked)
  if (isStaged) notAsked.push(...notCountedOfStages(table, states, isRead))
  const columns = withNulls ? table.columns : []
  const keyColumns = (end: 'from' | 'to'): string[][] => counted.map((key) => key.columns.map((column) => column[end]))
  return {
    table,
    source: {
      table: table.source,
      columns: columns.map(({ from }) => from),
      orphans: orphans.map(({ source }) => source),
      measures: measures.map(({ column, ...rest }) => ({ ...rest, column: column.from, type: column.sourceType })),
      keys: keyColumns('from'),
    },
    target: {
      table: table.target,
      part: table.part,
      columns: columns.map(({ to }) => to),
      orphans: orphans.map(({ target }) => target),
      measures: measures.map(({ column, ...rest }) => ({
        ...rest,
        faults: [],
        column: column.to,
        type: column.targetType,
      })),
      keys: keyColumns('to'),
    },
    relations: orphans.map(({ relation }) => relation),
    keys,
    measured: measures.map(({ column }) => column),
    isAsked: isCounted || orphans.length > 0 || counted.length > 0 || measures.length > 0,
    notAsked,
  }
}

/** Of a table that the source does not have. @param notAsked As {@link CountQuestions.notAsked} */
export function noQuestions(table: ComparedTable, notAsked: readonly string[]): CountQuestions {
  return {
    table,
    source: { table: table.source, columns: [], orphans: [] },
    target: { table: table.target, columns: [], orphans: [] },
    relations: [],
    keys: [],
    measured: [],
    isAsked: false,
    notAsked,
  }
}

function notCountedOfStages({ from }: ComparedTable, states: CheckStates, isRead: boolean): string[] {
  const wanted = [
    ...(!isRead && states.rows.state === 'checked' ? ['rows'] : []),
    ...(!isRead && states.nulls.state === 'checked' ? ['NULLs'] : []),
    ...(states.ranges.state === 'checked' ? ['least and largest values and sums'] : []),
  ]
  return wanted.length === 0 ? [] : [`${from}: ${wanted.join(', ')} were not compared: its rows go through stages.`]
}

interface AskedOrphans {
  readonly relation: AskedRelation
  readonly source: OrphanQuestion
  readonly target: OrphanQuestion
}

/** Foreign keys are the source's; one that the pipeline declares once more is asked for once. */
function orphansOf(
  table: ComparedTable,
  info: TableInfo | undefined,
  { tables, declared }: CountRequest,
  notAsked: string[],
): AskedOrphans[] {
  const own = (info?.foreignKeys ?? []).map((key) => ({ ...key, isDeclared: false }))
  const added = declared.relations
    .filter(({ from }) => isSameName(from.table, table.source))
    .map(({ name, from, to }) => {
      return { name, columns: from.columns, references: to.table, referencedColumns: to.columns, isDeclared: true }
    })
    .filter((one) => !own.some((key) => relationId(key) === relationId(one)))
  return [...own, ...added].flatMap(({ name: constraint, columns, references, referencedColumns, isDeclared }) => {
    const parent = tables.find(({ source }) => isSameName(source, references))
    const children = columnsOf(table, columns)
    const parents = parent && columnsOf(parent, referencedColumns)
    if (parent === undefined || children === undefined || parents === undefined) {
      notAsked.push(`${table.from}: orphans of ${constraint} were not counted: a table or column is not compared.`)
      return []
    }
    const apart = children.find(({ sourceType }, place) => isApart(sourceType, parents[place]!.sourceType))
    if (apart !== undefined) {
      notAsked.push(`${table.from}: orphans of ${constraint} were not counted: its ends are of two collations.`)
      return []
    }
    const texts = children.filter(({ sourceType }, place) => {
      return isCollated(sourceType) && isCollated(parents[place]!.sourceType)
    })
    const collations = [...new Set(texts.flatMap(({ sourceType }) => sourceType.collation ?? []))]
    const byBytes = (names: readonly string[]): OrphanQuestion['byBytes'] => (names.length === 0 ? undefined : names)
    const at = (end: 'from' | 'to'): Pick<OrphanQuestion, 'columns' | 'referencedColumns' | 'byBytes'> => ({
      columns: children.map((column) => column[end]),
      referencedColumns: parents.map((column) => column[end]),
      byBytes: byBytes(texts.map((column) => column[end])),
    })
    return [
      {
        relation: { name: constraint, isDeclared, collations },
        source: { constraint, references, ...at('from') },
        target: { constraint, references: parent.target, parents: parent.part, ...at('to') },
      },
    ]
  })
}

function relationId({
  columns,
  references,
  referencedColumns,
}: Pick<OrphanQuestion, 'columns' | 'references' | 'referencedColumns'>): string {
  const pairs = columns.map((column, place) => JSON.stringify([column, referencedColumns[place]]))
  return JSON.stringify([tableId(references), pairs.toSorted((one, other) => (one < other ? -1 : 1))])
}

/** Texts of two collations that no server compares with each other. */
function isApart(one: NativeType, other: NativeType): boolean {
  if (!isCollated(one) || !isCollated(other) || one.collation === other.collation) return false
  return one.charset === other.charset || ![one, other].some(({ charset }) => charset?.startsWith('utf8') === true)
}

/** Undefined where one of them is not compared. */
function columnsOf({ columns }: ComparedTable, names: readonly string[]): ComparedColumn[] | undefined {
  const found = names.flatMap((name) => columns.filter(({ from, isStaged }) => from === name && isStaged !== true))
  return found.length === names.length ? found : undefined
}

function keysOf(
  table: ComparedTable,
  info: TableInfo | undefined,
  { shapes, declared }: CountRequest,
  notAsked: string[],
): AskedKey[] {
  const own = (info?.indexes ?? []).flatMap(({ name, kind, parts }) => {
    if (kind !== 'primary' && kind !== 'unique') return []
    const isPlain = parts.every(({ column, prefixLength }) => column !== undefined && prefixLength === undefined)
    return [{ name, columns: isPlain ? parts.flatMap(({ column }) => column ?? []) : undefined }]
  })
  const added = declared.keys.filter((key) => isSameName(key.table, table.source))
  const indexes = shapes?.find(({ name }) => isSameName(name, table.target))?.indexes ?? []
  return [...own, ...added].flatMap(({ name, columns: names }): AskedKey[] => {
    const columns = names && columnsOf(table, names)?.map(({ from, to }) => ({ from, to }))
    if (columns === undefined) {
      const why = names === undefined ? 'it is of parts of values' : 'a column is not compared'
      notAsked.push(`${table.from}: it was not checked whether the key ${name} is unique: ${why}.`)
      return []
    }
    const targets = columns.map(({ to }) => to)
    const index = indexes.find(({ unique, valid, partial, columns: parts }) => {
      const isOwn = (part: string | null): boolean => {
        return part !== null && (targets.includes(part) || part === table.part?.column)
      }
      return unique && valid && !partial && parts.every(isOwn)
    })
    if (table.staging !== undefined && index === undefined) {
      notAsked.push(`${table.from}: it was not checked whether the key ${name} is unique: its rows go through stages.`)
      return []
    }
    return [{ name, columns, index: index?.name }]
  })
}

interface Measured extends Omit<MeasureQuestion<never>, 'column' | 'type'> {
  readonly column: ComparedColumn
}

function measuresOf(
  table: ComparedTable,
  { states, source, contents }: CountRequest,
  withNulls: boolean,
  notAsked: string[],
): Measured[] {
  const withRanges = states.ranges.state === 'checked'
  if (withRanges && table.ignoresExtra) {
    notAsked.push(`${table.from}: least and largest values and sums were not compared: others write to the table too.`)
  }
  return table.columns.flatMap((column): Measured[] => {
    const { form } = column
    const isRanged = forms.has(form) && source.isOrderedBy(column.sourceType, form)
    const range = withRanges && !table.ignoresExtra && isRanged && contents.isOrderedBy(column.targetType, form)
    if (range && !isMeasurable(column)) {
      notAsked.push(`${table.from}.${column.from}: its range was not compared: the mapping changes faulty values.`)
      return withNulls ? [{ column, form, faults: emptied(column), range: false }] : []
    }
    const faults = withNulls || range ? emptied(column) : []
    return range || faults.length > 0 ? [{ column, form, faults, range }] : []
  })
}

const forms: ReadonlySet<string> = new Set(['number', 'date', 'timestamp', 'instant'])

/** Faults that a policy makes NULL. */
export function emptied({ policies }: ComparedColumn): ValueFault[] {
  const entries = Object.entries(policies) as [ValueFault, ComparedColumn['policies'][ValueFault]][]
  return entries.flatMap(([fault, policy]) => (policy?.do === 'null' ? [fault] : []))
}

/** Whether SQL can tell what the mapping makes of the column's values: nothing, or NULL of a zero date. */
function isMeasurable({ policies }: ComparedColumn): boolean {
  return Object.entries(policies).every(([fault, policy]) => {
    return policy === undefined || policy.do === 'reject' || (fault === 'zero-date' && policy.do === 'null')
  })
}
