import { openSession } from '../support/engines/database-session.ts'
import type { EngineHandle } from '../support/engines/engine-handle.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { startEngine } from '../support/engines/start-engine.ts'
import type { SeedDatabase, World } from '../support/harness.ts'
import { mysqlWorld } from '../support/seed-mysql.ts'
import { postgresWorld } from '../support/seed-postgres.ts'

/** A server of one test, which may be restarted and killed, with a world on it. */
export interface OwnServer extends AsyncDisposable {
  readonly engine: EngineHandle
  readonly world: World
}

export async function startOwnServer(name: EngineName): Promise<OwnServer> {
  const engine = await startEngine(name)
  await using session = await openSession(engine.url)
  await session.query('CREATE DATABASE shop')
  const database = databaseAt(new URL('/shop', engine.url).href)
  const isMysql = name === 'mysql9' || name === 'mariadb'
  return {
    engine,
    world: isMysql ? mysqlWorld(database) : postgresWorld(database),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}

/** A session for each query: no connection has to outlive the server. */
function databaseAt(url: string): SeedDatabase {
  return {
    url,
    async query(sql, values) {
      await using session = await openSession(url)
      return await session.query(sql, values)
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
