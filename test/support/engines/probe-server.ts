import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { familyOf, openSession } from './database-session.ts'

const pauseMs = 50
/** The driver tries again by itself until then, and a server that ended is not seen before. */
const mongoTimeoutMs = 1_000

/** Resolves with the server's own version as soon as it answers a query. */
export async function awaitServer(
  url: string,
  { timeoutMs, hasEnded }: { timeoutMs: number; hasEnded: () => boolean },
): Promise<string> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      return await askVersion(url)
    } catch (error) {
      if (hasEnded()) throw new Error('the server ended while it started', { cause: error })
      if (Date.now() > deadline) {
        const { message, code = message } = error as NodeJS.ErrnoException
        throw new Error(`no answer within ${timeoutMs} ms (${code})`, { cause: error })
      }
    }
    await sleep(pauseMs)
  }
}

async function askVersion(url: string): Promise<string> {
  if (familyOf(url) === 'mongo') return askMongoVersion(url)
  await using session = await openSession(url)
  const [row] = await session.query(
    familyOf(url) === 'postgres' ? 'SHOW server_version' : 'SELECT version() AS server_version',
  )
  return String(row?.['server_version'])
}

async function askMongoVersion(url: string): Promise<string> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: mongoTimeoutMs })
  try {
    const { version } = await client.db('admin').command({ buildInfo: 1 })
    return String(version)
  } finally {
    await client.close()
  }
}
