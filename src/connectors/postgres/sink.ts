import { backoffMs } from '../../async/backoff.ts'
import { probe } from '../../async/probe.ts'
import { sleep } from '../../async/sleep.ts'
import type { Batch } from '../../batch/batch.ts'
import { settle, type Settlement } from '../../batch/settle.ts'
import type { Checkpoint, CommitReceipt, OutputCount } from '../../contract/checkpoint.ts'
import type { LanePlan, Writer } from '../../contract/lane.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { fate } from '../../model/fate.ts'
import type { Connection } from './connection.ts'
import { countInTag, type SendEvents, type StatementResult } from './copy.ts'
import { type EncodedFrame, FrameEncoder } from './encode/frame.ts'
import { PiecePool } from './encode/piece-pool.ts'
import { assertTaken, copySql, rejectedRows } from './sink-copy.ts'
import { OpenCounts } from './sink-counts.ts'
import {
  isForAnotherRow,
  isLimitExceeded,
  isRolledBackForOthers,
  isUncheckedText,
  readRefusal,
  type Refusal,
  refusalCode,
  unexplained,
  withoutKey,
} from './sink-refusal.ts'
import { Stage } from './sink-stage.ts'
import { checkpointSql, keptSql, staleError } from './state-checkpoint.ts'
import type { WriteTarget } from './write-target.ts'

/** Refused rows of one batch that are taken out one by one before all the others are looked for together. */
const refusalPatience = 10

/** Times that a batch is sent again because the server ended its transaction for another's sake. */
const maxAttempts = 5

/** What one try at a batch came to. */
interface Sent {
  readonly settlement: Settlement
  readonly outputs: readonly OutputCount[]
  /** By target: rows of the frame that went into later ones of the same key. */
  readonly folded: readonly (readonly number[])[]
}

/** What a writer needs of those who keep the connections. */
export interface AfterWriting {
  /** Resolves once all that was committed before is on the server's disk. */
  flush(signal: AbortSignal): Promise<void>
  release(connection: Connection): Promise<void>
}

/** What is open: nothing, a batch's own transaction, or an atomic split's, with or without the batch's savepoint. */
type Transaction = 'none' | 'batch' | 'split' | 'split and batch'

/**
 * Writes one split. A batch is one transaction with its checkpoint, losses and rejects. The plain case is one round trip,
 * the COPY of each table and the checkpoint behind each other. A look at the command tags before the COMMIT is spent where a
 * trigger may change what is inserted, where rows of the batch before were rejected and it goes to several tables, and on
 * merges. An atomic split is one transaction over all its
 * batches.
 *
 * A COMMIT that is not the split's last does not wait for the disk: `flush` does, beside the next batch, and that one's
 * receipt waits for it (docs/adr/003). The log of the server keeps the order of commits, so that a crash takes rows and
 * checkpoint of the newest batches, or nothing.
 */
export class PostgresWriter implements Writer {
  readonly #connection: Connection
  readonly #lane: LanePlan
  readonly #targets: readonly WriteTarget[]
  readonly #after: AfterWriting
  readonly #stages: readonly Stage[]
  #encoders: readonly FrameEncoder[]
  #isChecked = false
  /** Batches of the split that the state holds. */
  #sequence: number
  #patience = refusalPatience
  /** Whether rows of the batch before were rejected. */
  #hadRejects = false
  #transaction: Transaction = 'none'
  /** Counts of an atomic split's batches, which no checkpoint holds yet. */
  readonly #open = new OpenCounts()
  readonly #pieces = new PiecePool()
  /** Of the last commit that did not wait for the disk. */
  #flushed: Promise<PromiseSettledResult<void>[]> | undefined

  constructor(connection: Connection, lane: LanePlan, targets: readonly WriteTarget[], after: AfterWriting) {
    this.#connection = connection
    this.#lane = lane
    this.#targets = targets
    this.#after = after
    this.#sequence = lane.sequence
    this.#stages = targets.map((target, place) => new Stage(target, place))
    this.#encoders = this.#makeEncoders(false)
  }

