import type { Command } from 'commander'
import type { RunsDocument } from '../../report/documents/runs-document.ts'
import type { RememberedRun } from '../../store/run-store.ts'
import { positiveCount } from '../flag-values.ts'
import { openStore } from '../open-store.ts'
import type { Output } from '../output.ts'
import { type CommonOptions, withJson } from '../run-options.ts'
import { textTable } from '../text/table.ts'
import type { World } from '../world.ts'

export interface RunsOptions extends CommonOptions {
  readonly limit: number
}

export function defineRuns(command: Command): Command {
  return withJson(command)
    .description('list the runs that this machine knows, the newest first')
    .option('--limit <count>', 'list no more than so many', positiveCount, 50)
}

/** `transload runs`. */
export async function runsCommand(world: World, output: Output, { limit }: RunsOptions): Promise<number> {
  using store = openStore(world)
  const runs = store.list(limit)
  if (output.isJson) {
    const document: RunsDocument = { schema: 'transload.runs/1', runs: runs.map(withoutSummary) }
    await output.json(document)
    return 0
  }
  if (runs.length === 0) {
    output.note('This machine knows no run.')
    return 0
  }
  const rows = runs.map(({ run, status, exitCode, startedAt, source, target }) => {
    return [
      run,
      exitCode === null || exitCode === 0 ? status : `${status} (${exitCode})`,
      startedAt,
      `${source} → ${target}`,
    ]
  })
  await output.lines(textTable([['run', 'status', 'started', 'from → to'], ...rows], [], ''))
  return 0
}

export function withoutSummary({ summary: _, ...run }: RememberedRun): Omit<RememberedRun, 'summary'> {
  return run
}
