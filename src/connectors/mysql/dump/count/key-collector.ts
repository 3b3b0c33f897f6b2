import { ValueKind, valueStride } from '../../../../format/sql-text/row-scanner.ts'
import type { NativeType, QualifiedName } from '../../../../model/relation.ts'
import { type DumpIndex, tableId } from '../catalog/read-index.ts'
import type { Constant } from '../decode/literal-row-decoder.ts'
import { LiteralBytes } from '../literal-bytes.ts'
import type { InsertShape, RowVisitor } from '../scan-rows.ts'
import { defaultLiteral, toConstant } from '../split-bounds.ts'
import { hashKey } from '../../../sql/hash-key.ts'
import { KeyBuffer, type TextForm, KeyWriter } from './key-writer.ts'

/** A column of a key, and by what two of its values are the same. */
export interface KeyColumn {
  readonly name: string
  /** The type and collation that decide; absent: the column's own. */
  readonly compared?: NativeType | undefined
  readonly form: TextForm
}

/** Hashes the keys of a table's rows, one after the other. A key with a NULL in it is none. */
export class KeyCollector implements RowVisitor {
  readonly #table: QualifiedName
  readonly #index: DumpIndex
  readonly #parts: readonly KeyPart[]
  readonly #seed: number
  readonly #keep: () => void
  readonly #key = new KeyBuffer()

  /**
   * @param seed Keys of different seeds are never the same.
   * @param keep Takes the hash that was made last.
   */
  constructor(
    table: QualifiedName,
    index: DumpIndex,
    columns: readonly KeyColumn[],
    { seed, keep }: { readonly seed: number; readonly keep: () => void },
  ) {
    this.#table = table
    this.#index = index
    this.#parts = columns.map((column) => new KeyPart(column, nativeOf(index, table, column.name)))
    this.#seed = seed
    this.#keep = keep
  }

  begin(insert: InsertShape): void {
    for (const part of this.#parts) part.begin(insert, constantOf(this.#index, this.#table, part.name))
  }

  row(bytes: Buffer, values: Int32Array): void {
    const key = this.#key
    key.clear()
    for (const part of this.#parts) if (!part.write(bytes, values, key)) return
    hashKey(key.bytes, key.length, this.#seed)
    this.#keep()
  }
}

export function nativeOf(index: DumpIndex, table: QualifiedName, column: string): NativeType | undefined {
  return index.tables.get(tableId(table))?.info.columns.find(({ name }) => name === column)?.native
}

/** What stands for the values of a column that an INSERT leaves out; undefined: NULL. */
export function constantOf(index: DumpIndex, table: QualifiedName, name: string): Constant | undefined {
  const column = index.tables.get(tableId(table))?.info.columns.find((candidate) => candidate.name === name)
  const literal = column === undefined ? undefined : defaultLiteral(column)
  return literal === undefined ? undefined : toConstant(literal)
}

/** One column of a key. */
class KeyPart {
  readonly name: string
  readonly #own: NativeType
  readonly #writer: KeyWriter
  #literal: LiteralBytes | undefined
  #place = -1
  #constant: Constant | undefined

  constructor({ name, compared, form }: KeyColumn, own: NativeType | undefined) {
    const unknown: NativeType = { name: 'varbinary', text: 'varbinary', args: [] }
    this.name = name
    this.#own = own ?? unknown
    this.#writer = new KeyWriter(compared ?? this.#own, form)
  }

  begin(insert: InsertShape, constant: Constant | undefined): void {
    this.#literal = new LiteralBytes(this.#own, insert)
    this.#place = insert.columns.indexOf(this.name) * valueStride
    this.#constant = this.#place < 0 ? constant : undefined
  }

  /** False where the value is NULL. */
  write(bytes: Buffer, values: Int32Array, into: KeyBuffer): boolean {
    const literal = this.#literal!
    const place = this.#place
    if (place < 0) {
      const constant = this.#constant
      if (constant === undefined || constant.flags === ValueKind.null) return false
      literal.read(constant.bytes, constant.flags, 0, constant.bytes.length)
      this.#writer.write(literal, constant.flags, into)
      return true
    }
    const flags = values[place]!
    if (flags === ValueKind.null) return false
    const from = values[place + 1]!
    const length = values[place + 2]!
    if (literal.read(bytes, flags, from, length)) this.#writer.write(literal, flags, into)
    else into.add(bytes, from, from + length)
    return true
  }
}
