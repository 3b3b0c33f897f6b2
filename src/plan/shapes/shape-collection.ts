import type { DocumentCensus } from '../../model/document-census.ts'
import { madeColumn } from '../../model/document-path.ts'
import type { ChildTableInfo, TableInfo } from '../../model/relation.ts'
import { targetName } from '../names.ts'
import { carryIndexes } from './carry-indexes.ts'
import { chooseKey } from './choose-key.ts'
import { labelOf } from './column-names.ts'
import type { ShapeNote } from '../../model/shape-note.ts'
import type { ShapedCollection, ShapeWishes } from './shaped.ts'
import { Shaper } from './shape-values.ts'
import { faultsAnywhere } from './found-faults.ts'
import { finishTable, type FinishedTable, madeOf, TableDraft } from './table-draft.ts'
import { WishBook } from './wish-book.ts'

/**
 * The tables that a collection becomes, decided by what its documents hold and by what is wished of them.
 *
 * @param collection Without columns; parts of its indexes name paths (`pathText`)
 * @throws TL_C102 where a wish cannot be had
 */
export function shapeCollection(collection: TableInfo, census: DocumentCensus, wishes: ShapeWishes): ShapedCollection {
  const book = new WishBook(wishes)
  const isLossless = wishes.fidelity === 'lossless'
  const isWhole = wishes.shape === 'document'
  const tableName = labelOf(wishes.tableName ?? collection.name.name)
  const fold = (name: string): string => {
    return targetName(name, wishes.names ?? 'keep', Number.POSITIVE_INFINITY)
      .toLowerCase()
      .normalize('NFC')
  }
  const key = chooseKey(collection, census, book)
  const main = new TableDraft({
    as: tableName,
    kind: 'documents',
    parent: undefined,
    path: '',
    label: tableName,
    rows: collection.rowEstimate,
    own: key.column,
  })
  if (isLossless) main.tail.push(madeOf(madeColumn.original, 'original', '_original', true))
  const shaper = new Shaper(census, book, {
    isLossless,
    fold,
    tables: [...(wishes.otherTables ?? []), tableName],
    rowEstimate: collection.rowEstimate,
  })
  if (isWhole) {
    main.fields.push({
      ...madeOf(madeColumn.document, isLossless ? 'extendedJson' : 'json', 'document'),
      isWished: true,
    })
    main.order.push(madeColumn.document)
  } else {
    main.needsRest = true
    shaper.shapeDocuments(main, key.column.path === undefined ? undefined : key.column.name)
    if (census.documents > 0) book.assertAllUsed(collection.name.name)
  }
  const drafts = [main, ...shaper.children]
  const anywhere = census.isSample ? {} : faultsAnywhere(census)
  const finished = new Map<TableDraft, FinishedTable>()
  for (const draft of drafts) {
    assertNamesDiffer(draft, book, fold)
    const table = finishTable(draft, draft.parent && finished.get(draft.parent), fold)
    const columns = table.columns.map((column) => ({ ...column, faults: { ...anywhere, ...column.faults } }))
    finished.set(draft, census.isSample ? table : { ...table, columns })
  }
  const [own, ...others] = [...finished.values()]
  const children = shaper.children.map((draft, place) => childTable(draft, others[place]!, shaper.children))
  const indexes = carryIndexes(collection.indexes, { columns: own!.columns, children }, key.column.name)
  const notes: ShapeNote[] = [...key.notes, ...shaper.notes, ...[...finished.values()].flatMap((one) => one.notes)]
  return {
    table: {
      ...collection,
      columns: own!.columns,
      indexes: indexes.indexes,
      ...(children.length === 0 ? {} : { children }),
    },
    leftOut: main.leftOut,
    childLeftOut: shaper.children.map(({ leftOut }) => leftOut),
    ...(isLossless ? { signature: own!.signature } : {}),
    childSignatures: isLossless ? others.map(({ signature }) => signature) : [],
    notes,
    notCarried: indexes.notCarried,
  }
}

/** What somebody calls a column is not changed for the sake of another. @throws TL_C102 */
function assertNamesDiffer({ as, own, fields }: TableDraft, book: WishBook, fold: (name: string) => string): void {
  const seen = new Set<string>()
  for (const { label, namedBy } of [own, ...fields]) {
    if (namedBy === undefined) continue
    if (seen.has(fold(label))) {
      throw book.fault(namedBy, `two columns of ${as} are to be called ${label}`, 'Give one of them another name.')
    }
    seen.add(fold(label))
  }
}

function childTable(draft: TableDraft, finished: FinishedTable, all: readonly TableDraft[]): ChildTableInfo {
  const parent = all.findIndex((one) => one === draft.parent)
  return {
    as: draft.as,
    ...(parent < 0 ? {} : { parent }),
    path: draft.path,
    kind: draft.kind === 'map' ? 'map' : 'array',
    columns: finished.columns,
    carried: finished.carried,
    rowEstimate: draft.rows,
  }
}
