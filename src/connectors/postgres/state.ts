import type { LossCount, RejectedRow } from '../../model/loss.ts'
import type { Cursor, Plain } from '../../model/plain.ts'
import type { Split } from '../../model/plan.ts'
import type { Consistency, RunStatus, SplitState, StoredRun } from '../../model/run-state.ts'
import type {
  CleanOutcome,
  OutputCount,
  ReplayedCount,
  RetrySplit,
  RunStateStore,
  UnrestoredStatement,
} from '../../contract/checkpoint.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { TextRow, TextSession } from '../sql/session.ts'
import { asciiJson } from './ascii-json.ts'
import type { PostgresSessions } from './client.ts'
import { isServerError } from './errors.ts'
import { runLock, stateLock } from './run-lock.ts'
import { assertStateFormat, completeStateOf, hasState, isReadable } from './state-format.ts'
import { parseJson } from './state-json.ts'
import { readLosses } from './state-losses.ts'
import { dropObjects, knownObjects, recordObjects, removeState, schemasBeside, wayBack } from './state-objects.ts'
import { beginReplay, countReplayed } from './state-replay.ts'
import { retrySplits } from './state-retry.ts'
import { createState, stateSchema } from './state-schema.ts'

/** Rows of one INSERT: the protocol counts its parameters in 16 bits. */
const splitsPerStatement = 1_000

/** How long a new owner waits for each backend of the old one to end, having told it to. */
const takeOverPatience = '60s'

const runColumns = `run, plan_identity, plan, status, fence, attempts, started_at, consistency,
  (SELECT json_agg(step ORDER BY done_at, step) FROM ${stateSchema}.finish_steps AS f WHERE f.run = r.run)`

/** A run's state in the target, in the schema `_transload`. */
export class PostgresStateStore implements RunStateStore {
  readonly #sessions: PostgresSessions
  readonly #letGo: () => Promise<void>

  /** @param letGo Closes this process's own writers that are not at work: they are older backends like any other. */
  constructor(sessions: PostgresSessions, letGo: () => Promise<void>) {
    this.#sessions = sessions
    this.#letGo = letGo
  }

