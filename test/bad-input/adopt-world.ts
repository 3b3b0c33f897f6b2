import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { Pipeline } from '../../src/config/pipeline.ts'
import { run, type RunFlags, type RunOptions, type RunSummary } from '../../src/index.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import type { QueryRow } from '../support/engines/database-session.ts'

/** A MySQL database to read and a PostgreSQL database to write to, both empty until the test fills them. */
export interface AdoptWorld extends AsyncDisposable {
  readonly source: TestDatabase
  readonly target: TestDatabase
  pipeline(over?: Partial<Pipeline>): Pipeline
  /** Runs in this process. */
  load(
    over?: Partial<Pipeline>,
    flags?: Partial<RunFlags>,
    told?: Pick<RunOptions, 'events' | 'stop'>,
  ): Promise<RunSummary>
  /** Rows of one statement on the target, each as the list of its values. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>
}

/** `sourceSql` and `targetSql` make what is there before. */
export async function openAdoptWorld(sourceSql: string, targetSql: string): Promise<AdoptWorld> {
  const source = await createDatabase(engineUrl('mysql9'), 'adopt')
  const target = await createDatabase(engineUrl('postgres15'), 'adopt')
  const pipeline = (over: Partial<Pipeline> = {}): Pipeline => ({ ...pipelineBetween(source.url, target.url), ...over })
  if (sourceSql !== '') await source.query(sourceSql)
  if (targetSql !== '') await target.query(targetSql)
  return {
    source,
    target,
    pipeline,
    load: (over, flags, told) => run({ pipeline: pipeline(over), flags: { laneCount: 2, ...flags }, ...told }),
    rows: async (sql) => (await target.query(sql)).map((row: QueryRow) => Object.values(row)),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    },
  }
}
