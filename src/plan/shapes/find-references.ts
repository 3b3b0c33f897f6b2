import type { ShapeConfig } from '../../config/shape-config.ts'
import { parseShapePath, type ShapePath, shapePathText } from '../../config/shape-path.ts'
import { nearest } from '../../errors/nearest.ts'
import type { TransloadError } from '../../errors/transload-error.ts'
import type { DocumentCensus, ValueCensus } from '../../model/document-census.ts'
import { madeColumn, parsePath } from '../../model/document-path.ts'
import type { ColumnInfo, TableInfo } from '../../model/relation.ts'
import { childColumn, childTablePaths } from '../../transform/child-outputs.ts'
import { foldedName, parentNames } from '../parent-names.ts'
import { isReference } from './looks-like.ts'
import { valuesOfMap } from './value-census.ts'

/** A collection that has its columns. */
export interface ShapedDocuments {
  readonly table: TableInfo
  /** For people. */
  readonly dataset: string
  readonly census: DocumentCensus
  readonly shape: ShapeConfig | undefined
  /** A condition or stages may leave documents out. */
  readonly isInPart: boolean
  /** TL_C102 at what the pipeline says of a path. */
  readonly fault: (key: string, reason: string, cure: string) => TransloadError
}

/** A column that may have keys of a collection's documents. */
export interface FoundReference {
  readonly from: ShapedDocuments
  /** The child table that the column is of, by place; undefined: the collection's own. */
  readonly child: number | undefined
  readonly column: ColumnInfo
  /** Of the values; of DBRefs, that of the documents which they are. */
  readonly path: ShapePath
  /** Undefined: DBRefs say it. */
  readonly to: ShapedDocuments | undefined
  /** The pipeline says so. */
  readonly isDeclared: boolean
}

/**
 * Columns that may have keys of others: those of which the pipeline says so, DBRefs, and ObjectIds that are called like a
 * collection whose keys are such.
 *
 * @throws TL_C102 where the pipeline says it of what is no column, or of a collection that is not there or has other keys
 */
export function findReferences(all: readonly ShapedDocuments[]): readonly FoundReference[] {
  return all.flatMap((from) => {
    const wishes = wishesOf(from)
    const found = columnsOf(from).flatMap((one): FoundReference[] => {
      const holder = one.path.at(-1) === '$id' ? one.path.slice(0, -1) : undefined
      const isDbRef = holder !== undefined && isReference(valueAt(from.census, holder) ?? nothing)
      const path = isDbRef ? holder : one.path
      const wish = wishes.get(shapePathText(path)) ?? wishes.get(shapePathText(one.path))
      if (wish !== undefined) {
        wish.isUsed = true
        if (wish.to === false) return []
        return [
          { ...one, from, to: wishedParent(from, one.column, { key: wish.key, to: wish.to }, all), isDeclared: true },
        ]
      }
      if (isDbRef) return [{ ...one, path, from, to: undefined, isDeclared: false }]
      const to = one.column.native.name === 'objectId' ? namedParent(from, one.path, all) : undefined
      return to === undefined ? [] : [{ ...one, from, to, isDeclared: false }]
    })
    for (const { key, isUsed } of wishes.values()) {
      if (isUsed) continue
      const reason = `${key} is no column of its own, which a foreign key could be of`
      const path = parseShapePath(key)?.path ?? []
      const isArray = valueAt(from.census, path)?.elements !== undefined
      const cure = isArray
        ? `Say it of its elements: "${shapePathText([...path, null])}".`
        : 'Make it one (as: column), or leave references out.'
      throw from.fault(key, reason, cure)
    }
    return found
  })
}

/** The column of `_id`, where that is what tells a collection's documents apart. */
export function keyOf({ table }: ShapedDocuments): ColumnInfo | undefined {
  const parts = table.indexes.find(({ kind }) => kind === 'primary')?.parts ?? []
  const isId = parts.length === 1 && parts[0]?.column === '_id'
  return isId ? table.columns.find(({ name }) => name === '_id') : undefined
}

