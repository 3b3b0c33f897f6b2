import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { loadPipeline } from '../../index.ts'
import { verdict } from '../../report/verdict.ts'
import type { WrittenReport } from '../../report/write-report.ts'
import { carryOut, unwritable } from '../carry-out.ts'
import type { Output } from '../output.ts'
import { readPlan } from '../read-plan.ts'
import { absolute, pipelineFlags, runFlags, type RunOptions, withRun } from '../run-options.ts'
import { runText } from '../text/run-text.ts'
import type { World } from '../world.ts'

export function defineRun(command: Command): Command {
  return withRun(command).description('move the rows, or go on with the unfinished run of the same plan')
}

/** `transload run`. @throws TransloadError for what is wrong before there is a run */
export async function runCommand(
  world: World,
  output: Output,
  file: string | undefined,
  options: RunOptions,
): Promise<number> {
  const { directory } = world
  const pipeline = await loadPipeline(file, pipelineFlags(options), world)
  const savedPlan =
    options.plan === undefined ? undefined : await readPlan(resolve(directory, options.plan), options.plan)
  const { written } = await carryOut(world, output, {
    pipeline,
    flags: runFlags(options),
    savedPlan,
    reportDirectory: await reportDirectory(options.report, directory),
    logLevel: options.logLevel,
    spool: options.spool ?? false,
  })
  return await present(output, written)
}

/** Made before the run: that it cannot be is worth knowing before hours of copying. @throws TL_C105 */
export async function reportDirectory(report: string | undefined, directory: string): Promise<string | undefined> {
  if (report === undefined) return undefined
  const path = absolute(report, directory, '--report')
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    throw unwritable('--report', error)
  }
  return path
}

/** Prints what came of a run, and gives its exit code. */
export async function present(output: Output, { summary, files }: WrittenReport): Promise<number> {
  const { error, exitCode, run } = summary
  if (output.isJson) {
    await output.json(summary)
    return exitCode
  }
  if (run !== null) {
    await output.line(verdict(summary), exitCode === 0 ? 'green' : 'red')
    await output.lines(runText(summary))
    if (files.length > 0) await output.lines(['', 'Written', ...files.map((file) => `  ${file}`)])
  }
  if (error !== undefined) output.error({ ...error, title: error.message })
  return exitCode
}