  async findUnfinished(planIdentity: string, signal: AbortSignal): Promise<StoredRun | undefined> {
    return await this.#read(signal, undefined, async (session) => {
      const rows = await session.rows(
        `SELECT ${runColumns} FROM ${stateSchema}.runs AS r WHERE plan_identity = $1 AND status <> 'finished'
         ORDER BY created_at DESC LIMIT 1`,
        [planIdentity],
      )
      return rows.map(readRun)[0]
    })
  }

  async find(run: string, signal: AbortSignal): Promise<StoredRun | undefined> {
    return await this.#read(signal, undefined, (session) => findRun(session, run))
  }

  async list(signal: AbortSignal): Promise<readonly StoredRun[]> {
    return await this.#read(signal, [], async (session) => {
      const rows = await session.rows(
        `SELECT ${runColumns} FROM ${stateSchema}.runs AS r ORDER BY created_at DESC, run`,
      )
      return rows.map(readRun)
    })
  }

  /** @throws TL_K501 where another process has begun a run of the same plan that is not finished */
  async begin(
    run: { readonly run: string; readonly planIdentity: string; readonly plan: Plain; readonly startedAt: string },
    splits: readonly Split[],
    prepare: readonly string[],
    signal: AbortSignal,
  ): Promise<StoredRun> {
    try {
      return await this.#sessions.transaction(async (session) => {
        // IF NOT EXISTS does not keep two transactions from making the same thing at the same time.
        await session.rows(`SELECT pg_catalog.pg_advisory_xact_lock(${stateLock})`)
        if (await hasState(session)) {
          await assertStateFormat(session)
          await completeStateOf(session)
        } else for (const statement of createState) await session.rows(statement)
        await session.rows(
          `INSERT INTO ${stateSchema}.runs (run, plan_identity, plan, status, fence, attempts, started_at)
           VALUES ($1, $2, $3::json, 'running', 1, 1, $4)`,
          [run.run, run.planIdentity, asciiJson(run.plan), run.startedAt],
        )
        // What stages have kept for earlier runs of the plan, this one keeps anew.
        await session.rows(
          `DELETE FROM ${stateSchema}.remembered WHERE run IN (
             SELECT run FROM ${stateSchema}.runs WHERE plan_identity = $1 AND status = 'finished')`,
          [run.planIdentity],
        )
        for (let start = 0; start < splits.length; start += splitsPerStatement) {
          const part = splits.slice(start, start + splitsPerStatement)
          // Not taken apart by the server: its JSON functions stop at a NUL, which a key in the bounds may hold.
          const values = part.map((_, place) => `($1, $${place * 2 + 2}, $${place * 2 + 3}::json, ${start + place}, 1)`)
          await session.rows(
            `INSERT INTO ${stateSchema}.splits (run, split, definition, place, fence) VALUES ${values.join(', ')}`,
            [run.run, ...part.flatMap((split) => [split.id, asciiJson(split)])],
          )
        }
        const before = await knownObjects(session, run.plan)
        for (const statement of prepare) await session.rows(statement)
        await recordObjects(session, run.run, run.plan, before)
        return await mustFind(session, run.run)
      }, signal)
    } catch (error) {
      if (isSecondUnfinished(error)) throw new TransloadError('TL_K501', { run: run.run }, error)
      throw error
    }
  }

  async takeOver(run: string, signal: AbortSignal): Promise<StoredRun> {
    // First away with those that hold locks; then the fence; then away with those that came in between, whose rows can
    // no longer be committed but would still stand in the way of ours.
    await this.#letGo()
    await this.#sessions.use((session) => endBackends(session, run), signal)
    const stored = await this.#sessions.transaction(async (session) => {
      await session.rows(`SET LOCAL lock_timeout = '${takeOverPatience}'`)
      await completeStateOf(session)
      // A plain UPDATE waits for a finish step under way, and not for the foreign keys of rows that a writer stores.
      await session.rows(`UPDATE ${stateSchema}.runs SET fence = fence + 1, attempts = attempts + 1 WHERE run = $1`, [
        run,
      ])
      await session.rows(
        `UPDATE ${stateSchema}.splits SET fence = (SELECT fence FROM ${stateSchema}.runs WHERE run = $1) WHERE run = $1`,
        [run],
      )
      return await mustFind(session, run)
    }, signal)
    await this.#sessions.use((session) => endBackends(session, run), signal)
    return stored
  }

  async storeConsistency(run: string, fence: number, consistency: Consistency, signal: AbortSignal): Promise<void> {
    await this.#update(run, fence, 'consistency = $3::json', asciiJson(consistency), signal)
  }

  async retry(
    run: string,
    fence: number,
    retries: readonly RetrySplit[],
    redo: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    await this.#sessions.transaction((session) => retrySplits(session, run, fence, retries, redo), signal)
  }

  async beginReplay(run: string, fence: number, redo: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      await this.#sessions.transaction((session) => beginReplay(session, run, fence, redo), signal)
    } catch (error) {
      if (!isSecondUnfinished(error)) throw error
      const reason = `A later run of the same plan is not finished: ${run} cannot be opened again beside it`
      throw new TransloadError('TL_C105', { reason, cure: 'Let that one come to its end first: transload run.' }, error)
    }
  }

  async replayed(run: string, signal: AbortSignal): Promise<readonly ReplayedCount[]> {
    return await this.#read(signal, [], (session) => countReplayed(session, run))
  }

  async setStatus(run: string, fence: number, status: RunStatus, signal: AbortSignal): Promise<void> {
    await this.#update(run, fence, 'status = $3', status, signal)
  }

  async #update(run: string, fence: number, set: string, value: string, signal: AbortSignal): Promise<void> {
    await this.#sessions.use(async (session) => {
      const sql = `UPDATE ${stateSchema}.runs SET ${set} WHERE run = $1 AND fence = $2 RETURNING 1`
      const changed = await session.rows(sql, [run, fence, value])
      if (changed.length === 0) throw new TransloadError('TL_K501', { run })
    }, signal)
  }

  async splits(run: string, signal: AbortSignal): Promise<readonly SplitState[]> {
    return await this.#read(signal, [], async (session) => {
      const rows = await session.rows(
        `SELECT definition, after, done, sequence, bytes, read, written, merged, filtered, rejected, vanished
         FROM ${stateSchema}.splits WHERE run = $1 ORDER BY place`,
        [run],
      )
      return rows.map(readSplit)
    })
  }

  async losses(run: string, signal: AbortSignal): Promise<readonly (LossCount & { readonly dataset: string })[]> {
    return await this.#read(signal, [], (session) => readLosses(session, run))
  }

  async rejects(run: string, signal: AbortSignal): Promise<readonly RejectedRow[]> {
    return await this.#read(signal, [], async (session) => {
      const rows = await session.rows(
        `SELECT r.reject FROM ${stateSchema}.rejects AS r
         LEFT JOIN ${stateSchema}.splits AS s ON s.run = r.run AND s.split = r.split
         WHERE r.run = $1 ORDER BY r.dataset, s.place, r.position`,
        [run],
      )
      return rows.flatMap(([text]) => parseJson<RejectedRow>(text) ?? [])
    })
  }

  async outputs(run: string, signal: AbortSignal): Promise<readonly (OutputCount & { readonly dataset: string })[]> {
    return await this.#read(signal, [], async (session) => {
      const rows = await session.rows(
        `SELECT dataset, target, sum(written), sum(rejected) FROM ${stateSchema}.outputs WHERE run = $1
         GROUP BY dataset, target ORDER BY dataset, target`,
        [run],
      )
      return rows.map(([dataset, to, written, rejected]) => ({
        dataset: dataset ?? '',
        to: to ?? '',
        written: Number(written),
        rejected: Number(rejected),
      }))
    })
  }

  async discard(run: string, signal: AbortSignal): Promise<void> {
    await this.#letGo()
    await this.#sessions.use((session) => endBackends(session, run), signal)
    await this.#sessions.transaction(async (session) => {
      const stored = (await hasState(session)) ? await findRun(session, run) : undefined
      if (stored === undefined) return
      await dropObjects(session, run)
      const { takeOut, restore } = wayBack(stored.plan)
      for (const statement of [...takeOut, ...restore]) await session.rows(statement)
      await session.rows(`DELETE FROM ${stateSchema}.runs WHERE run = $1`, [run])
    }, signal)
  }

  async clean(signal: AbortSignal): Promise<CleanOutcome> {
    return await this.#sessions.transaction(async (session) => {
      if (!(await isReadable(session))) return { removed: await removeState(session), restored: [], notRestored: [] }
      const unfinished = await session.rows(
        `SELECT ${runColumns} FROM ${stateSchema}.runs AS r WHERE status <> 'finished'`,
      )
      const runs = unfinished.map(readRun)
      const outcome = await restoreTables(session, runs)
      const beside: string[] = []
      for (const { run, plan } of runs) beside.push(...(await dropObjects(session, run, schemasBeside(plan))))
      return { ...outcome, removed: [...beside, ...(await removeState(session))] }
    }, signal)
  }

  /** Reads the state; `absent` where there is none yet. */
  async #read<T>(signal: AbortSignal, absent: T, work: (session: TextSession) => Promise<T>): Promise<T> {
    return await this.#sessions.use(async (session) => {
      if (!(await hasState(session))) return absent
      await assertStateFormat(session)
      return await work(session)
    }, signal)
  }
}

