import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ValidationSummary } from '../../src/index.ts'
import { runCli, summaryOf } from '../bad-input/run-cli.ts'
import { createOrdersTable } from '../bench/orders-table.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const rowCount = 1_000_000

/** What is set where transload runs, at the source and for the target's database: none of it may change an answer. */
const environment = { TZ: 'Pacific/Chatham', PGTZ: 'America/St_Johns', PGDATESTYLE: 'German', LC_ALL: 'tr_TR.UTF-8' }
const sourceSettings = {
  time_zone: '-09:30',
  sql_mode: 'ANSI,PAD_CHAR_TO_FULL_LENGTH,NO_BACKSLASH_ESCAPES,NO_UNSIGNED_SUBTRACTION',
  collation_server: 'utf8mb4_turkish_ci',
  collation_connection: 'latin1_german2_ci',
  lc_time_names: 'ar_SA',
} as const
const targetSettings = {
  DateStyle: "'SQL, DMY'",
  IntervalStyle: "'sql_standard'",
  TimeZone: "'Asia/Kathmandu'",
  bytea_output: "'escape'",
  extra_float_digits: '-15',
  client_encoding: "'LATIN1'",
  standard_conforming_strings: 'off',
  search_path: "'nowhere'",
  default_transaction_isolation: "'serializable'",
  default_transaction_read_only: 'off',
  statement_timeout: '1000',
}

describeEngines(['mysql9', 'embedded18'], 'a table of a million rows, between servers with awkward settings', () => {
  let source: TestDatabase
  let target: TestDatabase
  let before: { readonly [setting: string]: unknown } | undefined

  beforeAll(async () => {
    source = await createDatabase(engineUrl('mysql9'), 'orders')
    target = await createDatabase(engineUrl('embedded18'), 'orders')
    const connection = await createConnection(source.url)
    await createOrdersTable(connection, rowCount)
    await connection.end()
    const names = Object.keys(sourceSettings)
    const [values] = await source.query(`SELECT ${names.map((name) => `@@GLOBAL.${name} AS ${name}`).join(', ')}`)
    before = values
    for (const [name, value] of Object.entries(sourceSettings)) await source.query(`SET GLOBAL ${name} = ?`, [value])
    for (const [name, value] of Object.entries(targetSettings)) {
      await target.query(`ALTER DATABASE "${target.name}" SET ${name} = ${value}`)
    }
  }, 240_000)
  afterAll(async () => {
    for (const [name, value] of Object.entries(before ?? {})) await source.query(`SET GLOBAL ${name} = ?`, [value])
    await source[Symbol.asyncDispose]()
    await target[Symbol.asyncDispose]()
  })

  it('is equal at the end of the run, and in all but the one digit that is changed then, to a validation of its own, read or digested', async () => {
    const ends = ['--source', source.url, '--target', target.url, '--json']
    const whole = { from: 'orders', sourceRows: rowCount, targetRows: rowCount }
    const none = { missing: 0, extra: 0, changed: 0 }

    const moved = summaryOf(await runCli(['run', ...ends, '--yes'], { environment }))
    expect(moved.error).toBeUndefined()
    expect(moved).toMatchObject({
      exitCode: 0,
      validation: { status: 'equal', datasets: [{ ...whole, differences: none }] },
    })

    await target.query('UPDATE public.orders SET amount = amount + 0.01 WHERE id = 234567')
    for (const [asked, mode] of [
      ['stream', 'ordered'],
      ['digest', 'digest'],
    ] as const) {
      const one = await runCli(['validate', ...ends, '--mode', asked], { environment })
      expect([one.exitCode, JSON.parse(one.stdout) as ValidationSummary]).toMatchObject([
        1,
        {
          status: 'different',
          datasets: [
            {
              ...whole,
              way: { mode },
              differences: { missing: 0, extra: 0, changed: 1 },
              samples: [{ key: { id: '234567' }, column: 'amount', reason: 'VALUE' }],
            },
          ],
        },
      ])
    }
  })
})
