import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { PipelineFlags } from '../config/load-pipeline.ts'
import type { NameRule } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { defaultFlags } from '../index.ts'
import type { CensusMode } from '../model/census.ts'
import type { WriteMode } from '../model/plan.ts'
import type { RunFlags } from '../run/request.ts'
import { type LogLevel, logLevels } from '../telemetry/logger.ts'
import { bytesPerSecond, globList, laneCount, positiveCount } from './flag-values.ts'

/** Options of every command. */
export interface CommonOptions {
  readonly json?: boolean | undefined
}

/** Options that `run` and `plan` share, as commander hands them over. */
export interface PipelineOptions extends CommonOptions {
  readonly source?: string | undefined
  readonly target?: string | undefined
  readonly only?: readonly string[] | undefined
  readonly except?: readonly string[] | undefined
  readonly names?: NameRule | undefined
  readonly mode?: WriteMode | undefined
  readonly schemaOnly?: boolean | undefined
  readonly dataOnly?: boolean | undefined
  readonly report?: string | undefined
  readonly census: CensusMode
  readonly censusLimit: number
  readonly jobs: number
  readonly maxRate?: number | undefined
  readonly spool?: boolean | undefined
  readonly triggers?: 'keep' | 'disable' | undefined
  readonly logLevel: LogLevel
}

export interface RunOptions extends PipelineOptions {
  readonly plan?: string | undefined
  readonly fresh?: boolean | undefined
  readonly sourceQuiet?: boolean | undefined
  readonly resume?: 'mixed' | undefined
  readonly finishOnly?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly validate: boolean
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document on standard output, and logs on standard error')
}

/** What the ends and the tables between them are called in a command's help. */
interface EndWords {
  readonly source: string
  readonly target: string
  readonly only: string
}

/** The options that say what is between which ends. */
export function withEnds(command: Command, { source, target, only }: EndWords): Command {
  withJson(command)
    .argument('[pipeline]', 'a pipeline file: YAML, or a module with definePipeline')
    .option('--source <url>', `${source}; \${env:NAME} and \${file:PATH} stand for secrets`)
    .option('--target <url>', target)
    .option('--only <globs>', `${only} these tables, such as users,order_*`, globList)
    .option('--except <globs>', 'leave these tables out', globList)
  return command.addOption(
    new Option('--names <rule>', 'how names are spelled in the target').choices(['keep', 'lower', 'snake']),
  )
}

export function withPipeline(command: Command): Command {
  withEnds(command, { source: 'where the rows come from', target: 'where they go', only: 'take' })
  command.addOption(
    new Option('--mode <mode>', 'what becomes of rows that are in the target already').choices([
      'create',
      'append',
      'merge',
      'replace',
      'truncate',
    ]),
  )
  command.addOption(new Option('--schema-only', 'make tables and keys, and move no rows').conflicts('dataOnly'))
  command.addOption(new Option('--data-only', 'move rows into tables that are there, and make none'))
  command.option('--report <dir>', 'write the reports to this directory')
  command.addOption(
    new Option('--census <how>', 'look at the values before choosing types')
      .choices(['full', 'sample', 'off'])
      .default('full'),
  )
  command.addOption(
    new Option('--triggers <how>', 'what is done with triggers of tables that are there').choices(['keep', 'disable']),
  )
  return command
    .option('--census-limit <rows>', 'take the safe type for larger tables', positiveCount, defaultFlags.censusLimit)
    .option('--jobs <lanes>', 'lanes that read and write side by side', laneCount, defaultFlags.laneCount)
    .option('--max-rate <rate>', 'ask no more of the source than this, such as 20MB a second', bytesPerSecond)
    .option('--spool', 'put standard input into a file first, so that the run can be resumed')
    .addOption(new Option('--log-level <level>', 'how much to log').choices(logLevels).default('warn'))
}

export function withRun(command: Command): Command {
  withPipeline(command)
  command.addOption(
    new Option('--plan <file>', 'run a plan that plan --out wrote, refusing any drift').conflicts([
      'census',
      'censusLimit',
    ]),
  )
  command.addOption(
    new Option('--fresh', 'drop what the unfinished run of this plan made, and start over').conflicts('finishOnly'),
  )
  command.addOption(
    new Option('--source-quiet', 'I vouch that nobody wrote to the source meanwhile').conflicts('resume'),
  )
  command.addOption(
    new Option('--resume <how>', 'mixed: go on with rows of more than one moment; the run records it').choices([
      'mixed',
    ]),
  )
  command.addOption(new Option('--finish-only', 'only build what is built after the load').conflicts('schemaOnly'))
  return command
    .option('--yes', 'make the schema of the target where it is missing')
    .option('--no-validate', 'do not compare both sides at the end')
}

export function pipelineFlags({
  source,
  target,
  only,
  except,
  names,
  mode,
  mask,
}: Pick<PipelineOptions, 'source' | 'target' | 'only' | 'except' | 'names'> & {
  readonly mode?: WriteMode | undefined
  readonly mask?: readonly string[] | undefined
}): PipelineFlags {
  return { source, target, only, except, names, mode, mask }
}

export function runFlags(options: PipelineOptions & Partial<RunOptions>): RunFlags {
  return {
    fresh: options.fresh ?? false,
    sourceQuiet: options.sourceQuiet ?? false,
    resumeMixed: options.resume === 'mixed',
    schemaOnly: options.schemaOnly ?? false,
    dataOnly: options.dataOnly ?? false,
    finishOnly: options.finishOnly ?? false,
    yes: options.yes ?? false,
    validate: options.validate ?? true,
    laneCount: options.jobs,
    maxBytesPerSecond: options.maxRate,
    census: options.census,
    censusLimit: options.censusLimit,
    triggers: options.triggers,
  }
}

/** An absolute path; the empty text is a mistake of the shell's, not the working directory. */
export function absolute(path: string, directory: string, flag: string): string {
  if (path !== '') return resolve(directory, path)
  throw new TransloadError('TL_C105', { reason: `${flag} is empty`, cure: 'Name a path, or leave it out.' })
}
