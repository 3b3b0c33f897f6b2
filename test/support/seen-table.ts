import { parseCanonical } from '../../src/canonical/parse-type.ts'
import type { SeenTable } from '../../src/init/suggestion.ts'
import type { ColumnPlan, DatasetPlan } from '../../src/model/plan.ts'
import { memoryTable } from './seed-memory.ts'

/**
 * A table as `init` has seen it: planned, and with rows that were looked at.
 * @param columns By name: the type and the values, one for each row
 */
export function seenTable(
  name: string,
  columns: { readonly [name: string]: readonly [type: string, ...values: (string | null)[]] },
  over: { readonly key?: readonly string[]; readonly isWhole?: boolean } = {},
): SeenTable {
  const planned = Object.entries(columns).map(([from, [text]]): ColumnPlan => {
    const type = parseCanonical(text)
    if (type === undefined) throw new Error(`${text} is no type`)
    const why = 'it fits'
    return {
      from,
      to: from,
      sourceType: text,
      type,
      targetType: text,
      nullable: true,
      rule: `rule.${text}`,
      why,
      losses: [],
      notes: [],
    }
  })
  const seed = planned.map(({ from, type }) => ({ name: from, type, nullable: true }))
  const table = memoryTable({ name, columns: seed, key: over.key })
  const values = Object.entries(columns).map(([column, [, ...rows]]) => [column, rows] as const)
  const rowCount = values[0]?.[1].length ?? 0
  return {
    table,
    plan: datasetPlan(name, planned, rowCount),
    sample: { rowCount, isWhole: over.isWhole ?? true, columns: new Map(values) },
  }
}

function datasetPlan(name: string, columns: readonly ColumnPlan[], rowEstimate: number): DatasetPlan {
  const qualified = { schema: 'main', name }
  return {
    from: name,
    to: name,
    mode: 'create',
    adopted: false,
    read: { dataset: name, table: qualified, columns: [], identify: [] },
    writes: [],
    columns,
    table: { name: qualified, columns: [], enumTypes: [], indexes: [], foreignKeys: [], checks: [], comment: '' },
    splits: [],
    rowEstimate,
    byteEstimate: 0,
  }
}
