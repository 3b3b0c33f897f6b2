import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { resolveSecrets } from '../../config/resolve-secrets.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { defaultFlags, isWanted, loadPipeline, registry } from '../../index.ts'
import type { EncodedValue, RejectedRow } from '../../model/loss.ts'
import { groupRejects, type RejectGroup } from '../../report/group-rejects.ts'
import { runDocument } from '../../report/documents/run-document.ts'
import { type RejectsDocument, rejectedRowSchema } from '../../report/documents/rejects-document.ts'
import { carryOut } from '../carry-out.ts'
import { Interrupts } from '../interrupts.ts'
import { findRun, openStore } from '../open-store.ts'
import type { Output } from '../output.ts'
import { readRejects } from '../read-rejects.ts'
import { RejectsFile } from '../rejects-file.ts'
import { type CommonOptions, withJson } from '../run-options.ts'
import { counted, countText } from '../../telemetry/amounts.ts'
import { textTable } from '../text/table.ts'
import { keyText } from '../../report/key-text.ts'
import type { World } from '../world.ts'
import { present } from './run.ts'

export interface RejectsOptions extends CommonOptions {
  readonly source?: string | undefined
  readonly target?: string | undefined
  readonly retry?: boolean | undefined
  readonly replay?: boolean | undefined
  readonly triggers?: 'keep' | undefined
  readonly dataset?: string | undefined
  readonly code?: string | undefined
  readonly group?: boolean | undefined
  readonly export?: string | undefined
}

export function defineRejects(command: Command): Command {
  return withJson(command)
    .description('list the rows that a run rejected, with key, column, reason and values; or send them again')
    .argument('<run>', 'its id, or the beginning of it')
    .argument('[pipeline]', 'with --retry: the pipeline file of the run; with --replay: the one to send them through')
    .option('--group', 'count them by dataset, code, column and reason, with a key of each')
    .option('--export <file>', 'write them to a file: NDJSON or CSV, by the end of its name')
    .addOption(new Option('--dataset <name>', 'just those of one dataset').conflicts('retry'))
    .addOption(new Option('--code <code>', 'just those with this code, such as TL_D406').conflicts('retry'))
    .addOption(
      new Option(
        '--retry',
        'read them again from the source, by key, and send them through the run’s own plan',
      ).conflicts(['replay', 'group', 'export']),
    )
    .addOption(
      new Option('--replay', 'send them, as they were read, through the pipeline as it is now').conflicts([
        'group',
        'export',
      ]),
    )
    .addOption(
      new Option(
        '--triggers <how>',
        'with --replay: the tables’ own triggers fire for the rows that are added',
      ).choices(['keep']),
    )
    .option('--source <url>', 'with --retry and --replay: where the rows came from')
    .option('--target <url>', 'read them from the target, where they are kept, and not from this machine’s copy')
}

/** `transload rejects RUN --retry`, or `--replay`. */
async function againCommand(
  world: World,
  output: Output,
  id: string,
  file: string | undefined,
  { source, target, replay, triggers, dataset, code }: RejectsOptions,
): Promise<number> {
  const { written } = await carryOut(world, output, {
    pipeline: await loadPipeline(file, { source, target }, world),
    flags: { ...defaultFlags, yes: true, triggers },
    savedPlan: undefined,
    rejectsOf: { run: wholeId(world, id), replay: replay === true ? { dataset, code } : undefined },
    reportDirectory: undefined,
    logLevel: 'warn',
    spool: false,
  })
  return await present(output, written)
}

/** This machine need not know the run: its id is then taken as it is. */
function wholeId(world: World, id: string): string {
  try {
    using store = openStore(world)
    return findRun(store, id).run
  } catch (error) {
    if (error instanceof TransloadError && error.code === 'TL_C105') return id
    throw error
  }
}

