import type { Batch, Frame } from '../../../../batch/batch.ts'
import { TransloadError } from '../../../../errors/transload-error.ts'
import { BsonBuilder } from '../../../../format/bson/bson-builder.ts'
import { BsonCursor } from '../../../../format/bson/bson-cursor.ts'
import { bsonType } from '../../../../format/bson/bson-type.ts'
import { fate } from '../../../../model/fate.ts'
import type { WritePlan } from '../../../../model/plan.ts'
import type { CollectionDefinition } from '../definition.ts'
import { type CellEncoder, isEncoder } from './cell-encoder.ts'
import { chooseEncoder } from './choose.ts'
import { putInt53 } from '../../../../format/clock-text.ts'
import { RowDocuments } from './documents-of-rows.ts'

interface Field extends CellEncoder {
  readonly column: string
  /** The field's name and its NUL. */
  readonly name: Uint8Array
  readonly slot: number
  readonly nullable: boolean
  readonly type: string
}

const idName = cString('_id')
/** Fields of the `_id` of a row without a key. */
const runName = cString('run')
const splitName = cString('split')
const rowName = cString('row')
const frameName = cString('frame')
const placeName = cString('place')

/** Makes a document of every row of one frame. */
export class RowEncoder {
  readonly write: WritePlan
  readonly documents = new RowDocuments()
  /** False: `_id` says where the row came from. */
  readonly hasKey: boolean
  /**
   * Whether fields can be set one by one in a document that is there: names with a dot or a dollar are paths then, and a
   * field that is to be none would stay.
   */
  readonly canSet: boolean
  readonly #builder = new BsonBuilder()
  readonly #key: readonly Field[]
  readonly #fields: readonly Field[]
  /** The column that has all of the document, of which the others are parts; absent: the document is made of all of them. */
  readonly #whole: Field | undefined
  readonly #cursor = new BsonCursor({ checksText: false, checksNames: false })
  readonly #maxBytes: number
  readonly #run: string

  /**
   * @param maxBytes Of one document: what the server takes
   * @param run Tells rows without a key from those of other runs
   * @throws TL_T308 where a column cannot be written
   */
  constructor(write: WritePlan, definition: CollectionDefinition, maxBytes: number, run: string) {
    this.write = write
    this.#maxBytes = maxBytes
    this.#run = run
    const { key } = definition
    this.hasKey = key.length > 0
    const single = key.length === 1
    const all = write.columns.map(({ name, slot, type }): Field => {
      const column = definition.columns.find((one) => one.name === name)
      const choice = chooseEncoder(type, column?.type ?? 'nothing')
      if (column === undefined || !isEncoder(choice)) {
        const reason = column === undefined ? `it has no column ${name}` : `${name}: ${refusalOf(choice)}`
        throw new TransloadError('TL_T308', { table: write.to.name, reason, cure: 'Plan the run anew.' })
      }
      const isId = single && key[0] === name
      return {
        ...choice,
        column: name,
        name: isId ? idName : cString(name),
        slot,
        nullable: column.nullable && !key.includes(name),
        type: column.type,
      }
    })
    this.#key = key.flatMap((name) => all.find(({ column }) => column === name) ?? [])
    this.#fields = all.filter(({ column }) => !key.includes(column))
    this.#whole = all.find(({ type }) => type === 'bson')
    this.canSet =
      this.#whole === undefined && this.#fields.every(({ column, type }) => !/^\$|\./.test(column) && type !== 'any')
  }

  /** Encodes the live rows; what cannot be is rejected, with the rows of frame 0 that they came of. */
  encode(batch: Batch, frame: Frame): void {
    const { documents } = this
    documents.clear()
    const { fate: fates } = frame
    let before = -1
    let place = 0
    for (let row = 0; row < frame.rowCount; row++) {
      const origin = frame.origin[row]!
      place = origin === before ? place + 1 : 0
      before = origin
      if (fates[row] === fate.live) this.#encodeRow(batch, frame, row, place)
    }
  }

