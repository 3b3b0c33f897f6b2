import type { Severed } from './harness.ts'
import type { TcpProxy } from './proxy.ts'

/** A way to a server through a proxy. `commitMark`: bytes that a client sends last of all, right before rows commit. */
export function severedBy(proxy: TcpProxy, commitMark: string | Uint8Array): Severed {
  return {
    url: proxy.url(),
    cut: () => proxy.cut(),
    halfOpen: () => proxy.halfOpen(),
    stall: () => proxy.stall(),
    loseNextAnswer: () => void loseNextAnswer(proxy, commitMark),
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  }
}

/** The server has committed once it answers: the answer is dropped, and the connections with it. */
export async function loseNextAnswer(proxy: TcpProxy, commitMark: string | Uint8Array): Promise<void> {
  proxy.holdReplies({ after: commitMark })
  await proxy.untilHeld()
  proxy.cut()
  proxy.resume()
}
