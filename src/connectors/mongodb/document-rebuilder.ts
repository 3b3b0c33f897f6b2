import type { Batch } from '../../batch/batch.ts'
import type { ContentColumn, DocumentDifference, Rebuilder } from '../../contract/contents.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { Arena } from '../../format/bson/bson-builder.ts'
import { DocumentFault } from '../../format/bson/document-fault.ts'
import { ExtendedJsonWriter } from '../../format/bson/extended-json/extended-json-writer.ts'
import { type FirstDifference, firstDifference, type ValuePlace } from '../../format/bson/first-difference.ts'
import { pathText } from '../../model/document-path.ts'
import type { ReadPlan } from '../../model/plan.ts'
import type { NativeType } from '../../model/relation.ts'
import { DocumentBuilder } from './decode/document-builder.ts'
import { ScratchArena } from './scratch-arena.ts'

/** The native type of no column of a table: the document itself, as BSON, beside what is read of it. */
export const wholeNative: NativeType = { name: 'document beside its cells', text: 'BSON', args: [] }

/** Makes documents again of their rows, and tells where they differ from those that were read. */
export class DocumentRebuilder implements Rebuilder<NativeType> {
  readonly whole: ContentColumn<NativeType> = { name: '$bson', type: wholeNative, form: 'bytes' }
  readonly #builder: DocumentBuilder
  readonly #writer = new ExtendedJsonWriter({ invalidText: 'replace' })
  readonly #scratch = new ScratchArena()

  /** @throws TL_C105 where a column of the plan cannot have cells of its type */
  constructor(read: ReadPlan) {
    this.#builder = new DocumentBuilder(read)
  }

  build(batch: Batch, row: number, arena: Arena): { readonly start: number; readonly end: number } | undefined {
    const before = arena.used
    try {
      return this.#builder.build(batch, row, arena)
    } catch (error) {
      arena.used = before
      if (isOfRows(error)) return undefined
      throw error
    }
  }

  difference(source: Uint8Array, target: Uint8Array): DocumentDifference | undefined {
    try {
      const found = firstDifference(source, target)
      if (found === undefined) return undefined
      return {
        where: whereOf(found),
        source: this.#shown(found, source, found.one),
        target: this.#shown(found, target, found.other),
      }
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error
      const where = 'the document as a whole'
      if (target.length === 0) return { where, source: where, target: 'no document can be made of its rows' }
      return { where, source: where, target: `no document: ${error.message}` }
    }
  }

  /** What stands at the place in one of the two. */
  #shown({ kind, path }: FirstDifference, bytes: Uint8Array, value: ValuePlace | undefined): string {
    const place = placeText(path)
    if (kind === 'order') return value === undefined ? `${place}: further on` : `${place}: here`
    if (value === undefined) return `${place}: absent`
    const scratch = this.#scratch
    scratch.used = 0
    this.#writer.appendValue(scratch, bytes, value.type, value.start, value.end)
    return `${place}: ${Buffer.from(scratch.bytes.buffer, scratch.bytes.byteOffset, scratch.used).toString('utf8')}`
  }
}

/** What rows that were changed since can be to blame for: text that is no JSON, a key that names no field. */
function isOfRows(error: unknown): boolean {
  if (error instanceof DocumentFault || error instanceof SyntaxError) return true
  return error instanceof TransloadError && (error.code === 'TL_X901' || error.code === 'TL_D402')
}

function whereOf({ kind, path }: FirstDifference): string {
  const place = placeText(path, () => '[]')
  return kind === 'order' ? `the order of ${place}` : place
}

function placeText(path: FirstDifference['path'], inArray = (place: number): string => `[${place}]`): string {
  const text = path.map((step) => (typeof step === 'number' ? inArray(step) : `.${pathText([step])}`)).join('')
  return text.startsWith('.') ? text.slice(1) : text
}
