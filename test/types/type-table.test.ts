import { beforeAll, describe, expect, it } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { DatasetConfig } from '../../src/config/pipeline.ts'
import { validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { Move, sourceEngines, type SourceEngine } from './migrate.ts'
import { type TypeRow, typeTables } from './type-table.ts'

interface Found {
  readonly becomes: string | undefined
  readonly values: readonly (string | null)[]
  /** What a validation finds in the column, and why it does not look into it. */
  readonly differences: readonly unknown[]
}

/**
 * Every type of MySQL and MariaDB at its edges, moved by one run, and read back as PostgreSQL prints it. A bench of a
 * type that is not here, or not green, counts for nothing.
 */
describeEngines(['mysql9', 'mariadb', 'postgres15'], 'the type table', () => {
  describe.each(sourceEngines)('%s', (engine) => {
    const found = new Map<string, Found>()

    beforeAll(async () => {
      await using move = await Move.between(engine)
      await move.source.query(`SET SESSION sql_mode = '', time_zone = '+00:00'`)
      for (const [table, rows] of tablesOf(engine)) await move.source.query(seedSql(table, rows))
      const datasets = tablesOf(engine).map(([table, rows]): DatasetConfig => {
        const said = rows.map(({ says }, i) => [`v${i}`, { type: says }] as const)
        return { from: table, columns: Object.fromEntries(said.filter(([, { type }]) => type !== undefined)) }
      })
      const { summary } = await move.run({ pipeline: { datasets } })
      if (summary.error !== undefined) throw new Error(summary.error.message)
      const pipeline = { ...pipelineBetween(move.source.url, move.target.url), datasets }
      const { datasets: compared } = (await validate({ pipeline })).summary
      for (const [table, rows] of tablesOf(engine)) {
        const columns = await move.columnsOf(table)
        const { reasons = [], columns: looked = [] } = compared.find(({ from }) => from === table) ?? {}
        for (const [i, row] of rows.entries()) {
          const values = await move.texts(table, `v${i}`)
          found.set(id(table, i), {
            becomes: nameOf(columns.get(`v${i}`)?.type, table, i),
            values: values.slice(0, row.values.length),
            differences: [
              ...reasons.filter(({ column }) => column === `v${i}`),
              ...looked.filter(({ from, strength }) => from === `v${i}` && strength === 'skipped'),
            ],
          })
        }
      }
    }, 120_000)

    for (const [table, rows] of tablesOf(engine)) {
      it.each(rows.map((row, i) => ({ ...row, i })))(`${table}: $type is $becomes`, ({ i, becomes, values }) => {
        expect(found.get(id(table, i))).toEqual({
          becomes,
          values: values.map(([, expected]) => expected),
          differences: [],
        })
      })
    }
  })
})

function tablesOf(engine: SourceEngine): [string, readonly TypeRow[]][] {
  return Object.entries(typeTables).map(([table, rows]) => {
    return [table, rows.filter(({ only }) => only === undefined || only === engine)]
  })
}

function id(table: string, column: number): string {
  return `${table}.v${column}`
}

/** Each ENUM column has a type of its own, named after it. */
function nameOf(type: string | undefined, table: string, column: number): string | undefined {
  return type === `${table}_v${column}` ? 'enum' : type
}

function seedSql(table: string, rows: readonly TypeRow[]): string {
  const columns = rows.map(({ type }, i) => `v${i} ${type}`)
  const height = Math.max(...rows.map(({ values }) => values.length))
  const lines = Array.from({ length: height }, (_, line) => {
    return `(${[line, ...rows.map(({ values }) => values[line]?.[0] ?? 'NULL')].join(', ')})`
  })
  return `CREATE TABLE ${table} (id INT PRIMARY KEY, ${columns.join(', ')}); INSERT INTO ${table} VALUES ${lines.join(', ')}`
}