/** `transload rejects RUN`. Ends with 0 whether there are any or not. */
export async function rejectsCommand(
  world: World,
  output: Output,
  id: string,
  file: string | undefined,
  options: RejectsOptions,
): Promise<number> {
  if (options.retry === true || options.replay === true) return await againCommand(world, output, id, file, options)
  const { target } = options
  // A file that cannot be written, or is of no known kind, is worth knowing before anything is read.
  const exported = options.export === undefined ? undefined : new RejectsFile(options.export, world.directory)
  const found = target === undefined ? await fromCopy(world, id) : await fromTarget(world, output, id, target)
  const { run, replayed } = found
  const rows = found.rows.filter((row) => isWanted(options, row))
  await exported?.write(rows)
  const groups = options.group === true ? groupRejects(rows) : undefined
  if (output.isJson) {
    const document: RejectsDocument = {
      schema: 'transload.rejects/1',
      run,
      count: rows.length,
      rows: exported === undefined && groups === undefined ? rows : [],
      ...(replayed > 0 && { replayed }),
      ...(groups && { groups }),
      ...(exported && { file: exported.path }),
    }
    await output.json(document)
    return 0
  }
  const such = rows.length < found.rows.length ? ` such row, of ${found.rows.length} in all` : ' row'
  if (rows.length === 0) output.note(`The run ${run} rejected no${such}.`)
  if (replayed > 0) output.note(`Replayed: ${counted(replayed, 'row')} that had been rejected.`)
  if (groups !== undefined) await output.lines(groupLines(groups))
  if (exported !== undefined) await output.line(`${counted(rows.length, 'row')} written to ${exported.path}`)
  if (groups === undefined && exported === undefined) for (const row of rows) await output.lines(rowText(row))
  return 0
}

function groupLines(groups: readonly RejectGroup[]): string[] {
  const lines = groups.map(({ dataset, column, code, stage, reason, count, sampleKey }) => {
    const at = `${dataset}${column === undefined ? '' : `.${column}`}`
    const key = Object.keys(sampleKey).length > 0 ? `such as ${keyText(sampleKey)}` : ''
    return [countText(count), at, `${code} at ${stage}`, reason, key]
  })
  return textTable(lines, ['right'], '')
}

interface FoundRejects {
  readonly run: string
  readonly rows: readonly RejectedRow[]
  readonly replayed: number
}

async function fromCopy(world: World, id: string): Promise<FoundRejects> {
  using store = openStore(world)
  const { run, summary } = findRun(store, id)
  const result = runDocument.safeParse(summary)
  if (!result.success) throw noCopy(run, 'its summary is not on this machine')
  const { count, file, replayed = 0 } = result.data.rejects
  if (count === 0) return { run, rows: [], replayed }
  if (file === null) throw noCopy(run, 'no copy was written')
  return { run, rows: await readCopy(run, file), replayed }
}

async function readCopy(run: string, file: string): Promise<RejectedRow[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
    return lines.map((line) => rejectedRowSchema.parse(JSON.parse(line)))
  } catch (error) {
    throw noCopy(run, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

function noCopy(run: string, reason: string, cause?: unknown): TransloadError {
  const cure = `Read them from the target: transload rejects ${run} --target URL.`
  return new TransloadError('TL_C105', { reason: `The rows that ${run} rejected are not here: ${reason}`, cure }, cause)
}

/** The id is taken as it is: this machine need not know the run. */
async function fromTarget(world: World, output: Output, run: string, target: string): Promise<FoundRejects> {
  using interrupts = new Interrupts(world, { first: 'now', say: () => {}, beforeExit: async () => {} })
  const url = await resolveSecrets(target, world)
  output.guard([url])
  return { run, ...(await readRejects(registry, url, run, interrupts.signal)) }
}

function rowText({ dataset, split, position, stage, column, code, reason, key, row }: RejectedRow): string[] {
  const where = Object.keys(key).length > 0 ? keyText(key) : `row ${position} of the split ${split}`
  const at = column === undefined ? '' : `.${column}`
  return [
    `${dataset}${at}  ${where}  ${code} at ${stage}: ${reason}`,
    ...Object.entries(row).map(([name, value]) => `    ${name} = ${valueText(value)}`),
  ]
}

/** Enough of a value to know it by. */
const maxValueLength = 200

function valueText(value: EncodedValue): string {
  if (value === null) return 'NULL'
  const text = 'text' in value ? JSON.stringify(value.text) : `base64 ${value.base64}`
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength)}… (${text.length} characters)` : text
}
