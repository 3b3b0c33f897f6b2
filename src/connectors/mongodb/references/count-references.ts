import { isDeepStrictEqual } from 'node:util'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import type { DocumentReference, ReferenceCount } from '../../../model/document-reference.ts'
import { isSameName, type QualifiedName } from '../../../model/relation.ts'
import { hashKey } from '../../sql/hash-key.ts'
import { KeyStore } from '../../sql/key-store.ts'
import type { DocumentMoment } from '../document-store.ts'
import { KeyBytes } from './key-bytes.ts'
import { PathValues } from './path-values.ts'

/** Collections that one set of DBRefs may name before no more are noted. */
const maxNamed = 9

const dbRef = { collection: '$ref', id: '$id', database: '$db' } as const

/**
 * Of each reference its values, and those that no document of the collection has, by one pass over each collection that has
 * to do with it. Keys are compared by hashes of 128 bits; memory is that of {@link KeyStore}. What is no document is passed
 * over: whoever reads it tells.
 */
export async function countReferences(
  moment: DocumentMoment,
  references: readonly DocumentReference[],
  signal: AbortSignal,
): Promise<readonly ReferenceCount[]> {
  await using store = new KeyStore()
  const key = new KeyBytes()
  const values = references.map(() => 0)
  const named = references.map((): QualifiedName[] => [])
  const seeds = references.map((one, place) =>
    one.to === undefined ? place : references.findIndex((other) => isSameTarget(one, other)),
  )
  const addChild = (place: number): Take => {
    return (bytes, type, start, end) => {
      if (!key.take(bytes, type, start, end)) return
      values[place]!++
      hashKey(key.bytes, key.length, seeds[place]!)
      store.addChild(place)
    }
  }
  const children = byTable(references, ({ table }) => table)
  for (const { table, places } of children) {
    const paths = new PathValues()
    for (const place of places) {
      const { path, to } = references[place]!
      const add = addChild(place)
      paths.add(path, to === undefined ? readDbRef(table, named[place]!, add) : add)
    }
    await walk({ moment, table, paths, store }, signal)
  }
  const targets = references.map(({ to }, place) => to ?? (named[place]!.length === 1 ? named[place]![0] : undefined))
  for (const { table, places } of byTable(targets, (to) => to)) {
    const paths = new PathValues()
    for (const place of places) {
      if (seeds[place] !== place) continue
      paths.add(references[place]!.toPath ?? ['_id'], (bytes, type, start, end) => {
        if (!key.take(bytes, type, start, end)) return
        hashKey(key.bytes, key.length, place)
        store.addParent()
      })
    }
    if (await isThere(moment, table, signal)) await walk({ moment, table, paths, store }, signal)
  }
  await moment.assertUnchanged()
  const orphans = await store.countOrphans(references.length)
  return references.map((_, place) => ({ values: values[place]!, orphans: orphans[place]!, named: named[place]! }))
}

type Take = (bytes: Uint8Array, type: number, start: number, end: number) => void

/** Takes the `$id` of a DBRef, and notes of which collection it is. */
function readDbRef({ schema }: QualifiedName, named: QualifiedName[], take: Take): Take {
  const cursor = new BsonCursor({ checksText: false, checksNames: false })
  let last = ''
  return (bytes, type, start, end) => {
    if (type !== bsonType.document) return
    let [name, database] = ['', schema]
    let id: readonly [type: number, start: number, end: number] | undefined
    cursor.open(bytes, start, end)
    for (let field = cursor.next(); field !== 0; field = cursor.next()) {
      const of = textOf(bytes, cursor.nameStart, cursor.nameEnd)
      if (of === dbRef.id) id = [field, cursor.start, cursor.end]
      if (field !== bsonType.string) continue
      if (of === dbRef.collection) name = textOf(bytes, cursor.start + 4, cursor.end - 1)
      if (of === dbRef.database) database = textOf(bytes, cursor.start + 4, cursor.end - 1)
    }
    if (id === undefined || name === '') return
    const text = `${database}.${name}`
    if (text !== last && named.length < maxNamed && !named.some((one) => isSameName(one, { schema: database, name }))) {
      named.push({ schema: database, name })
    }
    last = text
    take(bytes, ...id)
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}

interface TablePlaces {
  readonly table: QualifiedName
  readonly places: readonly number[]
}

function byTable<One>(all: readonly One[], tableOf: (one: One) => QualifiedName | undefined): readonly TablePlaces[] {
  const tables: { readonly table: QualifiedName; readonly places: number[] }[] = []
  for (const [place, one] of all.entries()) {
    const table = tableOf(one)
    if (table === undefined) continue
    const known = tables.find((other) => isSameName(other.table, table))
    if (known === undefined) tables.push({ table, places: [place] })
    else known.places.push(place)
  }
  return tables
}

/** Parents of both are the same, and are hashed once. */
function isSameTarget({ to, toPath }: DocumentReference, other: DocumentReference): boolean {
  if (to === undefined || other.to === undefined || !isSameName(to, other.to)) return false
  return isDeepStrictEqual(toPath, other.toPath)
}

interface Walked {
  readonly moment: DocumentMoment
  readonly table: QualifiedName
  readonly paths: PathValues
  readonly store: KeyStore
}

async function walk({ moment, table, paths, store }: Walked, signal: AbortSignal): Promise<void> {
  await using stream = await moment.openAll(table, signal)
  while (await stream.fill(signal)) {
    while (stream.next()) {
      if (stream.fault !== undefined) continue
      try {
        paths.find(stream.bytes, stream.start, stream.end)
      } catch (error) {
        if (!(error instanceof DocumentFault)) throw error
      }
    }
    await store.relieve()
  }
}

/** Whether the collection is there: DBRefs may name any. */
async function isThere(moment: DocumentMoment, table: QualifiedName, signal: AbortSignal): Promise<boolean> {
  try {
    await using stream = await moment.openAll(table, signal)
    await stream.fill(signal)
    return true
  } catch (error) {
    if (error instanceof TransloadError && error.code === 'TL_S205') return false
    throw error
  }
}
