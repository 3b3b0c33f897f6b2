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

function faultOf(error: unknown): string {
  if (error instanceof DocumentFault) return error.message
  throw error
}
