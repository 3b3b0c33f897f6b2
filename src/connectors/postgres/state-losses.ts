import { addLosses, type LossCount, type RowKey, type RowPlace } from '../../model/loss.ts'
import type { TextSession } from '../sql/session.ts'
import { parseJson } from './state-json.ts'
import { isComplete } from './state-format.ts'
import { stateSchema } from './state-schema.ts'

type DatasetLosses = LossCount & { readonly dataset: string }

/** A run's losses, by dataset, column and rule. Keys and places are in the order of the splits. */
export async function readLosses(session: TextSession, run: string): Promise<readonly DatasetLosses[]> {
  const places = (await isComplete(session)) ? 'l.first_position, l.last_position' : 'NULL, NULL'
  const rows = await session.rows(
    `SELECT l.dataset, l.split, l.column_name, l.rule, l.count, l.sample_keys, ${places}
     FROM ${stateSchema}.losses AS l JOIN ${stateSchema}.splits AS s ON s.run = l.run AND s.split = l.split
     WHERE l.run = $1 ORDER BY l.dataset, l.column_name, l.rule, s.place`,
    [run],
  )
  const losses = new Map<string, DatasetLosses>()
  for (const [dataset = '', split, column, rule, count, keys, first, last] of rows) {
    const place = (position: string | null | undefined): RowPlace | undefined =>
      position === null || position === undefined ? undefined : { split: split ?? '', position: Number(position) }
    const loss: LossCount = {
      column: column ?? '',
      rule: rule ?? '',
      count: Number(count),
      sampleKeys: parseJson<RowKey[]>(keys) ?? [],
      first: place(first),
      last: place(last),
    }
    const id = JSON.stringify([dataset, column, rule])
    const before = losses.get(id)
    losses.set(id, { dataset: dataset ?? '', ...(before === undefined ? loss : addLosses(before, loss)) })
  }
  return [...losses.values()]
}
