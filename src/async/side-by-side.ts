import pLimit from 'p-limit'

/** Does a thing when its turn comes, with the signal that ends all of them. */
export type InTurn = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>

/** For things done side by side, `count` at once. The first that fails aborts all others. */
export function sideBySide(count: number, signal: AbortSignal): InTurn {
  const limit = pLimit(count)
  const failure = new AbortController()
  const either = AbortSignal.any([signal, failure.signal])
  return (work) =>
    limit(async () => {
      try {
        return await work(either)
      } catch (error) {
        failure.abort(error)
        throw error
      }
    })
}
