import type { Connection } from './connection.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { isServerError } from './errors.ts'
import { quoteName } from './quote.ts'
import { readRefusal } from './sink-refusal.ts'
import type { WriteTarget } from './write-target.ts'

/** A row of a frame that the table refuses. */
export interface Violation {
  readonly row: number
  readonly code: 'TL_D404' | 'TL_D408' | 'TL_D409'
  readonly reason: string
}

/** A stage with rows, as its statements see it. */
export interface StagedRows {
  /** Quoted, with its schema. */
  readonly stage: string
  readonly target: WriteTarget
  /** The stage's column of each of the table's that can be compared there; undefined: it holds the text of another type. */
  readonly columnOf: (name: string) => string | undefined
}

/**
 * Rows of a stage that constraints of the table refuse, each constraint by one statement: CHECKs, foreign keys to other
 * tables, and unique keys, over rows of the table and rows of the stage. They are taken out of the stage. What cannot be told
 * without the table's own word, as by a trigger or an exclusion, is left in.
 */
export async function refusedByConstraints(
  connection: Connection,
  staged: StagedRows,
  signal: AbortSignal,
): Promise<Violation[]> {
  const found = new Map<number, Violation>()
  const take = async (sql: string, reason: string): Promise<void> => {
    const rows = await inSavepoint(connection, signal, () => connection.rows(sql, [], signal))
    for (const row of (rows ?? []).map(([number]) => Number(number))) {
      if (!found.has(row)) found.set(row, { row, code: 'TL_D409', reason })
    }
  }
  const removeFound = async (): Promise<void> => {
    if (found.size === 0) return
    const sql = `DELETE FROM ${staged.stage} WHERE row = ANY ($1::integer[])`
    await connection.rows(sql, [`{${[...found.keys()].join(',')}}`], signal)
  }
  // Row by row by the index that there is: as a join it may read the whole table for each batch.
  await connection.script('SET LOCAL jit = off; SET LOCAL enable_seqscan = off', signal)
  for (const { sql, reason } of await checks(connection, staged, signal)) await take(sql, reason)
  await removeFound()
  for (const { sql, reason } of await foreignKeys(connection, staged, signal)) await take(sql, reason)
  // A row that is merged replaces the one that is there.
  if (staged.target.plan.mode !== 'merge') {
    const keys = await uniqueKeys(connection, staged, signal)
    for (const { inTable, reason } of keys) await take(inTable, reason)
    await removeFound()
    // Of two keys, one may refuse the row that another row was refused for: then only trying tells.
    const twice: UniqueKey[] = []
    for (const key of keys) {
      const [row] = await connection.rows(`SELECT FROM (${key.inStage}) AS twice LIMIT 1`, [], signal)
      if (row !== undefined) twice.push(key)
    }
    const [only] = twice
    if (only !== undefined && twice.length === 1) await take(only.inStage, only.reason)
  }
  await removeFound()
  return [...found.values()]
}

interface Question {
  /** Gives the numbers of the rows. */
  readonly sql: string
  /** As the server words it. */
  readonly reason: string
}

async function checks(connection: Connection, staged: StagedRows, signal: AbortSignal): Promise<Question[]> {
  const { stage, target, columnOf } = staged
  const rows = await connection.rows(
    `SELECT c.conname, pg_catalog.pg_get_expr(c.conbin, c.conrelid), cl.relname,
       (SELECT pg_catalog.json_agg(a.attname) FROM pg_catalog.unnest(c.conkey) AS k (number)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number)
     FROM pg_catalog.pg_constraint AS c JOIN pg_catalog.pg_class AS cl ON cl.oid = c.conrelid
     WHERE c.conrelid = pg_catalog.to_regclass($1) AND c.contype = 'c' ORDER BY c.conname`,
    [target.table],
    signal,
  )
  const columns = target.fields.flatMap(({ column: { name } }) => {
    const staging = columnOf(name)
    return staging === undefined ? [] : [`${staging} AS ${quoteName(name)}`]
  })
  return rows.flatMap(([name, expression, relation, names]) => {
    if (!namesIn(names).every((column) => columnOf(column) !== undefined)) return []
    const rowsOfStage = `SELECT row AS "transload row", ${columns.join(', ')} FROM ${stage}`
    return [
      {
        sql: `SELECT "transload row" FROM (${rowsOfStage}) AS ${quoteName(relation ?? '')} WHERE NOT (${expression})`,
        reason: `new row for relation "${relation}" violates check constraint "${name}"`,
      },
    ]
  })
}

