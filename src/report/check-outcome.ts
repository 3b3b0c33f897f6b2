/** What came of a check of two tables. */
export type CheckOutcome =
  /** `note`: what is to be known of it all the same. */
  | { readonly is: 'passed'; readonly note?: string | undefined }
  | { readonly is: 'skipped'; readonly why: string }
  /** `lines`: samples, one a line, at most 20. */
  | { readonly is: 'failed'; readonly reason: string; readonly message: string; readonly lines: readonly string[] }
