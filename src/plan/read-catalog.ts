import type { DatasetConfig, NameRule, Pipeline, Places } from '../config/pipeline.ts'
import type { Endpoint } from '../contract/connector.ts'
import type { Source } from '../contract/source.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { DocumentCensus } from '../model/document-census.ts'
import type { NotCarried, Warning } from '../model/plan.ts'
import type { Catalog, TableInfo } from '../model/relation.ts'
import type { ShapeNote } from '../model/shape-note.ts'
import { catalogDatasets, isTaken } from './select-tables.ts'
import { shapeCollection } from './shapes/shape-collection.ts'
import type { ShapedDocuments } from './shapes/find-references.ts'
import { proveReferences } from './shapes/prove-references.ts'
import type { ShapedCollection } from './shapes/shaped.ts'
import { wishFault } from './shapes/wish-book.ts'
import { tableId } from './table-id.ts'

/** A source's tables, those that documents become among them. */
export interface ReadCatalog {
  readonly catalog: Catalog
  /** By `tableId`, of the collections that are taken. */
  readonly collections: ReadonlyMap<string, CollectionLook>
  readonly warnings: readonly Warning[]
}

/** What was found out of a collection. */
export interface CollectionLook {
  readonly census: DocumentCensus
  readonly notes: readonly ShapeNote[]
  readonly notCarried: readonly NotCarried[]
}

export interface CatalogRequest {
  readonly source: Pick<Source, 'catalog' | 'documentCensus' | 'ownCatalog' | 'countReferences'>
  readonly sourceEnd: Pick<Endpoint, 'engine'>
  readonly targetEnd: Pick<Endpoint, 'engine'>
  readonly pipeline: Pick<Pipeline, 'only' | 'except' | 'datasets' | 'names' | 'places'>
  /** Absent: every document is looked at, however many there are. */
  readonly census?: { readonly isWhole: boolean; readonly limit: number } | undefined
  /** Foreign keys that nobody has declared are looked for among the values. Absent: they are not. */
  readonly findsReferences?: boolean | undefined
  readonly signal: AbortSignal
}

/** Documents of a collection that a sample looks at. */
const sampleSize = 10_000

/**
 * The source's catalog. Where it has documents, those of the collections that the pipeline takes are looked at, and
 * their tables are made of what they hold; a target of the same engine gets the rows as they are, unless the pipeline says
 * of any of them what it is to become.
 *
 * @throws TL_C102 where a pipeline wishes for a shape that documents do not have
 */
export async function readCatalog(request: CatalogRequest): Promise<ReadCatalog> {
  const { source, pipeline, census: wanted, signal } = request
  if (source.ownCatalog !== undefined && isAsItIs(request)) {
    const own = withViews(await source.ownCatalog(signal), pipeline)
    return { catalog: own, collections: new Map(), warnings: [] }
  }
  const catalog = withViews(await source.catalog(signal), pipeline)
  const takeCensus = source.documentCensus?.bind(source)
  if (takeCensus === undefined) {
    assertNoShapes(pipeline)
    return { catalog, collections: new Map(), warnings: [] }
  }
  const taken = catalogDatasets(catalog, pipeline).filter((one) => isTaken(one, pipeline))
  const warnings: Warning[] = []
  const whole: TableInfo[] = []
  const sampled: TableInfo[] = []
  for (const { table, dataset } of taken) {
    const isLarge = wanted !== undefined && table.rowEstimate > wanted.limit
    if (isLarge) {
      const message = `${dataset} has about ${table.rowEstimate} documents, over the limit of ${wanted.limit}: ${sampleSize} of them are looked at`
      warnings.push({ code: 'census-left-out', message })
    }
    ;(isLarge || wanted?.isWhole === false ? sampled : whole).push(table)
  }
  const look = async (tables: readonly TableInfo[], size?: number): Promise<readonly DocumentCensus[]> =>
    tables.length === 0
      ? []
      : await takeCensus(
          tables.map(({ name }) => name),
          { sampleSize: size },
          signal,
        )
  const found = [...(await look(whole)), ...(await look(sampled, sampleSize))]
  const censuses = new Map(found.map((one) => [tableId(one.table), one]))
  const shaped = taken.flatMap((selected): ShapedDataset[] => {
    const { table, dataset, config, place } = selected
    const census = censuses.get(tableId(table.name))
    if (census === undefined) return []
    const wishes = wishesOf(config, pipeline, place)
    const made = shapeCollection(table, census, {
      ...wishes,
      otherTables: taken.flatMap((one) => (one.table === table ? [] : [one.table.name.name])),
    })
    const rowEstimate = census.isSample ? table.rowEstimate : census.documents
    const fault: ShapedDataset['fault'] = (key, reason, cure) => wishFault(wishes, key, reason, cure)
    const isInPart = config?.where !== undefined || (config?.transform ?? []).length > 0
    return [
      { made, table: { ...shapedTable(made), rowEstimate }, dataset, census, shape: config?.shape, isInPart, fault },
    ]
  })
  const proven = await proveReferences(shaped, source, request.findsReferences === true, signal)
  const byName = new Map(proven.tables.map((table) => [tableId(table.name), table]))
  const tables = catalog.tables.map((table) => byName.get(tableId(table.name)) ?? table)
  const collections = new Map(
    shaped.map(({ table, census, dataset, made }, place): [string, CollectionLook] => {
      const notCarried = made.notCarried.map((one) => ({ ...one, name: `${dataset}.${one.name}` }))
      return [tableId(table.name), { census, notes: [...made.notes, ...proven.notes[place]!], notCarried }]
    }),
  )
  return { catalog: { ...catalog, tables }, collections, warnings: [...warnings, ...proven.warnings] }
}

