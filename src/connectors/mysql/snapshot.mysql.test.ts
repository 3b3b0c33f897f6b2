import { describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { openSession } from '../../../test/support/engines/database-session.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { lanePlan, never, openMysql, planRead, readSplit } from '../../../test/support/mysql-source.ts'
import type { Snapshot, Source } from '../../contract/source.ts'
import type { ReadPlan } from '../../model/plan.ts'
import type { Consistency } from '../../model/run-state.ts'

async function planBoth(source: Source): Promise<ReadPlan[]> {
  return await Promise.all(['a', 'b'].map(async (table) => await planRead(source, table)))
}

/** All rows of a table, read by one reader of the snapshot. */
async function readWhole(source: Source, snapshot: Snapshot, read: ReadPlan): Promise<(string | null)[][]> {
  const [split] = await source.planSplits(read, { rowCount: 1e9, maxCount: 1 }, never)
  return split === undefined ? [] : (await readSplit(snapshot, read, split)).rows
}

/** A user who may do just this, with a URL of the database. Dropped at the end. */
async function createUser(
  database: TestDatabase,
  grants: readonly string[],
): Promise<AsyncDisposable & { readonly url: string }> {
  const name = `${database.name}_user`.slice(0, 32)
  await database.query(`CREATE USER '${name}'@'%' IDENTIFIED BY 'secret#1'`)
  for (const grant of grants) await database.query(`GRANT ${grant} TO '${name}'@'%'`)
  const url = new URL(database.url)
  url.username = name
  url.password = 'secret%231'
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await database.query(`DROP USER '${name}'@'%'`)
    },
  }
}

async function consistencyOf(source: Source, reads: readonly ReadPlan[]): Promise<Consistency> {
  await using snapshot = await source.openSnapshot(1, reads, never)
  return snapshot.consistency
}

