import type { RunPhases } from '../model/run-summary.ts'

type Phase = keyof RunPhases

/** Wall time per phase, in seconds. A phase may be entered more than once. */
export class Stopwatch {
  readonly startedAt = new Date().toISOString()
  readonly #startMs = performance.now()
  readonly #spentMs: Record<Phase, number> = { plan: 0, prepare: 0, copy: 0, finish: 0, validate: 0 }

  async time<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const beganMs = performance.now()
    try {
      return await work()
    } finally {
      this.#spentMs[phase] += performance.now() - beganMs
    }
  }

  phases(): RunPhases {
    const seconds = (phase: Phase): number => round(this.#spentMs[phase])
    return {
      plan: seconds('plan'),
      prepare: seconds('prepare'),
      copy: seconds('copy'),
      finish: seconds('finish'),
      validate: seconds('validate'),
    }
  }

  seconds(): number {
    return round(performance.now() - this.#startMs)
  }
}

function round(ms: number): number {
  return Math.round(ms) / 1000
}
