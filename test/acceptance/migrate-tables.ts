import { join } from 'node:path'
import type { ValidationSummary } from '../../src/model/run-summary.ts'
import type { InitDocument } from '../../src/report/documents/init-document.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import type { AcceptanceCase } from './case.ts'
import { compareWithExpected } from './compare.ts'
import { oddDatabase, transload } from './transload.ts'

/** Moves a case's tables, and returns a sentence for each difference. @param isDrafted By the pipeline file that init writes */
export async function migrateTables(
  work: string,
  from: string,
  target: EngineHandle,
  one: AcceptanceCase,
  isDrafted: boolean,
): Promise<string[]> {
  await using database = await oddDatabase(target)
  const ends = isDrafted ? await drafted(work, from, database.url) : ['--source', from, '--target', database.url]
  const secrets = { SOURCE_URL: from, TARGET_URL: database.url }
  const first = await transload(work, ['run', ...ends, '--yes'], secrets)
  if (first.exitCode !== 0) return [`exit code ${first.exitCode}: ${first.error?.message}`]
  const differences = await compareWithExpected(database, one.expected, first)
  // What a run says of itself, and what somebody says who sees both ends for the first time.
  const said = first.validation?.status
  const due = from.startsWith('mysqldump:') ? 'counted' : 'equal'
  if (said !== due)
    differences.push(`the run says ${said} in place of ${due}: ${first.validation?.coverage?.join(' ')}`)
  // A dump has FLOAT with six digits: only what was read live is the same to the last one.
  if (!from.startsWith('mysqldump:')) differences.push(...(await validated(work, from, database.url)))
  const second = await transload(work, ['run', ...ends, '--yes'], secrets)
  if (second.exitCode !== 7) differences.push(`a second run ended with ${second.exitCode} in place of 7`)
  return differences
}

/** The pipeline file that init writes, as it is. */
async function drafted(work: string, from: string, to: string): Promise<string[]> {
  const args = ['--source', from, '--target', to, '--out', join(work, 'drafted.yaml'), '--force']
  const { file } = await transload<InitDocument>(work, ['init', ...args])
  return [file]
}

/** What somebody finds to differ who sees both ends for the first time. */
export async function validated(work: string, from: string, to: string): Promise<string[]> {
  const summary = await transload<ValidationSummary>(work, ['validate', '--source', from, '--target', to])
  if (summary.status === 'equal') return []
  const found = summary.datasets.flatMap(({ from: name, reasons = [], schema = [] }) =>
    [...reasons, ...schema].map((one) => `${name}: ${JSON.stringify(one)}`),
  )
  return [`validation says ${summary.status}: ${found.join(', ')}`]
}
