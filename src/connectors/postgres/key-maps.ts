import type { MapEntry } from '../../batch/notes.ts'
import {
  type FoundEntry,
  type KeyMaps,
  type KeyMapsOwner,
  maxFoundBytes,
  type NewIds,
} from '../../contract/key-maps.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { Sessions, TextSession } from '../sql/session.ts'
import { quoteLiteral } from './quote.ts'
import { assertStateFormat, hasState } from './state-format.ts'
import { stateSchema } from './state-schema.ts'

/** The maps of one run, in the state's tables. Ids are the target's: later runs find them again. */
export class PostgresKeyMaps implements KeyMaps {
  readonly isWriting: boolean
  readonly #sessions: Sessions
  readonly #of: KeyMapsOwner
  /** By map: the run that was last to fill it. */
  readonly #newest = new Map<string, string>()

  constructor(sessions: Sessions, of: KeyMapsOwner, isWriting: boolean) {
    this.#sessions = sessions
    this.#of = of
    this.isWriting = isWriting
  }

  async find(map: string, keys: readonly string[], signal: AbortSignal): Promise<readonly (FoundEntry | undefined)[]> {
    if (keys.length === 0) return []
    return await this.#sessions.use(async (session) => {
      const run = await this.#runOf(session, map)
      const rows = await session.rows(
        `SELECT q.place, e.value, e.rank, e.id, e.is_ambiguous
         FROM json_array_elements_text($3::json) WITH ORDINALITY AS q (key, place)
         CROSS JOIN LATERAL (
           SELECT r.value, r.rank, r.id, EXISTS (
             SELECT FROM ${stateSchema}.remembered AS o WHERE o.run = r.run AND o.map = r.map AND o.key = r.key
               AND o.rank = r.rank AND o.id > r.id AND o.value IS DISTINCT FROM r.value) AS is_ambiguous
           FROM ${stateSchema}.remembered AS r WHERE r.run = $1 AND r.map = $2 AND r.key = q.key
           ORDER BY r.rank, r.id LIMIT 1) AS e`,
        [run, map, JSON.stringify(keys)],
      )
      const found: (FoundEntry | undefined)[] = Array.from({ length: keys.length }, () => undefined)
      for (const [place, value = null, rank, id, isAmbiguous] of rows) {
        found[Number(place) - 1] = { value, rank: rank ?? '', id: id ?? '', isAmbiguous: isAmbiguous === 't' }
      }
      return found
    }, signal)
  }

  async findAll(
    map: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly (string | null)[] | undefined)[]> {
    if (keys.length === 0) return []
    return await this.#sessions.use(async (session) => {
      const run = await this.#runOf(session, map)
      const sizes = await session.rows(
        `SELECT q.place, sum(octet_length(r.value)) FROM json_array_elements_text($3::json) WITH ORDINALITY AS q (key, place)
         JOIN ${stateSchema}.remembered AS r ON r.run = $1 AND r.map = $2 AND r.key = q.key GROUP BY q.place`,
        [run, map, JSON.stringify(keys)],
      )
      const tooLarge = new Set(
        sizes.filter(([, size]) => Number(size) > maxFoundBytes).map(([place]) => Number(place) - 1),
      )
      const found = keys.map((_, place): (string | null)[] | undefined => (tooLarge.has(place) ? undefined : []))
      const rows = await session.rows(
        `SELECT q.place, r.value FROM json_array_elements_text($3::json) WITH ORDINALITY AS q (key, place)
         JOIN ${stateSchema}.remembered AS r ON r.run = $1 AND r.map = $2 AND r.key = q.key
         WHERE q.place - 1 <> ALL (SELECT json_array_elements_text($4::json)::integer)
         ORDER BY q.place, r.rank, r.id`,
        [run, map, JSON.stringify(keys), JSON.stringify([...tooLarge])],
      )
      for (const [place, value = null] of rows) found[Number(place) - 1]?.push(value)
      return found
    }, signal)
  }

  async claim(
    map: string,
    keys: readonly string[],
    values: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const run = 'run' in this.#of ? this.#of.run : ''
    const first = new Map<string, string>()
    for (const [place, key] of keys.entries()) if (!first.has(key)) first.set(key, values[place] ?? '')
    const ids = await this.assign(
      `${map} of ${run}`,
      [...first.keys()],
      { kind: 'made', ids: [...first.values()] },
      signal,
    )
    const claimed = new Map([...first.keys()].map((key, place) => [key, ids[place]]))
    return keys.map((key, place) => claimed.get(key) ?? values[place] ?? '')
  }

  async assign(
    map: string,
    keys: readonly string[],
    newIds: NewIds,
    signal: AbortSignal,
  ): Promise<readonly (string | undefined)[]> {
    const asked = [...new Set(keys)]
    if (asked.length === 0) return []
    const known = await this.#sessions.use(async (session) => {
      if (!this.isWriting) await assertKept(session)
      return await idsOf(session, map, asked)
    }, signal)
    const left = asked.filter((key) => !known.has(key))
    if (left.length === 0 || !('run' in this.#of) || !this.isWriting) return keys.map((key) => known.get(key))
    const { run } = this.#of
    const made = await this.#sessions.transaction(async (session) => {
      const ids = newIds.kind === 'made' ? newIds.ids : await count(session, map, newIds.first, left.length)
      // Who was faster has made the id: it is that one for all.
      await session.rows(
        `INSERT INTO ${stateSchema}.ids (map, key, value, run)
         SELECT $1, k.key, v.value, $4 FROM json_array_elements_text($2::json) WITH ORDINALITY AS k (key, place)
         JOIN json_array_elements_text($3::json) WITH ORDINALITY AS v (value, place) USING (place)
         ORDER BY k.key ON CONFLICT DO NOTHING`,
        [map, JSON.stringify(left), JSON.stringify(ids.slice(0, left.length)), run],
      )
      return await idsOf(session, map, left)
    }, signal)
    return keys.map((key) => known.get(key) ?? made.get(key))
  }

  async #runOf(session: TextSession, map: string): Promise<string> {
    if ('run' in this.#of) return this.#of.run
    const known = this.#newest.get(map)
    if (known !== undefined) return known
    await assertKept(session)
    const [row] = await session.rows(
      `SELECT r.run FROM ${stateSchema}.runs AS r
       WHERE r.plan_identity IN (SELECT json_array_elements_text($2::json))
       ORDER BY EXISTS (SELECT FROM ${stateSchema}.remembered AS m WHERE m.run = r.run AND m.map = $1) DESC, r.created_at DESC
       LIMIT 1`,
      [map, JSON.stringify(this.#of.plans)],
    )
    const newest = row?.[0]
    if (newest === undefined || newest === null) throw new TransloadError('TL_V705', {})
    this.#newest.set(map, newest)
    return newest
  }
}

/** @throws TL_V705 where nothing is there of what runs have kept */
async function assertKept(session: TextSession): Promise<void> {
  if (!(await hasState(session))) throw new TransloadError('TL_V705', {})
  await assertStateFormat(session)
}

async function idsOf(session: TextSession, map: string, keys: readonly string[]): Promise<Map<string, string>> {
  const rows = await session.rows(
    `SELECT i.key, i.value FROM json_array_elements_text($2::json) AS q (key)
     JOIN ${stateSchema}.ids AS i ON i.map = $1 AND i.key = q.key`,
    [map, JSON.stringify(keys)],
  )
  return new Map(rows.map(([key, value]) => [key ?? '', value ?? '']))
}

/** So many numbers that nobody else has. */
async function count(session: TextSession, map: string, first: number, wanted: number): Promise<string[]> {
  const [row] = await session.rows(
    `INSERT INTO ${stateSchema}.counters AS held (map, next) VALUES ($1, $2::bigint + $3::bigint)
     ON CONFLICT (map) DO UPDATE SET next = held.next + $3::bigint RETURNING next - $3::bigint`,
    [map, String(first), String(wanted)],
  )
  const start = BigInt(row?.[0] ?? '0')
  return Array.from({ length: wanted }, (_, place) => String(start + BigInt(place)))
}

/** Keeps what rows have left, for their own transaction. Undefined where it is nothing. */
export function rememberSql(run: string, entries: readonly MapEntry[]): string | undefined {
  if (entries.length === 0) return undefined
  const values = entries.map(({ map, key, rank, id, value }) => {
    const texts = [run, map, key, rank, id].map((text) => quoteLiteral(text)).join(', ')
    return `(${texts}, ${value === null ? 'NULL' : quoteLiteral(value)})`
  })
  return `INSERT INTO ${stateSchema}.remembered (run, map, key, rank, id, value) VALUES ${values.join(', ')}`
}
