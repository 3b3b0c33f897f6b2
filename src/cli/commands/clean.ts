import type { Command } from 'commander'
import { resolveSecrets } from '../../config/resolve-secrets.ts'
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
    .description('remove what transload left in a target: its state schema and staging tables; no row that was moved')
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
    const unfinished = (await target.state.list(signal)).filter((run) => run.status !== 'finished')
    if (unfinished.length > 0 && options.yes !== true && canAsk(world) && !output.isJson) {
      const runs = unfinished.map((run) => run.run).join(', ')
      if (!(await ask(world, `${runs} is unfinished, and cannot be resumed afterwards. Remove it?`, signal))) return 0
    }
    const removed = await target.state.clean(signal)
    if (output.isJson) {
      const document: CleanDocument = { schema: 'transload.clean/1', target: target.label, removed }
      await output.json(document)
      return 0
    }
    if (removed.length === 0) output.note(`There is nothing of transload in ${target.label}.`)
    await output.lines(removed.map((name) => `removed ${name}`))
    return 0
  })
}
