import { TransloadError } from '../../../errors/transload-error.ts'
import type { MongoSettings } from '../config.ts'

/** One database of a server, to write to. */
export interface MongoPlace {
  /** For people: no user, no secrets. */
  readonly label: string
  readonly database: string
  readonly settings: MongoSettings
  /** To be taken out of what a server says. */
  readonly password?: string | undefined
}

/** @throws TL_C103 where the URL names no database, or several */
export function placeOf(settings: MongoSettings): MongoPlace {
  const { label, databases } = settings
  const [database, ...more] = databases
  const reason =
    database === undefined ? 'it names no database to write to' : 'it names several databases, and a target is one'
  if (database === undefined || more.length > 0) {
    throw new TransloadError('TL_C103', {
      url: label,
      reason,
      cure: 'Write mongodb://USER:PASSWORD@HOST:27017/DATABASE.',
    })
  }
  const [, password] = /^[a-z+]+:\/\/[^:@/]*:([^@]*)@/.exec(settings.url) ?? []
  return { label, database, settings, password: password && decodeURIComponent(password) }
}
