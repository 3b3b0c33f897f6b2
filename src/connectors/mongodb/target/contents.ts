import { BSON, type Document, type FindCursor, Decimal128, Binary, Long, ObjectId } from 'mongodb'
import { assertNotAborted, waitOrAbort } from '../../../async/abort.ts'
import type { Batch } from '../../../batch/batch.ts'
import type { ContentQuestion, ContentReader, Contents, TimeCut } from '../../../contract/contents.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { type DigestForm, elementForm, isListForm } from '../../../model/digest-form.ts'
import { ExtendedJsonWriter } from '../../../format/bson/extended-json/extended-json-writer.ts'
import { putWholeDocument } from '../decode/put-whole-document.ts'
import { findId, type IdPlace } from '../id-text.ts'
import type { MongoDatabase } from './client.ts'
import { collectionOf } from './collection-name.ts'
import { putContent } from './content-cell.ts'
import { formsOfField } from './content-forms.ts'
import { putListContent } from './content-list.ts'
import { partFilter } from './count.ts'
import { type CollectionDefinition, pathOf } from './definition.ts'
import { definitionOfCollection } from './describe.ts'
import { microsRule } from './encode/choose.ts'
import { elementTypeOf } from './field-type.ts'
import { toTargetError } from './errors.ts'
import { nameOf } from './name-of.ts'

/** Of one answer of the server. */
const batchCount = 1_000

/**
 * What collections hold, document by document, in any order. There is no moment that all are read at: nobody else is to
 * write meanwhile. The order of keys is MongoDB's own, which no other engine has, so that no ranges are cut.
 */
