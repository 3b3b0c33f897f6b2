import type { Source } from './source.ts'
import type { Target } from './target.ts'

/** One end of a run, parsed from its URL. */
export interface Endpoint {
  /** As the registry knows it, such as `postgres`. */
  readonly engine: string
  /** For people and reports: no user, no secrets. */
  readonly label: string
  /** Engine, host, port and database: what a plan's identity is made of. No user, no secrets. */
  readonly identity: string
  /** The connector's own settings. Holds secrets: never printed, never stored. */
  readonly settings: unknown
}

export interface OpenOptions {
  /** Lanes that will read or write side by side. */
  readonly laneCount: number
  /** Upper bound of what is asked of the source, in bytes of cells per second; absent: none. */
  readonly maxBytesPerSecond?: number | undefined
  /** Nothing will be written: whoever is refused is told what reading takes, and no more. */
  readonly isReadOnly?: boolean | undefined
  /** A statement that takes longer is ended by the server, with TL_V704; absent: none is. */
  readonly statementTimeoutMs?: number | undefined
  /** What is worth telling while it works, such as how to connect to a server that it started. */
  readonly notice: (message: string) => void
}

/** An engine's front door. A capability that is absent is an absent member. */
export interface Connector {
  readonly engine: string
  /** Parses a URL that begins with one of the connector's schemes. @throws TL_C103 */
  parseUrl(url: string): Endpoint
  openSource?(endpoint: Endpoint, options: OpenOptions, signal: AbortSignal): Promise<Source>
  openTarget?(endpoint: Endpoint, options: OpenOptions, signal: AbortSignal): Promise<Target>
}

/** Finds the connector for a URL. @throws TL_C103, TL_C104 */
export type Registry = (url: string) => Promise<Connector>
