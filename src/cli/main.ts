import { Command, CommanderError } from 'commander'
import { TransloadError } from '../errors/transload-error.ts'
import { version } from '../index.ts'
import type { ErrorDocument } from '../report/documents/error-document.ts'
import { failedBeforeRun } from '../report/failed-before-run.ts'
import { asTransloadError, errorSummary } from '../run/summary.ts'
import { cleanCommand, type CleanOptions, defineClean } from './commands/clean.ts'
import { defineDemo, demoCommand, type DemoOptions } from './commands/demo.ts'
import { defineInit, initCommand, type InitOptions } from './commands/init.ts'
import { definePlan, planCommand, type PlanOptions } from './commands/plan.ts'
import { defineRejects, rejectsCommand, type RejectsOptions } from './commands/rejects.ts'
import { defineRun, runCommand } from './commands/run.ts'
import { defineRuns, runsCommand, type RunsOptions } from './commands/runs.ts'
import { defineShow, showCommand } from './commands/show.ts'
import { defineValidate, validateCommand, type ValidateOptions } from './commands/validate.ts'
import { Output } from './output.ts'
import type { CommonOptions, RunOptions } from './run-options.ts'
import { isAnswer, usageError } from './usage.ts'
import { processWorld, type World } from './world.ts'

const exitOfUsage = 2

/**
 * The command line. Resolves to the exit code, whatever happens: 0 done; 1 and 5 the validation's; 2 usage; 3 an end
 * that cannot be had; 4 rows or losses; 6 schemas; 7 a guard; 130 and 143 interrupted; 70 a defect of ours.
 */
export async function main(argv: readonly string[], world: World = processWorld()): Promise<number> {
  const startedAt = new Date()
  const asked = readAhead(argv)
  const output = new Output(world, asked.isJson)
  let exitCode = 0
  const program = createProgram(world, output, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && isAnswer(error)) return 0
    // Called without a command: commander has shown the help.
    if (error instanceof CommanderError && error.code === 'commander.help' && !asked.isJson) return exitOfUsage
    return await fail(output, asked.command, error, startedAt)
  }
}

/** What has to be known also of a command line that cannot be parsed. */
function readAhead(argv: readonly string[]): { readonly command: string | undefined; readonly isJson: boolean } {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  const command = argv.find((word) => !word.startsWith('-'))
  return { command: knownCommands.find((name) => name === command), isJson: options.includes('--json') }
}

const knownCommands = ['run', 'plan', 'validate', 'runs', 'show', 'rejects', 'init', 'demo', 'clean'] as const

/** Whether there is something to go on from; all else begins anew. */
function hasCheckpoints(command: string | undefined): boolean {
  return command === 'run' || command === 'demo' || command === 'rejects'
}

const fromCheckpoint = ': it goes on from the last checkpoint'
const fromProgress = '; if it has a --report, --resume goes on from where it came to'

async function fail(output: Output, command: string | undefined, error: unknown, startedAt: Date): Promise<number> {
  const failure = error instanceof CommanderError ? usageError(error, command) : asTransloadError(error)
  const { code, message, hint: cure } = errorSummary(failure)
  const hint = hasCheckpoints(command) ? cure : cure.replace(fromCheckpoint, command === 'validate' ? fromProgress : '')
  const shown = { code, message: output.clean(message), hint: output.clean(hint) }
  const exitCode = failure.spec.exit
  const isDefect = failure.code === 'TL_X901' && error instanceof Error && !(error instanceof TransloadError)
  const frames = isDefect ? (error.stack ?? '').split('\n').slice(1) : []
  const stack = frames.map((line) => output.clean(line))
  if (output.isJson) {
    const document: ErrorDocument = { schema: 'transload.error/1', error: shown, exitCode }
    const isRun = command === 'run' || command === 'demo'
    await output.json(isRun ? { ...failedBeforeRun(failure, version, startedAt), error: shown } : document)
    // The document has it all but the stack; there is nothing but JSON on standard error either.
    if (isDefect) output.note(JSON.stringify({ level: 'fatal', msg: shown.message, stack }))
    return exitCode
  }
  output.error({ code: failure.code, title: message, hint })
  for (const line of stack) output.note(line)
  return exitCode
}

function createProgram(world: World, output: Output, end: (exitCode: number) => void): Command {
  const program = new Command('transload')
  program
    .description('Moves data between databases, and proves that it arrived.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void (output.isJson || world.stderr.write(text)),
      // `fail` tells it, in our words and with a cure.
      outputError: () => {},
    })
  defineRun(program.command('run')).action(async (file: string | undefined, options: RunOptions) => {
    end(await runCommand(world, output, file, options))
  })
  definePlan(program.command('plan')).action(async (file: string | undefined, options: PlanOptions) => {
    end(await planCommand(world, output, file, options))
  })
  defineValidate(program.command('validate')).action(async (file: string | undefined, options: ValidateOptions) => {
    end(await validateCommand(world, output, file, options))
  })
  defineRuns(program.command('runs')).action(async (options: RunsOptions) => {
    end(await runsCommand(world, output, options))
  })
  defineShow(program.command('show')).action(async (run: string, options: CommonOptions) => {
    end(await showCommand(world, output, run, options))
  })
  defineRejects(program.command('rejects')).action(
    async (run: string, file: string | undefined, options: RejectsOptions) => {
      end(await rejectsCommand(world, output, run, file, options))
    },
  )
  defineInit(program.command('init')).action(async (options: InitOptions) => {
    end(await initCommand(world, output, options))
  })
  defineDemo(program.command('demo')).action(async (options: DemoOptions) => {
    end(await demoCommand(world, output, options))
  })
  defineClean(program.command('clean')).action(async (options: CleanOptions) => {
    end(await cleanCommand(world, output, options))
  })
  return program
}
