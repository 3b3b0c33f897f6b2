import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { lanePlan, layoutOf, never, openMysql, planRead, readSplit } from '../../../test/support/mysql-source.ts'
import { startProxy } from '../../../test/support/proxy.ts'
import { ArenaBatch, fullBatchBytes } from '../../batch/batch.ts'
import type { Reader } from '../../contract/lane.ts'
import type { Source } from '../../contract/source.ts'
import type { ReadPlan, Split } from '../../model/plan.ts'

const rowCount = 60_000

/** About 30 MB: more than the socket's buffers and a few batches hold. */
async function createLarge(database: TestDatabase): Promise<void> {
  await database.query(`CREATE TABLE d (n INT PRIMARY KEY); INSERT INTO d VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
    CREATE TABLE t (k INT PRIMARY KEY, v VARCHAR(600));
    INSERT INTO t SELECT a.n + 10 * b.n + 100 * c.n + 1000 * e.n + 10000 * f.n AS k, REPEAT('x', 500)
      FROM d a, d b, d c, d e, d f WHERE f.n < ${rowCount / 10_000} ORDER BY k`)
}

async function planWhole(source: Source, table = 't'): Promise<{ read: ReadPlan; split: Split }> {
  const read = await planRead(source, table)
  const [split] = await source.planSplits(read, { rowCount: 1e9, maxCount: 1 }, never)
  if (split === undefined) throw new Error('no split')
  return { read, split }
}

/** Keys of the batch's rows. */
function keysOf(batch: ArenaBatch): number[] {
  const frame = batch.frames[0]
  const view = new DataView(batch.bytes.buffer)
  const width = (frame?.layout.columns.length ?? 0) * 2
  return Array.from({ length: frame?.rowCount ?? 0 }, (_, row) => view.getInt32(frame?.cells[row * width] ?? 0, true))
}

async function readOn(reader: Reader, batch: ArenaBatch, keys: number[]): Promise<void> {
  for (let more = true; more;) {
    batch.clear('', 0, 0)
    more = await reader.read(batch, never)
    keys.push(...keysOf(batch))
  }
}

const allKeys = Array.from({ length: rowCount }, (_, k) => k)

/** The server's number of the connection that reads the table. */
async function readingConnection(database: TestDatabase): Promise<string> {
  const [row] = await database.query(
    `SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT%FROM \`${database.name}\`.\`t\`%'
       AND id <> CONNECTION_ID()`,
  )
  return String(row?.['id'] ?? row?.['ID'])
}

