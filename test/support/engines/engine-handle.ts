import type { EngineName } from './engine-name.ts'

/** A running server of a test. Disposing it stops it and removes what it left on the disk. */
export interface EngineHandle extends AsyncDisposable {
  readonly name: EngineName
  /** With a superuser's login; its path names no database of ours. The same before and after a restart. */
  readonly url: string
  /** What the server says of itself. */
  readonly version: string
  /** Where it was found: `environment`, `docker`, `installed`, `just installed`. */
  readonly origin: string
  /** Ends the server for good. Its data are gone afterwards. */
  stop(): Promise<void>
  /** A clean shutdown (where it still runs) and a start on the same data and port. Resolves once it answers. */
  restart(): Promise<void>
  /** SIGKILL, as a crash would have it: nothing is flushed. `restart()` brings it back with its data. */
  kill(): Promise<void>
}
