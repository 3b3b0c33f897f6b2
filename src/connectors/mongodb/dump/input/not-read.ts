import type { QualifiedName } from '../../../../model/relation.ts'
import type { CollectionMetadata } from '../../collection-info.ts'
import type { DumpOther } from './dump-contents.ts'

const bucketsPrefix = 'system.buckets.'
const ownDatabases: readonly string[] = ['admin', 'config', 'local']

/** Why documents of this name are not read, though they are there; undefined: they are. */
export function notRead(name: QualifiedName, metadata: CollectionMetadata | undefined): DumpOther | undefined {
  const { schema, name: collection } = name
  if (schema === '' && collection === 'oplog') return oplog(name)
  const isBuckets = collection.startsWith(bucketsPrefix)
  if (isBuckets || metadata?.type === 'timeseries' || metadata?.options.timeseries !== undefined) {
    const series = isBuckets ? { schema, name: collection.slice(bucketsPrefix.length) } : name
    const reason = 'a dump has the documents of a time series packed in buckets; mongoexport writes them one by one'
    return { kind: 'time series', name: series, reason, text: metadata?.options.timeseries }
  }
  if (metadata?.options.viewOn !== undefined) return view(name, metadata)
  if (collection.startsWith('$admin.system.')) {
    return { kind: 'system collection', name, reason: 'users and roles are those of the server' }
  }
  if (collection.startsWith('system.')) {
    return { kind: 'system collection', name, reason: 'MongoDB keeps its own things in it' }
  }
  if (ownDatabases.includes(schema)) {
    return { kind: 'system collection', name, reason: `the database ${schema} is the server’s own` }
  }
  return undefined
}

export function view(name: QualifiedName, { options: { viewOn, pipeline = '[]' } }: CollectionMetadata): DumpOther {
  const reason = 'a view has no documents of its own'
  return { kind: 'view', name, reason, text: `{"viewOn":${JSON.stringify(viewOn ?? '')},"pipeline":${pipeline}}` }
}

export function oplog(name: QualifiedName): DumpOther {
  return { kind: 'oplog', name, reason: 'what was written while the dump was made is not replayed' }
}

/** A time series is told of by its metadata and by its buckets: once is enough, and better with its options. */
export function withoutDoubles(others: readonly DumpOther[]): readonly DumpOther[] {
  return others.filter(
    (other, place) =>
      other.kind !== 'time series' ||
      !others.some(
        ({ kind, name, text }, at) =>
          at !== place &&
          kind === other.kind &&
          name.schema === other.name.schema &&
          name.name === other.name.name &&
          (other.text === undefined ? text !== undefined || at < place : text !== undefined && at < place),
      ),
  )
}
