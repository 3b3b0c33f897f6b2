import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { defaultMaxDifferences, loadPipeline, validate } from '../../index.ts'
import type { ValidateOutcome } from '../../run/validate.ts'
import {
  differencesFileName,
  removeValidationReport,
  writeValidationReport,
} from '../../report/write-validation-report.ts'
import { type LogLevel, logLevels } from '../../telemetry/logger.ts'
import { unwritable } from '../carry-out.ts'
import { DifferencesFile } from '../differences-file.ts'
import { positiveCount } from '../flag-values.ts'
import { Interrupts } from '../interrupts.ts'
import type { Output } from '../output.ts'
import { Teller } from '../progress.ts'
import { type CommonOptions, pipelineFlags, type PipelineOptions, withEnds } from '../run-options.ts'
import { validationText } from '../text/validation-text.ts'
import type { World } from '../world.ts'
import { reportDirectory } from './run.ts'

export type ValidateOptions = CommonOptions &
  Pick<PipelineOptions, 'source' | 'target' | 'only' | 'except' | 'names' | 'report'> & {
    readonly mode: 'stream' | 'counts'
    readonly maxDifferences: number
    readonly logLevel: LogLevel
  }

export function defineValidate(command: Command): Command {
  withEnds(command, { source: 'what is right', target: 'what ought to be the same', only: 'compare' })
  command.description('compare two databases, whoever filled the second; writes nothing to either')
  command.addOption(
    new Option('--mode <mode>', 'stream: every value of every row; counts: rows, NULLs and orphans only')
      .choices(['stream', 'counts'])
      .default('stream'),
  )
  return command
    .option(
      '--max-differences <rows>',
      'look for no more in a table that differs so much',
      positiveCount,
      defaultMaxDifferences,
    )
    .option(
      '--report <dir>',
      'write report.html, report.json, report.md, junit.xml and differences.ndjson to this directory',
    )
    .addOption(new Option('--log-level <level>', 'how much to log').choices(logLevels).default('warn'))
}

/** `transload validate`. @throws TransloadError where an end cannot be opened or read */
export async function validateCommand(
  world: World,
  output: Output,
  file: string | undefined,
  options: ValidateOptions,
): Promise<number> {
  const pipeline = await loadPipeline(file, pipelineFlags({ ...options, mode: undefined }), world)
  output.guard([pipeline.source, pipeline.target])
  const directory = await reportDirectory(options.report, world.directory)
  if (directory !== undefined) await removeValidationReport(directory)
  const teller = new Teller(world, output, options.logLevel)
  using progress = teller.start()
  using interrupts = new Interrupts(world, {
    first: 'now',
    say: (line) => progress.say(line),
    beforeExit: async () => {},
  })
  await using log =
    directory === undefined ? undefined : await DifferencesFile.create(join(directory, differencesFileName))
  const outcome = await validate({
    pipeline,
    mode: options.mode,
    maxDifferences: options.maxDifferences,
    events: {
      notice: (message) => progress.say(message),
      step: (text) => progress.say(text),
      difference: (difference) => log?.add(difference),
      settled: async () => await log?.settled(),
      begun: async () => await log?.begun(),
      retracted: async () => await log?.retracted(),
    },
    signal: interrupts.signal,
  })
  const files = directory === undefined ? [] : await report(directory, outcome)
  return await present(output, outcome, files)
}

async function report(directory: string, { summary, source, target, error }: ValidateOutcome): Promise<string[]> {
  const told = error && { code: error.code, message: error.message, hint: error.hint }
  try {
    return await writeValidationReport({ directory, summary, source, target, error: told })
  } catch (failure) {
    throw isOfFileSystem(failure) ? unwritable('--report', failure) : failure
  }
}

function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

async function present(output: Output, outcome: ValidateOutcome, files: readonly string[]): Promise<number> {
  const { summary, error } = outcome
  if (output.isJson) await output.json(summary)
  else {
    const [first = '', ...rest] = validationText(outcome)
    await output.line(first, error === undefined ? 'green' : 'red')
    await output.lines(rest)
    if (files.length > 0) await output.lines(['', 'Written', ...files.map((path) => `  ${path}`)])
    if (error !== undefined) output.error({ code: error.code, title: error.message, hint: error.hint })
  }
  return error?.spec.exit ?? 0
}
