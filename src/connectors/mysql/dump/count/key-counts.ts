import type { OrphanQuestion } from '../../../../model/count.ts'
import type { QualifiedName } from '../../../../model/relation.ts'
import { type DumpIndex, tableId } from '../catalog/read-index.ts'
import type { RowVisitor } from '../scan-rows.ts'
import { KeyCollector, type KeyColumn, nativeOf } from './key-collector.ts'
import { KeyStore, type KeyStoreLimits } from '../../../sql/key-store.ts'
import type { TextForm } from './key-writer.ts'

/** By what two texts of a column are the same. */
export type FormOf = (column: string) => TextForm

const asCollated: FormOf = () => 'collated'

/**
 * Rows without their parent, and those with the key of another, by one pass over all tables that have to do with
 * them. Keys are compared by hashes of 128 bits; see {@link KeyWriter} for how close text comes to the server's own
 * comparison, and {@link KeyStore} for what it takes.
 */
export class KeyCounts implements AsyncDisposable {
  readonly #index: DumpIndex
  readonly #store: KeyStore
  readonly #collectors = new Map<string, KeyCollector[]>()
  readonly #seeds = new Map<string, number>()
  #relationCount = 0
  #keyCount = 0

  /** @param limits For tests. */
  constructor(index: DumpIndex, limits: KeyStoreLimits = {}) {
    this.#index = index
    this.#store = new KeyStore(limits)
  }

  /** What has to see the rows of tables, by `tableId`. */
  get visitors(): ReadonlyMap<string, readonly RowVisitor[]> {
    return this.#collectors
  }

  /** @returns The place of the answer among {@link orphans}. */
  askOrphans(
    table: QualifiedName,
    { columns, references, referencedColumns }: OrphanQuestion,
    formOf: FormOf = asCollated,
  ): number {
    const types = referencedColumns.map((name) => nativeOf(this.#index, references, name))
    const forms = columns.map(formOf)
    // Children and parents of one key are hashed alike, and unlike those of any other.
    const { seed, isNew } = this.#seedOf(JSON.stringify([references, referencedColumns, forms]))
    if (isNew && this.#index.tables.has(tableId(references))) {
      const parents = referencedColumns.map((name, at) => columnOf(name, types[at], forms[at]))
      this.#collect(references, parents, seed, () => this.#store.addParent())
    }
    const relation = this.#relationCount++
    const children = columns.map((name, at) => columnOf(name, types[at], forms[at]))
    this.#collect(table, children, seed, () => this.#store.addChild(relation))
    return relation
  }

  /** @returns The place of the answer among {@link surplusRows}. */
  askSurplusRows(table: QualifiedName, columns: readonly string[], formOf: FormOf): number {
    const key = this.#keyCount++
    const { seed } = this.#seedOf(JSON.stringify(['key', key]))
    const parts = columns.map((name) => columnOf(name, undefined, formOf(name)))
    this.#collect(table, parts, seed, () => this.#store.addKey(key))
    return key
  }

  /** Called between pieces of the dump. */
  async relieve(): Promise<void> {
    await this.#store.relieve()
  }

  /** Rows without their parent, of each relation. */
  async orphans(): Promise<readonly number[]> {
    return await this.#store.countOrphans(this.#relationCount)
  }

  /** Rows with the key of another one before them, of each key. */
  async surplusRows(): Promise<readonly number[]> {
    return await this.#store.countSurplusRows(this.#keyCount)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]()
  }

  #seedOf(id: string): { readonly seed: number; readonly isNew: boolean } {
    const known = this.#seeds.get(id)
    const seed = known ?? this.#seeds.size + 1
    this.#seeds.set(id, seed)
    return { seed, isNew: known === undefined }
  }

  #collect(table: QualifiedName, columns: readonly KeyColumn[], seed: number, keep: () => void): void {
    const id = tableId(table)
    const collectors = this.#collectors.get(id) ?? []
    collectors.push(new KeyCollector(table, this.#index, columns, { seed, keep }))
    this.#collectors.set(id, collectors)
  }
}

function columnOf(name: string, compared: KeyColumn['compared'], form: TextForm = 'collated'): KeyColumn {
  return { name, compared, form }
}
