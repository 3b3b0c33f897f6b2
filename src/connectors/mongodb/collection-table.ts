import { createHash } from 'node:crypto'
import type { Catalog, NotCarried, QualifiedName, TableInfo } from '../../model/relation.ts'
import { type CollectionMetadata, tableIndexes } from './collection-info.ts'

/** A collection, by what is known of it without its documents. */
export interface KnownCollection {
  readonly name: QualifiedName
  /** Absent where nothing is told of it. */
  readonly metadata: CollectionMetadata | undefined
  readonly documentEstimate: number
  readonly byteEstimate: number
}

/** Collections as tables without columns. @param others What has no documents to be read */
export function collectionCatalog(collections: readonly KnownCollection[], others: readonly NotCarried[]): Catalog {
  const notCarried = [...others]
  const tables = collections.map(({ name, metadata, documentEstimate, byteEstimate }): TableInfo => {
    const found = metadata === undefined ? undefined : tableIndexes(metadata)
    for (const one of found?.notCarried ?? []) notCarried.push({ ...one, name: `${name.name}.${one.name}` })
    if (metadata !== undefined) notCarried.push(...optionsNotCarried(name.name, metadata))
    return {
      name,
      columns: [],
      indexes: found?.indexes ?? [],
      foreignKeys: [],
      checks: [],
      comment: '',
      storage: '',
      transactional: true,
      rowEstimate: documentEstimate,
      byteEstimate,
      partitionCount: 0,
      systemVersioned: false,
      view: metadata?.options.viewOn === undefined ? undefined : metadata.options.text,
    }
  })
  const told = collections.map(({ name, metadata }) => [name, metadata ?? null])
  const fingerprint = createHash('sha256').update(JSON.stringify(told)).digest('hex')
  return { tables, others: [], notCarried, fingerprint }
}

/** What a table, or a plain collection, does not have of a collection's options. */
export function optionsNotCarried(name: string, { options }: CollectionMetadata): NotCarried[] {
  const { capped, validator, timeseries, collation, expireAfterSeconds, text } = options
  const told = (isThere: boolean, kind: string, reason: string, sql = text): NotCarried[] =>
    isThere ? [{ kind, name, reason, sql }] : []
  const language = 'what it asks of documents is written in MongoDB’s own language'
  return [
    ...told(validator !== undefined, 'validator', language, validator),
    ...told(capped, 'size limit', 'the target keeps all there is, and drops nothing old'),
    ...told(
      timeseries !== undefined,
      'time series',
      'measurements are carried, and not how the server keeps them together',
    ),
    ...told(collation !== undefined, 'collation', 'the target compares texts in its own way'),
    ...told(expireAfterSeconds !== undefined, 'expiry', 'nothing expires by an option of the collection'),
  ]
}
