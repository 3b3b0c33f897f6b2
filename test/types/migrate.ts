import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { Pipeline } from '../../src/config/pipeline.ts'
import { postgres } from '../../src/connectors/postgres/index.ts'
import { registry } from '../../src/connectors/registry.ts'
import type { RejectedRow } from '../../src/model/loss.ts'
import type { ColumnPlan, NotCarried, Plan } from '../../src/model/plan.ts'
import type { DatasetSummary, NotValidated, RunSummary } from '../../src/model/run-summary.ts'
import type { RunFlags } from '../../src/run/request.ts'
import { run } from '../../src/run/run.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { quietEvents, testFlags } from './run-defaults.ts'

export const sourceEngines = ['mysql9', 'mariadb'] as const
export type SourceEngine = (typeof sourceEngines)[number]

const never = new AbortController().signal

export interface MigrationOptions {
  readonly pipeline?: Partial<Pipeline> | undefined
  readonly flags?: Partial<RunFlags> | undefined
  /** Run in the target's database before the migration. */
  readonly prepareTarget?: string | undefined
  /** Stops the run after its first commit. */
  readonly stopEarly?: boolean | undefined
}

/** What came of one run, with both databases still there to be asked. */
export interface Outcome {
  readonly summary: RunSummary
  readonly rejects: readonly RejectedRow[]
  /** The run's plan. @throws where the run ended before there was one */
  readonly plan: Plan
  column(table: string, column: string): ColumnPlan
  dataset(table: string): DatasetSummary
  /** Losses of a column as `rule: count`, by rule. */
  losses(table: string, column: string): { readonly [rule: string]: number }
  notCarried(name: string): readonly NotCarried[]
  notValidated(name: string): readonly NotValidated[]
}

/** An empty source database, an empty target, and runs between them. Disposing drops both. */
export class Move implements AsyncDisposable {
  readonly source: TestDatabase
  readonly target: TestDatabase

  private constructor(source: TestDatabase, target: TestDatabase) {
    this.source = source
    this.target = target
  }

  /** @param sourceServer A server of the test's own; the shared one of `engine` if there is none. */
  static async between(engine: SourceEngine, sourceServer = engineUrl(engine)): Promise<Move> {
    const source = await createDatabase(sourceServer, 'types')
    try {
      const target = await createDatabase(engineUrl('postgres15'), 'types')
      // What is read back is the server's text: its form must not hang on the machine.
      await target.query(`SET timezone = 'UTC'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'`)
      return new Move(source, target)
    } catch (error) {
      await source[Symbol.asyncDispose]()
      throw error
    }
  }

  async run({ pipeline, flags, prepareTarget, stopEarly = false }: MigrationOptions = {}): Promise<Outcome> {
    if (prepareTarget !== undefined) await this.target.query(prepareTarget)
    const stop = new AbortController()
    let plan: Plan | undefined
    const summary = await run({
      pipeline: { ...pipelineBetween(this.source.url, this.target.url), ...pipeline },
      flags: { ...testFlags, ...flags },
      registry,
      version: '0.0.0',
      savedPlan: undefined,
      stop: stop.signal,
      signal: never,
      events: {
        ...quietEvents,
        planned: (made) => {
          plan = made
        },
        committed: () => {
          if (stopEarly) stop.abort(new Error('stopped by the test'))
        },
      },
    })
    return outcomeOf(summary, plan, await this.rejectsOf(summary))
  }

  /** One column of a target table as the server's text, by `order`. */
  async texts(table: string, expression: string, order = 'id'): Promise<(string | null)[]> {
    const rows = await this.target.query(`SELECT (${expression})::text AS v FROM "${table}" ORDER BY ${order}`)
    return rows.map((row) => row['v'] as string | null)
  }

  /** The column's type as the target's catalog has it; undefined where there is no such column. */
  async typeOf(table: string, column: string): Promise<string | undefined> {
    return (await this.columnsOf(table)).get(column)?.type
  }

  async columnsOf(table: string): Promise<ReadonlyMap<string, TargetColumnFacts>> {
    const rows = await this.target.query(
      `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
         a.attgenerated = 's' AS generated, a.attidentity <> '' AS identity, pg_get_expr(d.adbin, d.adrelid) AS initial
       FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE a.attrelid = format('%I', $1::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
      [table],
    )
    return new Map(rows.map((row) => [row['name'] as string, row as unknown as TargetColumnFacts]))
  }

  /** Indexes and constraints of a table as the server prints them, by name. MariaDB writes out that RESTRICT is meant. */
  async definitionsOf(table: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.target.query(
      `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
       FROM pg_index WHERE indrelid = format('%I', $1::text)::regclass
       UNION ALL
       SELECT conname, regexp_replace(pg_get_constraintdef(oid), ' ON (UPDATE|DELETE) RESTRICT', '', 'g') FROM pg_constraint
       WHERE conrelid = format('%I', $1::text)::regclass AND contype IN ('f', 'c')`,
      [table],
    )
    return new Map(rows.map((row) => [row['name'] as string, row['definition'] as string]))
  }

  /** What the run has rejected, and did not send later. */
  async rejectsOf({ run: id }: Pick<RunSummary, 'run'>): Promise<readonly RejectedRow[]> {
    if (id === null || postgres.openTarget === undefined) return []
    const endpoint = postgres.parseUrl(this.target.url)
    await using target = await postgres.openTarget(endpoint, { laneCount: 1, notice: () => {} }, never)
    return await target.state.rejects(id, never)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.source[Symbol.asyncDispose]()
    await this.target[Symbol.asyncDispose]()
  }
}

export interface TargetColumnFacts {
  readonly type: string
  readonly nullable: boolean
  readonly generated: boolean
  readonly identity: boolean
  readonly initial: string | null
}

function outcomeOf(summary: RunSummary, made: Plan | undefined, rejects: readonly RejectedRow[]): Outcome {
  const plan = (): Plan => {
    if (made !== undefined) return made
    throw new Error(`the run made no plan: ${summary.error?.message}`)
  }
  const named = (table: string): DatasetSummary => {
    const found = summary.datasets.find(({ from }) => from === table)
    if (found === undefined) throw new Error(`no dataset ${table}: ${summary.error?.message}`)
    return found
  }
  return {
    summary,
    rejects,
    get plan() {
      return plan()
    },
    column: (table, column) => {
      const columns = plan().datasets.find(({ from }) => from === table)?.columns
      const found = columns?.find(({ from }) => from === column)
      if (found === undefined) throw new Error(`the plan has no column ${table}.${column}`)
      return found
    },
    dataset: named,
    losses: (table, column) => {
      const losses = named(table).losses.filter((loss) => loss.column === column)
      return Object.fromEntries(losses.map(({ rule, count }) => [rule, count]))
    },
    notCarried: (name) => plan().notCarried.filter((one) => one.name.endsWith(name)),
    notValidated: (name) => summary.objects.notValidated.filter((one) => one.name.endsWith(name)),
  }
}