describeEngines(['mysql9', 'mariadb'], 'a reader', () => {
  describe.each(['mysql9', 'mariadb'] as const)('of %s', (name) => {
    it('ends within 5 s of an abort while the server keeps it waiting, and the snapshot survives', async () => {
      await using database = await createDatabase(engineUrl(name), 'abort')
      await database.query('CREATE TABLE t (k INT PRIMARY KEY); INSERT INTO t VALUES (1), (2)')
      await using source = await openMysql(database.url)
      const { read, split } = await planWhole(source)
      await using snapshot = await source.openSnapshot(1, [read], never)
      await database.query('INSERT INTO t VALUES (3); LOCK TABLES t WRITE')
      const stop = new AbortController()
      const reader = await snapshot.openReader(lanePlan(read, split), never)
      const reading = reader.read(new ArenaBatch([layoutOf(read)]), stop.signal)
      await sleep(300)
      const abortedAt = performance.now()
      stop.abort(new Error('enough'))
      await expect(reading).rejects.toThrow('enough')
      await reader[Symbol.asyncDispose]()
      expect(performance.now() - abortedAt).toBeLessThan(5_000)
      await database.query('UNLOCK TABLES')
      // Both spares and the reader's own: all three see the moment before the third row.
      for (let i = 0; i < 3; i++) expect((await readSplit(snapshot, read, split)).rows).toEqual([['1'], ['2']])
    })

    it('ends a result in the middle, gives the connection back, and goes on from its cursor', async () => {
      await using database = await createDatabase(engineUrl(name), 'middle')
      await createLarge(database)
      await using source = await openMysql(database.url)
      const { read, split } = await planWhole(source)
      await using snapshot = await source.openSnapshot(1, [read], never)
      const batch = new ArenaBatch([layoutOf(read)])
      const keys: number[] = []
      for (let i = 0; i < 5; i++) {
        // More often than there are connections: each of them has to come back.
        await using reader = await snapshot.openReader(lanePlan(read, split, batch.after), never)
        batch.clear('', 0, 0)
        expect(await reader.read(batch, never)).toBe(true)
        keys.push(...keysOf(batch))
      }
      expect(keys).toEqual(allKeys.slice(0, keys.length))
      await using reader = await snapshot.openReader(lanePlan(read, split, batch.after), never)
      await readOn(reader, batch, keys)
      expect(keys).toEqual(allKeys)
    })

    it('takes nothing off the socket while nobody asks', async () => {
      await using database = await createDatabase(engineUrl(name), 'slow')
      await createLarge(database)
      await using source = await openMysql(database.url)
      const { read, split } = await planWhole(source)
      await using snapshot = await source.openSnapshot(1, [read], never)
      await using reader = await snapshot.openReader(lanePlan(read, split), never)
      const batch = new ArenaBatch([layoutOf(read)])
      const keys: number[] = []
      await reader.read(batch, never)
      keys.push(...keysOf(batch))
      const before = process.memoryUsage().arrayBuffers
      await sleep(500)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
      await readOn(reader, batch, keys)
      expect(keys).toEqual(allKeys)
    })

    it('fails when its connection is killed, and a spare of the same moment goes on', async () => {
      await using database = await createDatabase(engineUrl(name), 'killed')
      await createLarge(database)
      await using source = await openMysql(database.url)
      const { read, split } = await planWhole(source)
      await using snapshot = await source.openSnapshot(1, [read], never)
      const batch = new ArenaBatch([layoutOf(read)])
      const keys: number[] = []
      {
        await using reader = await snapshot.openReader(lanePlan(read, split), never)
        await reader.read(batch, never)
        keys.push(...keysOf(batch))
        await database.query(`DELETE FROM t WHERE k > 50000; KILL ${await readingConnection(database)}`)
        await expect(readOn(reader, new ArenaBatch([layoutOf(read)]), [])).rejects.toMatchObject({ code: 'TL_S202' })
      }
      await using spare = await snapshot.openReader(lanePlan(read, split, batch.after), never)
      await readOn(spare, batch, keys)
      expect(keys).toEqual(allKeys)
    })

    it('sends its statement again where somebody else ended it', async () => {
      await using database = await createDatabase(engineUrl(name), 'interrupted')
      await createLarge(database)
      await using source = await openMysql(database.url)
      const { read, split } = await planWhole(source)
      await using snapshot = await source.openSnapshot(1, [read], never)
      await using reader = await snapshot.openReader(lanePlan(read, split), never)
      const batch = new ArenaBatch([layoutOf(read)])
      const keys: number[] = []
      await reader.read(batch, never)
      keys.push(...keysOf(batch))
      await database.query(`DELETE FROM t WHERE k > 50000; KILL QUERY ${await readingConnection(database)}`)
      await readOn(reader, batch, keys)
      expect(keys).toEqual(allKeys)
    })

    it('has the code of its own for a table that was changed by DDL', async () => {
      await using database = await createDatabase(engineUrl(name), 'ddl')
      await database.query('CREATE TABLE t (k INT PRIMARY KEY); INSERT INTO t VALUES (1)')
      await using source = await openMysql(database.url)
      const { read, split } = await planWhole(source)
      await using snapshot = await source.openSnapshot(1, [read], never)
      await database.query('ALTER TABLE t ADD v INT, ALGORITHM=COPY')
      await expect(readSplit(snapshot, read, split)).rejects.toMatchObject({
        code: 'TL_S206',
        message: '[TL_S206] The table t was changed by DDL while it was read',
      })
    })

    it('reads no faster than it may', async () => {
      await using database = await createDatabase(engineUrl(name), 'rate')
      await createLarge(database)
      await using source = await openMysql(database.url, { maxBytesPerSecond: 20_000_000 })
      const { read, split } = await planWhole(source)
      await using snapshot = await source.openSnapshot(1, [read], never)
      await using reader = await snapshot.openReader(lanePlan(read, split), never)
      const startedAt = performance.now()
      await readOn(reader, new ArenaBatch([layoutOf(read)]), [])
      // What the last batch owes is left to the next.
      const paidBytes = rowCount * 504 - fullBatchBytes
      expect(performance.now() - startedAt).toBeGreaterThan((paidBytes / 20_000_000) * 1000 - 20)
    })

    it('has every row as it is, wherever a chunk of the socket ends in it', { timeout: 60_000 }, async () => {
      await using database = await createDatabase(engineUrl(name), 'chunks')
      const lengthOf = (k: number): number => {
        if (k === 4_000) return 17 * 1024 * 1024
        return k % 500 === 7 ? 100_000 + k * 50 : (k * 7_919) % 2_500
      }
      await database.query(`CREATE TABLE t (k INT PRIMARY KEY, v LONGTEXT);
        INSERT INTO t WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k < 899)
          SELECT a.k * 10 + b.k, REPEAT(CHAR(97 + a.k % 26), CASE WHEN a.k * 10 + b.k = 4000 THEN 17 * 1024 * 1024
            WHEN (a.k * 10 + b.k) % 500 = 7 THEN 100000 + (a.k * 10 + b.k) * 50 ELSE (a.k * 10 + b.k) * 7919 % 2500 END)
          FROM n AS a CROSS JOIN (SELECT k FROM n WHERE k < 10) AS b`)
      await using source = await openMysql(`${database.url}?ssl-mode=DISABLED`)
      const { read, split } = await planWhole(source)
      await using snapshot = await source.openSnapshot(1, [read], never)
      const { rows } = await readSplit(snapshot, read, split)
      const wrong = rows.findIndex(([key, value], k) => {
        const letter = String.fromCodePoint(97 + (Math.floor(k / 10) % 26))
        return key !== String(k) || value !== letter.repeat(lengthOf(k))
      })
      expect([rows.length, wrong]).toEqual([9_000, -1])
    })

    it('reads a row of 64 MiB, which travels alone', { timeout: 60_000 }, async () => {
      await using database = await createDatabase(engineUrl(name), 'huge')
      const hugeBytes = 64 * 1024 * 1024
      await database.query(`CREATE TABLE t (k INT PRIMARY KEY, v LONGTEXT, w LONGBLOB);
        INSERT INTO t VALUES (1, 'a', NULL), (2, REPEAT('é', ${hugeBytes / 2}), REPEAT(X'00ff', 10)), (3, 'b', NULL)`)
      await using source = await openMysql(database.url)
      const { read, split } = await planWhole(source)
      await using snapshot = await source.openSnapshot(1, [read], never)
      await using reader = await snapshot.openReader(lanePlan(read, split), never)
      const batch = new ArenaBatch([layoutOf(read)])
      const sizes: number[][] = []
      for (let more = true; more;) {
        batch.clear('', 0, 0)
        more = await reader.read(batch, never)
        // Where the text is in the arena: behind the key's four bytes.
        sizes.push([
          ...keysOf(batch),
          batch.used,
          Buffer.from(batch.bytes.buffer, 0, batch.used).indexOf('é'.repeat(1000)),
        ])
      }
      expect(sizes).toEqual([
        [1, 5, -1],
        [2, hugeBytes + 24, 4],
        [3, 5, -1],
      ])
    })
  })
})

