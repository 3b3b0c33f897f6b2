import { randomBytes } from 'node:crypto'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { openSession } from '../support/engines/database-session.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { type CliOptions, type CliOutcome, runCli } from './run-cli.ts'

/** Characters that a URL, a shell, SQL and a regular expression each have a use for. */
export const sourcePassword = `s0urce/p@ss:w'rd%41?&#"`
export const targetPassword = `t4rget/p@ss:w'rd%41?&#"`

/** Two tables to read, and an empty database to write to, each with a user of its own that has a password. */
export interface BadWorld extends AsyncDisposable {
  readonly source: TestDatabase
  readonly target: TestDatabase
  /** URLs of the users, with their passwords. */
  readonly sourceUrl: string
  readonly targetUrl: string
  readonly sourceUser: string
  readonly targetUser: string
  /** `transload run --source … --target …` with JSON, every log line and a report, and what it left behind. */
  run(args?: readonly string[], over?: { source?: string; target?: string }, options?: CliOptions): Promise<CliOutcome>
  /** Everything that is in the target database: schemas, relations, types, functions, constraints. */
  targetObjects(): Promise<readonly string[]>
}

export async function openBadWorld(): Promise<BadWorld> {
  const source = await createDatabase(engineUrl('mysql9'), 'bad')
  const target = await createDatabase(engineUrl('postgres15'), 'bad')
  const user = `bad_${randomBytes(4).toString('hex')}`
  await source.query(`
    CREATE TABLE users (id int PRIMARY KEY, name varchar(50) NOT NULL);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id));
    INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
    INSERT INTO orders VALUES (10, 1), (11, 2);
    CREATE USER '${user}'@'%' IDENTIFIED BY ${quoted(sourcePassword)};
    GRANT SELECT, LOCK TABLES ON ${source.name}.* TO '${user}'@'%'`)
  await target.query(`
    CREATE ROLE ${user} LOGIN PASSWORD ${quoted(targetPassword)};
    ALTER DATABASE ${target.name} OWNER TO ${user};
    ALTER SCHEMA public OWNER TO ${user}`)
  const sourceUrl = withUser(source.url, user, sourcePassword)
  const targetUrl = withUser(target.url, user, targetPassword)
  return {
    source,
    target,
    sourceUrl,
    targetUrl,
    sourceUser: user,
    targetUser: user,
    run: (args = [], over = {}, options = {}) => {
      const ends = ['--source', over.source ?? sourceUrl, '--target', over.target ?? targetUrl]
      return runCli(['run', ...ends, '--json', '--log-level', 'trace', '--report', 'report', ...args], options)
    },
    async targetObjects() {
      const rows = await target.query(objectsSql)
      return rows.map((row) => String(row['object']))
    },
    async [Symbol.asyncDispose]() {
      await source.query(`DROP USER '${user}'@'%'`)
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
      await using session = await openSession(engineUrl('postgres15'))
      await session.query(`DROP ROLE ${user}`)
    },
  }
}

export function withUser(url: string, user: string, password: string): string {
  const end = url.slice(url.lastIndexOf('@') + 1)
  return `${new URL(url).protocol}//${user}:${encodeURIComponent(password)}@${end}`
}

export function withHost(url: string, host: string): string {
  return url.replace(/@[^/]*/, `@${host}`)
}

export function withDatabase(url: string, database: string): string {
  return url.replace(/[^/]*$/, database)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

const objectsSql = `
SELECT 'schema ' || nspname AS object FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)'
UNION ALL SELECT 'relation ' || c.oid::regclass || ' ' || c.relkind::text FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace AND nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT 'type ' || t.oid::regtype FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace AND nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT 'function ' || p.oid::regprocedure FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace AND nspname !~ '^(pg_|information_schema)'
UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c
  JOIN pg_namespace n ON n.oid = c.connamespace AND nspname !~ '^(pg_|information_schema)'
ORDER BY 1`
