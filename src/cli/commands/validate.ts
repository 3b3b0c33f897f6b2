import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { TransloadError } from '../../errors/transload-error.ts'
import { defaultMaxDifferences, defaultMaxLagMs, loadPipeline, validate } from '../../index.ts'
import type { ValidateMode, ValidateOutcome } from '../../run/validate.ts'
import { type CheckName, checkNames, type CheckSwitches } from '../../model/check.ts'
import {
  differencesFileName,
  removeValidationReport,
  writeValidationReport,
} from '../../report/write-validation-report.ts'
import { type LogLevel, logLevels } from '../../telemetry/logger.ts'
import { keyText } from '../../report/key-text.ts'
import { visible } from '../../report/visible.ts'
import type { Difference } from '../../validate/difference.ts'
import { unwritable } from '../carry-out.ts'
import { DifferencesFile } from '../differences-file.ts'
import { checkList, duration, globList, loadShare, positiveCount, validateMode } from '../flag-values.ts'
import { Interrupts } from '../interrupts.ts'
import type { Output } from '../output.ts'
import { Teller } from '../progress.ts'
import { ProgressFile } from '../progress-file.ts'
import { absolute, type CommonOptions, pipelineFlags, type PipelineOptions, withEnds } from '../run-options.ts'
import { validationText } from '../text/validation-text.ts'
import type { World } from '../world.ts'
import { reportDirectory } from './run.ts'

export type ValidateOptions = CommonOptions &
  Pick<PipelineOptions, 'source' | 'target' | 'only' | 'except' | 'names' | 'report'> & {
    readonly mode?: ValidateMode | undefined
    readonly checks?: readonly CheckName[] | undefined
    readonly skipChecks?: readonly CheckName[] | undefined
    readonly maxDifferences: number
    readonly live?: boolean | undefined
    readonly maxLag: number
    readonly maxLoad?: number | undefined
    readonly statementTimeout?: number | undefined
    readonly resume?: boolean | undefined
    readonly mask?: readonly string[] | undefined
    readonly fixPlan?: string | undefined
    readonly logLevel: LogLevel
  }

export function defineValidate(command: Command): Command {
  withEnds(command, { source: 'what is right', target: 'what ought to be the same', only: 'compare' })
  command.description('compare two databases, whoever filled the second; writes nothing to either')
  command.addOption(
    new Option('--checks <names>', `make only these: ${checkNames.join(',')}`)
      .argParser(checkList)
      .conflicts('skipChecks'),
  )
  command.addOption(
    new Option('--live', 'look at rows that differ again, while both ends are written to').conflicts('resume'),
  )
  command.addOption(
    new Option(
      '--fix-plan <file>',
      'write statements that would make the target what the source is; runs none of them',
    ).conflicts(['resume', 'live']),
  )
  return command
    .option('--max-lag <time>', 'with --live: how long the target may lag behind', duration, defaultMaxLagMs)
    .option(
      '--max-load <share>',
      'rest, so that no more of the time than this is asked of the ends, such as 25%',
      loadShare,
    )
    .option('--statement-timeout <time>', 'what one statement may take at either end, such as 30s', duration)
    .option('--resume', 'go on from the validation in the --report directory that did not end')
    .option('--skip-checks <names>', 'leave these out', checkList)
    .option(
      '--mode <mode>',
      'auto, stream (rows are read), digest (servers add up digests), rebuild (documents are made again of rows), counts, or sample=N ranges of each table',
      validateMode,
    )
    .option(
      '--max-differences <rows>',
      'look for no more in a table that differs so much',
      positiveCount,
      defaultMaxDifferences,
    )
    .option('--mask <columns>', 'hide the values of these columns, such as email,customers.phone', globList)
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
  output.guard([pipeline.source, pipeline.target], pipeline.secrets)
  if (options.resume === true && options.report === undefined) {
    throw new TransloadError('TL_C105', {
      reason: '--resume goes on from a validation in a --report directory, and none is named',
      cure: 'Add the --report of the validation that did not end.',
    })
  }
  const directory = await reportDirectory(options.report, world.directory)
  const fixPlan = options.fixPlan === undefined ? undefined : absolute(options.fixPlan, world.directory, '--fix-plan')
  if (directory !== undefined) await removeValidationReport(directory)
  const teller = new Teller(world, output, options.logLevel)
  using progress = teller.start()
  using interrupts = new Interrupts(world, {
    first: 'now',
    say: (line) => progress.say(line),
    beforeExit: async () => {},
  })
  await using log =
    directory === undefined ? undefined : await DifferencesFile.open(join(directory, differencesFileName))
  if (options.resume !== true) await log?.goOnFrom({ length: 0, begunAt: 0 })
  const store =
    directory === undefined || log === undefined
      ? undefined
      : new ProgressFile({
          directory,
          differences: log,
          isResumed: options.resume === true,
          say: (line) => progress.say(line),
        })
  let isFirst = true
  const outcome = await validate({
    pipeline,
    mode: options.mode,
    checks: checkSwitches(options),
    maxDifferences: options.maxDifferences,
    live: options.live === true ? { maxLagMs: options.maxLag } : undefined,
    maxLoad: options.maxLoad,
    statementTimeoutMs: options.statementTimeout,
    store,
    fixPlan,
    events: {
      notice: (message) => message.split('\n').forEach((line) => progress.say(line)),
      step: (text) => progress.say(text),
      difference: (difference) => {
        if (isFirst) progress.say(`a first difference: ${firstText(difference)}`)
        isFirst = false
        log?.add(difference)
      },
      settled: async () => await log?.settled(),
      begun: async () => await log?.begun(),
      retracted: async () => await log?.retracted(),
    },
    signal: interrupts.signal,
  })
  const files = directory === undefined ? [] : await report(directory, outcome)
  await store?.close()
  return await present(output, outcome, fixPlan === undefined ? files : [...files, fixPlan])
}

/** Said as it is found: a validation of hours need not be waited for to know that something is wrong. */
function firstText({ from, column, reason, key }: Difference): string {
  return visible(`${from}${column === undefined ? '' : `.${column}`} ${reason}, ${keyText(key)}`)
}

function checkSwitches({ checks, skipChecks = [] }: ValidateOptions): CheckSwitches {
  if (checks === undefined) return Object.fromEntries(skipChecks.map((name) => [name, false]))
  return Object.fromEntries(checkNames.map((name) => [name, checks.includes(name)]))
}

async function report(directory: string, { summary, source, target, error }: ValidateOutcome): Promise<string[]> {
  const told = error && { code: error.code, message: error.title, hint: error.hint }
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
    if (error !== undefined) output.error({ code: error.code, title: error.title, hint: error.hint })
  }
  return error?.spec.exit ?? 0
}
