import { ArenaBatch, type Batch, exchangeRows, moveArena } from '../../batch/batch.ts'
import { nullLength } from '../../batch/layout.ts'
import { pointCell, putTextCell } from '../../batch/put-cell.ts'
import { viewOf } from '../../batch/view-of.ts'
import { cellAsForm, isOwnForm } from '../../canonical/cell-as-form.ts'
import { type PutAsForm, putterAsForm } from '../../format/put-as-form.ts'
import type { ContentColumn, ContentQuestion, ContentReader, Contents } from '../../contract/contents.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import type { DigestForm } from '../../model/digest-form.ts'
import { fate } from '../../model/fate.ts'
import type { ReadPlan } from '../../model/plan.ts'
import type { NativeType } from '../../model/relation.ts'
import { arrayAsJson } from './array-as-json.ts'
import type { Decoding } from './decode-next.ts'
import { decoderOf } from './decode/whole-document-decoder.ts'
import { DocumentReader } from './document-reader.ts'
import type { DocumentMoment } from './document-store.ts'
import { DocumentRebuilder, wholeNative } from './document-rebuilder.ts'
import { KeyFilter, openKeys } from './key-filter.ts'
import { layoutsOfRead } from './layouts-of-read.ts'

/** What the documents of a store hold, as a run reads them. No server makes texts of them: cells are told as texts here. */
export class DocumentContents implements Contents<NativeType> {
  readonly position: string | undefined
  readonly #moment: DocumentMoment

  constructor(moment: DocumentMoment) {
    this.position = moment.consistency.position
    this.#moment = moment
  }

  formsOf({ name }: NativeType): readonly DigestForm[] {
    switch (name) {
      case 'int':
      case 'long':
      case 'decimal':
      case 'bool':
      case 'timestamp':
      case 'ordinal':
        return ['number']
      case 'double':
        return ['float64']
      case 'date':
        return ['instant']
      case 'binData':
      case 'original':
      case wholeNative.name:
      case 'bson':
        return ['bytes']
      case 'extendedJson':
        return ['json-text', 'json', 'json-value']
      case 'json':
      case 'rest':
        return ['json', 'json-value']
      case 'valueArray':
        return ['json']
      default:
        return ['text']
    }
  }

  /** Documents come in an order of their own. */
  isOrderedBy(): boolean {
    return false
  }

  openContents(question: ContentQuestion<NativeType>): Promise<ContentReader> {
    const { table, columns, keys, read = readOfOwn(question) } = question
    if (read === undefined) {
      throw new TransloadError('TL_X901', { reason: `${table.name} without how its documents are read` })
    }
    const wanted =
      keys &&
      keys.values.map((key) => Object.fromEntries(keys.columns.map((name, place) => [name, key[place] ?? null])))
    const decoder = new KeepingDecoder(decoderOf(read), columns.some(isWhole))
    const reader = new DocumentReader({
      decoder,
      filter: wanted && new KeyFilter(read, wanted),
      open: async (signal) =>
        wanted === undefined
          ? await this.#moment.openAll(table, signal)
          : await openKeys(this.#moment, read, wanted, signal),
      check: async () => await this.#moment.assertUnchanged(),
    })
    return Promise.resolve(new DocumentContentReader(reader, decoder, read, columns))
  }

  rebuilder(read: ReadPlan): DocumentRebuilder {
    return new DocumentRebuilder(read)
  }
}

function isWhole({ type }: ContentColumn<NativeType>): boolean {
  return type.name === wholeNative.name
}

/** Decodes documents, and puts those themselves beside their cells where somebody asks for them. */
class KeepingDecoder {
  readonly #decoder: Decoding
  readonly #keeps: boolean
  /** Position and length by row of frame 0. */
  places = new Int32Array(2048)

  constructor(decoder: Decoding, keeps: boolean) {
    this.#decoder = decoder
    this.#keeps = keeps
  }

