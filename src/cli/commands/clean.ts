import type { Command } from 'commander'
import { resolveSecrets } from '../../config/resolve-secrets.ts'
import type { Target } from '../../contract/target.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { registry } from '../../index.ts'
import type { CleanDocument } from '../../report/documents/error-document.ts'
import { ask, canAsk } from '../ask.ts'
import { Interrupts } from '../interrupts.ts'
import type { Output } from '../output.ts'
import { type CommonOptions, withJson } from '../run-options.ts'
import { withTarget } from '../with-target.ts'
import type { World } from '../world.ts'

export interface CleanOptions extends CommonOptions {
  readonly target: string
  readonly yes?: boolean | undefined
}

export function defineClean(command: Command): Command {
  return withJson(command)
    .description(
      'remove what transload left in a target: its state, and tables that no run has put in their places yet',
    )
    .requiredOption('--target <url>', 'the target')
    .option('--yes', 'do not ask, also where a run is unfinished')
}

/** `transload clean`. At a terminal it asks before it takes an unfinished run's way of being resumed away. */
export async function cleanCommand(world: World, output: Output, options: CleanOptions): Promise<number> {
  using interrupts = new Interrupts(world, { first: 'now', say: () => {}, beforeExit: async () => {} })
  const { signal } = interrupts
  const url = await resolveSecrets(options.target, world)
  output.guard([url])
  return await withTarget(registry, url, signal, async (target) => {
    if (options.yes !== true && canAsk(world) && !output.isJson) {
      const unfinished = await unfinishedRuns(target, signal)
      const question = `${unfinished}, and cannot be resumed afterwards. Remove it?`
      if (unfinished !== undefined && !(await ask(world, question, signal))) return 0
    }
    const { removed, restored, notRestored } = await target.state.clean(signal)
    if (output.isJson) {
      const document: CleanDocument = {
        schema: 'transload.clean/1',
        target: target.label,
        removed,
        restored,
        notRestored,
      }
      await output.json(document)
      return 0
    }
    if (removed.length === 0) output.note(`There is nothing of transload in ${target.label}.`)
    if (restored.length > 0) {
      await output.lines(['brought back what unfinished runs had set aside of tables that were there'])
    }
    for (const { statement, problem } of notRestored) output.note(`not brought back: ${problem}\n${statement};`)
    await output.lines(removed.map((name) => `removed ${name}`))
    return 0
  })
}

/** What there is to be lost, for people; undefined where there is nothing. */
async function unfinishedRuns({ state }: Target, signal: AbortSignal): Promise<string | undefined> {
  try {
    const unfinished = (await state.list(signal)).filter((run) => run.status !== 'finished')
    return unfinished.length === 0 ? undefined : `${unfinished.map(({ run }) => run).join(', ')} is unfinished`
  } catch (error) {
    // Another version's state, which this command is the cure for.
    if (error instanceof TransloadError && error.code === 'TL_K504') return 'What is there cannot be read'
    throw error
  }
}
