import type { TextSession } from '../../sql/session.ts'

/** What the user of a session may do, as SHOW GRANTS lists it, privileges of active roles included. */
export interface Grants {
  /** `'name'@'host'`, to be written into a GRANT. */
  readonly account: string
  /** One of the privileges, on every database. */
  onAll(...privileges: readonly string[]): boolean
  /** One of the privileges, on this database as a whole. */
  onDatabase(database: string, ...privileges: readonly string[]): boolean
}

interface Grant {
  /** Upper case. */
  readonly privileges: ReadonlySet<string>
  /** A pattern of LIKE; undefined: every database. */
  readonly database: string | undefined
}

export async function readGrants(session: TextSession): Promise<Grants> {
  const [user] = await session.rows('SELECT CURRENT_USER()')
  const rows = await session.rows('SHOW GRANTS')
  return parseGrants(
    user?.[0] ?? '',
    rows.map(([line]) => line ?? ''),
  )
}

/** `account` as CURRENT_USER() has it, `name@host`; the lines of SHOW GRANTS. */
export function parseGrants(account: string, lines: readonly string[]): Grants {
  const grants = lines.flatMap((line) => parseGrant(line) ?? [])
  const has = (grant: Grant, wanted: readonly string[]): boolean =>
    grant.privileges.has('ALL PRIVILEGES') || wanted.some((privilege) => grant.privileges.has(privilege))
  const onAll = (...wanted: readonly string[]): boolean =>
    grants.some((grant) => grant.database === undefined && has(grant, wanted))
  return {
    account: quoteAccount(account),
    onAll,
    onDatabase: (database, ...wanted) =>
      onAll(...wanted) ||
      grants.some((grant) => grant.database !== undefined && isLike(database, grant.database) && has(grant, wanted)),
  }
}

/**
 * One line of SHOW GRANTS, if it is about all databases or a whole one: `GRANT SELECT, LOCK TABLES ON `db`.* TO …`.
 * Undefined for tables, columns, routines, roles, and for REVOKE lines.
 */
function parseGrant(line: string): Grant | undefined {
  const found = /^GRANT (.+?) ON (\*|`(?:[^`]|``)*`)\.\* TO /i.exec(line)
  if (found === null) return undefined
  const privileges = (found[1] ?? '').split(',').map((privilege) => privilege.trim().toUpperCase())
  const database = found[2] === '*' ? undefined : found[2]?.slice(1, -1).replaceAll('``', '`')
  return { privileges: new Set(privileges), database }
}

/** `_` and `%` in the database of a GRANT stand for one and any characters, unless a backslash is before them. */
function isLike(name: string, pattern: string): boolean {
  if (name === pattern) return true
  const source = pattern.replaceAll(/\\([_%])|([_%])|([.*+?^${}()|[\]\\])/g, (_, escaped, wild, special) => {
    if (typeof escaped === 'string') return escaped
    if (typeof wild === 'string') return wild === '_' ? '.' : '.*'
    return `\\${String(special)}`
  })
  return new RegExp(`^${source}$`, 'su').test(name)
}

/** `name@host` → `'name'@'host'`; a name may hold an `@`, a host does not. */
function quoteAccount(account: string): string {
  const at = account.lastIndexOf('@')
  const quote = (part: string): string => `'${part.replaceAll("'", "''")}'`
  return at === -1 ? quote(account) : `${quote(account.slice(0, at))}@${quote(account.slice(at + 1))}`
}
