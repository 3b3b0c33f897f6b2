/** Throws the signal's reason if it is aborted. */
export function assertNotAborted(signal: AbortSignal): void {
  if (signal.aborted) throw signal.reason
}

/**
 * Waits for `promise`, but rejects with `signal.reason` as soon as the signal aborts. `onAbort` cancels what is under
 * way, in the server where that matters; the promise that lost the race is still observed, so that its rejection is
 * never unhandled.
 */
export async function waitOrAbort<T>(promise: Promise<T>, signal: AbortSignal, onAbort?: () => void): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const listener = (): void => {
    onAbort?.()
    reject(signal.reason)
  }
  if (signal.aborted) listener()
  else signal.addEventListener('abort', listener, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', listener)
  }
}
