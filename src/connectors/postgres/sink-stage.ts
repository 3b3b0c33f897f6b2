import { createHash } from 'node:crypto'
import type { Connection } from './connection.ts'
import { countInTag } from './copy.ts'
import { type EncodedFrame, FrameEncoder } from './encode/frame.ts'
import { quoteName } from './quote.ts'
import { refusedByConstraints, type StagedRows, type Violation } from './sink-constraints.ts'
import { readRefusal, type Refusal, refusalCode } from './sink-refusal.ts'
import { parseTypeText, type TargetType } from './types.ts'
import type { FieldPlan, WriteTarget } from './write-target.ts'

/** Types whose text is read by the server: staged as text, so that a bad value is one row's failure and not the COPY's. */
const readByServer: ReadonlySet<string> = new Set(['json', 'jsonb', 'xml'])
const text = parseTypeText('text')

/** By connection and place: the name of the stage that was made there last. */
const stagesMade = new WeakMap<Connection, Map<number, string>>()

/**
 * A temporary table beside a target table, without its constraints, whose rows are a batch's with their numbers. From
 * there they are merged, and from there the rows that the table refuses are found. Only ever used in a transaction.
 */
export class Stage {
  /** Name of the temporary table, as a COPY's error names it. */
  readonly name: string
  /** Makes the bytes for `fill`: checked in full, with row numbers. */
  readonly encoder: FrameEncoder
  readonly #target: WriteTarget
  readonly #place: number
  readonly #table: string
  readonly #create: string

