import type { ValidationReport } from '../validation-report.ts'
import type { PickedDifferences } from './pick-differences.ts'

/** What a page is made of. */
export interface HtmlReport extends ValidationReport {
  /** Absent where contents were not compared. */
  readonly picked?: PickedDifferences | undefined
  /** Names and SHA-256 of the files that belong to the report, for who signs it. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
}
