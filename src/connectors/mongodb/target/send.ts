import { ArenaBatch } from '../../../batch/batch.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { documentSequence, type MongoDatabase } from './client.ts'
import type { RowDocuments } from './encode/documents-of-rows.ts'

/** What the server said of one document. */
export interface WriteProblem {
  /** Place of the document among those that were sent. */
  readonly document: number
  readonly code: number
  readonly reason: string
}

/** Left to the command itself in a message. */
const commandBytes = 16 * 1024

/** Puts new documents into a collection, in no order. @returns What the server refused, document by document */
export async function insertDocuments(
  database: MongoDatabase,
  collection: string,
  documents: RowDocuments,
  chosen: Int32Array,
  signal: AbortSignal,
  onSent?: () => void,
): Promise<WriteProblem[]> {
  const { arena, starts, ends } = documents
  const run = (first: number, last: number): Uint8Array => arena.bytes.subarray(starts[first]!, ends[last]!)
  const problems: WriteProblem[] = []
  const { messageBytes, batchCount } = database.limits
  for (let from = 0; from < chosen.length;) {
    const runs: Uint8Array[] = []
    let byteCount = 0
    let to = from
    // Documents that lie one behind the other go as one piece.
    while (to < chosen.length && to - from < batchCount) {
      const first = chosen[to]!
      const size = ends[first]! - starts[first]!
      if (to > from && byteCount + size > messageBytes - commandBytes) break
      let last = first
      byteCount += size
      to++
      while (to < chosen.length && to - from < batchCount && chosen[to] === last + 1) {
        const more = ends[last + 1]! - starts[last + 1]!
        if (byteCount + more > messageBytes - commandBytes) break
        byteCount += more
        last++
        to++
      }
      runs.push(run(first, last))
    }
    const command = { insert: collection, documents: documentSequence('documents', runs), ordered: false }
    problems.push(...problemsOf(await database.command(command, signal), chosen, from, database))
    from = to
    onSent?.()
  }
  return problems
}

/**
 * Makes documents what they are to be, by their `_id`: those that are there, and those that are not.
 *
 * @param keepsOthers Fields of a document that is there, and that the new one does not have, stay
 */
export async function upsertDocuments(
  database: MongoDatabase,
  collection: string,
  documents: RowDocuments,
  chosen: Int32Array,
  keepsOthers: boolean,
  signal: AbortSignal,
): Promise<WriteProblem[]> {
  const problems: WriteProblem[] = []
  const { messageBytes, batchCount } = database.limits
  const arena = new ArenaBatch([])
  for (let from = 0; from < chosen.length;) {
    arena.used = 0
    let to = from
    while (to < chosen.length && to - from < batchCount) {
      const document = chosen[to]!
      const size = 2 * (documents.ends[document]! - documents.starts[document]!)
      if (to > from && arena.used + size > messageBytes - commandBytes) break
      putUpsert(arena, documents, document, keepsOthers)
      to++
    }
    const updates = documentSequence('updates', [arena.bytes.subarray(0, arena.used)])
    const answer = await database.command({ update: collection, updates, ordered: false }, signal)
    problems.push(...problemsOf(answer, chosen, from, database))
    from = to
  }
  return problems
}

const queryName = Buffer.from('q\0')
const updateName = Buffer.from('u\0')
const setName = Buffer.from('$set\0')
const upsertName = Buffer.from('upsert\0')

/** `{q: {_id}, u: {…}, upsert: true}` */
function putUpsert(arena: ArenaBatch, documents: RowDocuments, document: number, keepsOthers: boolean): void {
  const { bytes } = documents.arena
  const start = documents.starts[document]!
  const idEnd = documents.idEnds[document]!
  const end = documents.ends[document]!
  // Without fields besides `_id` there is nothing to set.
  const sets = keepsOthers && end - idEnd > 1
  arena.reserve(2 * (end - start) + 128)
  const begin = arena.used
  let at = begin + 4
  const copy = (from: Uint8Array): void => {
    arena.bytes.set(from, at)
    at += from.length
  }
  const open = (name: Uint8Array): number => {
    arena.bytes[at++] = bsonType.document
    copy(name)
    at += 4
    return at - 4
  }
  const close = (lengthAt: number): void => {
    arena.bytes[at++] = 0
    arena.view.setInt32(lengthAt, at - lengthAt, true)
  }
  const query = open(queryName)
  copy(bytes.subarray(start + 4, idEnd))
  close(query)
  const update = open(updateName)
  const set = sets ? open(setName) : -1
  copy(bytes.subarray(sets ? idEnd : start + 4, end - 1))
  if (sets) close(set)
  close(update)
  arena.bytes[at++] = bsonType.bool
  copy(upsertName)
  arena.bytes[at++] = 1
  close(begin)
  arena.used = at
}

function problemsOf(
  answer: Record<string, unknown>,
  chosen: Int32Array,
  from: number,
  { label }: MongoDatabase,
): WriteProblem[] {
  const concern = answer['writeConcernError'] as { readonly errmsg?: string } | undefined
  if (concern !== undefined) {
    throw new TransloadError('TL_T399', { endpoint: label, reason: concern.errmsg ?? 'the write concern failed' })
  }
  const errors = (answer['writeErrors'] ?? []) as readonly {
    readonly index: number
    readonly code: number
    readonly errmsg?: string
  }[]
  return errors.map(({ index, code, errmsg }) => {
    return { document: chosen[from + index] ?? -1, code, reason: errmsg ?? `the code ${code}` }
  })
}
