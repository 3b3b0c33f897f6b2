import { type FileHandle, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { defaultMaxDifferences, loadPipeline, validate } from '../../index.ts'
import type { ValidateOutcome } from '../../run/validate.ts'
import { validationMarkdown } from '../../report/validation-report.ts'
import { visibleJson } from '../../report/visible.ts'
import { type LogLevel, logLevels } from '../../telemetry/logger.ts'
import type { Difference } from '../../validate/difference.ts'
import { unwritable } from '../carry-out.ts'
import { globList, positiveCount } from '../flag-values.ts'
import { Interrupts } from '../interrupts.ts'
import type { Output } from '../output.ts'
import { Teller } from '../progress.ts'
import { absolute, type CommonOptions, pipelineFlags, type PipelineOptions, withEnds } from '../run-options.ts'
import { validationText } from '../text/validation-text.ts'
import type { World } from '../world.ts'
import { reportDirectory } from './run.ts'

export type ValidateOptions = CommonOptions &
  Pick<PipelineOptions, 'source' | 'target' | 'only' | 'except' | 'names' | 'report'> & {
    readonly mode: 'stream' | 'counts'
    readonly maxDifferences: number
    readonly mask?: readonly string[] | undefined
    readonly fixPlan?: string | undefined
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
    .option('--mask <columns>', 'hide the values of these columns, such as email,customers.phone', globList)
    .option('--fix-plan <file>', 'write statements that would make the target what the source is; runs none of them')
    .option('--report <dir>', 'write report.json, report.md and differences.ndjson to this directory')
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
  const fixPlan = options.fixPlan === undefined ? undefined : absolute(options.fixPlan, world.directory, '--fix-plan')
  const teller = new Teller(world, output, options.logLevel)
  using progress = teller.start()
  using interrupts = new Interrupts(world, {
    first: 'now',
    say: (line) => progress.say(line),
    beforeExit: async () => {},
  })
  await using log =
    directory === undefined ? undefined : await DifferencesFile.create(join(directory, 'differences.ndjson'))
  const outcome = await validate({
    pipeline,
    mode: options.mode,
    maxDifferences: options.maxDifferences,
    fixPlan,
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
  const files = directory === undefined ? [] : await writeReports(directory, outcome)
  return await present(output, outcome, fixPlan === undefined ? files : [...files, fixPlan])
}

/** They have values in them, and those are somebody's: they are their owner's alone. */
async function writeReports(directory: string, outcome: ValidateOutcome): Promise<string[]> {
  const { summary, source, target, error } = outcome
  const files: string[] = []
  const put = async (name: string, content: string): Promise<void> => {
    const path = join(directory, name)
    try {
      await rm(path, { force: true })
      await writeFile(path, content, { mode: 0o600 })
    } catch (failure) {
      throw unwritable('--report', failure)
    }
    files.push(path)
  }
  await put('report.json', `${visibleJson(summary, 2)}\n`)
  const told = error && { code: error.code, message: error.message, hint: error.hint }
  await put('report.md', validationMarkdown({ summary, source, target, error: told }))
  return [...files, join(directory, 'differences.ndjson')]
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

/** Every difference, one JSON document a line: values are somebody's, and so the file is its owner's alone. */
class DifferencesFile implements AsyncDisposable {
  readonly #file: FileHandle
  #lines: string[] = []
  #length = 0
  #begunAt = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** @throws TL_C105 where there can be no such file */
  static async create(path: string): Promise<DifferencesFile> {
    try {
      // To the end of what is there, wherever that is after some of it was taken back.
      const file = await open(path, 'a', 0o600)
      await file.chmod(0o600)
      await file.truncate()
      return new DifferencesFile(file)
    } catch (error) {
      throw unwritable('--report', error)
    }
  }

  add(difference: Difference): void {
    this.#lines.push(`${visibleJson(difference)}\n`)
  }

  /** Waits until the file has taken what there is. @throws TL_C105 where it cannot */
  async settled(): Promise<void> {
    if (this.#lines.length === 0) return
    const text = Buffer.from(this.#lines.join(''))
    this.#lines = []
    try {
      await this.#file.writeFile(text)
    } catch (error) {
      throw unwritable('--report', error)
    }
    this.#length += text.length
  }

  async begun(): Promise<void> {
    await this.settled()
    this.#begunAt = this.#length
  }

  /** Takes back what was added since `begun`. */
  async retracted(): Promise<void> {
    await this.settled()
    try {
      await this.#file.truncate(this.#begunAt)
    } catch (error) {
      throw unwritable('--report', error)
    }
    this.#length = this.#begunAt
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
