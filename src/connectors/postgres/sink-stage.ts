import type { Connection } from './connection.ts'
import { countInTag } from './copy.ts'
import { type EncodedFrame, FrameEncoder } from './encode/frame.ts'
import { quoteName } from './quote.ts'
import { readRefusal, type Refusal, refusalCode } from './sink-refusal.ts'
import { parseTypeText, type TargetType } from './types.ts'
import type { FieldPlan, WriteTarget } from './write-target.ts'

/** A row of a frame that the table refuses. */
export interface Violation {
  readonly row: number
  readonly code: 'TL_D404' | 'TL_D408' | 'TL_D409'
  readonly reason: string
}

/** Types whose text is read by the server: staged as text, so that a bad value is one row's failure and not the COPY's. */
const readByServer: ReadonlySet<string> = new Set(['json', 'jsonb', 'xml'])
const text = parseTypeText('text')

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
  readonly #table: string
  readonly #create: string

  constructor(target: WriteTarget, place: number) {
    this.#target = target
    this.name = `transload_stage_${place}`
    this.#table = `pg_temp.${quoteName(this.name)}`
    const typeOf = (field: FieldPlan): TargetType => (readByServer.has(field.type.name) ? text : field.type)
    this.encoder = new FrameEncoder(target, { isChecked: true, hasRowNumbers: true, typeOf })
    const columns = target.fields.map((field, index) => {
      const collation = field.collation === undefined ? '' : ` COLLATE ${field.collation}`
      return `c${index} ${typeOf(field).text}${collation}`
    })
    this.#create = `CREATE TEMPORARY TABLE IF NOT EXISTS ${this.#table} (row integer PRIMARY KEY, ${columns.join(', ')})
      ON COMMIT DELETE ROWS; DELETE FROM ${this.#table}`
  }

  /** Puts rows into the stage, which is empty before. */
  async fill(connection: Connection, { pieces }: EncodedFrame, signal: AbortSignal): Promise<void> {
    const names = ['row', ...this.#target.fields.map((_, index) => `c${index}`)].join(', ')
    await connection.script(
      `SET LOCAL client_min_messages = warning; ${this.#create}; COPY ${this.#table} (${names}) FROM STDIN (FORMAT binary)`,
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
   * The rows that the table refuses, each with the server's own reason: all of them, and no other. Of two rows that
   * exclude each other the later one is refused. The caller rolls back what this leaves in the table.
   */
  async violations(connection: Connection, rows: Int32Array, signal: AbortSignal): Promise<Violation[]> {
    // What is checked at the end of a transaction only would come too late to say which row it is about.
    await connection.script('SET CONSTRAINTS ALL IMMEDIATE', signal)
    const found = await this.#failedChecks(connection, signal)
    const known = new Set(found.map((violation) => violation.row))
    if (known.size > 0) {
      const sql = `DELETE FROM ${this.#table} WHERE row = ANY ($1::integer[])`
      await connection.rows(sql, [`{${[...known].join(',')}}`], signal)
    }
    const others = rows.filter((row) => !known.has(row))
    await this.#bisect(connection, others, 0, others.length, found, signal)
    return found
  }

  /** One statement for each CHECK finds its violations together; those that are of other columns are left to bisection. */
  async #failedChecks(connection: Connection, signal: AbortSignal): Promise<Violation[]> {
    const { table, fields } = this.#target
    const checks = await connection.rows(
      `SELECT c.conname, pg_catalog.pg_get_expr(c.conbin, c.conrelid), cl.relname
       FROM pg_catalog.pg_constraint AS c JOIN pg_catalog.pg_class AS cl ON cl.oid = c.conrelid
       WHERE c.conrelid = pg_catalog.to_regclass($1) AND c.contype = 'c' AND NOT EXISTS (
         SELECT FROM unnest(c.conkey) AS k (number) JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number
         WHERE a.attname <> ALL ($2::text[]))
       ORDER BY c.conname`,
      [
        table,
        arrayText(fields.filter((field) => !readByServer.has(field.type.name)).map((field) => field.column.name)),
      ],
      signal,
    )
    const columns = fields.map((field, index) => `c${index} AS ${quoteName(field.column.name)}`).join(', ')
    const violations = new Map<number, Violation>()
    for (const [name, expression, relation] of checks) {
      const failed = await this.#inSavepoint(connection, signal, () =>
        connection.rows(
          `SELECT "transload row" FROM (SELECT row AS "transload row", ${columns} FROM ${this.#table}) AS ${quoteName(relation ?? '')}
           WHERE NOT (${expression})`,
          [],
          signal,
        ),
      )
      const reason = `new row for relation "${relation}" violates check constraint "${name}"`
      for (const row of (failed ?? []).map(([number]) => Number(number))) {
        if (!violations.has(row)) violations.set(row, { row, code: 'TL_D409', reason })
      }
    }
    return [...violations.values()]
  }

  /** Runs `work` in a savepoint; undefined where the server refuses a row's value, as a division by zero in a CHECK. */
  async #inSavepoint<T>(connection: Connection, signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    await connection.script('SAVEPOINT transload_check', signal)
    try {
      const result = await work()
      await connection.script('RELEASE SAVEPOINT transload_check', signal)
      return result
    } catch (error) {
      if (readRefusal(error) === undefined) throw error
      await connection.script('ROLLBACK TO SAVEPOINT transload_check; RELEASE SAVEPOINT transload_check', signal)
      return undefined
    }
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

function arrayText(names: readonly string[]): string {
  return `{${names.map((name) => `"${name.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`
}
