import type { ReadColumn, ReadPlan } from '../../model/plan.ts'
import type { RowCondition } from '../../model/row-condition.ts'

/** What rows are read by, as an expression would say it; undefined where all are. */
export function whereText({ where, columns }: ReadPlan): string | undefined {
  return where && textOf(where, columns, 'all')
}

function textOf(condition: RowCondition, columns: readonly ReadColumn[], within: 'all' | 'any'): string {
  if ('all' in condition) return condition.all.map((one) => textOf(one, columns, 'all')).join(' && ')
  if ('any' in condition) {
    const text = condition.any.map((one) => textOf(one, columns, 'any')).join(' || ')
    return within === 'all' ? `(${text})` : text
  }
  const column = columns.find(({ name }) => name === condition.column)
  const name = nameText(condition.column)
  if ('value' in condition) return `${name} ${condition.is} ${valueText(condition.value, column)}`
  const values = condition.values.map((value) => valueText(value, column))
  if (values.length === 1) return `${name} ${condition.is === 'one of' ? '==' : '!='} ${values.join()}`
  const list = `${name} in [${values.join(', ')}]`
  return condition.is === 'one of' ? list : `!(${list})`
}

function nameText(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `row[${JSON.stringify(name)}]`
}

function valueText(value: string | null, column: ReadColumn | undefined): string {
  if (value === null) return 'null'
  switch (column?.type.kind) {
    case 'bool':
    case 'int':
    case 'decimal':
      return value
    case 'date':
    case 'timestamp':
      return `${column.type.kind}(${JSON.stringify(value)})`
    case 'instant':
      return `instant(${JSON.stringify(value.replace(/\+00$/, 'Z'))})`
    default:
      return JSON.stringify(value)
  }
}
