import type { Settlement } from '../../batch/settle.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { RejectedRow } from '../../model/loss.ts'
import { maxSampleKeys } from '../../model/loss.ts'
import type { OutputCount } from '../../contract/checkpoint.ts'
import { type CheckpointStep, staleMark } from './checkpoint-step.ts'
import { isServerError } from './errors.ts'
import { asciiJson } from './ascii-json.ts'
import { rememberSql } from './key-maps.ts'
import { quoteLiteral } from './quote.ts'
import { replaySql } from './state-replay.ts'
import { stateSchema } from './state-schema.ts'

/**
 * The statements that advance a split, for the rows' own transaction.
 *
 * An UPDATE that matches no row would commit the rows of a stale writer. So the number of rows that it matched is used
 * in a way that fails unless it is one: text that is no integer is cast to one, over a value that the planner cannot
 * know beforehand.
 */
export function checkpointSql(step: CheckpointStep, dataset: string): string {
  const { checkpoint } = step
  const run = quoteLiteral(checkpoint.run)
  const split = quoteLiteral(checkpoint.split)
  const statements =
    checkpoint.replayed === undefined
      ? [advanceSql(step, run, split), ...outputsSql(step.outputs, run, quoteLiteral(dataset), split)]
      : replaySql(step, checkpoint.replayed, { run, dataset: quoteLiteral(dataset), split })
  if (step.losses.length > 0) {
    const values = step.losses.map((loss) => {
      const keys = quoteLiteral(asciiJson(loss.sampleKeys))
      const names = `${quoteLiteral(loss.column)}, ${quoteLiteral(loss.rule)}`
      const places = `${loss.first?.position ?? 'NULL'}::bigint, ${loss.last?.position ?? 'NULL'}::bigint`
      return `(${run}, ${quoteLiteral(dataset)}, ${split}, ${names}, ${loss.count}, ${keys}::json, ${places})`
    })
    statements.push(
      `INSERT INTO ${stateSchema}.losses AS held
         (run, dataset, split, column_name, rule, count, sample_keys, first_position, last_position)
       VALUES ${values.join(', ')} ON CONFLICT (run, split, column_name, rule) DO UPDATE
       SET count = held.count + EXCLUDED.count,
         first_position = LEAST(held.first_position, EXCLUDED.first_position),
         last_position = GREATEST(held.last_position, EXCLUDED.last_position),
         sample_keys = CASE WHEN json_array_length(held.sample_keys) >= ${maxSampleKeys} THEN held.sample_keys ELSE (
           SELECT json_agg(kept.key ORDER BY kept.place) FROM (
             SELECT key, row_number() OVER () AS place FROM (
               SELECT json_array_elements(held.sample_keys) AS key
               UNION ALL SELECT json_array_elements(EXCLUDED.sample_keys)) AS every
           ) AS kept WHERE kept.place <= ${maxSampleKeys}) END`,
    )
  }
  return statements.join(';\n')
}

function advanceSql({ checkpoint, ...step }: CheckpointStep, run: string, split: string): string {
  const after = checkpoint.after === undefined ? 'NULL' : quoteLiteral(asciiJson(checkpoint.after))
  return `WITH advanced AS (
       UPDATE ${stateSchema}.splits SET after = ${after}::json, done = ${checkpoint.done},
         sequence = ${checkpoint.sequence + 1}, read = read + ${step.read}, bytes = bytes + ${step.bytes},
         written = written + ${step.written}, merged = merged + ${step.merged}, filtered = filtered + ${step.filtered},
         rejected = rejected + ${step.rejected}, vanished = vanished + ${step.vanished}
       WHERE run = ${run} AND split = ${split} AND fence = ${checkpoint.fence} AND sequence = ${step.sequenceBefore}
         AND NOT done
       RETURNING 1)
     SELECT CASE count(*) WHEN 1 THEN 1 ELSE (${quoteLiteral(`${staleMark} `)} || count(*))::integer END FROM advanced`
}

function outputsSql(outputs: readonly OutputCount[], run: string, dataset: string, split: string): string[] {
  if (outputs.length === 0) return []
  const values = outputs.map(
    ({ to, written, rejected }) => `(${run}, ${dataset}, ${split}, ${quoteLiteral(to)}, ${written}, ${rejected})`,
  )
  return [
    `INSERT INTO ${stateSchema}.outputs AS held (run, dataset, split, target, written, rejected)
       VALUES ${values.join(', ')} ON CONFLICT (run, split, target) DO UPDATE
       SET written = held.written + EXCLUDED.written, rejected = held.rejected + EXCLUDED.rejected`,
  ]
}

/**
 * Stores rejected rows, for the rows' own transaction. Keyed by position: a batch that is written again stores its
 * rejects once. Undefined where there are none.
 */
export function rejectsSql(run: string, rejects: readonly RejectedRow[]): string | undefined {
  if (rejects.length === 0) return undefined
  const values = rejects.map((reject) => {
    const names = `${quoteLiteral(run)}, ${quoteLiteral(reject.dataset)}, ${quoteLiteral(reject.split)}`
    return `(${names}, ${reject.position}, ${quoteLiteral(asciiJson(reject))}::json)`
  })
  return `INSERT INTO ${stateSchema}.rejects (run, dataset, split, position, reject) VALUES ${values.join(', ')}
    ON CONFLICT (run, dataset, split, position) DO UPDATE SET reject = EXCLUDED.reject`
}

/** Statements that store what is left of rows beside the tables. */
export function keptSql(run: string, { rejects, remembered }: Pick<Settlement, 'rejects' | 'remembered'>): string[] {
  return [rejectsSql(run, rejects), rememberSql(run, remembered)].filter((sql) => sql !== undefined)
}

/** The error that a checkpoint's own failure means; undefined for every other error. */
export function staleError(error: unknown, run: string): TransloadError | undefined {
  const cause = error instanceof TransloadError ? error.cause : error
  if (!isServerError(cause)) return undefined
  if (cause.code === '22P02' && cause.message.includes(staleMark)) return new TransloadError('TL_K501', { run }, error)
  // A foreign key of the state's tables: the run was removed under the writer.
  if (cause.schema === stateSchema) return new TransloadError('TL_K504', { reason: cause.message }, error)
  return undefined
}
