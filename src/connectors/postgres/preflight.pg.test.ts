import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import type { DatasetPlan, Finding, TableDefinition, WriteMode } from '../../model/plan.ts'
import { openSessions } from './client.ts'
import { parsePostgresUrl } from './config.ts'
import { preflightTarget } from './preflight.ts'

const signal = (): AbortSignal => AbortSignal.timeout(30_000)

const dataset = (
  schema: string,
  name: string,
  mode: WriteMode = 'create',
  more: Partial<TableDefinition> = {},
): DatasetPlan => ({
  from: name,
  to: `${schema}.${name}`,
  mode,
  adopted: mode !== 'create',
  read: { dataset: name, table: { schema: 'shop', name }, columns: [], identify: [] },
  writes: [],
  columns: [],
  table: {
    name: { schema, name },
    columns: [{ name: 'id', type: 'bigint', nullable: true, identity: false, comment: '' }],
    enumTypes: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    comment: '',
    ...more,
  },
  splits: [],
  rowEstimate: 10,
  byteEstimate: 1_000,
})
const withColumn = (type: string): Partial<TableDefinition> => ({
  columns: [{ name: 'c', type, nullable: true, identity: false, comment: '' }],
})

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], `preflight on ${engine}`, () => {
    const role = `mover_${engine}`
    let database: TestDatabase
    let roleUrl: string
    beforeAll(async () => {
      database = await createDatabase(engineUrl(engine), 'preflight')
      await database.query(`
        CREATE ROLE ${role} LOGIN PASSWORD 'mover';
        REVOKE ALL ON DATABASE "${database.name}" FROM PUBLIC;
        GRANT CONNECT ON DATABASE "${database.name}" TO ${role};
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        CREATE SCHEMA closed;
        CREATE TABLE there (id bigint);
        CREATE VIEW seen AS SELECT 1 AS id;
        CREATE TYPE mood AS ENUM ('a')`)
      const url = new URL(database.url)
      url.username = role
      url.password = 'mover'
      roleUrl = url.href
    })
    afterAll(async () => {
      await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
      await database[Symbol.asyncDispose]()
    })

    const findings = async (url: string, datasets: readonly DatasetPlan[]): Promise<readonly Finding[]> => {
      await using sessions = await openSessions(parsePostgresUrl(url), signal())
      return await preflightTarget(sessions, 'the target', datasets, signal())
    }
    const errors = (found: readonly Finding[]): readonly string[] =>
      found.filter(({ level }) => level === 'error').map(({ message, cure }) => `${message} | ${cure}`)

    it('is quiet for an owner, save for what is going to be made and how much room it takes', async () => {
      const found = await findings(database.url, [dataset('public', 'new'), dataset('app', 'other')])
      expect(errors(found)).toEqual([])
      expect(found).toContainEqual(
        expect.objectContaining({
          level: 'warning',
          code: 'TL_T305',
          cure: expect.stringMatching(/--yes[^]*\nCREATE SCHEMA "app";$/) as string,
        }),
      )
      expect(found.some(({ code, message }) => code === 'TL_T306' && message.includes('1 MB'))).toBe(true)
    })

    it('names every GRANT that a poor role lacks, and is quiet once they are given', async () => {
      const datasets = [dataset('app', 'a'), dataset('closed', 'b'), dataset('public', 'there', 'merge')]
      const before = errors(await findings(roleUrl, datasets))
      expect(before).toEqual([
        expect.stringContaining(`GRANT CREATE ON DATABASE "${database.name}" TO "${role}";`),
        expect.stringContaining(`GRANT USAGE, CREATE ON SCHEMA "closed" TO "${role}";`),
        expect.stringContaining(`GRANT USAGE, CREATE ON SCHEMA "public" TO "${role}";`),
        expect.stringContaining(`GRANT SELECT, INSERT, UPDATE ON TABLE "public"."there" TO "${role}";`),
      ])
      for (const one of before) await database.query(one.slice(one.indexOf('| ') + 2))
      expect(errors(await findings(roleUrl, datasets))).toEqual([])
      const replaced = errors(await findings(roleUrl, [dataset('public', 'there', 'replace')]))
      expect(replaced).toEqual([expect.stringContaining('only its owner')])
    })

    it('finds names that are taken and types that are missing', async () => {
      const mood = { name: { schema: 'public', name: 'mood' }, labels: ['a'] }
      const found = errors(
        await findings(database.url, [
          dataset('public', 'seen'),
          dataset('public', 'shapes', 'create', withColumn('geometry(Point,4326)')),
          dataset('public', 'moods', 'create', { ...withColumn('"public"."mood"'), enumTypes: [mood] }),
          dataset('public', 'wide', 'create', {
            columns: Array.from({ length: 1601 }, (_, index) => ({
              name: `c${index}`,
              type: 'int',
              nullable: true,
              identity: false,
              comment: '',
            })),
          }),
        ]),
      )
      expect(found).toEqual([
        expect.stringContaining('"public"."seen" is taken by a view'),
        expect.stringContaining('1601 columns'),
        expect.stringContaining('no type geometry'),
        expect.stringContaining('DROP TYPE "public"."mood";'),
      ])
    })

    it('counts the locks of many tables', async () => {
      const many = Array.from({ length: 4_000 }, (_, index) => dataset('public', `t${index}`))
      expect(errors(await findings(database.url, many))).toEqual([expect.stringContaining('max_locks_per_transaction')])
    })

    it('refuses a database that is not UTF-8, and sessions that only read', async () => {
      const name = `${database.name}_latin1`
      await database.query(
        `CREATE DATABASE "${name}" TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'`,
      )
      await database.query(`ALTER DATABASE "${name}" SET default_transaction_read_only = on`)
      try {
        const url = new URL(database.url)
        url.pathname = `/${name}`
        expect(errors(await findings(url.href, []))).toEqual([
          expect.stringContaining('has the encoding LATIN1'),
          expect.stringContaining('read-only'),
        ])
      } finally {
        await database.query(`DROP DATABASE "${name}" WITH (FORCE)`)
      }
    })
  })
}
