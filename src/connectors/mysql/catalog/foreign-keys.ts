import type { ForeignKeyInfo, ReferentialAction } from '../../../model/relation.ts'
import type { TableSyntax } from '../../../format/sql-text/table-syntax.ts'
import type { TextSession } from '../../sql/session.ts'
import { quoteLiteral } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'
import { compareText, groupBy, type InformationRow, readInformation } from './information-rows.ts'

const usageColumns = [
  'TABLE_SCHEMA',
  'TABLE_NAME',
  'CONSTRAINT_NAME',
  'COLUMN_NAME',
  'ORDINAL_POSITION',
  'REFERENCED_TABLE_SCHEMA',
  'REFERENCED_TABLE_NAME',
  'REFERENCED_COLUMN_NAME',
] as const
const ruleColumns = ['CONSTRAINT_SCHEMA', 'TABLE_NAME', 'CONSTRAINT_NAME', 'UPDATE_RULE', 'DELETE_RULE'] as const

/** A foreign key whose actions are undefined where the server did not tell them. */
export interface RawForeignKey extends Omit<ForeignKeyInfo, 'onUpdate' | 'onDelete'> {
  readonly actions: Pick<ForeignKeyInfo, 'onUpdate' | 'onDelete'> | undefined
}

/** Foreign keys by table, in the order of their names. */
export async function readForeignKeys(
  session: TextSession,
  server: ServerFacts,
  database: string,
): Promise<ReadonlyMap<string, readonly RawForeignKey[]>> {
  const literal = quoteLiteral(database)
  const ofUsage = `TABLE_SCHEMA = ${literal} AND REFERENCED_TABLE_NAME IS NOT NULL`
  const usage = await readInformation(session, server, 'KEY_COLUMN_USAGE', usageColumns, ofUsage)
  if (usage.length === 0) return new Map()
  const ofRules = `CONSTRAINT_SCHEMA = ${literal}`
  const rules = await readInformation(session, server, 'REFERENTIAL_CONSTRAINTS', ruleColumns, ofRules)
  const actions = new Map<string, RawForeignKey['actions']>()
  for (const rule of rules) {
    if (rule.CONSTRAINT_SCHEMA !== database) continue
    const onUpdate = toAction(rule.UPDATE_RULE)
    const onDelete = toAction(rule.DELETE_RULE)
    actions.set(constraintId(rule.TABLE_NAME, rule.CONSTRAINT_NAME), { onUpdate, onDelete })
  }
  const byTable = groupBy(
    usage.filter((row) => row.TABLE_SCHEMA === database),
    (row) => row.TABLE_NAME ?? '',
  )
  return new Map([...byTable].map(([table, rows]) => [table, tableKeys(table, rows, actions)]))
}

function tableKeys(
  table: string,
  rows: readonly InformationRow<(typeof usageColumns)[number]>[],
  actions: ReadonlyMap<string, RawForeignKey['actions']>,
): readonly RawForeignKey[] {
  const byName = groupBy(rows, (row) => row.CONSTRAINT_NAME ?? '')
  return [...byName]
    .map(([name, members]) => {
      const ordered = members.toSorted((a, b) => Number(a.ORDINAL_POSITION) - Number(b.ORDINAL_POSITION))
      return {
        name,
        columns: ordered.map((row) => row.COLUMN_NAME ?? ''),
        references: {
          schema: ordered[0]?.REFERENCED_TABLE_SCHEMA ?? '',
          name: ordered[0]?.REFERENCED_TABLE_NAME ?? '',
        },
        referencedColumns: ordered.map((row) => row.REFERENCED_COLUMN_NAME ?? ''),
        actions: actions.get(constraintId(table, name)),
      }
    })
    .toSorted((a, b) => compareText(a.name, b.name))
}

/**
 * The key with its actions. MariaDB and MySQL 5.7 keep REFERENTIAL_CONSTRAINTS from a user who may only SELECT, so
 * they are then taken from the table's own statement, which says nothing where both call it RESTRICT.
 */
export function completeForeignKey(key: RawForeignKey, statement: TableSyntax | undefined): ForeignKeyInfo {
  const { actions, ...rest } = key
  const written = statement?.foreignKeys.find(({ name }) => name === key.name)
  return {
    ...rest,
    onUpdate: actions?.onUpdate ?? written?.onUpdate ?? 'restrict',
    onDelete: actions?.onDelete ?? written?.onDelete ?? 'restrict',
  }
}

function constraintId(table: string | null, name: string | null): string {
  return `${table ?? ''}\u0000${name ?? ''}`
}

function toAction(rule: string | null): ReferentialAction {
  switch (rule?.toUpperCase()) {
    case 'CASCADE':
      return 'cascade'
    case 'SET NULL':
      return 'set null'
    case 'SET DEFAULT':
      return 'set default'
    case 'RESTRICT':
      return 'restrict'
    default:
      return 'no action'
  }
}