/** Whether values of the column may be keys of the collection's documents. */
export function hasKeysLike(column: ColumnInfo, to: ShapedDocuments): boolean {
  return keyOf(to)?.native.name === column.native.name
}

const nothing: ValueCensus = { types: [], fields: [] }

interface ReferenceWish {
  readonly key: string
  readonly to: string | false
  isUsed: boolean
}

function wishesOf({ shape }: ShapedDocuments): Map<string, ReferenceWish> {
  const wishes = new Map<string, ReferenceWish>()
  if (shape === undefined || shape === 'document') return wishes
  for (const [key, { references }] of Object.entries(shape)) {
    const path = parseShapePath(key)?.path
    if (references === undefined || path === undefined) continue
    wishes.set(shapePathText(path), { key, to: references, isUsed: false })
  }
  return wishes
}

function wishedParent(
  from: ShapedDocuments,
  column: ColumnInfo,
  { key, to: name }: { readonly key: string; readonly to: string },
  all: readonly ShapedDocuments[],
): ShapedDocuments {
  const to =
    all.find((one) => one.dataset === name) ?? all.find((one) => isBeside(from, one) && one.table.name.name === name)
  if (to === undefined) {
    const known = all.map(({ dataset }) => dataset)
    const near = nearest(name, known)
    const cure = near === undefined ? `There are ${known.slice(0, 20).join(', ')}.` : `Did you mean ${near}?`
    throw from.fault(key, `${key} is to refer to ${name}, which is no collection that is read`, cure)
  }
  if (hasKeysLike(column, to)) return to
  const keys = keyOf(to)
  const what = keys === undefined ? `${name} has no _id` : `the keys of ${name} are ${keys.native.text}`
  throw from.fault(
    key,
    `${key} holds ${column.native.text}, and ${what}`,
    'Give both the same type, or leave references out.',
  )
}

/** The collection of the same database that the path's last name is called after. */
function namedParent(
  from: ShapedDocuments,
  path: ShapePath,
  all: readonly ShapedDocuments[],
): ShapedDocuments | undefined {
  const names = path.filter((step) => step !== null)
  const last = names.at(-1)
  // The key of a document that a copy of stands here: `customer: { _id, name }`.
  const isOfCopy = last === '_id' || last === 'id'
  const said = isOfCopy ? names.at(-2) : last
  if (said === undefined) return undefined
  const meant = [...parentNames(said, true), ...(isOfCopy ? [foldedName(said)] : [])]
  return all.find(
    (one) =>
      isBeside(from, one) && meant.includes(foldedName(one.table.name.name)) && keyOf(one)?.native.name === 'objectId',
  )
}

function isBeside({ table }: ShapedDocuments, other: ShapedDocuments): boolean {
  return table.name.schema === other.table.name.schema
}

interface ColumnAt {
  readonly child: number | undefined
  readonly column: ColumnInfo
  readonly path: ShapePath
}

/** Columns of values. */
function columnsOf({ table }: ShapedDocuments): readonly ColumnAt[] {
  const own = table.columns
    .filter(({ name }) => !name.startsWith('$'))
    .map((column) => ({ child: undefined, column, path: parsePath(column.name) }))
  const { children = [] } = table
  const paths = childTablePaths(children)
  const within = children.flatMap(({ columns, carried }, child) => {
    return columns.slice(carried.length + 1).flatMap((column): ColumnAt[] => {
      const isValue = column.name === madeColumn.value
      if (!isValue && column.name.startsWith('$')) return []
      const path = parseShapePath(isValue ? `${paths[child]!}[]` : childColumn(paths[child]!, column.name))?.path
      return path === undefined ? [] : [{ child, column, path }]
    })
  })
  return [...own, ...within]
}

/** What stands at a path; undefined: nothing was seen there. */
function valueAt(census: DocumentCensus, path: ShapePath): ValueCensus | undefined {
  let value: ValueCensus | undefined = { types: [], fields: census.fields }
  for (const step of path) {
    if (value === undefined) return undefined
    value = step === null ? (value.elements ?? valuesOfMap(value)) : value.fields.find(({ name }) => name === step)
  }
  return value
}