describeEngines(['mysql9'], 'a reader over a network that breaks', () => {
  it('takes a result that just stops for an error', async () => {
    await using database = await createDatabase(engineUrl('mysql9'), 'cut')
    await createLarge(database)
    await using proxy = await startProxy(database.url)
    await using source = await openMysql(`${proxy.url()}?ssl-mode=DISABLED`)
    const { read, split } = await planWhole(source)
    await using snapshot = await source.openSnapshot(1, [read], never)
    await using reader = await snapshot.openReader(lanePlan(read, split), never)
    const batch = new ArenaBatch([layoutOf(read)])
    await reader.read(batch, never)
    const { after } = batch
    proxy.cut()
    await expect(readOn(reader, batch, [])).rejects.toMatchObject({ code: 'TL_S202' })
    // The others of the moment were cut too: there is none to go on with.
    await expect(readSplit(snapshot, read, split, after)).rejects.toMatchObject({ code: 'TL_S202' })
  })

  it('ends within 5 s of an abort where nothing answers any more', { timeout: 30_000 }, async () => {
    await using database = await createDatabase(engineUrl('mysql9'), 'stall')
    await createLarge(database)
    await using proxy = await startProxy(database.url)
    await using source = await openMysql(`${proxy.url()}?ssl-mode=DISABLED`)
    const { read, split } = await planWhole(source)
    await using snapshot = await source.openSnapshot(1, [read], never)
    await using reader = await snapshot.openReader(lanePlan(read, split), never)
    const batch = new ArenaBatch([layoutOf(read)])
    await reader.read(batch, never)
    proxy.stall()
    const stop = new AbortController()
    const reading = (async () => {
      for (;;) {
        batch.clear('', 0, 0)
        await reader.read(batch, stop.signal)
      }
    })()
    setTimeout(() => stop.abort(new Error('enough')), 300)
    const startedAt = performance.now()
    await expect(reading).rejects.toThrow('enough')
    expect(performance.now() - startedAt).toBeLessThan(5_500)
    proxy.cut()
    proxy.resume()
  })
})
