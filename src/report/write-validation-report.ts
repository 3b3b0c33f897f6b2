import { createHash } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pickDifferences } from './html/pick-differences.ts'
import { validationHtml } from './html/validation-html.ts'
import { validationJunit } from './junit-report.ts'
import { validationMarkdown, type ValidationReport } from './validation-report.ts'
import { visibleJson } from './visible.ts'

/** Has every difference, one JSON document a line, and is written while they are found. */
export const differencesFileName = 'differences.ndjson'

const names = { json: 'report.json', markdown: 'report.md', junit: 'junit.xml', html: 'report.html' } as const

export interface ValidationReportRequest extends ValidationReport {
  /** Absolute, and there; with {@link differencesFileName} in it. */
  readonly directory: string
}

/** What another validation left there would be taken for this one's, should this one come to no end. */
export async function removeValidationReport(directory: string): Promise<void> {
  for (const name of Object.values(names)) await rm(join(directory, name), { force: true })
}

/**
 * Writes `report.json`, `report.md`, `junit.xml` and `report.html` of a validation whose differences are in the directory
 * already. They have values in them, and those are somebody's: they are their owner's alone.
 *
 * @returns the absolute paths of all that the directory has of this validation
 * @throws what the file system says
 */
export async function writeValidationReport(request: ValidationReportRequest): Promise<string[]> {
  const { directory, summary } = request
  const files: string[] = []
  const put = async (name: string, content: string): Promise<void> => {
    const path = join(directory, name)
    // A file that is there keeps its mode.
    await rm(path, { force: true })
    await writeFile(path, content, { mode: 0o600 })
    files.push(path)
  }
  const json = `${visibleJson(summary, 2)}\n`
  await put(names.json, json)
  await put(names.markdown, validationMarkdown(request))
  await put(names.junit, validationJunit(summary))
  const picked = await pickDifferences(join(directory, differencesFileName), summary)
  const hashes = [
    { name: names.json, sha256: createHash('sha256').update(json).digest('hex') },
    { name: differencesFileName, sha256: picked.sha256 },
  ]
  await put(names.html, await validationHtml({ ...request, picked, files: hashes }))
  return [...files, join(directory, differencesFileName)]
}
