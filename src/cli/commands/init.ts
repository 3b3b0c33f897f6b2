import { access, mkdir, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { type Command, Option } from 'commander'
import { resolveSecrets } from '../../config/resolve-secrets.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { defaultFlags, draftPipeline } from '../../index.ts'
import type { PipelineDraft } from '../../init/draft-pipeline.ts'
import { unwritable } from '../carry-out.ts'
import { globList, laneCount } from '../flag-values.ts'
import { Interrupts } from '../interrupts.ts'
import type { Output } from '../output.ts'
import { Teller } from '../progress.ts'
import { openPrompts, type Prompts } from '../prompts.ts'
import { absolute, type CommonOptions, type PipelineOptions, withJson } from '../run-options.ts'
import { logLevels } from '../../telemetry/logger.ts'
import { initText } from '../text/init-text.ts'
import type { World } from '../world.ts'
import { askForEnd, type GivenUrl } from '../ask-for-end.ts'

export interface InitOptions
  extends
    CommonOptions,
    Pick<PipelineOptions, 'source' | 'target' | 'only' | 'except' | 'names' | 'mode' | 'jobs' | 'logLevel'> {
  readonly out: string
  readonly force?: boolean | undefined
  readonly yes?: boolean | undefined
}

export function defineInit(command: Command): Command {
  withJson(command)
    .description('look at two databases and write a pipeline file that runs as it is; at a terminal it asks for them')
    .option('--source <url>', 'where the rows come from; ${env:NAME} and ${file:PATH} stand for secrets')
    .option('--target <url>', 'where they go; it is looked at, and not written to')
    .option('--out <file>', 'the file to write', 'transload.yaml')
    .option('--force', 'write over a file that is there')
    .option('--only <globs>', 'take these tables, such as users,order_*', globList)
    .option('--except <globs>', 'leave these tables out', globList)
    .option('--yes', 'take all tables without asking')
  command.addOption(
    new Option('--names <rule>', 'how names are spelled in the target').choices(['keep', 'lower', 'snake']),
  )
  command.addOption(
    new Option('--mode <mode>', 'what becomes of rows that are in the target already').choices([
      'create',
      'append',
      'merge',
      'replace',
      'truncate',
    ]),
  )
  return command
    .option('--jobs <lanes>', 'statements that look at the values side by side', laneCount, defaultFlags.laneCount)
    .addOption(new Option('--log-level <level>', 'how much to log').choices(logLevels).default('warn'))
}

/** The file is written, and a run of it would not start yet. */
const exitOfPreflight = 3

/**
 * `transload init`. Asks for what is missing where somebody sits at a terminal, and never else.
 * @throws TransloadError where an end is missing or cannot be opened, the file is there, or there is no plan
 */
export async function initCommand(world: World, output: Output, options: InitOptions): Promise<number> {
  using interrupts = new Interrupts(world, { first: 'now', say: () => {}, beforeExit: async () => {} })
  const { signal } = interrupts
  const file = absolute(options.out, world.directory, '--out')
  const prompts = output.isJson ? undefined : await openPrompts(world, signal)
  const isOver = await mayWrite(file, options, prompts)
  if (isOver === undefined) return 0
  const ends = await endsOf(world, output, options, prompts, signal)
  const only = options.only ?? ends.only
  const shownFile = shownPath(file, world.directory)
  const draft = await draftOf(world, output, options, { ...ends, only, file, shownFile, signal })
  await write(file, draft.text, isOver)
  if (output.isJson) await output.json(draft.found)
  else await output.lines(initText(draft.found, shownFile))
  return draft.found.preflight.some(({ level }) => level === 'error') ? exitOfPreflight : 0
}

interface Ends {
  readonly source: GivenUrl
  readonly target: GivenUrl
  /** Tables that were chosen at the terminal. */
  readonly only?: readonly string[] | undefined
}

async function endsOf(
  world: World,
  output: Output,
  { source, target, only, except, yes }: InitOptions,
  prompts: Prompts | undefined,
  signal: AbortSignal,
): Promise<Ends> {
  const known = [source, target].filter((url) => url !== undefined)
  const resolved = new Map<string, string>()
  for (const url of known) resolved.set(url, await resolveSecrets(url, world))
  const guarded = [...resolved.values()]
  output.guard(guarded)
  const missing = [source === undefined ? '--source' : '', target === undefined ? '--target' : ''].filter(Boolean)
  if (prompts === undefined && missing.length > 0) throw nameless(missing)
  const guard = (url: string): void => {
    guarded.push(url)
    output.guard(guarded)
  }
  const asking = { world, signal, guard, clean: (text: string) => output.clean(text) }
  const given = (url: string): GivenUrl => ({ given: url, resolved: resolved.get(url) ?? url })
  if (prompts === undefined || missing.length === 0) return { source: given(source ?? ''), target: given(target ?? '') }
  prompts.intro('transload init: a pipeline file for two databases. Nothing is written to either.')
  const from = source === undefined ? await askForEnd('source', prompts, asking) : given(source)
  const to = target === undefined ? await askForEnd('target', prompts, asking) : given(target)
  const tables = from.tables ?? []
  const isAsked = tables.length > 1 && only === undefined && except === undefined && yes !== true
  if (!isAsked) return { source: from, target: to }
  const chosen = await prompts.some(`Which of its ${tables.length} tables?`, tables)
  return { source: from, target: to, only: chosen.length === tables.length ? undefined : chosen }
}

function nameless(missing: readonly string[]): TransloadError {
  return new TransloadError('TL_C105', {
    reason: `There is no ${missing.join(' and no ')}`,
    cure: `Add ${missing.map((flag) => `${flag} URL`).join(' and ')}: without a terminal nothing is asked for.`,
  })
}

/** Whether a file that is there is written over; undefined: there is one, and it is to stay. @throws TL_C105 */
async function mayWrite(
  file: string,
  { out, force = false }: InitOptions,
  prompts: Prompts | undefined,
): Promise<boolean | undefined> {
  if (force || !(await isThere(file))) return force
  if (prompts !== undefined) return (await prompts.yes(`${out} is there already. Write over it?`)) ? true : undefined
  throw thereAlready(out)
}

function thereAlready(out: string): TransloadError {
  const cure = 'Name another with --out FILE, or say --force to write over it.'
  return new TransloadError('TL_C105', { reason: `${out} is there already`, cure })
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw unwritable('--out', error)
  }
}

