import type { Command } from 'commander'
import type { RunSummary } from '../../model/run-summary.ts'
import { runDocument } from '../../report/documents/run-document.ts'
import type { ShowDocument } from '../../report/documents/runs-document.ts'
import { verdict } from '../../report/verdict.ts'
import { findRun, openStore } from '../open-store.ts'
import type { Output } from '../output.ts'
import { type CommonOptions, withJson } from '../run-options.ts'
import { runText } from '../text/run-text.ts'
import { textTable } from '../text/table.ts'
import type { World } from '../world.ts'
import { withoutSummary } from './runs.ts'

export function defineShow(command: Command): Command {
  return withJson(command).description('show what came of one run').argument('<run>', 'its id, or the beginning of it')
}

/** `transload show RUN`. Ends with 0 whatever the run ended with. */
export async function showCommand(world: World, output: Output, id: string, _options: CommonOptions): Promise<number> {
  using store = openStore(world)
  const found = findRun(store, id)
  const summary = readSummary(found.summary)
  if (output.isJson) {
    const document: ShowDocument = { schema: 'transload.show/1', ...withoutSummary(found), summary }
    await output.json(document)
    return 0
  }
  if (summary === null) {
    const facts = [
      ['run', found.run],
      ['status', found.status],
      ['started', found.startedAt],
      ['from', found.source],
      ['to', found.target],
    ]
    await output.lines(textTable(facts, [], ''))
    return 0
  }
  await output.line(verdict(summary), summary.exitCode === 0 ? 'green' : 'red')
  await output.lines(runText(summary))
  if (found.reportDirectory !== null) await output.line(`Reports: ${found.reportDirectory}`)
  return 0
}

/** One that another version wrote may not be read: then there is none. */
function readSummary(summary: unknown): RunSummary | null {
  const result = runDocument.safeParse(summary)
  return result.success ? result.data : null
}
