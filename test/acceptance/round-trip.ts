import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { ValidationSummary } from '../../src/model/run-summary.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import { oddDatabase, transload } from './transload.ts'

/** Lines are embedded in their orders. */
const outwards = {
  version: 1,
  datasets: [
    {
      from: 'orders',
      transform: [
        {
          nest: {
            from: 'order_details',
            by: 'order_id',
            key: 'order_id',
            columns: ['product_id', 'unit_price', 'quantity', 'discount'],
            order: 'product_id',
            into: 'lines',
          },
        },
      ],
    },
    { from: '*' },
  ],
}

/** Types that MongoDB does not have are said once more; but floats of 32 bits within the lines stay doubles of the same digits. */
const homewards = {
  version: 1,
  datasets: [
    {
      from: 'orders',
      columns: {
        _id: { to: 'order_id', type: 'int(16)' },
        employee_id: { type: 'int(16)' },
        ship_via: { type: 'int(16)' },
        freight: { type: 'float32' },
        'lines[].product_id': { type: 'int(16)' },
        'lines[].quantity': { type: 'int(16)' },
      },
      transform: [{ cast: { order_date: 'date', required_date: 'date', shipped_date: 'date' } }],
    },
  ],
}

const fromStartToEnd = {
  version: 1,
  validate: { checks: { schema: false } },
  datasets: [{ from: 'orders' }],
}

const linesSql = (order: string, table: string): string =>
  `SELECT ${order} AS "order", product_id, unit_price::text, quantity, discount::text FROM ${table} ORDER BY 1, 2`

/**
 * northwind from PostgreSQL to documents that embed their lines, and from there to tables again, which are compared with
 * those that it began with. Returns a sentence for each difference.
 */
export async function roundTrip(
  work: string,
  dataFolder: string,
  by: Pick<EngineHandle, 'url'>,
  target: EngineHandle,
): Promise<string[]> {
  const folder = join(dataFolder, 'northwind-pg')
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
    readonly row_counts: { readonly [table: string]: number }
  }
  await using start = await oddDatabase(target)
  await using end = await oddDatabase(target)
  await start.query(readFileSync(join(folder, 'northwind.sql'), 'utf8'))
  await start.query('RESET ALL')
  const documents = new URL(by.url)
  documents.pathname = `/${start.name}`
  for (const [name, pipeline] of Object.entries({ outwards, homewards, fromStartToEnd })) {
    await writeFile(join(work, `${name}.yaml`), JSON.stringify(pipeline))
  }
  const out = await transload(work, [
    'run',
    'outwards.yaml',
    '--source',
    start.url,
    '--target',
    documents.href,
    '--yes',
  ])
  const differences: string[] = []
  const expectEqual = (what: string, { status, coverage }: Pick<ValidationSummary, 'status' | 'coverage'>): void => {
    if (status !== 'equal') differences.push(`${what}: ${status}: ${coverage?.join(' ')}`)
  }
  if (out.validation === null) return [`outwards: exit code ${out.exitCode}: ${out.error?.message}`]
  expectEqual('outwards', out.validation)
  for (const { from, written } of out.datasets) {
    const rows = expected.row_counts[from]
    if (written !== rows) differences.push(`${from}: ${written} rows became documents, expected ${rows}`)
  }
  const home = ['--source', documents.href, '--target', end.url]
  const back = await transload(work, ['run', 'homewards.yaml', ...home, '--yes'])
  if (back.validation === null) return [...differences, `homewards: exit code ${back.exitCode}: ${back.error?.message}`]
  expectEqual('homewards', back.validation)
  const ends = ['--source', start.url, '--target', end.url]
  const proof = await transload<ValidationSummary>(work, ['validate', 'fromStartToEnd.yaml', ...ends])
  expectEqual('from start to end', proof)
  for (const database of [start, end]) await database.query('SET extra_float_digits = 1')
  const lines = await start.query(linesSql('order_id', 'order_details'))
  const linesInTheEnd = await end.query(linesSql('orders_id', 'orders_lines'))
  if (!isDeepStrictEqual(linesInTheEnd, lines)) differences.push('order_details are not what they were')
  for (const [table, rows] of [
    ['orders', proof.datasets[0]?.targetRows] as const,
    ['order_details', linesInTheEnd.length] as const,
  ]) {
    const wanted = expected.row_counts[table]
    if (rows !== wanted) differences.push(`${table}: ${rows} rows in the end, expected ${wanted}`)
  }
  return differences
}