async function write(file: string, text: string, isOver: boolean): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
  } catch (error) {
    throw unwritable('--out', error)
  }
  try {
    await writeFile(file, text, { flag: isOver ? 'w' : 'wx' })
  } catch (error) {
    // Somebody else has made one meanwhile.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw thereAlready(file)
    throw unwritable('--out', error)
  }
}

async function draftOf(
  world: World,
  output: Output,
  options: InitOptions,
  about: Ends & { readonly file: string; readonly shownFile: string; readonly signal: AbortSignal },
): Promise<PipelineDraft> {
  const { source, target, only = [], file, shownFile, signal } = about
  const teller = new Teller(world, output, options.logLevel)
  using progress = teller.start()
  return await draftPipeline({
    source: source.resolved,
    target: target.resolved,
    given: { source: source.given, target: target.given },
    only,
    except: options.except,
    names: options.names,
    mode: options.mode,
    file,
    shownFile,
    directory: world.directory,
    laneCount: options.jobs,
    events: {
      phase: (name) => progress.phase(name),
      notice: (message) => {
        for (const line of message.split('\n')) progress.say(line)
      },
    },
    signal,
  })
}

/** As it can be typed in the working directory. */
function shownPath(file: string, directory: string): string {
  const path = relative(directory, file)
  const shown = path.startsWith('..') ? file : path
  return /^[\w./@%+-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`
}
