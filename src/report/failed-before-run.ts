import type { TransloadError } from '../errors/transload-error.ts'
import type { RunSummary } from '../model/run-summary.ts'

/** The summary of a run that never came to be: `run --json` prints one in any case. */
export function failedBeforeRun(error: TransloadError, version: string, startedAt: Date): RunSummary {
  const now = new Date()
  const interrupted = error.code === 'TL_X902' || error.code === 'TL_X903'
  return {
    schema: 'transload.run/1',
    version,
    run: null,
    status: interrupted ? 'interrupted' : 'failed',
    exitCode: error.spec.exit,
    resumable: false,
    attempts: 0,
    startedAt: startedAt.toISOString(),
    finishedAt: now.toISOString(),
    seconds: (now.getTime() - startedAt.getTime()) / 1000,
    phases: { plan: 0, prepare: 0, copy: 0, finish: 0, validate: 0 },
    source: '',
    target: '',
    consistency: { level: 'none', position: null, moments: [] },
    datasets: [],
    objects: { created: 0, notCarried: [], notValidated: [] },
    rejects: { count: 0, file: null, byReason: {} },
    warnings: [],
    validation: null,
    error: { code: error.code, message: error.title, hint: error.hint },
  }
}
