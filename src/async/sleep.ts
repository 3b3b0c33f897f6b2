import { setTimeout as delay } from 'node:timers/promises'

/** Waits `ms` milliseconds; rejects with `signal.reason` once the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error
  }
}
