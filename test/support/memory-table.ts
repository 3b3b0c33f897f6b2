import type { TableInfo } from '../../src/model/relation.ts'

/**
 * A table of the in-memory connector.
 *
 * @param columns By name: the type, such as `decimal(8,2)`, with `?` behind it where it may be NULL
 * @param isKeyed Whether the first column is its primary key
 */
export function memoryTable(name: string, columns: { readonly [name: string]: string }, isKeyed = true): TableInfo {
  const parts = [{ column: Object.keys(columns)[0], descending: false }]
  return {
    name: { schema: 'main', name },
    columns: Object.entries(columns).map(([column, text]) => {
      const [type = '', args = ''] = text.replace('?', '').replace(')', '').split('(')
      return {
        name: column,
        native: { name: type, text: text.replace('?', ''), args: args === '' ? [] : args.split(',').map(Number) },
        nullable: text.endsWith('?'),
        autoIncrement: false,
        invisible: false,
        comment: '',
      }
    }),
    indexes: isKeyed ? [{ name: 'primary', kind: 'primary', parts, visible: true, method: 'btree', comment: '' }] : [],
    foreignKeys: [],
    checks: [],
    comment: '',
    storage: '',
    transactional: true,
    rowEstimate: 0,
    byteEstimate: 0,
    partitionCount: 0,
    systemVersioned: false,
  }
}
