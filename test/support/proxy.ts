import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { ProxiedConnection } from './proxied-connection.ts'
import { ProxyRules } from './proxy-rules.ts'

export interface HoldOptions {
  /** Replies are held from the moment the client has sent these bytes, such as `COMMIT`. Absent: from now on. */
  readonly after?: string | Uint8Array | undefined
}

/**
 * A TCP proxy between a client and its server that can do what networks do. What it is told holds for the connections
 * that are open and for those that come.
 */
export interface TcpProxy extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Where new connections lead; open ones stay where they are. Its scheme, login and path mean nothing here. */
  target: URL
  readonly openConnectionCount: number
  /** Bytes that came back from the server and are held. */
  readonly heldByteCount: number
  /** The target's URL with the proxy's own host and port in it. */
  url(): string
  /** Resets every open connection on both sides, and drops what was held. New connections work. */
  cut(): void
  /** Nothing moves in either direction, and nobody is told. Bytes sent meanwhile wait and are not lost. */
  stall(): void
  /** Ends `stall`, `throttle` and `holdReplies`: what waited goes on. */
  resume(): void
  /**
   * One side is gone without a word: it is reset, and the `believer` keeps a connection that takes bytes and never
   * answers. Believer `client`: the server died or the route broke. Believer `server`: the client did, and the
   * server's session goes on holding its locks. It stays so until `cut`.
   */
  halfOpen(believer?: 'client' | 'server'): void
  /** At most this many bytes per second in each direction of each connection. */
  throttle(bytesPerSecond: number): void
  /** The server gets everything and answers, and its answers stay here: a COMMIT whose answer is lost, after `cut`. */
  holdReplies(options?: HoldOptions): void
  /** Resolves when replies are being held and at least one byte has come back. Rejects with the signal's reason. */
  untilHeld(signal?: AbortSignal): Promise<void>
}

/** Listens on a free port of loopback. The target is an engine's URL, or any URL with a host and a port. */
export async function startProxy(target: string): Promise<TcpProxy> {
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  const proxy = new LoopbackProxy(server, new URL(target))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return proxy
}

class LoopbackProxy implements TcpProxy {
  readonly host = '127.0.0.1'
  target: URL
  readonly #server: Server
  readonly #rules = new ProxyRules()
  readonly #connections = new Set<ProxiedConnection>()

  constructor(server: Server, target: URL) {
    this.target = target
    this.#server = server
    server.on('connection', (client) => this.#accept(client))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get openConnectionCount(): number {
    return this.#connections.size
  }

  get heldByteCount(): number {
    return [...this.#connections].reduce((sum, connection) => sum + connection.heldByteCount, 0)
  }

  url(): string {
    const url = new URL(this.target)
    url.hostname = this.host
    url.port = String(this.port)
    return url.href
  }

  cut(): void {
    for (const connection of this.#connections) connection.reset()
  }

  stall(): void {
    this.#rules.stall()
  }

  resume(): void {
    this.#rules.resume()
  }

  halfOpen(believer: 'client' | 'server' = 'client'): void {
    for (const connection of this.#connections) connection.abandon(believer)
  }

  throttle(bytesPerSecond: number): void {
    if (!(bytesPerSecond > 0)) throw new RangeError(`bytesPerSecond is ${bytesPerSecond}`)
    this.#rules.bytesPerSecond = bytesPerSecond
  }

  holdReplies({ after }: HoldOptions = {}): void {
    this.#rules.holdReplies(after === undefined ? undefined : Buffer.from(after))
  }

  async untilHeld(signal?: AbortSignal): Promise<void> {
    while (this.heldByteCount === 0) await once(this.#rules, 'held', { signal })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cut()
    await closed
  }

  #accept(client: Socket): void {
    const { hostname, port } = this.target
    const connection = new ProxiedConnection(
      client,
      { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) },
      this.#rules,
    )
    this.#connections.add(connection)
    void connection.ended.then(() => this.#connections.delete(connection))
  }
}