interface ShapedDataset extends ShapedDocuments {
  readonly made: ShapedCollection
}

/** Views that nobody asks for are told. */
function withViews(catalog: Catalog, pipeline: CatalogRequest['pipeline']): Catalog {
  const views = catalogDatasets(catalog, pipeline).filter(
    (one) => one.table.view !== undefined && !isTaken(one, pipeline),
  )
  if (views.length === 0) return catalog
  const reason = 'it is a view, whose documents are read only where it is named: --only NAME, or a dataset of its own'
  const notCarried = views.map(({ dataset, table }) => ({ kind: 'view', name: dataset, reason, sql: table.view }))
  return { ...catalog, notCarried: [...(catalog.notCarried ?? []), ...notCarried] }
}

function isAsItIs({ sourceEnd, targetEnd, pipeline }: CatalogRequest): boolean {
  if (sourceEnd.engine !== targetEnd.engine) return false
  return pipeline.datasets.every(
    ({ shape, fidelity, transform, where, discriminator, columns }) =>
      [shape, fidelity, transform, where, discriminator].every((one) => one === undefined) &&
      Object.keys(columns).length === 0,
  )
}

/** @throws TL_C102 where a pipeline says of rows what is only known of documents */
function assertNoShapes({ datasets, places }: CatalogRequest['pipeline']): void {
  for (const [at, dataset] of datasets.entries()) {
    const key = (['shape', 'fidelity'] as const).find((one) => dataset[one] !== undefined)
    if (key === undefined) continue
    throw new TransloadError('TL_C102', {
      file: places.file,
      place: places.place(['datasets', at, key]),
      reason: `${key} is for documents, and the source has tables`,
      cure: 'Leave it out.',
    })
  }
}

function wishesOf(
  config: DatasetConfig | undefined,
  { names, places }: { readonly names: NameRule; readonly places: Places },
  place: number,
): Parameters<typeof shapeCollection>[2] {
  const to = config?.to
  return {
    shape: config?.shape,
    fidelity: config?.fidelity,
    places,
    place: ['datasets', place, 'shape'],
    tableName: to?.slice(to.indexOf('.') + 1),
    names,
  }
}

function shapedTable({ table, leftOut, signature, childLeftOut, childSignatures }: ShapedCollection): TableInfo {
  return {
    ...table,
    leftOut,
    signature,
    children: table.children?.map((child, place) => ({
      ...child,
      leftOut: childLeftOut[place] ?? [],
      signature: childSignatures[place],
    })),
  }
}