export function openMongoContents(database: MongoDatabase): Contents<string> & AsyncDisposable {
  return {
    formsOf: formsOfField,
    cutOf,
    isOrderedBy: () => false,
    async openContents(question, signal) {
      const name = collectionOf(question.table)
      const definition = await database.call(signal, (db) => definitionOfCollection(db, name))
      return new MongoContentReader(database, question, definition ?? { columns: [], key: [] })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

function cutOf(fieldType: string, form: DigestForm): TimeCut | undefined {
  const element = elementTypeOf(fieldType)
  if (element !== undefined) return isListForm(form) ? cutOf(element, elementForm(form)) : undefined
  const isClock = form === 'instant' || form === 'timestamp'
  return fieldType === 'date' && isClock ? { digits: 3, rule: microsRule } : undefined
}

class MongoContentReader implements ContentReader {
  readonly #database: MongoDatabase
  readonly #question: ContentQuestion<string>
  readonly #definition: CollectionDefinition
  readonly #cursor = new BsonCursor({ checksText: false })
  /** Slots by the name of a field, and, of a key of several columns, by its names within `_id`. */
  readonly #fields = new Map<string, number>()
  readonly #keyFields = new Map<string, number>()
  readonly #writer = new ExtendedJsonWriter({ invalidText: 'replace' })
  /** Of values that were JSON: what none of JSON becomes is told as the object that it is not. */
  readonly #plain = new ExtendedJsonWriter({ isRelaxed: true, hasPlainDecimals: true, invalidText: 'replace' })
  readonly #id: IdPlace = { start: 0, end: 0 }
  /** Of the column that has all of a document; −1: none has. */
  readonly #wholeSlot: number
  #found: FindCursor<Document> | undefined

  constructor(database: MongoDatabase, question: ContentQuestion<string>, definition: CollectionDefinition) {
    this.#database = database
    this.#question = question
    this.#definition = definition
    this.#wholeSlot = question.columns.findIndex(({ type }) => type === 'bson')
    for (const [slot, { name }] of question.columns.entries()) {
      const isPart = definition.key.length > 1 && definition.key.includes(name)
      if (isPart) this.#keyFields.set(name, slot)
      else this.#fields.set(pathOf(definition, name), slot)
    }
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    assertNotAborted(signal)
    const found = (this.#found ??= this.#open())
    try {
      while (!into.isFull()) {
        const document = await waitOrAbort(found.next(), signal)
        if (document === null) return false
        this.#take(into, document as unknown as Uint8Array)
      }
      return true
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw toTargetError(error, this.#database)
    }
  }

  #open(): FindCursor<Document> {
    const { table, part, keys } = this.#question
    const among = partFilter(this.#definition, part)
    const wanted = keys && { $or: keys.values.map((values) => this.#keyFilter(keys.columns, values)) }
    const filter = wanted === undefined ? among : { $and: [among, wanted] }
    const empty = keys?.values.length === 0
    return this.#database.db
      .collection(collectionOf(table))
      .find(empty ? { $expr: false } : filter, { raw: true, batchSize: batchCount })
  }

  #keyFilter(columns: readonly string[], values: readonly string[]): Document {
    const parts = columns.map((column, place) => {
      const type = this.#question.columns.find(({ name }) => name === column)?.type ?? 'string'
      return { [pathOf(this.#definition, column)]: valueOf(type, values[place] ?? '') }
    })
    return { $and: parts }
  }

  #take(into: Batch, document: Uint8Array): void {
    const row = into.addRow(0)
    const cursor = this.#cursor
    if (this.#wholeSlot >= 0) this.#putWhole(into, row, document)
    cursor.open(document, 0, document.length)
    while (cursor.next() !== 0) {
      const name = nameOf(cursor)
      const slot = this.#fields.get(name)
      if (slot !== undefined) this.#put(into, row, slot)
      if (name !== '_id' || this.#keyFields.size === 0 || cursor.type !== bsonType.document) continue
      cursor.enter()
      while (cursor.next() !== 0) {
        const part = this.#keyFields.get(nameOf(cursor))
        if (part !== undefined) this.#put(into, row, part)
      }
    }
  }

  #put(into: Batch, row: number, slot: number): void {
    const { columns } = this.#question
    const { form, type: fieldType } = columns[slot] ?? {}
    if (form === undefined) return
    // JSON alone has a null that is a value: where it may stand, a NULL is a field that is not there.
    if (this.#cursor.type === bsonType.null && fieldType !== 'any' && fieldType !== 'id') return
    const start = into.used
    const writer = fieldType === 'id' ? this.#writer : form === 'json-value' ? this.#plain : undefined
    const length = writer === undefined ? this.#putValue(into, form) : this.#putExtended(into, writer)
    into.frames[0]?.cells.set([start, length], (row * columns.length + slot) * 2)
  }

  #putValue(into: Batch, form: DigestForm): number {
    const isList = isListForm(form) && this.#cursor.type === bsonType.array
    return isList ? putListContent(into, this.#cursor, elementForm(form)) : putContent(into, this.#cursor, form)
  }

  #putExtended(into: Batch, writer: ExtendedJsonWriter): number {
    const { bytes, type, start, end } = this.#cursor
    const before = into.used
    writer.appendValue(into, bytes, type, start, end)
    return into.used - before
  }

  #putWhole(into: Batch, row: number, document: Uint8Array): void {
    const start = into.used
    if (!findId(document, 0, document.length, this.#id)) {
      throw new TransloadError('TL_T399', { endpoint: this.#database.label, reason: 'a document without an _id' })
    }
    putWholeDocument(into, document, 0, document.length, this.#id)
    const place = (row * this.#question.columns.length + this.#wholeSlot) * 2
    into.frames[0]?.cells.set([start, into.used - start], place)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#found?.close()
  }
}

/** A value of a key by its text. */
function valueOf(type: string, text: string): unknown {
  switch (type) {
    case 'int':
    case 'long':
      return Long.fromString(text)
    case 'long or decimal':
    case 'decimal':
      return Decimal128.fromString(text)
    case 'double':
      return Number(text)
    case 'bool':
      return text === '1'
    case 'objectId':
      return new ObjectId(text)
    case 'binData':
      return new Binary(Buffer.from(text, 'hex'), 0)
    case 'uuid':
      return new Binary(Buffer.from(text.replaceAll('-', ''), 'hex'), 4)
    case 'id':
      return (BSON.EJSON.parse(`{"v":${text}}`, { relaxed: false }) as Document)['v']
    case 'date':
      return new Date(`${text.replace(' ', 'T')}${text.includes(' ') ? 'Z' : ''}`)
    default:
      return text
  }
}
