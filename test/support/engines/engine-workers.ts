import { availableParallelism } from 'node:os'

/**
 * Test files that run side by side, each worker with servers of its own: tests wait for servers more than they compute.
 * One at a time where the environment names a server, which all of them would share.
 */
export function engineWorkerCount(): number {
  const isShared = Object.keys(process.env).some((name) => /^TRANSLOAD_TEST_.*_URL$/.test(name))
  return isShared ? 1 : Math.min(2, availableParallelism())
}
