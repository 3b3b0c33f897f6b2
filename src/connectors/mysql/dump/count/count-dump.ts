import { ValueKind, valueStride } from '../../../../format/sql-text/row-scanner.ts'
import type { CountAnswer, CountQuestion } from '../../../../model/count.ts'
import type { NativeType, QualifiedName } from '../../../../model/relation.ts'
import { type DumpIndex, tableId } from '../catalog/read-index.ts'
import type { Constant } from '../decode/literal-row-decoder.ts'
import type { DumpFile } from '../input/dump-file.ts'
import { LiteralBytes } from '../literal-bytes.ts'
import { type InsertShape, type RowVisitor, scanRows } from '../scan-rows.ts'
import { defaultLiteral, toConstant } from '../split-bounds.ts'
import { hashKey } from './hash-key.ts'
import { KeyStore, type KeyStoreLimits } from './key-store.ts'
import { KeyBuffer, KeyWriter } from './key-writer.ts'

/**
 * Rows, NULLs and orphans, by one pass of its own over the tables in question. It has nothing in common with the readers
 * but the scanner that finds where values begin and end. Keys are compared by hashes of 128 bits; see {@link KeyWriter}
 * for how close text comes to the server's own comparison, and {@link KeyStore} for what it takes.
 *
 * @param limits For tests.
 */
export async function countDump(
  file: DumpFile,
  index: DumpIndex,
  questions: readonly CountQuestion[],
  signal: AbortSignal,
  limits: KeyStoreLimits = {},
): Promise<readonly CountAnswer[]> {
  await using store = new KeyStore(limits)
  const visitors = new Map<string, TableCounter>()
  const counterOf = (table: QualifiedName): TableCounter => {
    const id = tableId(table)
    const known = visitors.get(id) ?? new TableCounter(table, index, store)
    visitors.set(id, known)
    return known
  }
  const parents = new Map<string, number>()
  let constraintCount = 0
  const asked = questions.map((question) => {
    const counter = counterOf(question.table)
    const nulls = counter.countNulls(question.columns)
    const constraints = question.orphans.map(({ columns, references, referencedColumns }) => {
      const types = referencedColumns.map((name) => nativeOf(index, references, name))
      // Children and parents of one key are hashed alike, and unlike those of any other.
      const id = JSON.stringify([references, referencedColumns])
      const seed = parents.get(id) ?? parents.size + 1
      if (!parents.has(id)) {
        parents.set(id, seed)
        if (index.tables.has(tableId(references)))
          counterOf(references).collect(referencedColumns, types, seed, undefined)
      }
      const constraint = constraintCount++
      counter.collect(columns, types, seed, constraint)
      return constraint
    })
    return { question, counter, nulls, constraints }
  })
  await scanRows(file, index, visitors, signal, async () => await store.relieve())
  const orphans = await store.count(constraintCount)
  return asked.map(({ question, counter, nulls, constraints }) => ({
    table: question.table,
    rows: counter.rowCount,
    nulls: nulls(),
    orphans: constraints.map((constraint) => orphans[constraint] ?? 0),
  }))
}

function nativeOf(index: DumpIndex, table: QualifiedName, column: string): NativeType | undefined {
  return index.tables.get(tableId(table))?.info.columns.find(({ name }) => name === column)?.native
}

/** Counts one table: whatever all questions together want of it. */
class TableCounter implements RowVisitor {
  rowCount = 0
  readonly #table: QualifiedName
  readonly #index: DumpIndex
  readonly #store: KeyStore
  readonly #nullCounters: NullCounter[] = []
  readonly #collectors: KeyCollector[] = []

  constructor(table: QualifiedName, index: DumpIndex, store: KeyStore) {
    this.#table = table
    this.#index = index
    this.#store = store
  }

  /** @returns How many NULLs there were, once all rows have been seen. */
  countNulls(columns: readonly string[]): () => readonly number[] {
    const counters = columns.map((column) => new NullCounter(column))
    this.#nullCounters.push(...counters)
    return () => counters.map(({ count }) => count)
  }

  /** @param constraint Its number where this is the child's side; undefined on the parent's. */
  collect(
    columns: readonly string[],
    types: readonly (NativeType | undefined)[],
    seed: number,
    constraint: number | undefined,
  ): void {
    const parts = columns.map((column, at) => {
      const own = nativeOf(this.#index, this.#table, column)
      return new KeyPart(column, own, types[at] ?? own)
    })
    this.#collectors.push(new KeyCollector(parts, seed, constraint, this.#store))
  }

  begin(insert: InsertShape): void {
    const info = this.#index.tables.get(tableId(this.#table))?.info
    const constantOf = (name: string): Constant | undefined => {
      const column = info?.columns.find((candidate) => candidate.name === name)
      const literal = column === undefined ? undefined : defaultLiteral(column)
      return literal === undefined ? undefined : toConstant(literal)
    }
    for (const counter of this.#nullCounters) counter.begin(insert, constantOf)
    for (const { parts } of this.#collectors) for (const part of parts) part.begin(insert, constantOf)
  }

  row(bytes: Buffer, values: Int32Array): void {
    this.rowCount++
    for (const counter of this.#nullCounters) counter.row(values)
    for (const collector of this.#collectors) collector.row(bytes, values)
  }
}

type ConstantOf = (column: string) => Constant | undefined

class NullCounter {
  count = 0
  readonly #column: string
  #place = -1
  #isNullElse = true

  constructor(column: string) {
    this.#column = column
  }

  begin(insert: InsertShape, constantOf: ConstantOf): void {
    this.#place = insert.columns.indexOf(this.#column) * valueStride
    this.#isNullElse = this.#place < 0 && (constantOf(this.#column)?.flags ?? ValueKind.null) === ValueKind.null
  }

  row(values: Int32Array): void {
    if (this.#place < 0 ? this.#isNullElse : values[this.#place] === ValueKind.null) this.count++
  }
}

/** One column of a key. */
class KeyPart {
  readonly #column: string
  readonly #own: NativeType
  readonly #writer: KeyWriter
  #literal: LiteralBytes | undefined
  #place = -1
  #constant: Constant | undefined

  /** @param compared Type and collation that decide what is equal. */
  constructor(column: string, own: NativeType | undefined, compared: NativeType | undefined) {
    const unknown: NativeType = { name: 'varbinary', text: 'varbinary', args: [] }
    this.#column = column
    this.#own = own ?? unknown
    this.#writer = new KeyWriter(compared ?? unknown)
  }

  begin(insert: InsertShape, constantOf: ConstantOf): void {
    this.#literal = new LiteralBytes(this.#own, insert)
    this.#place = insert.columns.indexOf(this.#column) * valueStride
    this.#constant = this.#place < 0 ? constantOf(this.#column) : undefined
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

/** The keys of one side of a constraint. A key with a NULL in it is none. */
class KeyCollector {
  readonly parts: readonly KeyPart[]
  readonly #seed: number
  readonly #constraint: number | undefined
  readonly #store: KeyStore
  readonly #key = new KeyBuffer()

  constructor(parts: readonly KeyPart[], seed: number, constraint: number | undefined, store: KeyStore) {
    this.parts = parts
    this.#seed = seed
    this.#constraint = constraint
    this.#store = store
  }

  row(bytes: Buffer, values: Int32Array): void {
    const key = this.#key
    key.clear()
    for (const part of this.parts) if (!part.write(bytes, values, key)) return
    hashKey(key.bytes, key.length, this.#seed)
    if (this.#constraint === undefined) this.#store.addParent()
    else this.#store.addChild(this.#constraint)
  }
}
