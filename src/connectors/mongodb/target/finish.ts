import { BSON, type Db, type Document, MongoServerError } from 'mongodb'
import { probe } from '../../../async/probe.ts'
import type { FinishOutcome } from '../../../contract/target.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { FinishStep } from '../../../model/plan.ts'
import type { MongoDatabase } from './client.ts'
import { collectionOf } from './collection-name.ts'
import { stateOf } from './state-collections.ts'
import { duplicateKey } from './errors.ts'
import { mustOwnRun } from './state-runs.ts'
import { type IndexStatement, parseStatement, runStatement, type Statement } from './statements.ts'

const maxSamples = 5

/**
 * Runs a step, then records that it is done; a process that dies in between runs it again, which does nothing. The
 * collections of a swap take their places one after the other.
 *
 * @throws TL_K501 where the fence is an older one
 */
export async function runFinishStep(
  database: MongoDatabase,
  run: string,
  fence: number,
  step: FinishStep,
  signal: AbortSignal,
): Promise<FinishOutcome> {
  return await database.call(signal, async (db) => {
    const { finishDone } = await mustOwnRun(db, run, fence)
    if (finishDone.includes(step.id)) return { outcome: 'done' }
    probe('before-finish-step')
    for (const text of step.statements) {
      signal.throwIfAborted()
      const statement = parseStatement(text, database.label)
      const violated = 'index' in statement && statement.of.unique ? await sampleDoubles(db, statement) : []
      if (violated.length > 0) {
        const reason = `${step.name} has ${violated.length === maxSamples ? 'at least ' : ''}${violated.length} values more than once`
        return { outcome: 'violated', reason, sampleKeys: violated }
      }
      const refused = await refusalOf(
        runStatement(db, statement, async () => {}),
        statement,
      )
      if (refused !== undefined) return { outcome: 'violated', reason: refused, sampleKeys: [] }
    }
    const isLast = step.kind === 'swap'
    const recorded = await stateOf(db).runs.updateOne(
      { _id: run, fence },
      {
        $addToSet: { finishDone: step.id },
        ...(isLast && { $set: { status: 'finished' }, $unset: { open: '' } }),
      },
    )
    if (recorded.matchedCount === 0) throw new TransloadError('TL_K501', { run })
    probe('after-finish-step')
    return { outcome: 'done' }
  })
}

/**
 * Why the server does not have an index in the words of another one, whose kinds it need not know, or whose documents have
 * changed since; undefined: it does. The run goes on without it, and is not whole.
 */
async function refusalOf(running: Promise<void>, statement: Statement): Promise<string | undefined> {
  try {
    await running
  } catch (error) {
    if (!('ownIndex' in statement) || !(error instanceof MongoServerError)) throw error
    if (!isOfIndex(error)) throw error
    return `the server does not build it: ${error.message}`
  }
  return undefined
}

/**
 * Of mongo/src/mongo/base/error_codes.yml: a value twice, no such kind or option, an index of that name or key that is
 * another one; 238 and 59 are a server's that does not know all of it.
 */
const indexCodes: ReadonlySet<unknown> = new Set([2, 9, 16_755, 59, 67, 72, 85, 86, 115, 238, 13_023, duplicateKey])

function isOfIndex({ code }: MongoServerError): boolean {
  return indexCodes.has(code)
}

/**
 * Values that are there more than once, looked for before the index is built: what servers say of them differs, and names
 * one at most.
 */
async function sampleDoubles(
  db: Db,
  { index, of }: Extract<Statement, { index: unknown }>,
): Promise<readonly string[]> {
  const found = await db
    .collection(collectionOf(index))
    .aggregate(
      doublesOf(
        of.key.map(([path]) => path),
        of.whereNotNull,
        maxSamples,
      ),
      { allowDiskUse: true },
    )
    .toArray()
  return found.map((document) => valuesText(of, document))
}

function valuesText({ key }: IndexStatement, { _id }: Document): string {
  const values = _id as Record<string, unknown>
  return key.map(([path], place) => `${path}=${BSON.EJSON.stringify(values[`v${place}`])}`).join(', ')
}

/** A pipeline that gives values of these paths together that are there more than once. */
export function doublesOf(paths: readonly string[], whereNotNull: readonly string[], limit?: number): Document[] {
  const together = Object.fromEntries(paths.map((path, place) => [`v${place}`, `$${path}`]))
  return [
    ...(whereNotNull.length === 0
      ? []
      : [{ $match: Object.fromEntries(whereNotNull.map((path) => [path, { $ne: null }])) }]),
    { $group: { _id: together, count: { $sum: 1 } } },
    { $match: { count: { $gt: 1 } } },
    ...(limit === undefined ? [] : [{ $limit: limit }]),
  ]
}
