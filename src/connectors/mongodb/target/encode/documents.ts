import { ArenaBatch } from '../../../../batch/batch.ts'
import { bsonType } from '../../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../../format/bson/document-fault.ts'
import { ExtendedJsonReader } from '../../../../format/bson/extended-json/extended-json-reader.ts'
import type { PutCell } from './cell-encoder.ts'
import { JsonValueWriter } from './json-value.ts'

/** JSON as what it says. */
export function putJson(asDouble = false): PutCell {
  const writer = new JsonValueWriter(asDouble)
  return (to, bytes, _view, start, length) => {
    try {
      writer.put(to, bytes, start, start + length)
    } catch (error) {
      return faultOf(error)
    }
    return undefined
  }
}

/** Extended JSON as the document that it stands for. */
export function putDocument(): PutCell {
  const reader = new ExtendedJsonReader()
  const arena = new ArenaBatch([])
  return (to, bytes, _view, start, length) => {
    arena.used = 0
    try {
      reader.append(arena, bytes, start, start + length)
    } catch (error) {
      return faultOf(error)
    }
    to.makeRoom(arena.used)
    to.bytes.set(arena.bytes.subarray(0, arena.used), to.to)
    to.to += arena.used
    to.setType(bsonType.document)
    arena.release()
    return undefined
  }
}

const wrapperStart = Buffer.from('{"v":')
const wrapperEnd = Buffer.from('}')
/** In the wrapper: the length of the document, the type, `v` and its NUL. */
const wrappedAt = 7

/** The canonical Extended JSON of one value, of whatever type, as that value. */
export function putExtendedValue(): PutCell {
  const reader = new ExtendedJsonReader()
  const arena = new ArenaBatch([])
  return (to, bytes, _view, start, length) => {
    arena.used = 0
    const text = Buffer.concat([wrapperStart, bytes.subarray(start, start + length), wrapperEnd])
    try {
      reader.append(arena, text, 0, text.length)
    } catch (error) {
      return faultOf(error)
    }
    const value = arena.bytes.subarray(wrappedAt, arena.used - 1)
    to.makeRoom(value.length)
    to.bytes.set(value, to.to)
    to.to += value.length
    to.setType(arena.bytes[4]!)
    arena.release()
    return undefined
  }
}

/** BSON as it is. */
export const putBson: PutCell = (to, bytes, _view, start, length) => {
  to.makeRoom(length)
  to.bytes.set(bytes.subarray(start, start + length), to.to)
  to.to += length
  to.setType(bsonType.document)
  return undefined
}

function faultOf(error: unknown): string {
  if (error instanceof DocumentFault) return error.message
  throw error
}
