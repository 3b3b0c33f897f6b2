import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where this machine keeps what it remembers of runs: `$TRANSLOAD_HOME`, else `~/.transload`. */
export function transloadHome(environment: { readonly [name: string]: string | undefined }): string {
  const given = environment['TRANSLOAD_HOME']
  return given === undefined || given === '' ? join(homedir(), '.transload') : given
}
