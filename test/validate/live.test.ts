import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { defaultFlags, run, validate, type ValidateOutcome } from '../../src/index.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

/** Rows that are written to, each of them several times a second. */
const hotRows = 40
const batchMs = 50

/** Writes to the source, 200 rows a second, of which the target hears once it is told to catch up. */
class Writer {
  readonly #source: TestDatabase
  readonly #target: TestDatabase
  #isStopped = false
  #count = 0
  #writing: Promise<void>

  constructor(source: TestDatabase, target: TestDatabase) {
    this.#source = source
    this.#target = target
    this.#writing = this.#write()
  }

  async #write(): Promise<void> {
    while (!this.#isStopped) {
      const ids = Array.from({ length: (200 * batchMs) / 1000 }, (_, i) => 1 + ((this.#count + i) % hotRows))
      this.#count += ids.length
      await this.#source.query(`UPDATE t SET n = n + 1, v = CONCAT('v', n) WHERE id IN (${ids.join(', ')})`)
      await delay(batchMs)
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#writing
    for (const row of await this.#source.query(`SELECT id, n, v FROM t WHERE id <= ${hotRows}`)) {
      await this.#target.query('UPDATE t SET n = $2, v = $3 WHERE id = $1', [row['id'], row['n'], row['v']])
    }
  }
}

function exerciseLive(from: EngineName, key: string): void {
  describeEngines([from, 'postgres15'], `a source ${from} that is written to, with a key of ${key}`, () => {
    let source: TestDatabase
    let target: TestDatabase
    beforeEach(async () => {
      source = await createDatabase(engineUrl(from), 'live')
      target = await createDatabase(engineUrl('postgres15'), 'live')
      await source.query(`CREATE TABLE t (id ${key} PRIMARY KEY, n int, v varchar(20))`)
      await source.query(
        `INSERT INTO t VALUES ${Array.from({ length: 1_000 }, (_, i) => `(${i + 1}, 0, 'v0')`).join(', ')}`,
      )
      const summary = await run({ pipeline: pipelineBetween(source.url, target.url), flags: defaultFlags })
      expect(summary.error).toBeUndefined()
    })
    afterEach(async () => {
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    })
    const live = async (maxLagMs: number, steps: string[] = []): Promise<ValidateOutcome> =>
      await validate({
        pipeline: pipelineBetween(source.url, target.url),
        live: { maxLagMs },
        events: { step: (text) => steps.push(text) },
      })

    it('is equal once the writes stop', async () => {
      const writer = new Writer(source, target)
      await delay(300)
      const steps: string[] = []
      const validating = live(20_000, steps)
      await delay(2_500)
      await writer.stop()
      const { summary, error } = await validating
      expect(error).toBeUndefined()
      expect(summary.status).toBe('equal')
      expect(summary.datasets[0]).toMatchObject({ differences: { missing: 0, extra: 0, changed: 0 }, transient: 0 })
      expect(steps.filter((text) => text.includes('looking again')).length).toBeGreaterThan(1)
      expect(summary.moments!.length).toBe(2)
      expect(summary.moments![0]!.target).not.toBe(summary.moments![1]!.target)
    })

    it('is transient while they do not, and says what is not', async () => {
      await target.query("UPDATE t SET v = 'wrong' WHERE id = '500'; DELETE FROM t WHERE id = '600'")
      const writer = new Writer(source, target)
      await delay(300)
      const { summary, error } = await live(1_500)
      expect(error?.spec.exit).toBe(1)
      expect(summary.datasets[0]).toMatchObject({
        differences: { missing: 1, extra: 0, changed: 1 },
        transient: hotRows,
        reasons: [
          { reason: 'VALUE', column: 'v', count: 1 },
          { reason: 'MISSING', count: 1 },
        ],
      })
      await target.query("UPDATE t SET v = 'v0' WHERE id = '500'; INSERT INTO t VALUES ('600', 0, 'v0')")
      const only = await live(1_500)
      expect(only.error?.spec.exit).toBe(5)
      expect(only.summary).toMatchObject({ status: 'transient', datasets: [{ transient: hotRows, reasons: [] }] })
      await writer.stop()
    })
  })
}

exerciseLive('mysql9', 'int')
exerciseLive('mariadb', 'varchar(10)')
