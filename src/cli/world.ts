/** A stream that a command writes to: what is used of a process's own. */
export interface OutputStream {
  write(text: string, done?: (error?: Error | null) => void): boolean
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

export type SignalName = 'SIGINT' | 'SIGTERM'

/** All that a command line touches of its process, so that tests can give it another one. */
export interface World {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined }
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly environment: { readonly [name: string]: string | undefined }
  /** What relative paths are relative to. */
  readonly directory: string
  /** Returns what stops listening. */
  onSignal(name: SignalName, listener: () => void): () => void
  /** Ends the process, whatever still runs. */
  exit(code: number): void
}

export function processWorld(): World {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    directory: process.cwd(),
    onSignal(name, listener) {
      process.on(name, listener)
      return () => process.off(name, listener)
    },
    exit: (code) => process.exit(code),
  }
}
