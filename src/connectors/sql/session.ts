/** A row as the server prints it: text cells, `null` for NULL. */
export type TextRow = readonly (string | null)[]

/** One connection, for statements whose answers are small. */
export interface TextSession {
  /** Runs one statement. Values are parameters of the server's own protocol, never text in the statement. */
  rows(sql: string, values?: readonly (string | number | null)[]): Promise<readonly TextRow[]>
}

/**
 * Connections for small statements, opened as needed and pinned as the engine's laws ask. Errors are `TransloadError`s.
 * An abort cancels the statement in the server and rejects with `signal.reason` within 5 s.
 */
export interface Sessions {
  use<T>(work: (session: TextSession) => Promise<T>, signal: AbortSignal): Promise<T>
  /** The same in one transaction: committed when `work` resolves, rolled back when it rejects. */
  transaction<T>(work: (session: TextSession) => Promise<T>, signal: AbortSignal): Promise<T>
}
