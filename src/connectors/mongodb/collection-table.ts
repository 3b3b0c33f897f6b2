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
    const validator = metadata?.options.validator
    if (validator !== undefined) {
      const reason = 'what it asks of documents is written in MongoDB’s own language'
      notCarried.push({ kind: 'validator', name: name.name, reason, sql: validator })
    }
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
    }
  })
  const told = collections.map(({ name, metadata }) => [name, metadata ?? null])
  const fingerprint = createHash('sha256').update(JSON.stringify(told)).digest('hex')
  return { tables, others: [], notCarried, fingerprint }
}