  #encodeRow(batch: Batch, frame: Frame, row: number, place: number): void {
    const { documents } = this
    const { arena } = documents
    const start = arena.used
    const idEnd =
      this.#whole === undefined ? this.#make(batch, frame, row, place) : this.#copy(batch, frame, row, this.#whole)
    if (idEnd !== undefined) {
      const byteCount = arena.used - start
      if (byteCount <= this.#maxBytes) {
        documents.add(start, idEnd, row)
        return
      }
      const reason = `its document has ${byteCount} bytes, and MongoDB takes ${this.#maxBytes}`
      batch.reject({ row: frame.origin[row]!, stage: 'write', code: 'TL_D401', reason })
    }
    arena.used = start
  }

  /** Where its `_id` ends; undefined: the row is rejected. */
  #make(batch: Batch, frame: Frame, row: number, place: number): number | undefined {
    const builder = this.#builder
    builder.begin(this.documents.arena)
    if (!this.#putId(batch, frame, row, place)) return undefined
    const idEnd = builder.to
    if (!this.#putFields(batch, frame, row)) return undefined
    builder.close()
    builder.finish()
    return idEnd
  }

  /** As {@link #make}: the document has its `_id` in front. */
  #copy(batch: Batch, frame: Frame, row: number, field: Field): number | undefined {
    const cell = (row * frame.layout.columns.length + field.slot) * 2
    const length = frame.cells[cell + 1]!
    if (length < 0) {
      this.#reject(batch, frame, row, field, 'TL_D403', `${field.column} is NOT NULL`)
      return undefined
    }
    const { arena } = this.documents
    const at = arena.reserve(length)
    const start = frame.cells[cell]!
    arena.bytes.set(batch.bytes.subarray(start, start + length), at)
    arena.used = at + length
    this.#cursor.open(arena.bytes, at, at + length)
    this.#cursor.next()
    return this.#cursor.end
  }

  #putId(batch: Batch, frame: Frame, row: number, place: number): boolean {
    const builder = this.#builder
    const key = this.#key
    if (key.length === 1) return this.#putField(batch, frame, row, key[0]!)
    this.#name(idName)
    builder.open(bsonType.document)
    if (key.length === 0) this.#putPlace(batch, frame, row, place)
    for (const field of key) if (!this.#putField(batch, frame, row, field)) return false
    builder.close()
    return true
  }

  /**
   * Of a row without a key: the run, the split and the row's number in it, so that a row that is read again is the same
   * document, and one that another run appends is another.
   */
  #putPlace(batch: Batch, frame: Frame, row: number, place: number): void {
    const builder = this.#builder
    const origin = frame.origin[row]!
    this.#name(runName)
    putString(builder, this.#run)
    this.#name(splitName)
    putString(builder, batch.split)
    this.#putCount(rowName, batch.replayed?.[origin]?.position ?? batch.readBefore + origin)
    if (this.write.frame === 0) return
    this.#putCount(frameName, this.write.frame)
    this.#putCount(placeName, place)
  }

  #putCount(name: Uint8Array, value: number): void {
    const builder = this.#builder
    this.#name(name)
    builder.makeRoom(8)
    putInt53(builder.view, builder.to, value)
    builder.to += 8
    builder.setType(bsonType.int64)
  }

  #putFields(batch: Batch, frame: Frame, row: number): boolean {
    for (const field of this.#fields) if (!this.#putField(batch, frame, row, field)) return false
    return true
  }

  #putField(batch: Batch, frame: Frame, row: number, field: Field): boolean {
    const cell = (row * frame.layout.columns.length + field.slot) * 2
    const length = frame.cells[cell + 1]!
    const start = frame.cells[cell]!
    if (length < 0 && !field.nullable)
      return this.#reject(batch, frame, row, field, 'TL_D403', `${field.column} is NOT NULL`)
    // Absent: there is no such field, nor is there one of a NULL where JSON has a null of its own.
    if (length < -1 || (length < 0 && field.type === 'any')) return true
    this.#name(field.name)
    if (length < 0) {
      this.#builder.setType(bsonType.null)
      return true
    }
    const problem = field.put(this.#builder, batch.bytes, batch.view, start, length)
    if (problem !== undefined) return this.#reject(batch, frame, row, field, 'TL_D402', `${problem} (${field.type})`)
    if (field.loss?.isLost(batch.view, start) === true) {
      batch.lose(frame.origin[row]!, field.column, field.loss.rule)
    }
    return true
  }

  #reject(batch: Batch, frame: Frame, row: number, { column }: Field, code: string, reason: string): false {
    batch.reject({ row: frame.origin[row]!, stage: 'write', column, code, reason })
    return false
  }

  #name(name: Uint8Array): void {
    const builder = this.#builder
    builder.addElement()
    builder.makeRoom(name.length)
    for (let i = 0; i < name.length; i++) builder.bytes[builder.to + i] = name[i]!
    builder.to += name.length
  }
}

function putString(builder: BsonBuilder, text: string): void {
  const bytes = cString(text)
  builder.makeRoom(bytes.length + 4)
  builder.view.setInt32(builder.to, bytes.length, true)
  builder.bytes.set(bytes, builder.to + 4)
  builder.to += bytes.length + 4
  builder.setType(bsonType.string)
}

function cString(text: string): Uint8Array {
  return Buffer.from(`${text}\0`)
}

function refusalOf(choice: ReturnType<typeof chooseEncoder>): string {
  return 'refused' in choice ? choice.refused : ''
}
