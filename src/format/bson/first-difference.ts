import { BsonCursor } from './bson-cursor.ts'
import { bsonType } from './bson-type.ts'

/** A value in one of two documents, by its type and its bytes there. */
export interface ValuePlace {
  readonly type: number
  readonly start: number
  readonly end: number
}

/**
 * The first place, in the order of the bytes, where two documents are not the same.
 *
 * - `value`: both have one there, and it is another.
 * - `missing`, `extra`: the first, or the second, has it alone.
 * - `order`: both have fields of these names, but other ones first.
 */
export interface FirstDifference {
  readonly kind: 'value' | 'missing' | 'extra' | 'order'
  /** From the document on: names of fields, and places in arrays from 0. The scope of code is the field `$scope`. */
  readonly path: readonly (string | number)[]
  /** Of the value that the path leads to, in each of the two; of `order`, that of the first's field. */
  readonly one?: ValuePlace | undefined
  readonly other?: ValuePlace | undefined
}

/**
 * Walks over two documents side by side, in memory as deep as they are nested: what is the same byte for byte is passed
 * over, and of what is not the innermost value is told.
 * @returns Undefined where they are the same bytes
 * @throws DocumentFault where one of them is no BSON as far as it is looked at
 */
export function firstDifference(one: Uint8Array, other: Uint8Array): FirstDifference | undefined {
  if (isSame(one, 0, one.length, other, 0, other.length)) return undefined
  const [left, right] = [openAt(one), openAt(other)]
  const path: (string | number)[] = []
  for (;;) {
    const [type, otherType] = [left.next(), right.next()]
    if (type === 0 && otherType === 0) {
      // Nothing in the container differs, though its bytes do: no two such are there, since lengths follow from what is in it.
      if (left.depth === 0 || right.depth === 0) return undefined
      path.length -= left.closed === bsonType.codeWithScope ? 2 : 1
      continue
    }
    const found = difference(left, right, path)
    if (found !== undefined) return found
    if (isSame(one, left.start, left.end, other, right.start, right.end)) continue
    path.push(stepOf(left))
    if (type === bsonType.codeWithScope) path.push('$scope')
    left.enter()
    right.enter()
  }
}

function openAt(bytes: Uint8Array): BsonCursor {
  const cursor = new BsonCursor({ checksText: false, checksNames: false })
  cursor.open(bytes, 0, bytes.length)
  return cursor
}

/** Of the elements that both stand on; undefined where they are the same, or the difference is within both. */
function difference(
  left: BsonCursor,
  right: BsonCursor,
  path: readonly (string | number)[],
): FirstDifference | undefined {
  if (left.type === 0) return { kind: 'extra', path: [...path, stepOf(right)], other: placeOf(right) }
  if (right.type === 0) return { kind: 'missing', path: [...path, stepOf(left)], one: placeOf(left) }
  if (!isSame(left.bytes, left.nameStart, left.nameEnd, right.bytes, right.nameStart, right.nameEnd)) {
    return differenceOfNames(left, right, path)
  }
  if (left.type === right.type) {
    if (isSame(left.bytes, left.start, left.end, right.bytes, right.start, right.end)) return undefined
    if (isWithin(left, right)) return undefined
  }
  return { kind: 'value', path: [...path, stepOf(left)], one: placeOf(left), other: placeOf(right) }
}

/** Whether the values are containers, whose elements can be compared. */
function isWithin(left: BsonCursor, right: BsonCursor): boolean {
  if (left.type === bsonType.document || left.type === bsonType.array) return true
  if (left.type !== bsonType.codeWithScope) return false
  return isSame(left.bytes, left.start + 4, left.scopeStart(), right.bytes, right.start + 4, right.scopeStart())
}

/** Of fields of two names: what is left of both containers is read for them. */
function differenceOfNames(left: BsonCursor, right: BsonCursor, path: readonly (string | number)[]): FirstDifference {
  const [one, other] = [placeOf(left), placeOf(right)]
  const [name, otherName] = [nameOf(left), nameOf(right)]
  if (!isAhead(right, name)) return { kind: 'missing', path: [...path, name], one }
  if (!isAhead(left, otherName)) return { kind: 'extra', path: [...path, otherName], other }
  return { kind: 'order', path: [...path, name], one }
}

/** Goes on to a field of this name in the container, or to its end. */
function isAhead(cursor: BsonCursor, name: string): boolean {
  while (cursor.next() !== 0) if (nameOf(cursor) === name) return true
  return false
}

function placeOf({ type, start, end }: BsonCursor): ValuePlace {
  return { type, start, end }
}

function stepOf(cursor: BsonCursor): string | number {
  return cursor.container === bsonType.array ? cursor.index : nameOf(cursor)
}

function nameOf({ bytes, nameStart, nameEnd }: BsonCursor): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + nameStart, nameEnd - nameStart).toString('utf8')
}

function isSame(one: Uint8Array, start: number, end: number, other: Uint8Array, from: number, to: number): boolean {
  if (end - start !== to - from) return false
  return Buffer.compare(one.subarray(start, end), other.subarray(from, to)) === 0
}
