import { runDocument } from './run-document.ts'

/** What `transload demo --json` prints: the run of the shop's tables, and beside it that of its documents. */
export const demoDocument = runDocument.extend({
  exitCode: runDocument.shape.exitCode.describe('The worse of both runs’.'),
  documents: runDocument.nullable().describe('The run of the documents; null: that of the tables was no success.'),
})
