/**
 * Does two things side by side. Where one fails, the other is aborted and waited for: nothing goes on behind the caller.
 * @throws what failed first
 */
export async function both<One, Other>(
  one: (signal: AbortSignal) => Promise<One>,
  other: (signal: AbortSignal) => Promise<Other>,
  signal: AbortSignal,
): Promise<[One, Other]> {
  const failure = new AbortController()
  const either = AbortSignal.any([signal, failure.signal])
  const guard = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await work(either)
    } catch (error) {
      failure.abort(error)
      throw error
    }
  }
  const [left, right] = await Promise.allSettled([guard(one), guard(other)])
  if (failure.signal.aborted) throw failure.signal.reason
  if (left.status === 'rejected') throw left.reason
  if (right.status === 'rejected') throw right.reason
  return [left.value, right.value]
}
