import type { BsonCursor } from '../../../format/bson/bson-cursor.ts'

/** Of the element that the cursor has come to. */
export function nameOf({ bytes, nameStart, nameEnd }: Pick<BsonCursor, 'bytes' | 'nameStart' | 'nameEnd'>): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + nameStart, nameEnd - nameStart).toString()
}
