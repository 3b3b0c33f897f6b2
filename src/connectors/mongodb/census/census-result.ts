import { bsonType } from '../../../format/bson/bson-type.ts'
import { maxDoubleTextBytes, putDouble } from '../../../format/bson/double-text.ts'
import {
  type FieldCensus,
  type TypeCensus,
  type ValueCensus,
  type ValueType,
  valueTypes,
} from '../../../model/document-census.ts'
import { DecimalParts, decimalText, type DecimalValue } from './decimal-value.ts'
import { type FieldTree, nodeField, noNode } from './field-tree.ts'
import { type Extremes, intField, noSlot, numberField, type TypeCounts } from './type-counts.ts'

/** What was counted of one collection. */
export interface Counted {
  readonly tree: FieldTree
  readonly counts: TypeCounts
  /** `tree.children()` */
  readonly children: readonly (readonly number[] | undefined)[]
}

const scratch = new Uint8Array(maxDoubleTextBytes)
const parts = new DecimalParts()

export function fieldCensuses(counted: Counted, parent: number): FieldCensus[] {
  const { tree, children } = counted
  return (children[parent] ?? []).map((node) => {
    const start = tree.get(node, nodeField.nameStart)
    const end = tree.get(node, nodeField.nameEnd)
    const name = Buffer.from(tree.names.subarray(start, end)).toString()
    const repeats = tree.repeats[node]!
    return { name, ...valueCensus(counted, node), ...(repeats > 0 && { repeats }) }
  })
}

export function valueCensus(counted: Counted, node: number): ValueCensus {
  const { tree, counts } = counted
  const others = tree.get(node, nodeField.others)
  const elements = tree.get(node, nodeField.elements)
  return {
    types: valueTypes.flatMap((type, place) => {
      const slot = counts.slotAt(node, place)
      // A document that is no BSON may have asked for it.
      return slot === noSlot || counts.getNumber(slot, numberField.count) === 0 ? [] : [typeCensus(counts, slot, type)]
    }),
    fields: fieldCensuses(counted, node),
    ...(others !== noNode && { otherFields: valueCensus(counted, others) }),
    ...(elements !== noNode && { elements: valueCensus(counted, elements) }),
  }
}

function typeCensus(counts: TypeCounts, slot: number, type: ValueType): TypeCensus {
  const maxLength = counts.getInt(slot, intField.maxLength)
  return {
    type,
    count: counts.getNumber(slot, numberField.count),
    ...particulars(counts, slot),
    ...(type === 'binData' && { subtypes: subtypes(counts, slot) }),
    ...(maxLength >= 0 && { maxLength }),
    firstKeys: [...counts.firstKeys[slot]!],
  }
}

function particulars(counts: TypeCounts, slot: number): Partial<TypeCensus> {
  switch (counts.getInt(slot, intField.type)) {
    case bsonType.int32: {
      const [min, max] = [numberField.min, numberField.max].map((field) => String(counts.getNumber(slot, field)))
      return { min, max }
    }
    case bsonType.int64:
    case bsonType.date:
      return {
        min: int64Text(counts.getInt(slot, intField.minHigh), counts.getInt(slot, intField.minLow)),
        max: int64Text(counts.getInt(slot, intField.maxHigh), counts.getInt(slot, intField.maxLow)),
      }
    case bsonType.double:
      return numberParticulars(counts, slot, doubleExtremes(counts, slot))
    case bsonType.decimal128:
      return numberParticulars(counts, slot, counts.extremes[slot])
    case bsonType.document:
    case bsonType.array:
      return { elements: counts.getNumber(slot, numberField.elements) }
    case bsonType.string:
    case bsonType.symbol:
    case bsonType.code:
    case bsonType.codeWithScope:
      return {
        nulBytes: counts.getNumber(slot, numberField.nulBytes),
        invalidText: counts.getNumber(slot, numberField.invalidText),
      }
    default:
      return {}
  }
}

function subtypes(counts: TypeCounts, slot: number): [number, number] {
  return [counts.getNumber(slot, numberField.min), counts.getNumber(slot, numberField.max)]
}

/** @param extremes Undefined where none is finite */
function numberParticulars(counts: TypeCounts, slot: number, extremes: Extremes | undefined): Partial<TypeCensus> {
  const notFinite = counts.getNumber(slot, numberField.notFinite)
  if (extremes === undefined) return { notFinite }
  return {
    min: decimalText(extremes.min),
    max: decimalText(extremes.max),
    // Who is further from zero has no fewer digits before the point.
    wholeDigits: Math.max(0, extremes.min.point, extremes.max.point),
    fractionDigits: counts.getInt(slot, intField.fractionDigits),
    notFinite,
  }
}

function doubleExtremes(counts: TypeCounts, slot: number): Extremes | undefined {
  const min = counts.getNumber(slot, numberField.min)
  return min === Number.POSITIVE_INFINITY
    ? undefined
    : { min: doubleValue(min), max: doubleValue(counts.getNumber(slot, numberField.max)) }
}

function doubleValue(value: number): DecimalValue {
  parts.parse(scratch, 0, putDouble(scratch, 0, value))
  return parts.value()
}

function int64Text(high: number, low: number): string {
  return String((BigInt(high) << 32n) | BigInt(low >>> 0))
}