describeEngines(['mysql9', 'mariadb'], 'a snapshot', () => {
  describe.each(['mysql9', 'mariadb'] as const)('of %s', (name) => {
    it('locks nothing for a sample, which one reader takes at its own moment', async () => {
      await using database = await createDatabase(engineUrl(name), 'sample')
      await database.query('CREATE TABLE a (k INT PRIMARY KEY); CREATE TABLE b LIKE a; INSERT INTO a VALUES (1), (2)')
      await using source = await openMysql(database.url)
      const [a, b] = await planBoth(source)
      await using other = await openSession(database.url)
      // A lock of all tables, or of those that are read, would wait for this one.
      await other.query('LOCK TABLES b WRITE')
      await using sample = await source.openSample!([a!, b!], never)
      expect(await readWhole(source, sample, a!)).toEqual([['1'], ['2']])
      expect(sample.consistency).toMatchObject({ level: 'per-connection', position: undefined })
      await other.query('UNLOCK TABLES')
    })

    it('shows every reader one moment while others write', { timeout: 60_000 }, async () => {
      await using database = await createDatabase(engineUrl(name), 'moment')
      await database.query(`CREATE TABLE a (k INT AUTO_INCREMENT PRIMARY KEY, v BIGINT NOT NULL); CREATE TABLE b LIKE a;
        INSERT INTO a VALUES (1, 1000), (2, 1000), (3, 1000); INSERT INTO b VALUES (1, 0), (2, 0), (3, 0)`)
      await using source = await openMysql(database.url)
      const reads = await planBoth(source)
      let isWriting = true
      let transferCount = 0
      const writers = [1, 2, 3].map(async (k) => {
        await using session = await openSession(database.url)
        while (isWriting) {
          await session.query(`START TRANSACTION; UPDATE a SET v = v - 1 WHERE k = ${k};
            UPDATE b SET v = v + 1 WHERE k = ${k}; INSERT INTO b (v) VALUES (0); COMMIT`)
          transferCount++
        }
      })
      try {
        for (let round = 0; round < 3; round++) {
          await using snapshot = await source.openSnapshot(3, reads, never)
          expect(snapshot.consistency).toMatchObject({ level: 'snapshot', position: expect.stringMatching(/^gtid:./) })
          const both = await Promise.all(
            [...reads, ...reads, reads[1]!].map((read) => readWhole(source, snapshot, read)),
          )
          const [a = [], b = [], ...again] = both
          expect(again).toEqual([a, b, b])
          const sum = [...a, ...b].reduce((total, row) => total + Number(row[1]), 0)
          expect(sum).toBe(3000)
          const [counted] = await snapshot.count([{ table: reads[1]!.table, columns: ['v'], orphans: [] }], never)
          expect(counted?.rows).toBe(b.length)
        }
      } finally {
        isWriting = false
        await Promise.all(writers)
      }
      expect(transferCount).toBeGreaterThan(10)
    })

    it('has an equal position while nobody writes, and another one after', async () => {
      await using database = await createDatabase(engineUrl(name), 'position')
      await database.query('CREATE TABLE a (k INT PRIMARY KEY); CREATE TABLE b LIKE a')
      await using source = await openMysql(database.url)
      const reads = await planBoth(source)
      const first = await consistencyOf(source, reads)
      expect((await consistencyOf(source, reads)).position).toBe(first.position)
      // A log that begins anew, as at a restart, is not a write.
      await database.query('FLUSH BINARY LOGS')
      expect((await consistencyOf(source, reads)).position).toBe(first.position)
      await database.query('INSERT INTO a VALUES (1)')
      expect((await consistencyOf(source, reads)).position).not.toBe(first.position)
    })

    it('does without what it is not permitted', async () => {
      await using database = await createDatabase(engineUrl(name), 'rights')
      await database.query(`CREATE TABLE a (k INT PRIMARY KEY); CREATE TABLE b LIKE a; INSERT INTO a VALUES (1);
        INSERT INTO b VALUES (1)`)
      const own = `\`${database.name}\`.*`
      const ways: string[] = []
      for (const grants of [[`SELECT ON ${own}`], [`SELECT, LOCK TABLES ON ${own}`]]) {
        await using user = await createUser(database, grants)
        await using source = await openMysql(user.url)
        const reads = await planBoth(source)
        await using snapshot = await source.openSnapshot(1, reads, never)
        ways.push(
          `${snapshot.consistency.level} ${snapshot.consistency.position?.slice(0, 5)} ${snapshot.consistency.moments[0]?.slice(26)}`,
        )
        expect(await readWhole(source, snapshot, reads[0]!)).toEqual([['1']])
      }
      const lockFree = 'snapshot gtid: without a lock, by the binary log'
      expect(ways).toEqual(
        name === 'mariadb'
          ? [lockFree, lockFree]
          : [
              'per-connection undefined each connection at its own moment: no lock was permitted',
              'snapshot gtid: while the tables that are read were locked',
            ],
      )
    })

    it('says which tables are not part of it', async () => {
      await using database = await createDatabase(engineUrl(name), 'outside')
      await database.query(`CREATE TABLE a (k INT PRIMARY KEY) ENGINE = MyISAM; CREATE TABLE b (k INT PRIMARY KEY);
        INSERT INTO a VALUES (1), (2)`)
      await using source = await openMysql(database.url)
      const reads = await planBoth(source)
      await using snapshot = await source.openSnapshot(1, reads, never)
      expect(snapshot.consistency.level).toBe('per-connection')
      expect(snapshot.consistency.moments).toContain(`not part of the moment: ${database.name}.a (MyISAM)`)
      expect(await readWhole(source, snapshot, reads[0]!)).toEqual([['1'], ['2']])
    })

    it('hands out its connections once each, and two spares', async () => {
      await using database = await createDatabase(engineUrl(name), 'spares')
      await database.query('CREATE TABLE a (k INT PRIMARY KEY); CREATE TABLE b LIKE a')
      await using source = await openMysql(database.url)
      const reads = await planBoth(source)
      await using snapshot = await source.openSnapshot(1, reads, never)
      const [split] = await source.planSplits(reads[0]!, { rowCount: 1, maxCount: 1 }, never)
      const open = async (): Promise<AsyncDisposable> => await snapshot.openReader(lanePlan(reads[0]!, split!), never)
      await using stack = new AsyncDisposableStack()
      for (let i = 0; i < 3; i++) stack.use(await open())
      await expect(open()).rejects.toMatchObject({ code: 'TL_S202', message: expect.stringContaining('3 connections') })
    })
  })
})

describeEngines(['mysql9'], 'a snapshot that waits for a lock', () => {
  it('lets go of it at once when it is aborted, so that nobody else waits', { timeout: 60_000 }, async () => {
    await using database = await createDatabase(engineUrl('mysql9'), 'locked')
    await database.query('CREATE TABLE a (k INT PRIMARY KEY); CREATE TABLE b LIKE a')
    await using source = await openMysql(database.url)
    const reads = await planBoth(source)
    await database.query('LOCK TABLES a WRITE')
    const stop = new AbortController()
    const opening = source.openSnapshot(1, reads, stop.signal)
    setTimeout(() => stop.abort(new Error('enough')), 500)
    const startedAt = performance.now()
    await expect(opening).rejects.toThrow('enough')
    expect(performance.now() - startedAt).toBeLessThan(5_500)
    await using other = await openSession(database.url)
    await other.query('INSERT INTO b VALUES (1)')
    await database.query('UNLOCK TABLES')
  })
})
