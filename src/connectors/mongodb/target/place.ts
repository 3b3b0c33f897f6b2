import { TransloadError } from '../../../errors/transload-error.ts'

/** One database of a server, as its URL names it. */
export interface MongoPlace {
  /** For people: no user, no secrets. */
  readonly label: string
  readonly database: string
  /** For the driver: holds secrets. */
  readonly url: string
  readonly password?: string | undefined
}

/** Reads `mongodb://USER:PASSWORD@HOST:PORT/DATABASE`. @throws TL_C103, never with the URL's password in it */
export function parseMongoUrl(text: string): MongoPlace {
  // Several hosts are no URL to the parser: it is given the first alone.
  const single = text.replace(/^(mongodb:\/\/(?:[^@/]*@)?[^,/?]+)(?:,[^/?]*)/, '$1')
  const url = URL.parse(single)
  if (url === null || (url.protocol !== 'mongodb:' && url.protocol !== 'mongodb+srv:')) {
    throw unusable(`${/^[a-z+]+:/i.exec(text)?.[0] ?? 'it'}…`, 'it is not a URL of MongoDB')
  }
  const database = decodeURIComponent(url.pathname.slice(1))
  const hosts = /^[a-z+]+:\/\/(?:[^@/]*@)?([^/?]*)/.exec(text)?.[1] ?? ''
  const label = `${url.protocol}//${hosts.toLowerCase()}/${database}`
  if (database === '') throw unusable(label, 'it names no database')
  if (/[/\\. "$*<>:|?\0]/.test(database)) throw unusable(label, `${database} is no name of a database`)
  const password = url.password === '' ? undefined : decodeURIComponent(url.password)
  return { label, database, url: text, password }
}

function unusable(url: string, reason: string): TransloadError {
  return new TransloadError('TL_C103', { url, reason, cure: 'Write mongodb://USER:PASSWORD@HOST:27017/DATABASE.' })
}
