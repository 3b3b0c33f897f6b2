import { notReadable } from '../../../../errors/file-error.ts'
import type { CollectionMetadata } from '../../collection-info.ts'

/** How long mongodump lets a name be before it cuts it, with a hash at its end. */
const cutNameBytes = 238

export interface DumpedFileName {
  /** What the collection is called, as mongodump writes it: percent-encoded. */
  readonly stem: string
  readonly kind: 'data' | 'metadata'
}

/** What a file of a database’s folder is by its name; undefined: none of mongodump's. */
export function dumpedFileName(name: string): DumpedFileName | undefined {
  const metadata = /^(.+)\.metadata\.json(?:\.gz)?$/s.exec(name)?.[1]
  if (metadata !== undefined) return { stem: metadata, kind: 'metadata' }
  const data = /^(.+)\.(?:bson(?:\.gz)?|bin)$/s.exec(name)?.[1]
  return data === undefined ? undefined : { stem: data, kind: 'data' }
}

/**
 * What the collection is called whose file has this stem. What is no percent-encoding is from a time when names were written as
 * they are. @throws TL_S208 where the name has been cut, and its metadata does not tell it
 */
export function collectionName(label: string, stem: string, metadata: CollectionMetadata | undefined): string {
  if (stem.includes('%24') && Buffer.byteLength(stem) === cutNameBytes) {
    if (metadata?.name !== undefined) return metadata.name
    throw notReadable(
      label,
      'the name of its collection is cut, and no metadata tells the whole of it',
      'Put its .metadata.json beside it.',
    )
  }
  return decoded(stem) ?? stem
}

function decoded(stem: string): string | undefined {
  try {
    return decodeURIComponent(stem)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
