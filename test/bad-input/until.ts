import { setTimeout as sleep } from 'node:timers/promises'

const patienceMs = 10_000
const pauseMs = 20

/** Waits until something has come true. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not true within ${patienceMs} ms: ${isTrue.toString()}`)
    await sleep(pauseMs)
  }
}
