import type { Plan } from '../../src/model/plan.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import { compareCensus, compareTables } from './compare-documents.ts'
import type { DocumentCase } from './document-case.ts'
import { validated } from './migrate-tables.ts'
import { oddDatabase, transload } from './transload.ts'

/** Moves a case's documents into tables, and returns a sentence for each difference. */
export async function migrateDocuments(
  work: string,
  from: string,
  target: EngineHandle,
  one: DocumentCase,
): Promise<string[]> {
  await using database = await oddDatabase(target)
  const ends = ['--source', from, '--target', database.url]
  const plan = await transload<Plan>(work, ['plan', ...ends])
  const differences = compareCensus(plan, one)
  const first = await transload(work, ['run', ...ends, '--yes'])
  if (first.exitCode !== 0) return [...differences, `exit code ${first.exitCode}: ${first.error?.message}`]
  const said = first.validation?.status
  if (said !== 'equal') differences.push(`the run says ${said}: ${first.validation?.coverage?.join(' ')}`)
  differences.push(...(await compareTables(database, plan, one)), ...(await validated(work, from, database.url)))
  const second = await transload(work, ['run', ...ends, '--yes'])
  if (second.exitCode !== 7) differences.push(`a second run ended with ${second.exitCode} in place of 7`)
  return differences
}
