import { madeColumn } from '../../../model/document-path.ts'
import type { TableDefinition } from '../../../model/plan.ts'

export interface FieldDefinition {
  readonly name: string
  /** One of `fieldTypes`. */
  readonly type: string
  readonly nullable: boolean
}

/**
 * What the documents of a collection are rows of. A key of one column is `_id` itself, one of several is a document of them
 * as `_id`; the columns of the key stand nowhere else. Without a key `_id` says where the row came from.
 */
export interface CollectionDefinition {
  readonly columns: readonly FieldDefinition[]
  readonly key: readonly string[]
}

/** Of a collection whose documents are as somebody else has made them. */
export const ownDefinition: CollectionDefinition = {
  columns: [
    { name: '_id', type: 'id', nullable: false },
    { name: madeColumn.document, type: 'bson', nullable: false },
  ],
  key: ['_id'],
}

export function definitionOf({ columns, primaryKey }: TableDefinition): CollectionDefinition {
  return {
    columns: columns
      .filter(({ generated }) => generated === undefined)
      .map(({ name, type, nullable }) => ({ name, type, nullable })),
    key: primaryKey?.columns ?? [],
  }
}

/** Whether queries, updates and indexes take a field's name for a path or an operator. */
export function isOddField(name: string): boolean {
  return name.includes('.') || name.startsWith('$')
}

/** Where a column's value stands in a document, as queries and indexes write it. */
export function pathOf({ key }: CollectionDefinition, column: string): string {
  if (!key.includes(column)) return column
  return key.length === 1 ? '_id' : `_id.${column}`
}