/** To other tables: one to the table itself may have its parent in the stage. */
async function foreignKeys(connection: Connection, staged: StagedRows, signal: AbortSignal): Promise<Question[]> {
  const { stage, target, columnOf } = staged
  const rows = await connection.rows(
    `SELECT c.conname, cl.relname, pg_catalog.format('%I.%I', n.nspname, r.relname),
       pg_catalog.json_agg(own.attname ORDER BY k.place), pg_catalog.json_agg(other.attname ORDER BY k.place),
       pg_catalog.json_agg(${operatorText('o')} ORDER BY k.place)
     FROM pg_catalog.pg_constraint AS c
     JOIN pg_catalog.pg_class AS cl ON cl.oid = c.conrelid
     JOIN pg_catalog.pg_class AS r ON r.oid = c.confrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace
     CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(c.conkey), pg_catalog.unnest(c.confkey), pg_catalog.unnest(c.conpfeqop))
       WITH ORDINALITY AS k (own, other, operator, place)
     JOIN pg_catalog.pg_attribute AS own ON own.attrelid = c.conrelid AND own.attnum = k.own
     JOIN pg_catalog.pg_attribute AS other ON other.attrelid = c.confrelid AND other.attnum = k.other
     JOIN pg_catalog.pg_operator AS o ON o.oid = k.operator
     WHERE c.conrelid = pg_catalog.to_regclass($1) AND c.contype = 'f' AND c.confrelid <> c.conrelid AND c.confmatchtype = 's'
     GROUP BY c.conname, cl.relname, n.nspname, r.relname ORDER BY c.conname`,
    [target.table],
    signal,
  )
  return rows.flatMap(([name, relation, parent, own, other, operators]) => {
    const [columns, parents, compared] = [namesIn(own).map(columnOf), namesIn(other), namesIn(operators)]
    if (!areAll(columns)) return []
    const same = columns.map((column, at) => `p.${quoteName(parents[at] ?? '')} ${compared[at]} s.${column}`)
    const present = columns.map((column) => `s.${column} IS NOT NULL`)
    return [
      {
        sql: `SELECT s.row FROM ${stage} AS s WHERE ${present.join(' AND ')}
          AND (SELECT true FROM ${parent} AS p WHERE ${same.join(' AND ')} LIMIT 1) IS NULL`,
        reason: `insert or update on table "${relation}" violates foreign key constraint "${name}"`,
      },
    ]
  })
}

interface UniqueKey {
  /** Rows whose key is in the table. */
  readonly inTable: string
  /** Rows whose key an earlier row of the stage has. */
  readonly inStage: string
  readonly reason: string
}

/** Of plain columns, all rows, and the order that their types have by default. */
async function uniqueKeys(connection: Connection, staged: StagedRows, signal: AbortSignal): Promise<UniqueKey[]> {
  const { stage, target, columnOf } = staged
  const rows = await connection.rows(
    `SELECT x.relname, pg_catalog.json_agg(a.attname ORDER BY k.place), pg_catalog.json_agg(${operatorText('o')} ORDER BY k.place)
     FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
     CROSS JOIN LATERAL ROWS FROM (
         pg_catalog.unnest(i.indkey::smallint[]), pg_catalog.unnest(i.indclass::oid[]), pg_catalog.unnest(i.indcollation::oid[]))
       WITH ORDINALITY AS k (number, class, collation_id, place)
     JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number AND a.attcollation = k.collation_id
     JOIN pg_catalog.pg_opclass AS c ON c.oid = k.class AND c.opcdefault
     JOIN pg_catalog.pg_amop AS m ON m.amopfamily = c.opcfamily AND m.amopstrategy = 3
       AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
     JOIN pg_catalog.pg_operator AS o ON o.oid = m.amopopr
     WHERE i.indrelid = pg_catalog.to_regclass($1) AND i.indisunique AND i.indisready AND i.indpred IS NULL
       AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
       AND coalesce((pg_catalog.to_jsonb(i)->>'indnullsnotdistinct')::boolean, false) = false
     GROUP BY x.relname, i.indnkeyatts HAVING count(*) = i.indnkeyatts ORDER BY x.relname`,
    [target.table],
    signal,
  )
  return rows.flatMap(([name, own, operators]) => {
    const [names, columns, compared] = [namesIn(own), namesIn(own).map(columnOf), namesIn(operators)]
    if (!areAll(columns)) return []
    const same = columns.map((column, at) => `t.${quoteName(names[at] ?? '')} ${compared[at]} s.${column}`)
    const present = columns.map((column) => `${column} IS NOT NULL`).join(' AND ')
    return [
      {
        inTable: `SELECT s.row FROM ${stage} AS s
          WHERE (SELECT true FROM ${target.table} AS t WHERE ${same.join(' AND ')} LIMIT 1)`,
        inStage: `SELECT row FROM (
            SELECT row, row_number() OVER (PARTITION BY ${columns.join(', ')} ORDER BY row) AS place
            FROM ${stage} WHERE ${present}) AS ranked WHERE place > 1`,
        reason: `duplicate key value violates unique constraint "${name}"`,
      },
    ]
  })
}

/** Names are looked up nowhere: the search path is empty. */
function operatorText(operator: string): string {
  return `pg_catalog.format('OPERATOR(%I.%s)', (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = ${operator}.oprnamespace), ${operator}.oprname)`
}

function namesIn(json: string | null | undefined): string[] {
  return JSON.parse(json ?? '[]') as string[]
}

function areAll(columns: readonly (string | undefined)[]): columns is readonly string[] {
  return columns.every((column) => column !== undefined)
}

/**
 * Runs `work` in a savepoint; undefined where the server refuses a row's value, as a division by zero in a CHECK, or where
 * the role may write to the table, and not look into it or its parents.
 */
async function inSavepoint<T>(
  connection: Connection,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | undefined> {
  await connection.script('SAVEPOINT transload_check', signal)
  try {
    const result = await work()
    await connection.script('RELEASE SAVEPOINT transload_check', signal)
    return result
  } catch (error) {
    if (readRefusal(error) === undefined && !isForbidden(error)) throw error
    await connection.script('ROLLBACK TO SAVEPOINT transload_check; RELEASE SAVEPOINT transload_check', signal)
    return undefined
  }
}

function isForbidden(error: unknown): boolean {
  const cause = error instanceof TransloadError ? error.cause : undefined
  return isServerError(cause) && cause.code === '42501'
}
