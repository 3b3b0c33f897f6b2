import type { ReplayedCount } from '../contract/checkpoint.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { OutputCount } from '../contract/checkpoint.ts'
import { type DatasetPlan, outputsOf } from '../model/plan.ts'
import type { DatasetSummary, ErrorSummary, RunSummary } from '../model/run-summary.ts'
import { preflightWarnings } from './may-start.ts'
import { nameInTheEnd } from './name-in-the-end.ts'
import type { RunRecord } from './record.ts'
import type { RunRequest } from './request.ts'
import { mergeLosses, mergeOutputs } from './tally.ts'

/** Makes the summary of a run that ended with `error`, or well where it is undefined. */
export function summarise(request: RunRequest, record: RunRecord, error: unknown): RunSummary {
  const { session, watch } = record
  const failure = error === undefined ? undefined : asTransloadError(error)
  const interrupted = failure?.code === 'TL_X902' || failure?.code === 'TL_X903'
  const byReason: Record<string, number> = {}
  for (const reject of record.rejects) byReason[reject.code] = (byReason[reject.code] ?? 0) + 1
  return {
    schema: 'transload.run/1',
    version: request.version,
    run: session?.run ?? null,
    status: failure === undefined ? 'ok' : interrupted ? 'interrupted' : 'failed',
    exitCode: failure?.spec.exit ?? 0,
    resumable: session !== undefined && failure !== undefined && session.status !== 'finished',
    attempts: session?.attempts ?? 0,
    startedAt: watch.startedAt,
    finishedAt: new Date().toISOString(),
    seconds: watch.seconds(),
    phases: watch.phases(),
    source: record.source,
    target: record.target,
    consistency: {
      level: session?.consistency?.level ?? 'none',
      position: session?.consistency?.position ?? null,
      moments: session?.consistency?.moments ?? [],
    },
    datasets: datasets(record),
    objects: {
      created: (record.finish?.done ?? 0) + (session?.plan.prepare.length ?? 0),
      notCarried: (session?.plan.notCarried ?? []).map(({ kind, name, reason }) => ({ kind, name, reason })),
      notValidated: [...(record.finish?.notValidated ?? []), ...(record.finish?.violated ?? [])],
    },
    rejects: { count: record.rejects.length, file: null, byReason, ...replayedIn(record.replayed) },
    warnings: [
      ...(session?.plan.warnings ?? []),
      ...(session === undefined ? [] : preflightWarnings(session.plan)),
      ...record.warnings,
    ],
    validation: record.validation,
    ...(failure === undefined ? {} : { error: errorSummary(failure) }),
  }
}

function replayedIn(counts: readonly ReplayedCount[]): { readonly replayed?: number } {
  const replayed = counts.reduce((sum, { count }) => sum + count, 0)
  return replayed === 0 ? {} : { replayed }
}

function datasets({ session, losses, outputs, replayed }: RunRecord): DatasetSummary[] {
  if (session === undefined) return []
  const { plan, tally } = session
  return plan.datasets.map((dataset) => ({
    from: dataset.from,
    ...tally.counts(dataset.from),
    bytes: tally.bytes(dataset.from),
    seconds: Math.round(tally.seconds(dataset.from) * 1000) / 1000,
    outputs: inOrderOf(
      dataset,
      mergeOutputs(
        outputs
          .filter((output) => output.dataset === dataset.from)
          .map((output) => ({ ...output, to: nameInTheEnd(plan, output.to) })),
      ),
    ),
    losses: mergeLosses(losses.filter((loss) => loss.dataset === dataset.from)),
    ...replayedIn(replayed.filter((one) => one.dataset === dataset.from)),
  }))
}

/** The dataset's own table first, then those that stages make rows of. */
function inOrderOf(dataset: DatasetPlan, outputs: readonly OutputCount[]): OutputCount[] {
  const names = outputsOf(dataset).map(({ to }) => to)
  return outputs.toSorted((a, b) => names.indexOf(a.to) - names.indexOf(b.to))
}

/** What nobody foresaw is a defect of ours, and says so. */
export function asTransloadError(error: unknown): TransloadError {
  if (error instanceof TransloadError) return error
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new TransloadError('TL_X901', { reason }, error)
}

export function errorSummary(error: TransloadError): ErrorSummary {
  return { code: error.code, message: error.title, hint: error.hint }
}
