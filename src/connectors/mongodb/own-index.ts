import type { CollectionIndex } from './collection-info.ts'

/** An index in MongoDB's own words. */
export interface OwnIndex {
  readonly name: string
  /** Paths, and 1, −1 or a kind such as `text`: their order is part of the index, and no object of JavaScript keeps all of them. */
  readonly key: readonly (readonly [path: string, kind: 1 | -1 | string])[]
  /** All else that the server says of it, in relaxed Extended JSON. */
  readonly options: string
}

export function ownIndexText({ name, parts, text }: CollectionIndex): string {
  const index: OwnIndex = {
    name,
    key: parts.map(({ path, kind }) => [path, kind === 'ascending' ? 1 : kind === 'descending' ? -1 : kind]),
    options: text,
  }
  return JSON.stringify(index)
}
