import type { NotCarried } from '../../model/plan.ts'
import type { ChildTableInfo, ColumnInfo, IndexInfo, TableInfo } from '../../model/relation.ts'
import { parsePath } from '../../model/document-path.ts'

/** The indexes of a collection that its own table can have, the key's first; each of the others with why it has not. */
export function carryIndexes(
  indexes: readonly IndexInfo[],
  table: Pick<TableInfo, 'columns'> & { readonly children: readonly ChildTableInfo[] },
  key: string,
): { readonly indexes: readonly IndexInfo[]; readonly notCarried: readonly NotCarried[] } {
  const own = indexes.find(({ kind }) => kind === 'primary')
  const primary: IndexInfo = {
    name: own?.name ?? '_id_',
    kind: 'primary',
    parts: [{ column: key, descending: false }],
    visible: true,
    method: own?.method ?? '',
    comment: own?.comment ?? '',
  }
  const carried: IndexInfo[] = []
  const notCarried: NotCarried[] = []
  for (const index of indexes) {
    if (index.kind === 'primary') continue
    const reason = reasonAgainst(index, table)
    if (reason === undefined) carried.push(index)
    else notCarried.push({ kind: index.kind === 'index' ? 'index' : `${index.kind} index`, name: index.name, reason })
  }
  return { indexes: [primary, ...carried], notCarried }
}

function reasonAgainst(index: IndexInfo, table: Parameters<typeof carryIndexes>[1]): string | undefined {
  if (index.kind !== 'unique' && index.kind !== 'index') return `a ${index.kind} index has no equal in the target`
  for (const { column: path } of index.parts) {
    if (path === undefined) return 'it is not over fields alone'
    const column = table.columns.find(({ name }) => name === path)
    const reason = column === undefined ? reasonOfPath(path, table) : reasonOfColumn(column)
    if (reason !== undefined) return reason
  }
  return undefined
}

function reasonOfColumn({ name, native }: ColumnInfo): string | undefined {
  if (native.name === 'json' || native.name === 'extendedJson') return `${name} is a JSON column`
  return native.name === 'valueArray' ? `${name} is an array` : undefined
}

/** Why no column of the table is of the path. */
function reasonOfPath(path: string, { columns, children }: Parameters<typeof carryIndexes>[1]): string {
  const names = parsePath(path)
  const within = (text: string): boolean => parsePath(text).every((name, place) => names[place] === name)
  const child = children.find((one) => one.parent === undefined && within(one.path))
  if (child !== undefined) return `${path} is in the table ${child.as}`
  const json = columns.find((one) => !one.name.startsWith('$') && within(one.name))
  return json === undefined ? `no column is of ${path}` : `${path} is within the column ${json.as ?? json.name}`
}