  /** What is merged goes through the stage. */
  #makeEncoders(isChecked: boolean): readonly FrameEncoder[] {
    return this.#stages.map((stage, place) => {
      const target = this.#targets[place]
      if (target === undefined || target.plan.mode === 'merge') return stage.encoder
      return new FrameEncoder(target, { isChecked, hasRowNumbers: false })
    })
  }

  async write(batch: Batch, checkpoint: Checkpoint, signal: AbortSignal): Promise<CommitReceipt> {
    probe('before-write')
    const receipt = await this.#commit(batch, checkpoint, signal)
    // What comes is no failure of this batch, which is committed.
    const [before] = (await this.#flushed) ?? []
    if (before?.status === 'rejected') throw before.reason
    const isFlushed = checkpoint.done || this.#transaction !== 'none'
    this.#flushed = isFlushed ? undefined : Promise.allSettled([this.#after.flush(signal)])
    return receipt
  }

  async #commit(batch: Batch, checkpoint: Checkpoint, signal: AbortSignal): Promise<CommitReceipt> {
    let refusals = this.#patience < refusalPatience ? await this.#rejectBeforehand(batch, signal) : 0
    for (let attempt = 1; ; attempt++) {
      try {
        const sent = await this.#send(batch, checkpoint, signal)
        this.#patience = refusals <= refusalPatience ? refusalPatience : 1
        this.#hadRejects = batch.rejects.length > 0
        return this.#finish(batch, checkpoint, sent)
      } catch (error) {
        const isAgain = await this.#rollBack(signal)
        if (signal.aborted) throw signal.reason
        const stale = staleError(error, checkpoint.run)
        if (stale !== undefined) throw stale
        if (!isAgain) throw error
        const refusal = readRefusal(error)
        if (refusal !== undefined) refusals += await this.#reject(batch, refusal, refusals, signal)
        else if (isRolledBackForOthers(error) && attempt < maxAttempts) await sleep(backoffMs(attempt), signal)
        else throw withoutKey(this.#tableNames(), error)
      }
    }
  }

  async #send(batch: Batch, checkpoint: Checkpoint, signal: AbortSignal): Promise<Sent> {
    const isPlain = this.#targets.every(({ plan, isWatched }) => plan.mode !== 'merge' && !isWatched)
    const isWhole = !this.#lane.split.atomic || (checkpoint.done && this.#transaction === 'none')
    if (isPlain && isWhole && !(this.#targets.length > 1 && this.#hadRejects)) {
      const sent = await this.#sendAsOne(batch, checkpoint, signal)
      if (sent !== undefined) return sent
    }
    return await this.#sendInTransaction(batch, checkpoint, isWhole, signal)
  }

  /** A rejected row of one frame takes its rows out of all others: those are encoded again. */
  #encode(batch: Batch): readonly EncodedFrame[] {
    for (;;) {
      const rejectCount = batch.rejects.length
      const encoded = this.#encoders.map((encoder) => encoder.encode(batch))
      if (batch.rejects.length === rejectCount || this.#encoders.length === 1) return encoded
    }
  }

  /**
   * Rows are encoded while they are sent. Their counts are known once all are, and so the checkpoint follows in a message
   * of its own, right behind the data: nothing is waited for in between but the end of one COPY before the next.
   *
   * Returns undefined, with nothing of it left, where a row was rejected meanwhile of which others may have been sent.
   */
  async #sendAsOne(batch: Batch, checkpoint: Checkpoint, signal: AbortSignal): Promise<Sent | undefined> {
    const rejectCount = batch.rejects.length
    const streams = this.#targets.map(({ plan }, place) =>
      (batch.frames[plan.frame]?.rowCount ?? 0) > 0 ? this.#encoders[place]?.stream(batch, this.#pieces) : undefined,
    )
    const written = streams.map((stream) => stream ?? nothing)
    const copied = this.#targets.filter((_, place) => streams[place] !== undefined)
    if (copied.length === 0) {
      const sent = this.#settled(batch, [], [])
      await this.#connection.script(this.#endSql(checkpoint, sent), signal, [], commitEvents)
      return sent
    }
    let sent: Sent | undefined
    let isOutdated = false
    const thenSend = (): string => {
      isOutdated = this.#targets.length > 1 && batch.rejects.length > rejectCount
      if (isOutdated) throw new TransloadError('TL_X901', { reason: 'rows were sent that are rejected' })
      sent = this.#settled(batch, written, [])
      return this.#commitSql(checkpoint, sent)
    }
    this.#transaction = 'batch'
    const events = { ...commitEvents, thenSend }
    const pieces = streams.flatMap((stream) => (stream === undefined ? [] : [stream.pieces]))
    const sql = ['BEGIN', ...copied.map(copySql)].join(';\n')
    this.#pieces.forget()
    let results: readonly StatementResult[]
    try {
      results = await this.#connection.script(sql, signal, pieces, events)
    } catch (error) {
      if (!isOutdated) throw error
      await this.#connection.script('ROLLBACK', signal)
      this.#transaction = 'none'
      return undefined
    }
    // All pieces are with the system. They are after an error too (see copy.ts), but nothing is gained there.
    this.#pieces.reclaim()
    for (const [place, target] of copied.entries()) {
      const { rowCount } = written[this.#targets.indexOf(target)] ?? nothing
      assertTaken(target, rowCount, countInTag(results[place + 1]?.tag ?? ''))
    }
    if (sent === undefined) throw new TransloadError('TL_X901', { reason: 'a COPY ended before its data' })
    return sent
  }

  async #sendInTransaction(batch: Batch, checkpoint: Checkpoint, isWhole: boolean, signal: AbortSignal): Promise<Sent> {
    const encoded = this.#encode(batch)
    await this.#begin(isWhole, signal)
    const folded: number[][] = []
    for (const [place, target] of this.#targets.entries()) {
      const frame = encoded[place]
      folded.push([])
      if (frame === undefined || frame.rowCount === 0) continue
      if (target.plan.mode === 'merge') folded[place] = await this.#merge(place, target, frame, signal)
      else {
        const [copy] = await this.#connection.script(copySql(target), signal, [frame.pieces], copyEvents)
        assertTaken(target, frame.rowCount, countInTag(copy?.tag ?? ''))
      }
    }
    const sent = this.#settled(batch, encoded, folded)
    if (isWhole) await this.#connection.script(this.#commitSql(checkpoint, sent), signal, [], commitEvents)
    else await this.#sendOpen(checkpoint, sent, signal)
    return sent
  }

  /** An atomic split's batch: its rejects are in the transaction, its counts wait for the checkpoint at the end. */
  async #sendOpen(checkpoint: Checkpoint, sent: Sent, signal: AbortSignal): Promise<void> {
    const kept = keptSql(checkpoint.run, sent.settlement)
    await this.#connection.script([...kept, 'RELEASE SAVEPOINT transload_batch'].join(';\n'), signal)
    this.#transaction = 'split'
    this.#open.add(checkpoint, sent.settlement, sent.outputs)
    if (!checkpoint.done) return
    const { dataset } = this.#lane.split
    const end = checkpointSql({ ...this.#open.total(), checkpoint, sequenceBefore: this.#sequence }, dataset)
    await this.#connection.script(`${end};\nCOMMIT`, signal, [], commitEvents)
  }

  async #begin(isWhole: boolean, signal: AbortSignal): Promise<void> {
    const begin = this.#transaction === 'none' ? ['BEGIN'] : []
    this.#transaction = isWhole ? 'batch' : 'split and batch'
    await this.#connection.script([...begin, ...(isWhole ? [] : ['SAVEPOINT transload_batch'])].join('; '), signal)
  }

  /**
   * Goes back to where the batch began. Returns false where there is no way back: the connection is lost, or the split's
   * transaction failed as a whole.
   */
  async #rollBack(signal: AbortSignal): Promise<boolean> {
    if (!this.#connection.isUsable || signal.aborted) return false
    const was = this.#transaction
    if (was === 'none') return true
    this.#transaction = was === 'split and batch' ? 'split' : 'none'
    const back = 'ROLLBACK TO SAVEPOINT transload_batch; RELEASE SAVEPOINT transload_batch'
    await this.#connection.script(was === 'split and batch' ? back : 'ROLLBACK', signal)
    return was !== 'split'
  }

  /** Returns the rows that were folded into later ones of the same key. */
  async #merge(place: number, target: WriteTarget, frame: EncodedFrame, signal: AbortSignal): Promise<number[]> {
    const stage = this.#stageAt(place)
    await stage.fill(this.#connection, frame, signal)
    const folded = await stage.fold(this.#connection, signal)
    const taken = await stage.insert(this.#connection, signal)
    assertTaken(target, frame.rowCount - folded.length, taken)
    return folded
  }

  /**
   * Takes refused rows out of the batch: the one that the server names, or, where it names none or has named many, all
   * that it would refuse. Returns how many.
   */
  async #reject(batch: Batch, refusal: Refusal, refusals: number, signal: AbortSignal): Promise<number> {
    if (isUncheckedText(refusal) && !this.#isChecked) {
      this.#isChecked = true
      this.#encoders = this.#makeEncoders(true)
      return 0
    }
    const before = batch.rejects.length
    const isClear = refusals < this.#patience && !isForAnotherRow(refusal)
    if (!isClear || !this.#rejectNamed(batch, refusal)) await this.#rejectAll(batch, signal)
    if (batch.rejects.length === before) throw unexplained(this.#tableNames(), refusal)
    return batch.rejects.length - before
  }

  /** Where the batch before had many rows that constraints refused, those of this one are looked for before it is sent. */
  async #rejectBeforehand(batch: Batch, signal: AbortSignal): Promise<number> {
    const [target, ...others] = this.#targets
    if (target === undefined || others.length > 0 || target.plan.mode === 'merge') return 0
    const before = batch.rejects.length
    await this.#begin(this.#transaction === 'none', signal)
    try {
      const stage = this.#stageAt(0)
      await stage.fill(this.#connection, stage.encoder.encode(batch), signal)
      for (const { row, code, reason } of await stage.refused(this.#connection, signal)) {
        this.#rejectRow(batch, 0, row, code, reason)
      }
    } catch (error) {
      // A row that not even the stage takes: the table says so, too.
      if (readRefusal(error) === undefined) throw error
    } finally {
      await this.#rollBack(signal)
    }
    return batch.rejects.length - before
  }

  /** Rejects the row that a COPY's line stands for, where it is clear whose line it is. */
  #rejectNamed(batch: Batch, { line, error }: Refusal): boolean {
    if (line === undefined) return false
    const name = /^COPY (.*), line \d+/m.exec(error.where ?? '')?.[1]
    const places = this.#targets.flatMap(({ plan }, place) => {
      return plan.to.name === name || this.#stageAt(place).name === name ? [place] : []
    })
    const [place] = places
    // Encoding again gives the same lines: nothing has changed since.
    const row = place === undefined ? undefined : this.#encoders[place]?.encode(batch).rows[line - 1]
    if (place === undefined || row === undefined || places.length > 1) return false
    this.#rejectRow(batch, place, row, refusalCode(error), error.message)
    return true
  }

  /** Finds and rejects every row that the targets refuse, in a transaction that is rolled back. */
  async #rejectAll(batch: Batch, signal: AbortSignal): Promise<void> {
    const isWhole = this.#transaction === 'none'
    for (;;) {
      let isTooLarge = false
      await this.#begin(isWhole, signal)
      try {
        // What the tables take stays until the end, since rows of one may need those of another.
        for (let place = 0; place < this.#targets.length; place++) await this.#rejectViolations(batch, place, signal)
        return
      } catch (error) {
        // A value that not even the stage takes: its row is out now, and the search begins anew.
        const refusal = readRefusal(error)
        isTooLarge = refusal !== undefined && isLimitExceeded(refusal)
        if (refusal === undefined || !(isTooLarge || this.#rejectNamed(batch, refusal))) throw error
      } finally {
        await this.#rollBack(signal)
      }
      if (isTooLarge && !(await this.#rejectByHalves(batch, isWhole, signal))) return
    }
  }

  /**
   * Rejects every row that the tables refuse, without a stage, which would refuse some of them too: halves what is
   * refused until single rows are left. Returns whether there were any.
   */
  async #rejectByHalves(batch: Batch, isWhole: boolean, signal: AbortSignal): Promise<boolean> {
    const before = batch.rejects.length
    await this.#begin(isWhole, signal)
    try {
      for (const [place, target] of this.#targets.entries()) {
        await this.#halve(batch, place, 0, batch.frames[target.plan.frame]?.rowCount ?? 0, signal)
      }
    } finally {
      await this.#rollBack(signal)
    }
    return batch.rejects.length > before
  }

  async #halve(batch: Batch, place: number, first: number, end: number, signal: AbortSignal): Promise<void> {
    const refusal = await this.#tryRows(batch, place, first, end, signal)
    if (refusal === undefined) return
    if (end - first === 1) {
      this.#rejectRow(batch, place, first, refusalCode(refusal.error), refusal.error.message)
      return
    }
    const middle = (first + end) >> 1
    await this.#halve(batch, place, first, middle, signal)
    await this.#halve(batch, place, middle, end, signal)
  }

  /** Rows that are merged go no further than into the stage: the table would refuse those that are there already. */
  async #tryRows(
    batch: Batch,
    place: number,
    first: number,
    end: number,
    signal: AbortSignal,
  ): Promise<Refusal | undefined> {
    const target = this.#targets[place]
    const encoder = this.#encoders[place]
    if (target === undefined || encoder === undefined) return undefined
    const frame = encoder.encode(batch, first, end)
    if (frame.rowCount === 0) return undefined
    await this.#connection.script('SAVEPOINT transload_try', signal)
    try {
      if (target.plan.mode === 'merge') await this.#stageAt(place).fill(this.#connection, frame, signal)
      else await this.#connection.script(copySql(target), signal, [frame.pieces], copyEvents)
      await this.#connection.script('RELEASE SAVEPOINT transload_try', signal)
      return undefined
    } catch (error) {
      const refusal = readRefusal(error)
      if (refusal === undefined) throw error
      await this.#connection.script('ROLLBACK TO SAVEPOINT transload_try; RELEASE SAVEPOINT transload_try', signal)
      return refusal
    }
  }

  async #rejectViolations(batch: Batch, place: number, signal: AbortSignal): Promise<void> {
    const stage = this.#stageAt(place)
    const frame = stage.encoder.encode(batch)
    if (frame.rowCount === 0) return
    await stage.fill(this.#connection, frame, signal)
    const isMerge = this.#targets[place]?.plan.mode === 'merge'
    const folded = new Set(isMerge ? await stage.fold(this.#connection, signal) : [])
    const rows = frame.rows.subarray(0, frame.rowCount).filter((row) => !folded.has(row))
    const violations = await stage.violations(this.#connection, rows, this.#targets.length === 1, signal)
    for (const { row, code, reason } of violations) this.#rejectRow(batch, place, row, code, reason)
  }

  #stageAt(place: number): Stage {
    const stage = this.#stages[place]
    if (stage === undefined) throw new TransloadError('TL_X901', { reason: `no stage ${place}` })
    return stage
  }

  #rejectRow(batch: Batch, place: number, row: number, code: ErrorCode, reason: string): void {
    const frame = batch.frames[this.#targets[place]?.plan.frame ?? 0]
    batch.reject({ row: frame?.origin[row] ?? row, stage: 'target', code, reason })
  }

  #tableNames(): string {
    return this.#targets.map(({ table }) => table).join(', ')
  }

  #settled(
    batch: Batch,
    encoded: readonly { readonly rowCount: number }[],
    folded: readonly (readonly number[])[],
  ): Sent {
    const outputs = new Map<string, OutputCount>()
    for (const [place, target] of this.#targets.entries()) {
      const to = `${target.plan.to.schema}.${target.plan.to.name}`
      const held = outputs.get(to)
      const written = (encoded[place]?.rowCount ?? 0) - (folded[place]?.length ?? 0) + (held?.written ?? 0)
      outputs.set(to, { to, written, rejected: rejectedRows(batch, target) + (held?.rejected ?? 0) })
    }
    // They are merged only once that is committed: until then the batch may have to be sent again.
    this.#mark(batch, folded, fate.merged)
    const settlement = settle(batch)
    this.#mark(batch, folded, fate.live)
    return { settlement, outputs: [...outputs.values()], folded }
  }

  #mark(batch: Batch, rowsByPlace: readonly (readonly number[])[], outcome: number): void {
    for (const [place, rows] of rowsByPlace.entries()) {
      const frame = batch.frames[this.#targets[place]?.plan.frame ?? 0]
      if (frame === undefined) continue
      for (const row of rows) {
        frame.fate[row] = outcome
        // Of the dataset's own table, row for row: what counts is what became of those that were read.
        if (place === 0) batch.frames[0]!.fate[frame.origin[row]!] = outcome
      }
    }
  }

  #commitSql(checkpoint: Checkpoint, sent: Sent): string {
    const unflushed = checkpoint.done ? '' : 'SET LOCAL synchronous_commit = off;\n'
    return `${this.#endSql(checkpoint, sent)};\n${unflushed}COMMIT`
  }

  #endSql(checkpoint: Checkpoint, { settlement, outputs }: Sent): string {
    const step = { ...settlement, read: checkpoint.read, bytes: checkpoint.bytes, outputs }
    const { dataset } = this.#lane.split
    const advance = checkpointSql({ ...step, checkpoint, sequenceBefore: this.#sequence }, dataset)
    return [advance, ...keptSql(checkpoint.run, settlement)].join(';\n')
  }

  #finish(batch: Batch, checkpoint: Checkpoint, { settlement, outputs, folded }: Sent): CommitReceipt {
    const isCommitted = this.#transaction !== 'split' || checkpoint.done
    if (isCommitted) {
      this.#sequence = checkpoint.sequence + 1
      this.#transaction = 'none'
      probe('after-commit')
      if (settlement.rejects.length > 0) probe('rejects-stored')
    }
    this.#mark(batch, folded, fate.merged)
    for (const frame of batch.frames) {
      for (let row = 0; row < frame.rowCount; row++) if (frame.fate[row] === fate.live) frame.fate[row] = fate.written
    }
    return { durability: checkpoint.done ? 'durable' : 'accepted', ...settlement, outputs }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whatever came of it: a run that goes on from here commits more, and waits for the disk then.
    await this.#flushed
    // An atomic split that was not finished: the server rolls back as the connection ends.
    if (this.#transaction !== 'none') await this.#connection[Symbol.asyncDispose]()
    else await this.#after.release(this.#connection)
  }
}

const nothing = { rowCount: 0 }
const copyEvents: SendEvents = { onFirstPiece: () => probe('mid-write') }
const commitEvents: SendEvents = { ...copyEvents, onSent: () => probe('commit-sent') }
