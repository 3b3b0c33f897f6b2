import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { PostgresSettings } from './config.ts'

/**
 * The password where the URL has none: PGPASSWORD, then the first line that fits in PGPASSFILE or ~/.pgpass, whose
 * format is PostgreSQL's (documentation, “The Password File”): host:port:database:user:password, `*` for any, a
 * backslash before `:` and `\`. Undefined where neither has one.
 */
export async function findPassword(
  settings: Pick<PostgresSettings, 'host' | 'port' | 'database' | 'user'>,
  environment: { readonly [name: string]: string | undefined } = process.env,
): Promise<string | undefined> {
  const fromEnvironment = environment['PGPASSWORD']
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment
  const text = await readIfThere(environment['PGPASSFILE'] ?? join(homedir(), '.pgpass'))
  // libpq looks a socket's directory up as localhost.
  const host = settings.host.startsWith('/') ? 'localhost' : settings.host
  const wanted = [host, String(settings.port), settings.database, settings.user]
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue
    const fields = [...line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g)].map((field) =>
      (field[1] ?? '').replaceAll(/\\(.)/g, '$1'),
    )
    const isFor = wanted.every((value, place) => fields[place] === '*' || fields[place] === value)
    if (isFor && fields[4] !== undefined && fields[4] !== '') return fields[4]
  }
  return undefined
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // Not there, or not for us to read: as libpq, go on without.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) return ''
    throw error
  }
}
