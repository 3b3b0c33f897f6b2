import { setTimeout as sleep } from 'node:timers/promises'

export type Outcome<T> = { readonly value: T } | { readonly error: unknown } | 'hangs'

/** What became of a promise within `patienceMs`: its value, its error, or nothing yet. */
export async function outcomeWithin<T>(promise: PromiseLike<T>, patienceMs: number): Promise<Outcome<T>> {
  const settled = Promise.resolve(promise).then(
    (value): Outcome<T> => ({ value }),
    (error: unknown): Outcome<T> => ({ error }),
  )
  const timer = new AbortController()
  const late = sleep(patienceMs, 'hangs' as const, { signal: timer.signal }).catch(() => 'hangs' as const)
  try {
    return await Promise.race([settled, late])
  } finally {
    timer.abort()
  }
}
