/** What must not outlive this process: each entry ends one server, at once and without waiting for anything. */
const livingServers = new Set<() => void>()

/** From now on the server ends with this process, however that ends. Gives what to call once it is gone. */
export function endWithProcess(endNow: () => void): () => void {
  if (livingServers.size === 0) watchForTheEnd()
  livingServers.add(endNow)
  return () => livingServers.delete(endNow)
}

let isWatching = false

/** A SIGKILL of this process cannot be seen here: `Account` servers are started so that the kernel ends them then. */
function watchForTheEnd(): void {
  if (isWatching) return
  isWatching = true
  process.on('exit', endAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      endAll()
      process.kill(process.pid, signal)
    })
  }
}

function endAll(): void {
  for (const endNow of livingServers) endNow()
  livingServers.clear()
}
