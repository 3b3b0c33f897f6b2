import type { Contents } from '../contract/contents.ts'
import type { KeyMaps } from '../contract/key-maps.ts'
import type { ExistingTable } from '../contract/target.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { type DigestForm, listForms } from '../model/digest-form.ts'
import type { Plain } from '../model/plain.ts'
import type { ReadColumn } from '../model/plan.ts'
import type { NativeType } from '../model/relation.ts'
import { typeText } from '../canonical/type-text.ts'
import { type BoundStages } from '../transform/bind-stages.ts'
import type { Shape, ShapeColumn } from '../transform/shape.ts'
import type { ComparedColumn, SkippedColumn, StagedRead, Staging } from './compared-table.ts'
import { compareTypes, reasonForLess, reasonForWeak } from './compare-types.ts'

export interface StagedPair {
  readonly read: readonly ReadColumn[]
  readonly stages: BoundStages
  /** Of the rows that are compared: the dataset's own, or those of a table that a stage makes. */
  readonly shape: Shape
  readonly configs: readonly Plain[]
  /** What the target calls a column, whether it has it or not. */
  readonly nameOf: (column: ShapeColumn) => string
  readonly there: Pick<ExistingTable, 'columns'>
  readonly maps: KeyMaps
  readonly source: Contents<NativeType>
  readonly contents: Contents<string>
}

/** The columns of a table whose rows go through stages. */
export interface StagedColumns {
  readonly columns: readonly ComparedColumn[]
  readonly skipped: readonly SkippedColumn[]
  readonly staging: Staging
}

/**
 * Pairs the columns that stages leave with the target's. What no stage touches is compared as it is elsewhere; of what one
 * does, the value that comes out of it is.
 */
export function stagedColumns(pair: StagedPair): StagedColumns {
  const { read, stages, maps, shape: rows, configs, nameOf, there, source, contents } = pair
  const columns: ComparedColumn[] = []
  const skipped: SkippedColumn[] = []
  const shapes: ShapeColumn[] = []
  // A value that nobody can have as text is one that no stage can have either.
  const blind = read.flatMap((column, slot) => {
    return stages.touched.has(slot) && isBlind(column, source) ? [column.name] : []
  })
  for (const shape of rows.columns) {
    const name = nameOf(shape)
    const targetType = there.columns.find((column) => column.name === name)?.type
    const from = shape.source ?? shape.name
    const skip = (reason: string): void => {
      skipped.push({ from, to: name, reason, isMissing: targetType === undefined })
    }
    if (targetType === undefined) {
      skip('the target has no such column')
      continue
    }
    const own = read.find((column) => column.name === shape.source)
    if (shape.changedBy.length === 0 && own !== undefined) {
      const pairOf = { from, to: name, sourceType: own.native, targetType, readType: own.type }
      const compared = compareTypes(pairOf, own.policies, { source, contents })
      if (typeof compared === 'string') skip(compared)
      else {
        columns.push(compared)
        shapes.push(shape)
      }
      continue
    }
    const form = formsOf(shape.type).find((one) => contents.formsOf(targetType).includes(one))
    if (form === undefined) skip(`${typeText(shape.type)} and ${targetType} have no form in common that is compared`)
    else if (blind.length > 0) skip(`${blind.join(', ')}, which stages look at, cannot be read as text`)
    else {
      const sourceType = own?.native ?? { name: shape.type.kind, text: typeText(shape.type), args: [] }
      const weak = read.filter(({ name: one }) => shape.madeOf.includes(one)).map(({ native }) => reasonForWeak(native))
      const why = weak.find((one) => one !== undefined)
      const less = reasonForLess(form, contents.formsOf(targetType))
      const changed = shape.changedBy.length > 0 ? `as ${shape.changedBy.join(', ')} leaves it` : undefined
      const reasons = [changed, why ?? less].filter((one) => one !== undefined)
      const reason = reasons.length > 0 ? reasons.join('; ') : undefined
      const strength = why !== undefined ? 'weak' : less === undefined ? 'exact' : 'normalised'
      columns.push({
        from,
        to: name,
        sourceType,
        targetType,
        form,
        strength,
        reason,
        policies: {},
        cut: contents.cutOf?.(targetType, form),
        isStaged: true,
        isMade: shape.source === undefined,
        madeOf: shape.madeOf,
      })
      shapes.push(shape)
    }
  }
  const left = { filtered: 0, refused: 0 }
  const staging = {
    read: read.map((column) => readOf(column, source)),
    configs,
    stages,
    maps,
    shape: rows,
    left,
    columns: shapes,
  }
  return { columns, skipped, staging }
}

/** A column that no form is known of is read as bytes, and looked at by nobody. */
function readOf(column: ReadColumn, source: Contents<NativeType>): StagedRead {
  const { name, native, type, nullable, policies } = column
  const form = formFor(column, source) ?? source.formsOf(native)[0] ?? 'bytes'
  return { name, type: native, form, canonical: type, nullable, policies }
}

/** The form of the server's text that a cell of the column's type can be made of as a run makes it. */
function formFor({ native, type }: ReadColumn, source: Contents<NativeType>): DigestForm | undefined {
  const fitting = type.kind === 'uuid' ? ['text', 'bytes'] : formsOf(type)
  return source.formsOf(native).find((form) => fitting.includes(form))
}

/** Whether nobody can tell what a stage sees of a column: its text is of another kind, or a policy mends bytes of it that the server has
 * no character for. */
function isBlind(column: ReadColumn, source: Contents<NativeType>): boolean {
  const mends = column.policies['invalid-text']
  const charset = column.native.readAs ?? column.native.charset
  // What has no charset of its own is UTF-8, and told as a run has mended it.
  const isMended = mends !== undefined && mends.do !== 'reject' && charset?.startsWith('utf8') === false
  return formFor(column, source) === undefined || isMended
}

/** Forms that the text of a type's cells can be compared in, the best first. */
function formsOf(type: CanonicalType): readonly DigestForm[] {
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'decimal':
      return ['number']
    case 'float32':
      return ['float32', 'float64']
    case 'float64':
      return ['float64']
    case 'date':
      return ['date']
    case 'time':
    case 'interval':
      return ['time']
    case 'timestamp':
      return ['timestamp', 'instant']
    case 'instant':
      return ['instant', 'timestamp']
    case 'bits':
      return ['bits']
    case 'json':
      return ['json-text', 'json', 'json-value']
    case 'set':
      return ['set', 'text']
    case 'bytes':
      return ['bytes']
    case 'text':
    case 'enum':
    case 'uuid':
    case 'inet':
    case 'objectId':
      return ['text']
    case 'document':
      return ['json', 'json-value']
    case 'array':
      return listForms(formsOf(type.of))
    default:
      return []
  }
}
