import { TransloadError } from '../../errors/transload-error.ts'
import { isServerError, type ServerError } from './errors.ts'

/** A row, or rows, that the server refuses for what is in them. */
export interface Refusal {
  readonly error: ServerError
  /**
   * Line of the COPY, from 1; undefined where the server did not say, as for a foreign key, or says what is not so: rows
   * go into the table many at a time, and one that no page holds is told with the line that was read last.
   */
  readonly line: number | undefined
}

/**
 * Classes of SQLSTATE that are never about a row: connection, transaction state, authorisation, catalog names, rollback
 * by the server, syntax and missing objects, resources, object state, intervention, system, configuration, FDW, internal.
 * Everything else that a statement with rows fails with is: data exceptions, constraints, limits such as that of an
 * index entry, and whatever codes a trigger raises.
 */
const notOfRows: ReadonlySet<string> = new Set([
  '08',
  '0A',
  '24',
  '25',
  '26',
  '28',
  '2D',
  '34',
  '3B',
  '3D',
  '3F',
  '40',
  '42',
  '53',
  '55',
  '57',
  '58',
  'F0',
  'HV',
  'XX',
])

/** What of an error is a refusal of rows; undefined where it is another kind of failure. */
export function readRefusal(error: unknown): Refusal | undefined {
  const cause = error instanceof TransloadError ? error.cause : undefined
  if (!isServerError(cause) || notOfRows.has(cause.code.slice(0, 2))) return undefined
  // The form of the binary COPY itself: a defect of ours, not of a row.
  if (cause.code === '22P04') return undefined
  // In the server's own language only where lc_messages is not English; then the row is found without it.
  const line = /^COPY .*, line (\d+)/m.exec(cause.where ?? '')?.[1]
  return { error: cause, line: line === undefined || cause.code === limitExceeded ? undefined : Number(line) }
}

/** `program_limit_exceeded`: of a row that no page holds, or of an index entry. */
const limitExceeded = '54000'

/** Whether a row may be one that no table holds, and so no stage either. */
export function isLimitExceeded({ error }: Refusal): boolean {
  return error.code === limitExceeded
}

/** Whether the row is refused because of another that has its key, which may be refused itself for what comes later. */
export function isForAnotherRow({ error }: Refusal): boolean {
  return error.code === '23505' || error.code === '23P01'
}

/** Whether the server undid the transaction for the sake of others, so that the same one may well succeed. */
export function isRolledBackForOthers(error: unknown): boolean {
  const cause = error instanceof TransloadError ? error.cause : undefined
  return isServerError(cause) && (cause.code === '40001' || cause.code === '40P01')
}

/** Whether the server refuses text that our checks would have found: NUL, bytes that are no UTF-8, what is no JSON. */
export function isUncheckedText({ error }: Refusal): boolean {
  return error.code === '22021' || refusalCode(error) === 'TL_D408'
}

/** The code of a row that the server refuses for this. */
export function refusalCode({ code, message, where }: ServerError): 'TL_D404' | 'TL_D408' | 'TL_D409' {
  if (code === '22021') return 'TL_D404'
  // 22P02 and 22P05 are of every type's text; the JSON parser says so itself, type and context in every language.
  const isText = code === '22P02' || code === '22P05'
  return isText && (/jsonb?\b/.test(message) || /^JSON/m.test(where ?? '')) ? 'TL_D408' : 'TL_D409'
}

/** The server refuses a batch, but none of its rows by itself. */
export function unexplained(table: string, { error }: Refusal): TransloadError {
  const cure = 'Look the message up with the server; a trigger or a deferred constraint may be behind it.'
  return new TransloadError('TL_T308', { table, reason: error.message, cure }, error)
}

/** A merge whose key has no unique index: said by the server, at the first batch. */
export function withoutKey(table: string, error: unknown): unknown {
  const cause = error instanceof TransloadError ? error.cause : undefined
  if (!isServerError(cause) || cause.code !== '42P10') return error
  const cure = 'Give the table a primary key or a unique index over exactly the columns of the merge key.'
  return new TransloadError('TL_T308', { table, reason: cause.message, cure }, error)
}
