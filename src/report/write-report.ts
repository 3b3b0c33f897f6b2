import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { RejectedRow } from '../model/loss.ts'
import type { NotCarried } from '../model/plan.ts'
import type { RunSummary } from '../model/run-summary.ts'
import { markdownReport } from './markdown-report.ts'
import { notCarriedSql } from './sql-files.ts'
import { visibleJson } from './visible.ts'

export interface ReportRequest {
  readonly summary: RunSummary
  /** As the target's state has them. */
  readonly rejects: readonly RejectedRow[]
  readonly notCarried: readonly NotCarried[]
  /** Absolute. Everything is written there; absent: only what cannot be had elsewhere, to `fallback`. */
  readonly directory: string | undefined
  /** Absolute; made only where there is something to write. */
  readonly fallback: string
}

export interface WrittenReport {
  /** With the path of the rejects in it. */
  readonly summary: RunSummary
  /** Absolute; undefined where nothing was written. */
  readonly directory: string | undefined
  /** Absolute paths. */
  readonly files: readonly string[]
}

/**
 * Writes `report.json` and `report.md` where a directory was asked for, and `rejects.ndjson` and `not-carried.sql` where
 * there is something to put in them. Rows and values may be nobody else's business: what has them is its owner's alone.
 *
 * @throws what the file system says
 */
export async function writeReport(request: ReportRequest): Promise<WrittenReport> {
  const { rejects, notCarried } = request
  const sql = notCarriedSql(notCarried)
  if (request.directory === undefined && rejects.length === 0 && sql === undefined) {
    return { summary: request.summary, directory: undefined, files: [] }
  }
  const directory = resolve(request.directory ?? request.fallback)
  await mkdir(directory, { recursive: true })
  const files: string[] = []
  const put = async (name: string, content: string | Iterable<string>, mode = 0o666): Promise<string> => {
    const path = join(directory, name)
    // A file that is there keeps its mode.
    await rm(path, { force: true })
    await writeFile(path, content, { mode })
    files.push(path)
    return path
  }
  // What another run left there would be taken for this one's.
  for (const name of ['rejects.ndjson', 'not-carried.sql']) await rm(join(directory, name), { force: true })
  const file = rejects.length === 0 ? null : await put('rejects.ndjson', lines(rejects), 0o600)
  if (sql !== undefined) await put('not-carried.sql', sql)
  const summary = { ...request.summary, rejects: { ...request.summary.rejects, file } }
  if (request.directory !== undefined) {
    await put('report.md', markdownReport(summary), 0o600)
    await put('report.json', `${visibleJson(summary, 2)}\n`, 0o600)
  }
  return { summary, directory, files }
}

function* lines(rejects: readonly RejectedRow[]): Generator<string> {
  for (const reject of rejects) yield `${visibleJson(reject)}\n`
}
