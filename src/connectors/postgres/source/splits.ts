import type { SplitOptions } from '../../../contract/source.ts'
import type { ReadPlan, Split } from '../../../model/plan.ts'
import type { TextSession } from '../../sql/session.ts'
import { quoteQualified } from '../quote.ts'
import type { KeyValues, SplitBounds } from '../../sql/key-bounds.ts'
import { SplitKey } from './split-key.ts'

/** Tables up to this size are walked from end to end, some seconds at most: the splits come out even. */
const maxWalkedRows = 2_000_000
/** Rows of a larger one that are looked at for each bound. */
const sampledPerSplit = 200

interface Bound {
  readonly upTo: KeyValues
  /** Rows up to it and with it, from the one before on. */
  readonly rows: number
}

/**
 * Disjoint splits that cover the table, bounded by keys that exist and that the server has compared. Without a key that can
 * be split by: one split, which is restarted whole. The bounds of a large table are those of a sample of its pages, which
 * is the same each time.
 */
export async function planTableSplits(
  session: TextSession,
  read: ReadPlan,
  { rowCount: wanted, maxCount }: SplitOptions,
  isUtf8: boolean,
  walkedRows = maxWalkedRows,
): Promise<readonly Split[]> {
  const key = SplitKey.of(read, isUtf8)
  if (key === undefined) return [toSplit(read, 0, {}, 0, true)]
  const estimate = await estimateRows(session, read)
  const isWalked = estimate <= walkedRows
  const rows = isWalked ? await countRows(session, read) : estimate
  const rowCount = Math.max(1, wanted, Math.ceil(rows / maxCount))
  const share = isWalked ? undefined : Math.min(1, (sampledPerSplit * Math.ceil(rows / rowCount)) / rows)
  const bounds = rows <= rowCount ? [] : await findBounds(session, read, key, rowCount, share)
  const kept = bounds.slice(0, maxCount - 1)
  const inside = kept.reduce((sum, bound) => sum + bound.rows, 0)
  const splits = kept.map(({ upTo, rows: count }, ordinal) =>
    toSplit(read, ordinal, { after: kept[ordinal - 1]?.upTo, upTo }, count, false),
  )
  return [...splits, toSplit(read, kept.length, { after: kept.at(-1)?.upTo }, Math.max(0, rows - inside), false)]
}

function toSplit(read: ReadPlan, ordinal: number, bounds: SplitBounds, rowEstimate: number, atomic: boolean): Split {
  // Stored as JSON: an absent bound is no member at all.
  const plain = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined))
  return { id: `${read.dataset}#${ordinal}`, dataset: read.dataset, ordinal, bounds: plain, rowEstimate, atomic }
}

/** The planner's own estimate, which goes by the table's size now. */
async function estimateRows(session: TextSession, { table }: ReadPlan): Promise<number> {
  const [row] = await session.rows(`EXPLAIN (FORMAT JSON) SELECT FROM ${quoteQualified(table)}`)
  const plan = JSON.parse(row?.[0] ?? '[]') as readonly { readonly Plan?: { readonly 'Plan Rows'?: number } }[]
  return plan[0]?.Plan?.['Plan Rows'] ?? 0
}

async function countRows(session: TextSession, { table }: ReadPlan): Promise<number> {
  const [row] = await session.rows(`SELECT pg_catalog.count(*) FROM ${quoteQualified(table)}`)
  return Number(row?.[0] ?? 0)
}

/** @param share Of the table's pages, which are looked at; undefined: all of them */
async function findBounds(
  session: TextSession,
  { table }: ReadPlan,
  key: SplitKey,
  rowCount: number,
  share: number | undefined,
): Promise<readonly Bound[]> {
  const sample = share === undefined ? '' : ` TABLESAMPLE SYSTEM (${share * 100}) REPEATABLE (1)`
  const step = Math.max(1, Math.round(rowCount * (share ?? 1)))
  const names = key.names('t')
  const texts = names.map((name) => `${name}::pg_catalog.text`).join(', ')
  const numbered = `SELECT ${texts}, pg_catalog.row_number() OVER (ORDER BY ${names.join(', ')}), pg_catalog.count(*) OVER ()
    FROM ${quoteQualified(table)} AS t${sample}`
  const columns = names.map((_, place) => `k${place}`).join(', ')
  const rows = await session.rows(`SELECT ${columns} FROM (${numbered}) AS numbered (${columns}, place, total)
    WHERE place % ${step} = 0 AND place < total ORDER BY place`)
  return rows.map((values) => ({ upTo: values.map((value) => value ?? ''), rows: rowCount }))
}
