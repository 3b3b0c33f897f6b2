import type { ContentReader, Contents, Rebuilder } from '../../contract/contents.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { ReadPlan } from '../../model/plan.ts'
import type { NativeType } from '../../model/relation.ts'
import { childColumn, childPaths } from '../../transform/child-outputs.ts'
import type { ComparedColumn, ComparedTable, RebuiltCounts } from '../compared-table.ts'
import { RebuiltReader } from './rebuilt-reader.ts'
import { type FrameRows, type RowTables, rowTables } from './row-tables.ts'

/** The documents of a collection, whole, as they are at the source and as they can be made again of the target's rows. */
export interface RebuiltTable {
  /** Of two columns or more: the key, and the document. */
  readonly table: ComparedTable
  /** In the place of the target's contents: its rows are documents made of rows. */
  readonly target: Contents<string>
}

/** How the comparison of whole documents is called beside that of the table they are in. */
export function rebuiltName(dataset: string): string {
  return `${dataset}/documents`
}

/**
 * @param own The documents' own table, as it is compared
 * @param frames Where the target has the rows of each frame, the documents' own first
 * @throws TL_C105 where documents cannot be made again of what is read
 */
export function rebuiltTable(
  own: ComparedTable,
  read: ReadPlan,
  frames: readonly FrameRows[],
  { source, target }: { readonly source: Contents<NativeType>; readonly target: Contents<string> },
): RebuiltTable {
  const rebuilder = source.rebuilder?.(read)
  if (rebuilder === undefined) throw new TransloadError('TL_X901', { reason: `${read.dataset} has no documents` })
  const tables = rowTables(read, frames, target)
  const asked = tables.main.question.columns.map(({ name }) => name)
  // By the target's own text of the key, in the form that it is asked for of the rows.
  const keys = own.columns.filter(({ from, to, form }) => {
    return (
      read.identify.includes(from) && tables.main.question.columns.some((one) => one.name === to && one.form === form)
    )
  })
  const key = keys.length === read.identify.length ? [...keys.keys()] : []
  const rebuilt = { documents: 0, originals: 0 }
  const table: ComparedTable = {
    from: rebuiltName(own.from),
    to: own.to,
    source: own.source,
    target: own.target,
    columns: [...keys.map(({ policies: _, ...column }) => ({ ...column, policies: {} })), wholeColumn(rebuilder, read)],
    skipped: [],
    key,
    isOrdered: false,
    ignoresExtra: own.ignoresExtra,
    read,
    rebuilt,
  }
  const shown = keys.map(({ to }) => asked.indexOf(to))
  return { table, target: new RebuiltContents(target, rebuilder, tables, shown, rebuilt) }
}

function wholeColumn(rebuilder: Rebuilder<NativeType>, read: ReadPlan): ComparedColumn {
  const { whole } = rebuilder
  const { columns, children = [] } = read
  const paths = childPaths(children)
  const inChildren = children.flatMap((child, place) =>
    child.columns.map(({ name }) => childColumn(paths[place]!, name)),
  )
  return {
    from: whole.name,
    to: whole.name,
    sourceType: whole.type,
    targetType: whole.type.text,
    form: whole.form,
    strength: 'exact',
    policies: {},
    // Whatever is hidden of one of them is hidden of the document.
    madeOf: [...columns.map(({ name }) => name), ...inChildren],
    whereOf: (here, there) => rebuilder.difference(here, there),
  }
}

class RebuiltContents implements Contents<string> {
  readonly #inner: Contents<string>
  readonly #rebuilder: Rebuilder<NativeType>
  readonly #tables: RowTables
  readonly #shown: readonly number[]
  readonly #counts: RebuiltCounts

  constructor(
    inner: Contents<string>,
    rebuilder: Rebuilder<NativeType>,
    tables: RowTables,
    shown: readonly number[],
    counts: RebuiltCounts,
  ) {
    this.#counts = counts
    this.#inner = inner
    this.#rebuilder = rebuilder
    this.#tables = tables
    this.#shown = shown
  }

  formsOf(): readonly [] {
    return []
  }

  isOrderedBy(): boolean {
    return false
  }

  async openContents(_: unknown, signal: AbortSignal): Promise<ContentReader> {
    const { main, children } = this.#tables
    await using opened = new AsyncDisposableStack()
    const readers: ContentReader[] = []
    for (const { question } of [main, ...children]) {
      readers.push(opened.use(await this.#inner.openContents(question, signal)))
    }
    const reader = new RebuiltReader(this.#rebuilder, this.#tables, this.#shown, readers, this.#counts)
    opened.move()
    return reader
  }
}
