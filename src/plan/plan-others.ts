import type { ExistingTable } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { OutputPlan, TableDefinition, WriteMode } from '../model/plan.ts'
import type { ForeignKeyInfo, QualifiedName } from '../model/relation.ts'
import type { BoundStages } from '../transform/bind-stages.ts'
import type { Shape } from '../transform/shape.ts'
import type { BoundOutput } from '../transform/stage-kind.ts'
import { defineForeignKeys, type DefinitionContext } from './define-table.ts'
import { assertDistinct } from './names.ts'
import type { PlannedColumn } from './plan-column.ts'
import { type ColumnsContext, type StagedColumn, stagedColumns, writeColumns } from './staged-columns.ts'
import { parseTarget } from './target-names.ts'

export interface OthersContext extends Omit<ColumnsContext, 'existing'>, DefinitionContext {
  readonly mode: WriteMode
  readonly existing: (table: QualifiedName) => ExistingTable | undefined
  /** Foreign keys that rows of a frame have besides the one to what they were made of. */
  readonly referencesOf: (frame: number) => readonly ForeignKeyInfo[]
}

/** A table that rows are made for: how its columns are called in the pipeline and in the target. */
interface Parent {
  readonly shape: Shape
  readonly names: readonly string[]
  readonly table: TableDefinition
  readonly primaryKey: readonly string[]
}

/**
 * The further tables that stages make rows of.
 *
 * @param sourced Columns of the source, before any stage
 * @param main The dataset's own table, and what its columns are called in the order of what the stages leave
 * @throws TL_C105 where rows are merged, TL_C108 where two columns of one of them have one name
 */
export function planOthers(
  { outputs, shape }: BoundStages,
  sourced: readonly PlannedColumn[],
  main: { readonly table: TableDefinition; readonly names: readonly string[] },
  context: OthersContext,
): OutputPlan[] {
  const [first] = outputs
  if (first !== undefined && context.mode === 'merge') {
    throw new TransloadError('TL_C105', {
      reason: `${context.dataset} is merged, and rows of ${first.to} that an earlier run made of the same row would stay`,
      cure: 'Take mode replace or truncate, or make that table in a pipeline of its own.',
    })
  }
  const keyOf = (table: TableDefinition): readonly string[] =>
    context.existing(table.name)?.primaryKey ?? table.primaryKey?.columns ?? []
  const parents = new Map<number, Parent>([[shape.frame, { ...main, shape, primaryKey: keyOf(main.table) }]])
  return outputs.map((output) => {
    const name = parseTarget(output.to, main.table.name.schema)
    const existing = context.existing(name)
    const staged = stagedColumns(output.left, sourced, { ...context, existing }).map((one) => plainColumn(one, output))
    const columns = staged.map(({ one }) => one.plan)
    assertDistinct(`columns of ${output.to}`, columns)
    const table = definitionOf(output, name, staged, parents.get(output.parent), context)
    parents.set(output.left.frame, {
      shape: output.left,
      names: columns.map(({ to }) => to),
      table,
      primaryKey: keyOf(table),
    })
    return {
      to: `${name.schema}.${name.name}`,
      mode: context.mode,
      adopted: existing !== undefined,
      writes: [{ frame: output.left.frame, to: name, mode: context.mode, columns: writeColumns(staged), mergeKey: [] }],
      columns,
      table,
    }
  })
}

/** No counter of the source's own goes over to rows of another table; what tells them apart is not NULL. */
function plainColumn({ column, one }: StagedColumn, { primaryKey }: BoundOutput): StagedColumn {
  const nullable = one.target.nullable && !primaryKey.includes(column.name)
  const { identityNext: _, onUpdateNow: __, ...target } = one.target
  return {
    column,
    one: { ...one, plan: { ...one.plan, nullable }, target: { ...target, nullable, identity: false } },
  }
}

function definitionOf(
  output: BoundOutput,
  name: QualifiedName,
  staged: readonly StagedColumn[],
  parent: Parent | undefined,
  context: OthersContext,
): TableDefinition {
  const nameOf = (column: string): string | undefined =>
    staged.find(({ column: { name: one } }) => one === column)?.one.plan.to
  const key = output.primaryKey.map(nameOf).filter((one) => one !== undefined)
  if (key.length < output.primaryKey.length) {
    const reason = `stages of its rows leave out ${output.primaryKey.filter((one) => nameOf(one) === undefined).join(', ')}`
    context.notCarried.push({ kind: 'primary key', name: output.to, reason })
  }
  return {
    name,
    columns: staged.map(({ one }) => one.target),
    enumTypes: staged.map(({ one }) => one.enumType).filter((type) => type !== undefined),
    ...(key.length > 0 && key.length === output.primaryKey.length
      ? { primaryKey: { name: `${name.name}_pkey`, columns: key } }
      : {}),
    indexes: [],
    foreignKeys: [
      ...foreignKeysOf(output, nameOf, parent, context),
      ...defineForeignKeys(context.referencesOf(output.left.frame), nameOf, context, (kind, one, reason) =>
        context.notCarried.push({ kind, name: `${output.to}.${one}`, reason }),
      ),
    ],
    checks: [],
    comment: '',
  }
}

/** A foreign key, where rows refer to the whole primary key of the table that they came of, by values that it still has. */
function foreignKeysOf(
  { references, to, left }: BoundOutput,
  nameOf: (column: string) => string | undefined,
  parent: Parent | undefined,
  { notCarried }: OthersContext,
): ForeignKeyInfo[] {
  if (references.length === 0) return []
  const pairs = references.flatMap(({ column, parent: at }) => {
    const place = parent?.shape.columns.findIndex(
      (one) => one.slot === at.slot && one.changedBy.length === at.changedBy.length,
    )
    const referenced = place === undefined ? undefined : parent?.names[place]
    const own = left.columns.find(({ name }) => name === column)
    const isKept = own !== undefined && own.changedBy.length === at.changedBy.length
    const name = isKept ? nameOf(column) : undefined
    return referenced === undefined || name === undefined ? [] : [{ name, referenced }]
  })
  const primaryKey = parent?.primaryKey ?? []
  const inOrder = primaryKey.flatMap((name) => pairs.find(({ referenced }) => referenced === name) ?? [])
  const fail = (reason: string): [] => {
    notCarried.push({ kind: 'foreign key', name: `${to}.${references.map(({ column }) => column).join(', ')}`, reason })
    return []
  }
  if (parent === undefined) return fail('the rows that it refers to are not written')
  if (primaryKey.length === 0) return fail(`${parent.table.name.name} has no primary key`)
  const later = references.flatMap(({ parent: at }) => {
    const now = parent.shape.columns.find(({ source }) => at.source !== undefined && source === at.source)
    return now === undefined ? [] : now.changedBy.slice(at.changedBy.length).map((stage) => `${stage} of ${now.name}`)
  })
  if (inOrder.length < primaryKey.length && later.length > 0) {
    return fail(
      `its rows have the values from before ${later.join(', ')}: put that stage before the one that makes them`,
    )
  }
  if (inOrder.length < primaryKey.length) {
    return fail(`it has not the whole primary key of ${parent.table.name.name} (${primaryKey.join(', ')})`)
  }
  const columns = inOrder.map(({ name }) => name)
  return [
    {
      name: `${to.slice(to.indexOf('.') + 1)}_${columns.join('_')}_fkey`,
      columns,
      references: parent.table.name,
      referencedColumns: primaryKey,
      onUpdate: 'no action',
      onDelete: 'no action',
    },
  ]
}