  /** @param place Of the target among those of a batch */
  constructor(target: WriteTarget, place: number) {
    this.#target = target
    this.#place = place
    const typeOf = (field: FieldPlan): TargetType => (readByServer.has(field.type.name) ? text : field.type)
    this.encoder = new FrameEncoder(target, { isChecked: true, hasRowNumbers: true, typeOf })
    const columns = target.fields.map((field, index) => {
      const collation = field.collation === undefined ? '' : ` COLLATE ${field.collation}`
      return `c${index} ${typeOf(field).text}${collation}`
    })
    // A connection goes from one table to the next: columns of another one would round and cut what is put into them.
    const layout = createHash('sha256').update(columns.join()).digest('hex').slice(0, 16)
    this.name = `transload_stage_${place}_${layout}`
    this.#table = `pg_temp.${quoteName(this.name)}`
    this.#create = `CREATE TEMPORARY TABLE IF NOT EXISTS ${this.#table} (row integer PRIMARY KEY, ${columns.join(', ')})
      ON COMMIT DELETE ROWS; DELETE FROM ${this.#table}`
  }

  /** Every commit empties all stages that a connection has: that of the table before is not kept. */
  #dropOther(connection: Connection): string {
    const made = stagesMade.get(connection) ?? new Map<number, string>()
    stagesMade.set(connection, made)
    const before = made.get(this.#place)
    made.set(this.#place, this.name)
    return before === undefined || before === this.name ? '' : `DROP TABLE IF EXISTS pg_temp.${quoteName(before)}; `
  }

  /** Puts rows into the stage, which is empty before. */
  async fill(connection: Connection, { pieces }: EncodedFrame, signal: AbortSignal): Promise<void> {
    const names = ['row', ...this.#target.fields.map((_, index) => `c${index}`)].join(', ')
    await connection.script(
      `SET LOCAL client_min_messages = warning; ${this.#dropOther(connection)}${this.#create}; COPY ${this.#table} (${names}) FROM STDIN (FORMAT binary)`,
      signal,
      [pieces],
    )
  }

  /** Of the rows with one merge key, leaves the last; returns the numbers of the others. */
  async fold(connection: Connection, signal: AbortSignal): Promise<number[]> {
    const { plan, fields } = this.#target
    const key = plan.mergeKey.map((name) => `c${fields.findIndex((field) => field.column.name === name)}`).join(', ')
    const folded = await connection.rows(
      `DELETE FROM ${this.#table} WHERE row IN (SELECT row FROM (
         SELECT row, row_number() OVER (PARTITION BY ${key} ORDER BY row DESC) AS place FROM ${this.#table}
       ) AS ranked WHERE place > 1) RETURNING row`,
      [],
      signal,
    )
    return folded.map(([row]) => Number(row))
  }

  /** Inserts the stage's rows into the table, merging where the plan does; returns how many the server took. */
  async insert(connection: Connection, signal: AbortSignal): Promise<number> {
    const [result] = await connection.script(this.#insertSql('true'), signal)
    return countInTag(result?.tag ?? '') ?? 0
  }

  #insertSql(condition: string): string {
    const { table, fields, plan } = this.#target
    const names = fields.map((field) => quoteName(field.column.name)).join(', ')
    const values = fields.map((field, index) => {
      return readByServer.has(field.type.name) ? `c${index}::${field.type.text}` : `c${index}`
    })
    const conflict = plan.mode === 'merge' ? ` ${this.#conflictSql()}` : ''
    return (
      `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE ` +
      `SELECT ${values.join(', ')} FROM ${this.#table} WHERE ${condition} ORDER BY row${conflict}`
    )
  }

  #conflictSql(): string {
    const { fields, plan } = this.#target
    const key = plan.mergeKey.map(quoteName)
    const set = fields
      .filter((field) => !plan.mergeKey.includes(field.column.name) && !field.identityAlways)
      .map((field) => quoteName(field.column.name))
    // A row that is there already has to be counted as taken: DO NOTHING would not.
    const changed = set.length > 0 ? set : key.slice(0, 1)
    const assignments = changed.map((name) => `${name} = EXCLUDED.${name}`)
    return `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${assignments.join(', ')}`
  }

  /**
   * Rows that the table's constraints refuse, each with the server's own reason, and no other. Of two rows that exclude each
   * other the later one is refused. There may be more that the table refuses: see `violations`.
   */
  async refused(connection: Connection, signal: AbortSignal): Promise<Violation[]> {
    // What is checked at the end of a transaction only would come too late to say which row it is about.
    await connection.script('SET CONSTRAINTS ALL IMMEDIATE', signal)
    return await refusedByConstraints(connection, this.#staged(), signal)
  }

  /**
   * The rows that the table refuses, as of `refused`: all of them; or, `isAlone`, those that constraints name, where there
   * are some. The caller rolls back what this leaves in the table: the rows that it takes, which those of other tables may
   * need.
   */
  async violations(
    connection: Connection,
    rows: Int32Array,
    isAlone: boolean,
    signal: AbortSignal,
  ): Promise<Violation[]> {
    const found = await this.refused(connection, signal)
    // They are sent without these rows: trying them all here would cost as much as that.
    if (isAlone && found.length > 0) return found
    const known = new Set(found.map((violation) => violation.row))
    const others = rows.filter((row) => !known.has(row))
    await this.#bisect(connection, others, 0, others.length, found, signal)
    return found
  }

  #staged(): StagedRows {
    const { fields } = this.#target
    const columns = new Map(
      fields.map(({ column, type }, at) => [column.name, readByServer.has(type.name) ? '' : `c${at}`]),
    )
    return { stage: this.#table, target: this.#target, columnOf: (name) => columns.get(name) || undefined }
  }

  /** Inserts rows [from, to); halves what is refused until single rows are left. @returns whether any row was refused */
  async #bisect(
    connection: Connection,
    rows: Int32Array,
    from: number,
    to: number,
    found: Violation[],
    signal: AbortSignal,
    isKnownBad = false,
  ): Promise<boolean> {
    if (from >= to) return false
    if (!isKnownBad || to - from === 1) {
      const refusal = await this.#tryInsert(connection, rows[from] ?? 0, rows[to - 1] ?? 0, signal)
      if (refusal === undefined) return false
      if (to - from === 1) {
        const { error } = refusal
        found.push({ row: rows[from] ?? 0, code: refusalCode(error), reason: error.message })
        return true
      }
    }
    const middle = (from + to) >> 1
    const isLeftBad = await this.#bisect(connection, rows, from, middle, found, signal)
    // With a good left half the right one is known to be bad, and need not be tried whole.
    await this.#bisect(connection, rows, middle, to, found, signal, !isLeftBad)
    return true
  }

  async #tryInsert(
    connection: Connection,
    first: number,
    last: number,
    signal: AbortSignal,
  ): Promise<Refusal | undefined> {
    const sql = this.#insertSql(`row BETWEEN ${first} AND ${last}`)
    try {
      await connection.script(`SAVEPOINT transload_try; ${sql}; RELEASE SAVEPOINT transload_try`, signal)
      return undefined
    } catch (error) {
      const refusal = readRefusal(error)
      if (refusal === undefined) throw error
      await connection.script('ROLLBACK TO SAVEPOINT transload_try; RELEASE SAVEPOINT transload_try', signal)
      return refusal
    }
  }
}
