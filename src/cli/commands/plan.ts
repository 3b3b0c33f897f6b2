import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Command, Option } from 'commander'
import { loadPipeline, plan as makePlan } from '../../index.ts'
import type { Plan } from '../../model/plan.ts'
import type { PreviewedPlan } from '../../model/preview.ts'
import { notCarriedSql, planSql } from '../../report/sql-files.ts'
import { visibleJson } from '../../report/visible.ts'
import { unwritable } from '../carry-out.ts'
import { previewCount } from '../flag-values.ts'
import { Interrupts } from '../interrupts.ts'
import type { Output } from '../output.ts'
import { Teller } from '../progress.ts'
import { absolute, pipelineFlags, type PipelineOptions, runFlags, withPipeline } from '../run-options.ts'
import { spoolFor } from '../spool.ts'
import { planText } from '../text/plan-text.ts'
import { previewText } from '../text/preview-text.ts'
import type { World } from '../world.ts'

export interface PlanOptions extends PipelineOptions {
  readonly out?: string | undefined
  readonly sql?: string | undefined
  readonly preview?: number | undefined
}

export function definePlan(command: Command): Command {
  return withPipeline(command)
    .description('dry run: types, losses found in the data, DDL, splits, what is in the way; writes nothing')
    .option('--out <file>', 'write the plan to this file, for run --plan')
    .option('--sql <file>', 'write the statements to this file')
    .addOption(
      new Option('--preview <rows>', 'show so many rows of each table before and after, those with trouble first')
        .argParser(previewCount)
        .conflicts('schemaOnly'),
    )
}

/** What a run refuses to start with. */
const exitOfPreflight = 3

/** `transload plan`. @throws TransloadError where the plan cannot be made */
export async function planCommand(
  world: World,
  output: Output,
  file: string | undefined,
  options: PlanOptions,
): Promise<number> {
  const asked = await loadPipeline(file, pipelineFlags(options), world)
  output.guard([asked.source, asked.target], asked.secrets)
  const { preview, ...plan } = await planOf(world, output, asked, options)
  // Rows of the data are shown to who asked for them, and are in no file that others may read.
  const written = await writeFiles(plan, world.directory, options)
  if (output.isJson) await output.json(preview === undefined ? plan : { ...plan, preview })
  else {
    await output.lines(planText(plan))
    const lines = preview === undefined ? [] : previewText(plan.datasets, preview, screenWidth(world))
    for (const { text, colour } of lines) await output.line(text, colour)
    if (written.length > 0) await output.lines(['', 'Written', ...written.map((path) => `  ${path}`)])
  }
  return plan.preflight.some((finding) => finding.level === 'error') ? exitOfPreflight : 0
}

const leastWidth = 40

/** Columns that lines may take: COLUMNS says, or the terminal; what goes into a file or a pipe has a hundred. */
function screenWidth({ stdout, environment }: World): number {
  const asked = /^\d{1,5}$/.test(environment['COLUMNS'] ?? '') ? Number(environment['COLUMNS']) : 0
  const own = stdout.isTTY === true ? (stdout.columns ?? 80) : 100
  return Math.max(leastWidth, asked > 0 ? asked : own)
}

async function planOf(
  world: World,
  output: Output,
  asked: Awaited<ReturnType<typeof loadPipeline>>,
  options: PlanOptions,
): Promise<PreviewedPlan> {
  await using spooled = await spoolFor(asked, options.spool ?? false, world)
  const teller = new Teller(world, output, options.logLevel)
  using progress = teller.start()
  using interrupts = new Interrupts(world, {
    first: 'now',
    say: (line) => progress.say(line),
    beforeExit: async () => {},
  })
  return await makePlan({
    pipeline: spooled.pipeline,
    flags: runFlags(options),
    previewRowCount: options.preview,
    events: {
      phase: (name) => progress.phase(name),
      notice: (message) => {
        for (const line of message.split('\n')) progress.say(line)
      },
      warning: (message) => teller.logger.warn(output.clean(message)),
    },
    signal: interrupts.signal,
  })
}

async function writeFiles(plan: Plan, directory: string, options: PlanOptions): Promise<string[]> {
  const written: string[] = []
  const put = async (flag: string, path: string, content: string): Promise<void> => {
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content, { mode: 0o600 })
    } catch (error) {
      throw unwritable(flag, error)
    }
    written.push(path)
  }
  const { out, sql, report } = options
  if (out !== undefined) await put('--out', absolute(out, directory, '--out'), `${visibleJson(plan, 2)}\n`)
  if (sql !== undefined) await put('--sql', absolute(sql, directory, '--sql'), planSql(plan))
  if (report === undefined) return written
  const folder = absolute(report, directory, '--report')
  await put('--report', join(folder, 'plan.json'), `${visibleJson(plan, 2)}\n`)
  const notCarried = notCarriedSql(plan.notCarried)
  if (notCarried !== undefined) await put('--report', join(folder, 'not-carried.sql'), notCarried)
  return written
}