  decode(bytes: Uint8Array, start: number, end: number, count: number, into: Batch): void {
    const row = into.frames[0]!.rowCount
    this.#decoder.decode(bytes, start, end, count, into)
    if (this.#keeps) this.#keep(row, bytes, start, end, into)
  }

  refuse(...refused: Parameters<Decoding['refuse']>): void {
    this.#decoder.refuse(...refused)
  }

  #keep(row: number, bytes: Uint8Array, start: number, end: number, into: Batch): void {
    const at = into.reserve(end - start)
    into.bytes.set(bytes.subarray(start, end), at)
    into.used = at + end - start
    if (row * 2 + 2 > this.places.length) {
      const larger = new Int32Array(this.places.length * 2)
      larger.set(this.places)
      this.places = larger
    }
    this.places[row * 2] = at
    this.places[row * 2 + 1] = end - start
  }
}

/** In the place of a slot. */
const whole = -1

/** How documents are read that are compared as they are: that takes no plan. */
function readOfOwn({ table, columns }: ContentQuestion<NativeType>): ReadPlan | undefined {
  if (columns.some(({ type }) => type.name !== 'id' && type.name !== 'bson')) return undefined
  return {
    dataset: table.name,
    table,
    columns: columns.map(({ name, type }) => ({
      name,
      native: type,
      type: type.name === 'id' ? { kind: 'text' } : { kind: 'native', engine: 'mongodb', type: 'bson' },
      nullable: false,
      policies: {},
    })),
    identify: columns.flatMap(({ name, type }) => (type.name === 'id' ? [name] : [])),
  }
}

class DocumentContentReader implements ContentReader {
  readonly #reader: DocumentReader
  readonly #decoder: KeepingDecoder
  readonly #read: ReadPlan
  /** `slot` of what is read, or that of {@link whole}. Without `put` its cells are what is told of them. */
  readonly #columns: readonly { readonly slot: number; readonly put?: PutAsForm | undefined }[]
  /** Cells of what is read. They lie in the arena of the batch that is filled. */
  readonly #batch: ArenaBatch

  constructor(
    reader: DocumentReader,
    decoder: KeepingDecoder,
    read: ReadPlan,
    columns: ContentQuestion<NativeType>['columns'],
  ) {
    this.#reader = reader
    this.#decoder = decoder
    this.#read = read
    this.#columns = columns.map((one) => {
      const { name, form } = one
      if (isWhole(one)) return { slot: whole }
      const slot = read.columns.findIndex((column) => column.name === name)
      if (slot < 0) throw new TransloadError('TL_X901', { reason: `${name} is not among what is read` })
      const { type } = read.columns[slot]!
      if (isOwnForm(type, form)) return { slot }
      return { slot, put: type.kind === 'array' ? arrayPutter(type, form) : putterAsForm(type, form) }
    })
    this.#batch = new ArenaBatch(layoutsOfRead(read), 0)
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    const batch = this.#batch
    batch.clear('', 0, 0)
    moveArena(into, batch)
    this.#exchangeChildren(into)
    const hasMore = await this.#reader.read(batch, signal)
    moveArena(batch, into)
    this.#exchangeChildren(into)
    const places = this.#takeMain(into)
    for (const { frame } of this.#read.children ?? []) this.#takeChild(frame, places, into)
    return hasMore
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]()
  }

  /** Rows that a run rejects as it reads them are none. @returns By row of the batch: its place in `into`; −1: it is left out */
  #takeMain(into: Batch): Int32Array {
    const { cells, fate: fates, rowCount } = this.#batch.frames[0]!
    const { columns } = this.#read
    const places = new Int32Array(rowCount).fill(-1)
    const documents = this.#decoder.places
    // What it has now, which is here still where texts behind it make the arena another.
    const given = Buffer.from(into.bytes.buffer, into.bytes.byteOffset, into.bytes.length)
    const view = viewOf(given)
    for (let row = 0; row < rowCount; row++) {
      if (fates[row] !== fate.live) continue
      const made = into.addRow(0)
      places[row] = made
      for (let place = 0; place < this.#columns.length; place++) {
        const { slot, put } = this.#columns[place]!
        const to = made * this.#columns.length + place
        if (slot === whole) {
          pointCell(into, 0, to, documents[row * 2]!, documents[row * 2 + 1]!)
          continue
        }
        const at = (row * columns.length + slot) * 2
        const [start, length] = [cells[at]!, cells[at + 1]!]
        if (length === nullLength) continue
        if (put === undefined) pointCell(into, 0, to, start, length)
        else put(into, 0, to, given, view, start, length)
      }
    }
    return places
  }

  /** Rows of children are decoded where they stay. Who asks for the documents alone has no frames for them. */
  #exchangeChildren({ frames }: Batch): void {
    for (const { frame } of this.#read.children ?? []) {
      const asked = frames[frame]
      if (asked !== undefined) exchangeRows(this.#batch.frames[frame]!, asked)
    }
  }

  /** Leaves those that stand in rows which are left out, and tells the others the places of theirs. */
  #takeChild(frame: number, places: Int32Array, into: Batch): void {
    const asked = into.frames[frame]
    if (asked === undefined) return
    const { cells, origin, rowCount, layout } = asked
    const width = layout.columns.length * 2
    let made = 0
    for (let row = 0; row < rowCount; row++) {
      const place = places[origin[row]!]!
      if (place < 0) continue
      if (made !== row) cells.copyWithin(made * width, row * width, (row + 1) * width)
      origin[made++] = place
    }
    asked.fate.fill(fate.live, 0, made)
    asked.rowCount = made
  }
}

function arrayPutter(type: CanonicalType & { readonly kind: 'array' }, form: DigestForm): PutAsForm {
  return (into, frame, place, cells, _view, start, length) => {
    putTextCell(into, frame, place, arrayAsJson(type.of, cellAsForm(type, form, cells, start, length)))
  }
}
