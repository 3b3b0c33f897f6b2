import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { Client, types } from 'pg'
import type { EngineFamily, SqlFamily } from './engine-name.ts'

const connectTimeoutMs = 10_000

/** Of PostgreSQL's types: json, date, time, timestamp, timestamptz, interval, timetz and jsonb stay text. */
const textTypes = new Set([114, 1082, 1083, 1114, 1184, 1186, 1266, 3802])

export type QueryRow = Readonly<Record<string, unknown>>

/** One connection to a server of either family that speaks SQL. */
export interface DatabaseSession extends AsyncDisposable {
  /**
   * Without values the SQL may be several statements; the rows are the last one's. Integers of 64 bits, decimals,
   * dates, times and JSON come as the server's text.
   */
  query(sql: string, values?: readonly unknown[]): Promise<readonly QueryRow[]>
}

export function familyOf(engineUrl: string): EngineFamily {
  const { protocol } = new URL(engineUrl)
  if (protocol.startsWith('mongodb')) return 'mongo'
  return protocol.startsWith('postgres') ? 'postgres' : 'mysql'
}

/** Of a server that speaks SQL. */
export function sqlFamilyOf(engineUrl: string): SqlFamily {
  const family = familyOf(engineUrl)
  if (family === 'mongo') throw new Error('MongoDB speaks no SQL: use createMongoDatabase')
  return family
}

export async function openSession(url: string): Promise<DatabaseSession> {
  return sqlFamilyOf(url) === 'postgres' ? openPostgres(url) : openMysql(url)
}

async function openPostgres(url: string): Promise<DatabaseSession> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    types: { getTypeParser: (oid, format) => (textTypes.has(oid) ? String : types.getTypeParser(oid, format)) },
  })
  client.on('error', failsTheNextQuery)
  await client.connect()
  return {
    async query(sql, values) {
      const results: unknown = await (values === undefined ? client.query(sql) : client.query(sql, [...values]))
      const last: unknown = Array.isArray(results) ? results.at(-1) : results
      return (last as { rows: QueryRow[] }).rows
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}

/** A server that is killed between two queries is told by the next one; without a listener it would end the process. */
function failsTheNextQuery(): void {}

async function openMysql(url: string): Promise<DatabaseSession> {
  const connection = await createConnection({
    uri: url,
    connectTimeout: connectTimeoutMs,
    multipleStatements: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
  })
  connection.on('error', failsTheNextQuery)
  return {
    async query(sql, values) {
      const [results] = await connection.query(sql, values === undefined ? undefined : [...values])
      const last: unknown = isListOfResults(results) ? results.at(-1) : results
      return Array.isArray(last) ? (last as RowDataPacket[]) : []
    },
    [Symbol.asyncDispose]: () => connection.end(),
  }
}

/** Several statements give a list of results; of one statement the results are themselves a list of rows. */
function isListOfResults(results: unknown): results is unknown[] {
  if (!Array.isArray(results) || results.length === 0) return false
  return results.every((result) => Array.isArray(result) || (result as object).constructor.name === 'ResultSetHeader')
}
