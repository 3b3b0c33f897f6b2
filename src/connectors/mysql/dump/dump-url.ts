import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Endpoint } from '../../../contract/connector.ts'
import { TransloadError } from '../../../errors/transload-error.ts'

export interface DumpSettings {
  readonly label: string
  /** Absolute; undefined: standard input. */
  readonly path: string | undefined
}

/**
 * `mysqldump:PATH`, where everything behind the colon is the path as it is, and `mysqldump:-`, standard input. A path
 * that begins with `~/` is in the user's home, since no shell looks behind the colon.
 */
export function parseDumpUrl(url: string): Endpoint {
  const path = /^mysqldump:(.+)$/is.exec(url)?.[1]
  if (path === undefined) {
    throw new TransloadError('TL_C103', {
      url,
      reason: 'it names no file',
      cure: 'Write mysqldump:PATH.sql, mysqldump:PATH.sql.gz, or mysqldump:- for standard input.',
    })
  }
  const isInput = path === '-'
  const absolute = resolve(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path)
  const label = `mysqldump:${isInput ? '-' : absolute}`
  const settings: DumpSettings = { label, path: isInput ? undefined : absolute }
  return { engine: 'mysql', label, identity: label, settings }
}
