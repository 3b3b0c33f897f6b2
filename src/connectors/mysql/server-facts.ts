import type { TextSession } from '../sql/session.ts'

/**
 * What a server can do, learnt by asking it: forks and patch levels differ too much for version numbers.
 *
 * - `stats-expiry`, `max-execution-time`, `max-statement-time`: the session variable exists.
 * - `binlog`: the binary log is on. `gtid-executed`: MySQL with `gtid_mode` ON. `binlog-snapshot`: MariaDB with a
 *   binary log, whose position a transaction's snapshot knows without a lock.
 * - `check-constraints`: `information_schema` lists them. `sequences`: listed among the tables, as MariaDB does.
 * - `expression-indexes`, `srs-ids`, `column-statistics`: `information_schema` has the column or table.
 */
export type ServerFeature =
  | 'stats-expiry'
  | 'max-execution-time'
  | 'max-statement-time'
  | 'binlog'
  | 'gtid-executed'
  | 'binlog-snapshot'
  | 'check-constraints'
  | 'sequences'
  | 'expression-indexes'
  | 'srs-ids'
  | 'column-statistics'

export interface ServerFacts {
  readonly flavor: 'mysql' | 'mariadb'
  readonly version: readonly [number, number, number]
  /** As `VERSION()` prints it. */
  readonly versionText: string
  /** `0`, `1` or `2`, as the variable `lower_case_table_names`. */
  readonly lowerCaseTableNames: number
  /** Bytes; the longest packet, and so the longest value, that the server sends or takes. */
  readonly maxAllowedPacket: number
  has(feature: ServerFeature): boolean
  /** Whether `information_schema` has this table, or this column of it. Upper and lower case do not count. */
  catalogHas(table: string, column?: string): boolean
}

const variables = [
  'information_schema_stats_expiry',
  'max_execution_time',
  'max_statement_time',
  'log_bin',
  'gtid_mode',
  'lower_case_table_names',
  'max_allowed_packet',
] as const

/** Asks the server what it is. Needs no privilege. */
export async function readServerFacts(session: TextSession): Promise<ServerFacts> {
  const [versionRow] = await session.rows('SELECT VERSION(), @@version_comment')
  const versionText = versionRow?.[0] ?? ''
  const names = variables.map((name) => `'${name}'`).join(', ')
  const known = new Map<string, string>()
  for (const [name, value] of await session.rows(`SHOW VARIABLES WHERE Variable_name IN (${names})`)) {
    if (name != null) known.set(name, value ?? '')
  }
  const catalog = new Set<string>()
  const columns = await session.rows(
    "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema'",
  )
  for (const [table, column] of columns) {
    if (table == null || column == null) continue
    catalog.add(table.toLowerCase())
    catalog.add(`${table}.${column}`.toLowerCase())
  }
  const isMariaDb = /mariadb/i.test(`${versionText} ${versionRow?.[1] ?? ''}`)
  return factsFrom(isMariaDb ? 'mariadb' : 'mysql', versionText, known, catalog)
}

function factsFrom(
  flavor: ServerFacts['flavor'],
  versionText: string,
  known: ReadonlyMap<string, string>,
  catalog: ReadonlySet<string>,
): ServerFacts {
  const binlog = known.get('log_bin') === 'ON' || known.get('log_bin') === '1'
  const features: { readonly [feature in ServerFeature]: boolean } = {
    'stats-expiry': known.has('information_schema_stats_expiry'),
    'max-execution-time': flavor === 'mysql' && known.has('max_execution_time'),
    'max-statement-time': known.has('max_statement_time'),
    binlog,
    'gtid-executed': binlog && known.get('gtid_mode') === 'ON',
    'binlog-snapshot': binlog && flavor === 'mariadb',
    'check-constraints': catalog.has('check_constraints'),
    sequences: flavor === 'mariadb' && atLeast(parseVersion(versionText), 10, 3),
    'expression-indexes': catalog.has('statistics.expression'),
    'srs-ids': catalog.has('columns.srs_id'),
    'column-statistics': catalog.has('column_statistics'),
  }
  return {
    flavor,
    version: parseVersion(versionText),
    versionText,
    lowerCaseTableNames: Number(known.get('lower_case_table_names') ?? 0),
    maxAllowedPacket: Number(known.get('max_allowed_packet') ?? 64 * 1024 * 1024),
    has: (feature) => features[feature],
    catalogHas: (table, column) =>
      catalog.has(column === undefined ? table.toLowerCase() : `${table}.${column}`.toLowerCase()),
  }
}

function atLeast(version: readonly [number, number, number], major: number, minor: number): boolean {
  return version[0] > major || (version[0] === major && version[1] >= minor)
}

/** `10.11.6-MariaDB-0+deb12u1` → `[10, 11, 6]`; the `5.5.5-` that old replication clients were told is left out. */
export function parseVersion(text: string): readonly [number, number, number] {
  const [, major = '0', minor = '0', patch = '0'] = /^(?:5\.5\.5-(?=\d))?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text) ?? []
  return [Number(major), Number(minor), Number(patch)]
}
