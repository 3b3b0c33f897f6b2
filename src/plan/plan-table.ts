import type { NameRule, Places } from '../config/pipeline.ts'
import type { Source } from '../contract/source.ts'
import type { ExistingTable, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type {
  DatasetPlan,
  NotCarried,
  OutputPlan,
  ReadPlan,
  TableDefinition,
  TargetColumn,
  WriteMode,
  WritePlan,
} from '../model/plan.ts'
import type { ColumnInfo, ForeignKeyInfo, QualifiedName, TableInfo } from '../model/relation.ts'
import type { EnumTypes } from './enum-types.ts'
import type { Knowledge } from './group-facts.ts'
import { hiddenIn, withHidden } from './hidden-columns.ts'
import { defineTable, type DefinitionContext, type NameOf } from './define-table.ts'
import { assertDistinct } from './names.ts'
import { planChildren, type PlannedChildren } from './plan-children.ts'
import { planColumn, type PlannedColumn } from './plan-column.ts'
import { planOthers } from './plan-others.ts'
import { planStages, type StagedRows, stagePlaces } from './plan-stages.ts'
import { workFrame } from '../transform/shape.ts'
import type { StageKeys } from '../transform/stage-keys.ts'
import { discriminatorOf, type SelectedTable, transformOf } from './select-tables.ts'
import { type BoundStages, fingerprintsOf } from '../transform/bind-stages.ts'
import { uniqueKey } from './unique-key.ts'
import { pushedDown } from './push-down.ts'
import { decideEach, placed } from './column-faults.ts'
import { childTarget, parseTarget } from './target-names.ts'

export interface TableContext extends DefinitionContext {
  readonly rules: RuleSet
  readonly target: Target
  readonly names: NameRule
  readonly knowledge: Knowledge
  readonly existing: (table: QualifiedName) => ExistingTable | undefined
  readonly enumTypes: EnumTypes
  /** Where the pipeline's parts stand. */
  readonly places: Places
  /** Keys of all stages. */
  readonly keys: StageKeys
  /** Whether the source leaves out rows by such a condition; absent: it leaves out none. */
  readonly canPushDown?: Source['canPushDown'] | undefined
  /** @throws TL_C105 where the source cannot read the column as it is planned; absent: it finds out later */
  readonly assertReadable?: Source['assertReadable'] | undefined
}

/** A dataset without its splits: those are the source's to plan. */
export type PlannedTable = Omit<DatasetPlan, 'splits'> & {
  readonly selected: SelectedTable
  /** Columns as the source has them. */
  readonly sourced: readonly PlannedColumn[]
  /** Columns as the target is to have them. */
  readonly planned: readonly PlannedColumn[]
  /** Its stages; absent: there are none. */
  readonly bound?: BoundStages | undefined
  /** What the dataset's stages make of columns that are read; absent: there are none. */
  readonly stage?: PlanStages | undefined
  /** Rows that stand within its own; absent: there are none. */
  readonly children?: PlannedChildren | undefined
  /** The further tables, made of such a plan of its rows. */
  readonly planOthers: (rows: StagedRows, sourced: readonly PlannedColumn[]) => readonly OutputPlan[]
}

type PlanStages = (read: ReadPlan, sourced: readonly PlannedColumn[]) => StagedRows

export function planTable(
  selected: SelectedTable,
  to: QualifiedName,
  mode: WriteMode,
  context: TableContext,
): PlannedTable {
  const { table, dataset } = selected
  const existing = context.existing(to)
  const primary = table.indexes.find((index) => index.kind === 'primary')
  const keyColumns = new Set(primary?.parts.map((part) => part.column))
  const planOne = (column: ColumnInfo, isKey: boolean, there: ExistingTable | undefined): PlannedColumn =>
    placed(selected, column.name, context.places, () => {
      const one = planColumn(column, {
        ...context,
        selected,
        isKey: () => isKey,
        knowledge: (own) => context.knowledge(table.name, own),
        enumType: (own) => context.enumTypes.typeOf(table, own),
        existingType: (name) => there?.columns.find((own) => own.name === name)?.type,
      })
      if (selected.config?.columns[column.name]?.type !== undefined) context.assertReadable?.(one.read)
      return one
    })
  const kept = table.columns.filter((column) => selected.config?.columns[column.name]?.drop !== true)
  const sourced = decideEach(kept, (column) => planOne(column, keyColumns.has(column.name), existing)).map((one) =>
    existing === undefined ? one : asItIsThere(one, dataset, existing, context),
  )
  const children = planChildren(
    selected,
    sourced,
    (column, isKey, of) => planOne(column, isKey, context.existing(parseTarget(of, to.schema))),
    (child) => childTarget(child, to.schema, { target: context.target, pipeline: { names: context.names } }),
  )
  const read = planRead(selected, sourced, children)
  const stage = stagingOf(selected, existing, context)
  const { planned, write, rows } = planWrite(read, sourced, stage)
  assertDistinct(
    `columns of ${dataset}`,
    planned.map(({ plan }) => plan),
  )
  const nameOf = nameIn(planned)
  if (mode === 'merge') assertKeyStays(dataset, planned, keyColumns)
  const definition = withMadeKey(defineTable(selected, to, planned, nameOf, context), rows)
  const others = (
    one: StagedRows,
    columns: readonly PlannedColumn[],
    notCarried: NotCarried[] = [],
  ): readonly OutputPlan[] =>
    planOthers(
      one.bound,
      [...columns, ...(children?.columns ?? [])],
      { table: definition, names: one.columns.map(({ name }) => name) },
      { ...context, notCarried, dataset, mode, referencesOf: (frame) => childKeys(table, frame) },
    )
  return {
    selected,
    sourced,
    planned,
    stage,
    children,
    planOthers: others,
    bound: rows?.bound,
    ...(rows === undefined ? {} : { others: others(rows, sourced, context.notCarried) }),
    from: dataset,
    discriminator: discriminatorOf(selected),
    to: `${to.schema}.${to.name}`,
    mode,
    adopted: existing !== undefined,
    read: withHidden(
      withWhere(read, stage && pushedDown(transformOf(selected), read, context.canPushDown)),
      rows?.bound,
    ),
    transform: transformOf(selected).length === 0 ? undefined : transformOf(selected),
    keys: fingerprintsOf(transformOf(selected), context.keys),
    hidden: rows && hiddenIn(read, rows.bound),
    writes: [
      {
        ...write,
        to,
        mode,
        mergeKey: mode === 'merge' ? (existing?.primaryKey ?? definition.primaryKey?.columns ?? []) : [],
      },
    ],
    columns: planned.map(({ plan }) => plan),
    table: definition,
    rowEstimate: table.rowEstimate,
    byteEstimate: table.byteEstimate,
  }
}

/** Rows that a stage has made of several have a key of their own. */
function withMadeKey(table: TableDefinition, rows: StagedRows | undefined): TableDefinition {
  const { shape } = rows?.bound ?? {}
  if (table.primaryKey !== undefined || shape?.key === undefined) return table
  const names = shape.key.flatMap((slot) => rows?.columns.find((column) => column.slot === slot)?.name ?? [])
  if (names.length < shape.key.length) return table
  return {
    ...table,
    primaryKey: { name: `${table.name.name}_pkey`, columns: names },
    columns: table.columns.map((column) => (names.includes(column.name) ? { ...column, nullable: false } : column)),
  }
}

/** Two rows that are merged by what a stage makes of their keys would be one, and nobody would know which. */
function assertKeyStays(
  dataset: string,
  planned: readonly PlannedColumn[],
  key: ReadonlySet<string | undefined>,
): void {
  const changed = planned.find(({ plan }) => key.has(plan.from) && plan.isMade !== true && plan.changedBy !== undefined)
  if (changed === undefined) return
  throw new TransloadError('TL_C105', {
    reason: `${dataset} is merged by ${changed.plan.from}, which ${changed.plan.changedBy?.join(', ')} may change`,
    cure: 'Leave the key as it is, or take another mode.',
  })
}

/** What is generated at the source and a plain column of a table that is there is carried like any other. */
function asItIsThere(
  one: PlannedColumn,
  dataset: string,
  existing: ExistingTable,
  { notCarried }: TableContext,
): PlannedColumn {
  const { generated, ...source } = one.source
  if (generated === undefined) return one
  const there = existing.columns.find((column) => column.name === one.plan.to)
  if (there !== undefined) return there.generated ? one : { ...one, source }
  const reason = `the table of the target has no column ${one.plan.to}`
  notCarried.push({ kind: 'generated column', name: `${dataset}.${source.name}`, reason, sql: generated.sql })
  return one
}

/** The same table with one generated column taken as a plain one: its values are read and loaded. */
export function withoutGenerated(table: PlannedTable, isPlain: (column: string) => boolean): PlannedTable {
  const sourced = table.sourced.map((one) => {
    if (!isPlain(one.plan.to)) return one
    const { generated: _, ...source } = one.source
    return { ...one, source }
  })
  const read = withWhere(planRead(table.selected, sourced, table.children), table.read.where)
  const { planned, write, rows } = planWrite(read, sourced, table.stage)
  const left = new Set(planned.map(({ plan }) => plan.to))
  const columns = table.table.columns
    .map((column): TargetColumn => {
      if (!isPlain(column.name)) return column
      const { generated: _, ...plain } = column
      return plain
    })
    // A plain column goes through the stages, which may leave it out.
    .filter(({ name }) => !isPlain(name) || left.has(name))
  return {
    ...table,
    sourced,
    planned,
    read: withHidden(read, rows?.bound),
    writes: table.writes.map((one) => ({ ...one, ...write })),
    // What is decided of the others is as it was.
    columns: planned.map(({ plan }) => {
      return (isPlain(plan.to) ? undefined : table.columns.find(({ to }) => to === plan.to)) ?? plan
    }),
    table: { ...table.table, columns },
    ...(rows === undefined ? {} : { others: table.planOthers(rows, sourced) }),
  }
}

/** Of the column that stands for one of the source's, whatever stages call theirs. */
function nameIn(planned: readonly PlannedColumn[]): NameOf {
  return (column) => planned.find(({ plan }) => plan.from === column && plan.isMade !== true)?.plan.to
}

function stagingOf(
  selected: SelectedTable,
  existing: ExistingTable | undefined,
  { rules, places, keys }: TableContext,
): PlanStages | undefined {
  const { dataset, assumed } = selected
  const stages = transformOf(selected)
  if (stages.length === 0 && selected.table.children === undefined) return undefined
  const placeOf = stagePlaces(places, selected)
  return (read, sourced) => planStages(stages, read, sourced, { dataset, rules, placeOf, keys, existing, assumed })
}

/** Which columns are written, and from which slots of which frame. */
function planWrite(
  read: ReadPlan,
  sourced: readonly PlannedColumn[],
  stage: PlanStages | undefined,
): {
  readonly planned: readonly PlannedColumn[]
  readonly write: Pick<WritePlan, 'frame' | 'columns'>
  readonly rows?: StagedRows | undefined
} {
  if (stage !== undefined) {
    const rows = stage(read, sourced)
    const { planned, frame, columns } = rows
    return { planned, write: { frame, columns }, rows }
  }
  const toOf = new Map(sourced.map(({ plan }) => [plan.from, plan.to]))
  const columns = read.columns.map(({ name, type }, slot) => ({ name: toOf.get(name) ?? name, slot, type }))
  return { planned: sourced, write: { frame: 0, columns } }
}

/** What is read: every column that is written. Generated ones are the target's to make. */
export function planRead(
  { table, dataset, config }: SelectedTable,
  planned: readonly PlannedColumn[],
  children: PlannedChildren | undefined,
): ReadPlan {
  const columns = planned.filter(({ source }) => source.generated === undefined).map(({ read }) => read)
  const isRead = (name: string | undefined): boolean => columns.some((column) => column.name === name)
  const key = readKey(table, isRead)
  const identify = key?.columns ?? identifyingColumns(table).filter(isRead)
  const { leftOut, signature } = table
  const dropped = table.columns.map(({ name }) => name).filter((name) => config?.columns[name]?.drop === true)
  return {
    dataset,
    table: table.name,
    columns,
    key,
    identify,
    ...(children === undefined ? {} : { children: children.reads }),
    ...(leftOut === undefined ? {} : { leftOut: [...leftOut, ...dropped] }),
    ...(signature === undefined ? {} : { signature }),
  }
}

/** Foreign keys of rows that stand within those of the table. @param frame Of the rows */
function childKeys({ children = [] }: TableInfo, frame: number): readonly ForeignKeyInfo[] {
  return children[frame - workFrame - 1]?.foreignKeys ?? []
}

function withWhere(read: ReadPlan, where: ReadPlan['where']): ReadPlan {
  return where === undefined ? read : { ...read, where }
}

/** The key that rows are told apart by, of columns that are read. */
function readKey(table: TableInfo, isRead: (column: string) => boolean): ReadPlan['key'] {
  return uniqueKey(table, (column) => isRead(column) && isSplittable(table, column))
}

/** FLOAT and DOUBLE do not compare equal to what they print as: no cursor can be made of them (law 3). */
function isSplittable(table: TableInfo, column: string): boolean {
  const { name, readAs } = table.columns.find((one) => one.name === column)?.native ?? {}
  // The source compares what it takes the bytes for.
  if (readAs !== undefined) return false
  return name !== undefined && name !== 'float' && name !== 'double' && name !== 'json' && name !== 'vector'
}

function identifyingColumns(table: TableInfo): string[] {
  const unique =
    table.indexes.find((index) => index.kind === 'primary') ?? table.indexes.find((index) => index.kind === 'unique')
  const named = unique?.parts.map((part) => part.column).filter((name) => name !== undefined) ?? []
  return named.length > 0 ? named : table.columns.slice(0, 3).map((column) => column.name)
}
