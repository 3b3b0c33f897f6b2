import { createHash } from 'node:crypto'
import type { Pipeline } from '../config/pipeline.ts'
import type { Endpoint } from '../contract/connector.ts'

/** What of the target is made: everything, tables without rows, or rows into tables that are there. */
export type PlanScope = 'all' | 'schema' | 'data'

/**
 * Hash of what decides the rows: both ends without user or secret, datasets, mapping and names. Budgets, lanes, reports
 * and logs leave it alone, so that a run can be gone on with under others.
 */
export function planIdentity(source: Endpoint, target: Endpoint, pipeline: Pipeline, scope: PlanScope): string {
  const { names, only, except, mapping, mode } = pipeline
  const datasets = pipeline.datasets.map(({ errors: _, ...decides }) => decides)
  const decides = [source.identity, target.identity, names, only, except, mapping ?? null, datasets, mode, scope]
  return createHash('sha256').update(JSON.stringify(decides)).digest('hex').slice(0, 32)
}
