import { execFile } from 'node:child_process'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { ServerUser } from './server-user.ts'

export interface ProgramResult {
  readonly exitCode: number
  /** What it printed on both streams. */
  readonly output: string
}

/**
 * Runs one of the server's programs to its end, as the server's user, with messages in English and without the PG…
 * variables of this process.
 *
 * @throws TL_T304 where it cannot be run at all; `signal.reason` after an abort
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  directory: string,
  user: ServerUser | undefined,
  endpoint: string,
  signal: AbortSignal,
): Promise<ProgramResult> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'))
  const { promise, resolve, reject } = Promise.withResolvers<ProgramResult>()
  execFile(
    program,
    [...args],
    {
      cwd: directory,
      env: { ...Object.fromEntries(own), LC_ALL: 'C' },
      signal,
      ...(user && { uid: user.uid, gid: user.gid }),
    },
    (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim()
      if (!error) resolve({ exitCode: 0, output })
      else if (signal.aborted) reject(signal.reason)
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, output })
      else reject(cannotRun(program, endpoint, error))
    },
  )
  return await promise
}

function cannotRun(program: string, endpoint: string, error: Error): TransloadError {
  return new TransloadError(
    'TL_T304',
    {
      endpoint,
      reason: `${program} cannot be run here: ${error.message}`,
      cure: 'The programs are made for Linux with glibc, macOS and Windows. Elsewhere use a postgres:// URL.',
    },
    error,
  )
}