/** Whether two runs of one plan would not be finished. */
function isSecondUnfinished(error: unknown): boolean {
  const cause = error instanceof TransloadError ? error.cause : undefined
  return isServerError(cause) && cause.code === '23505' && cause.constraint === 'one_unfinished_run'
}

/** Ends every session that writes for the run, where the role may; the wait for the fence does the rest. */
async function endBackends(session: TextSession, run: string): Promise<void> {
  const { classId, objectId } = runLock(run)
  await session.rows(
    `SELECT pg_catalog.pg_terminate_backend(l.pid)
     FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.pid <> pg_catalog.pg_backend_pid()
       AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
       AND l.classid::bigint = $1 AND l.objid::bigint = $2
       AND (pg_catalog.pg_has_role(a.usesysid, 'MEMBER') OR pg_catalog.pg_has_role('pg_signal_backend', 'MEMBER'))
       AND (pg_catalog.current_setting('is_superuser') = 'on'
            OR NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE oid = a.usesysid))`,
    [classId >>> 0, objectId >>> 0],
  )
}

async function findRun(session: TextSession, run: string): Promise<StoredRun | undefined> {
  const rows = await session.rows(`SELECT ${runColumns} FROM ${stateSchema}.runs AS r WHERE run = $1`, [run])
  return rows.map(readRun)[0]
}

async function mustFind(session: TextSession, run: string): Promise<StoredRun> {
  const stored = await findRun(session, run)
  if (stored === undefined) throw new TransloadError('TL_K504', { reason: `it has no run ${run}` })
  return stored
}

function readRun([
  run,
  planIdentity,
  plan,
  status,
  fence,
  attempts,
  startedAt,
  consistency,
  steps,
]: TextRow): StoredRun {
  return {
    run: run ?? '',
    planIdentity: planIdentity ?? '',
    plan: parseJson<Plain>(plan) ?? null,
    status: status as RunStatus,
    fence: Number(fence),
    attempts: Number(attempts),
    startedAt: startedAt ?? '',
    consistency: parseJson<Consistency>(consistency),
    finishDone: parseJson<string[]>(steps) ?? [],
  }
}

function readSplit([definition, after, done, sequence, bytes, ...counts]: TextRow): SplitState {
  const [read = 0, written = 0, merged = 0, filtered = 0, rejected = 0, vanished = 0] = counts.map(Number)
  const split = parseJson<Split>(definition)
  if (split === undefined) throw new TransloadError('TL_K504', { reason: 'a split has no definition' })
  return {
    split,
    cursor: after === null || after === undefined ? undefined : (JSON.parse(after) as Cursor),
    done: done === 't',
    counts: { read, written, merged, filtered, rejected, vanished },
    bytes: Number(bytes),
    sequence: Number(sequence),
  }
}

/**
 * Brings back what unfinished runs have set aside in tables that were there, whose rows stay as they are. What cannot be
 * brought back, because a table is gone or its rows do not allow it, is told and stands in the way of nothing else.
 */
async function restoreTables(session: TextSession, runs: readonly StoredRun[]): Promise<Omit<CleanOutcome, 'removed'>> {
  const restored: string[] = []
  const notRestored: UnrestoredStatement[] = []
  for (const statement of runs.flatMap(({ plan }) => wayBack(plan).restore)) {
    await session.rows('SAVEPOINT transload_restore')
    try {
      await session.rows(statement)
      restored.push(statement)
    } catch (error) {
      const cause = error instanceof TransloadError ? error.cause : undefined
      if (!isServerError(cause)) throw error
      await session.rows('ROLLBACK TO SAVEPOINT transload_restore')
      notRestored.push({ statement, problem: cause.message })
    }
  }
  return { restored, notRestored }
}
