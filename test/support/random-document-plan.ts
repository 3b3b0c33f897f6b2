import { BsonCursor } from '../../src/format/bson/bson-cursor.ts'
import { bsonType } from '../../src/format/bson/bson-type.ts'
import { pathText } from '../../src/model/document-path.ts'
import type { DocumentSignature } from '../../src/model/document-signature.ts'
import type { ChildRead, ReadColumn, ReadPlan } from '../../src/model/plan.ts'
import {
  arrayColumn,
  childRead,
  column,
  keyColumn,
  ordinalColumn,
  originalColumn,
  readPlan,
  restColumn,
} from './document-plan.ts'

/** Numbers from 0 to 1 that a seed decides. */
export function numbersOf(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const fitting: { readonly [type: number]: readonly string[] | undefined } = {
  [bsonType.double]: ['double', 'double', 'decimal'],
  [bsonType.string]: ['string'],
  [bsonType.binary]: ['binData', 'uuid'],
  [bsonType.objectId]: ['objectId'],
  [bsonType.bool]: ['bool'],
  [bsonType.date]: ['date'],
  [bsonType.code]: ['javascript'],
  [bsonType.symbol]: ['symbol'],
  [bsonType.int32]: ['int', 'int', 'long', 'double', 'decimal'],
  [bsonType.timestamp]: ['timestamp'],
  [bsonType.int64]: ['long', 'double', 'decimal'],
  [bsonType.decimal128]: ['decimal'],
}
const singles = [...new Set(Object.values(fitting).flatMap((natives) => natives ?? []))]
const wholes = ['extendedJson', 'json', 'id']

/** What a document, or an element, holds by type at a place. */
interface Seen {
  readonly types: Map<number, number>
  readonly fields: Map<string, Seen>
  elements: Seen | undefined
}

function newSeen(): Seen {
  return { types: new Map(), fields: new Map(), elements: undefined }
}

function see(documents: readonly Uint8Array[]): Seen {
  const root = newSeen()
  const cursor = new BsonCursor({ checksText: false })
  for (const document of documents) {
    const open = [root]
    cursor.open(document, 0, document.length)
    do {
      const type = cursor.next()
      if (type === 0) {
        open.pop()
        continue
      }
      const at = open.at(-1)!
      const name = Buffer.from(document.subarray(cursor.nameStart, cursor.nameEnd)).toString()
      const isElement = cursor.container === bsonType.array
      const place = isElement ? (at.elements ??= newSeen()) : (at.fields.get(name) ?? newSeen())
      if (!isElement) at.fields.set(name, place)
      place.types.set(type, (place.types.get(type) ?? 0) + 1)
      if (type === bsonType.document || type === bsonType.array) {
        cursor.enter()
        open.push(place)
      }
    } while (cursor.depth > 0)
  }
  return root
}

interface FrameParts {
  readonly columns: ReadColumn[]
  readonly leftOut: string[]
  readonly order: string[]
  readonly alwaysThere: string[]
}

/** A plan for the documents, with places for most of what is in them, and now and then one that does not suit. */
export function randomPlan(documents: readonly Uint8Array[], seed: number, isSigned: boolean): ReadPlan {
  const random = numbersOf(seed)
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!
  const policies =
    random() < 0.5
      ? {}
      : {
          'nul-byte': { do: 'replace', rule: 'nul', text: '·' } as const,
          'json-nul': { do: 'remove', rule: 'json-nul' } as const,
          'invalid-text': { do: 'replace', rule: 'text', text: '\u{FFFD}' } as const,
        }
  const children: ChildRead[] = []
  // Half of them suit as well as they can.
  const isSuitable = random() < 0.5
  const newFrame = (): FrameParts => ({ columns: [], leftOut: [], order: [], alwaysThere: [] })

  const addChild = (parent: number, parts: FrameParts, path: string, seen: Seen, kind: 'array' | 'map'): void => {
    const frame = children.length + 1
    const own = newFrame()
    const head = kind === 'map' ? keyColumn : ordinalColumn
    const carried = parent === 0 ? [0] : [0, 1]
    const keys = parent === 0 ? [column('#0', 'ordinal')] : [column('#0', 'ordinal'), column('#1', 'key')]
    // Held open: it comes before those within it.
    children.push(childRead(frame, path, [], { parent, kind }))
    const elements = kind === 'array' ? (seen.elements ?? newSeen()) : merge([...seen.fields.values()])
    const carriedCount = parent === 0 ? 1 : children[parent - 1]!.carried.length + 1
    const columns = Array.from({ length: carriedCount }, (_, i) => keys[i] ?? column(`#${i}`, 'key'))
    own.columns.push(...columns, head)
    growElement(frame, own, elements)
    children[frame - 1] = {
      ...children[frame - 1]!,
      carried: parent === 0 ? carried : Array.from({ length: carriedCount }, (_, i) => i),
      ...close(own),
    }
    parts.order.push(path)
    if (!isSuitable && random() < 0.3) parts.alwaysThere.push(path)
  }

  const close = ({
    columns,
    leftOut,
    order,
    alwaysThere,
  }: FrameParts): Pick<ChildRead, 'columns' | 'leftOut' | 'signature'> => {
    if (random() < 0.7) columns.push({ ...restColumn, policies })
    const signature: DocumentSignature = {
      order: isSuitable || random() < 0.8 ? order : order.toReversed(),
      alwaysThere,
    }
    return { columns, leftOut, ...(isSigned ? { signature } : {}) }
  }

  const growElement = (frame: number, parts: FrameParts, seen: Seen): void => {
    if (seen.fields.size > 0 && random() < 0.8) growFields(frame, parts, seen, [])
    const scalar = [...seen.types.keys()].find((type) => fitting[type] !== undefined)
    if (scalar !== undefined && random() < 0.7) addColumn(parts, '$value', scalar)
    else if (seen.fields.size === 0 && random() < 0.5) parts.columns.push(column('$value', pick(wholes), { policies }))
    if (seen.elements !== undefined && random() < 0.6) addChild(frame, parts, '$value', seen, 'array')
  }

  const addColumn = (parts: FrameParts, name: string, type: number, hasNull = false): void => {
    const natives = isSuitable || random() < 0.9 ? (fitting[type] ?? wholes) : [...singles, ...wholes]
    parts.columns.push(column(name, isSuitable ? natives[0]! : pick(natives), { policies }))
    if (name === '$value') return
    parts.order.push(name)
    if (isSuitable ? hasNull : random() < 0.4) parts.alwaysThere.push(name)
  }

  const growFields = (frame: number, parts: FrameParts, seen: Seen, path: readonly string[]): void => {
    for (const [name, place] of seen.fields) {
      const own = [...path, name]
      const text = pathText(own)
      const hasFields = place.fields.size > 0
      const chance = isSuitable ? 0.2 + random() * 0.8 : random()
      if (chance < 0.05) continue
      if (chance < 0.1) parts.leftOut.push(text)
      else if (chance < 0.2) {
        parts.columns.push(column(text, pick(wholes), { policies }))
        parts.order.push(text)
      } else {
        const isEmpty = !hasFields && place.elements === undefined
        const scalar = [...place.types.keys()].find(
          (type) => (isSuitable && isEmpty) || (type !== bsonType.document && type !== bsonType.array),
        )
        if (place.elements !== undefined) {
          const types = [...place.elements.types.keys()]
          const native = types.length === 1 ? fitting[types[0]!]?.[0] : undefined
          if (native !== undefined && random() < 0.5) {
            parts.columns.push(arrayColumn(text, native))
            parts.order.push(text)
            if (random() < 0.4) parts.alwaysThere.push(text)
            continue
          }
          addChild(frame, parts, text, place, 'array')
        } else if (hasFields && chance < 0.3) {
          addChild(frame, parts, text, place, 'map')
          continue
        }
        if (hasFields) growFields(frame, parts, place, own)
        if (hasFields && random() < 0.2 && parts.order.some((other) => other.startsWith(`${text}.`))) {
          parts.alwaysThere.push(text)
        }
        if (scalar !== undefined) addColumn(parts, text, scalar, place.types.has(bsonType.null))
      }
    }
  }

  const parts = newFrame()
  parts.columns.push({ ...ordinalColumn })
  growFields(0, parts, see(documents), [])
  const { columns, ...others } = close(parts)
  return readPlan([...columns, ...(isSigned ? [originalColumn] : [])], { ...others, children })
}

function merge(places: readonly Seen[]): Seen {
  const merged = newSeen()
  for (const { types, fields, elements } of places) {
    for (const [type, count] of types) merged.types.set(type, count + (merged.types.get(type) ?? 0))
    for (const [name, place] of fields) merged.fields.set(name, place)
    merged.elements ??= elements
  }
  return merged
}
