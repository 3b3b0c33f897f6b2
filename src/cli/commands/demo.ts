import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { pipelineBetween } from '../../config/load-pipeline.ts'
import { resolveSecrets } from '../../config/resolve-secrets.ts'
import type { Target } from '../../contract/target.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { defaultFlags, registry } from '../../index.ts'
import { counted } from '../../telemetry/amounts.ts'
import { type LogLevel, logLevels } from '../../telemetry/logger.ts'
import { type CarriedOut, carryOut } from '../carry-out.ts'
import { positiveCount } from '../flag-values.ts'
import { Interrupts } from '../interrupts.ts'
import type { Output } from '../output.ts'
import { absolute, type CommonOptions, withJson } from '../run-options.ts'
import { writeSampleSessions } from '../sample-shop/write-sample-sessions.ts'
import { writeSampleShop } from '../sample-shop/write-sample-shop.ts'
import { planSummary } from '../text/plan-text.ts'
import { withTarget } from '../with-target.ts'
import type { World } from '../world.ts'
import { present } from './run.ts'

export interface DemoOptions extends CommonOptions {
  readonly rows: number
  readonly data?: string | undefined
  readonly target?: string | undefined
  readonly logLevel: LogLevel
}

export function defineDemo(command: Command): Command {
  return withJson(command)
    .description(
      'the main job on tables and documents of a shop that does not exist, into a PostgreSQL that it brings; needs no server',
    )
    .option('--rows <count>', 'rows of the shop', positiveCount, 100_000)
    .option('--data <dir>', 'where dump, documents, database and reports are kept (default: .transload/demo)')
    .option('--target <url>', 'load into this database and not into one of its own')
    .addOption(new Option('--log-level <level>', 'how much to log').choices(logLevels).default('warn'))
}

/**
 * `transload demo`: writes the dump of a shop, and the documents of its web site, and moves both. It can be repeated: what an earlier demo has made in the
 * database is dropped first, by the database's own record of it, and nothing else. A database that is given with
 * --target is left as it is.
 */
export async function demoCommand(world: World, output: Output, options: DemoOptions): Promise<number> {
  const { data, target, dump, documents, notices } = await prepare(world, output, options)
  const move = async (source: string, report: string): Promise<CarriedOut> =>
    await carryOut(world, output, {
      pipeline: pipelineBetween(source, target),
      flags: defaultFlags,
      savedPlan: undefined,
      reportDirectory: join(data, report),
      logLevel: options.logLevel,
      spool: false,
      // Told when the database was opened for the first time, which may have started it.
      notice: () => {},
    })
  const tables = await move(`mysqldump:${dump}`, 'report')
  if (!output.isJson) await presentText(output, tables)
  const isLeft = tables.written.summary.status !== 'ok'
  const others = isLeft ? undefined : await move(`jsonl:${documents}`, 'report-documents')
  const exitCode = tables.written.summary.exitCode || (others?.written.summary.exitCode ?? 0)
  if (output.isJson) {
    await output.json({ ...tables.written.summary, exitCode, documents: others?.written.summary ?? null })
    return exitCode
  }
  if (others !== undefined) {
    await output.line('')
    await presentText(output, others)
  }
  if (notices.length > 0) await output.lines(['', ...notices.flatMap((notice) => notice.split('\n'))])
  return exitCode
}

async function presentText(output: Output, { written, plan }: CarriedOut): Promise<void> {
  if (plan !== undefined) await output.lines([...planSummary(plan), ''])
  await present(output, written)
}

interface Prepared {
  readonly data: string
  readonly target: string
  readonly dump: string
  /** A file of them. */
  readonly documents: string
  /** Of the database that the demo brings: how to connect to it, and how to stop it. */
  readonly notices: readonly string[]
}

async function prepare(world: World, output: Output, options: DemoOptions): Promise<Prepared> {
  using interrupts = new Interrupts(world, { first: 'now', say: () => {}, beforeExit: async () => {} })
  const { signal } = interrupts
  const places = options.data === undefined ? suggested(world) : [absolute(options.data, world.directory, '--data')]
  const place =
    options.target === undefined
      ? await openPlace(places, signal)
      : { data: places[0] ?? world.directory, target: await resolveSecrets(options.target, world), notices: [] }
  output.guard([place.target])
  await mkdir(place.data, { recursive: true })
  const dump = join(place.data, 'shop.sql')
  const documents = join(place.data, 'web_sessions.jsonl')
  output.note(`writing the dump of a shop with ${counted(options.rows, 'row')}: ${dump}`)
  const shop = await writeShop(dump, options.rows, signal)
  const oddities = new Set(shop.planted.map(({ oddity }) => oddity))
  output.note(`it has ${counted(Object.keys(shop.tables).length, 'table')}, and oddities: ${[...oddities].join(', ')}`)
  output.note(`writing visits to its web site as documents: ${documents}`)
  const sessions = await writeSampleSessions(documents, { rowCount: options.rows, signal })
  const odd = new Set(sessions.planted.map(({ oddity }) => oddity))
  output.note(`there are ${counted(sessions.documents, 'document')}, and oddities: ${[...odd].join(', ')}`)
  return { ...place, dump, documents }
}

async function writeShop(dump: string, rowCount: number, signal: AbortSignal): ReturnType<typeof writeSampleShop> {
  try {
    return await writeSampleShop(dump, { rowCount, signal })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new TransloadError('TL_C105', { reason: error.message, cure: 'Choose another number for --rows.' }, error)
  }
}

/**
 * Starts the database in the first place where it can be had. PostgreSQL does not run as root, and whom it runs as then
 * may often not enter the working directory: such a place is refused with TL_C103, and the next one is tried.
 */
async function openPlace(
  places: readonly string[],
  signal: AbortSignal,
): Promise<Omit<Prepared, 'dump' | 'documents'>> {
  let refusal: unknown
  const notices: string[] = []
  for (const data of places) {
    const target = `embedded-postgres:${join(data, 'postgres')}`
    try {
      const clear = async ({ state }: Target): Promise<void> => {
        for (const { run } of await state.list(signal)) await state.discard(run, signal)
      }
      await withTarget(registry, target, signal, clear, (notice) => notices.push(notice))
      return { data, target, notices }
    } catch (error) {
      if (!(error instanceof TransloadError) || error.code !== 'TL_C103') throw error
      refusal ??= error
    }
  }
  throw refusal
}

/** Beside where the command runs, else where every user may go. */
function suggested({ directory }: World): string[] {
  return [join(directory, '.transload', 'demo'), join(tmpdir(), 'transload-demo'), '/var/lib/transload/demo']
}
