import { expect } from 'vitest'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import type { ValidateConfig } from '../../src/config/pipeline.ts'
import { type CheckSwitches, validate, type ValidateOutcome, type ValidationSummary } from '../../src/index.ts'
import { datasetStatus } from '../../src/report/checks.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

export interface Wish {
  readonly mode?: 'stream' | 'counts'
  readonly checks?: CheckSwitches
  readonly config?: Partial<ValidateConfig>
}

type Dataset = ValidationSummary['datasets'][number]

export interface Compared extends ValidateOutcome {
  readonly of: (name: string) => Dataset | undefined
  /** Its coverage. */
  readonly said: string
}

/** Two databases, made by these statements, and compared. */
export async function compare(from: EngineName, sources: string, targets: string, wish: Wish = {}): Promise<Compared> {
  await using source = await createDatabase(engineUrl(from), 'checks')
  await using target = await createDatabase(engineUrl('postgres15'), 'checks')
  await source.query(sources)
  await target.query(targets)
  return await compareBoth(source, target, wish)
}

export async function compareBoth(source: TestDatabase, target: TestDatabase, wish: Wish): Promise<Compared> {
  const plain = pipelineBetween(source.url, target.url)
  const pipeline = { ...plain, validate: { ...plain.validate, ...wish.config } }
  const outcome = await validate({ pipeline, mode: wish.mode, checks: wish.checks })
  const { summary } = outcome
  // The reports judge each dataset by the summary alone, and come to what the validation has.
  const { status, checks, datasets, unpaired = [] } = summary
  const isDifferent = datasets.some((dataset) => datasetStatus(dataset, checks) === 'different')
  expect(isDifferent || unpaired.length > 0).toBe(status === 'different')
  return {
    ...outcome,
    of: (name) => summary.datasets.find((one) => one.from === name),
    said: (summary.coverage ?? []).join('\n'),
  }
}
