/**
 * What the run does by itself after an error. `reconnect`: a new connection, then go on from the checkpoint;
 * `backoff`: the same after a pause; `manual`: a person has to act, then the same command resumes; `never`: the same
 * command would fail again.
 */
export type Retry = 'reconnect' | 'backoff' | 'manual' | 'never'

/** The exit codes of the command line; 0 and 70 besides. */
export type ExitCode = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 70 | 130 | 143

export interface ErrorSpec {
  /** One sentence without a full stop. `{name}` is replaced from the error's context. */
  readonly title: string
  readonly retry: Retry
  readonly exit: ExitCode
  /** The cure, in words that can be followed. `{name}` is replaced as in the title. */
  readonly hint: string
}
