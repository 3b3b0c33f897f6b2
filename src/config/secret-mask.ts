import { isMaskable } from '../errors/is-maskable.ts'
import type { Secrets } from './secrets.ts'

/** What stands in the place of a secret. */
const masked = '***'

/**
 * The last defence: takes secrets out of what is about to be printed or stored. Nothing ought to reach it, since only
 * labels are printed; but a driver's own message may repeat what it was given.
 */
export class SecretMask {
  readonly #secrets: readonly string[]
  readonly #keys: Pick<Secrets, 'found'>

  /** @param urls with their secrets in place @param keys whose secrets are known once they are asked for */
  constructor(urls: readonly string[], keys: Pick<Secrets, 'found'> = { found: [] }) {
    this.#keys = keys
    const found = urls.flatMap(secretsOf).filter(isMaskable)
    // The longest first: one may hold another.
    this.#secrets = [...new Set(found)].toSorted((a, b) => b.length - a.length)
  }

  /** For what nobody here has written: a driver's message, a server's refusal. */
  text(text: string): string {
    return this.known(withoutUserInfo(text))
  }

  /** For what a connector says on purpose, such as how to connect to a server that it made. */
  known(text: string): string {
    let clean = text
    for (const secret of [...this.#keys.found, ...this.#secrets]) clean = clean.replaceAll(secret, masked)
    return clean
  }
}

/** Takes users and passwords out of every URL that a text holds. */
export function withoutUserInfo(text: string): string {
  return text.replace(/(\w[\w+.-]*:\/\/)[^\s"'<>]*@/g, `$1${masked}@`)
}

/** The secrets of a URL as they stand in it; none that is empty. */
export function secretsIn(url: string): string[] {
  const password = /^[^:@]*:(.*)$/s.exec(userInfoOf(url))?.[1] ?? ''
  const options = [...url.matchAll(/[?&][^=&]*(?:password|passwd|secret|token)[^=&]*=([^&#]*)/gi)]
  return [password, ...options.map(([, value = '']) => value)].filter((secret) => secret !== '')
}

/** The URL with a word for each of its secrets, for people. */
export function withoutSecrets(url: string): string {
  const named = url.replace(/([?&][^=&]*(?:password|passwd|secret|token)[^=&]*=)[^&#]*/gi, '$1SECRET')
  // Up to the last @ there is: a password that ought to be encoded may have one, and what hides too much is safe.
  return userInfoOf(url).includes(':') ? named.replace(/(:\/\/[^:]*):.*@/s, '$1:PASSWORD@') : named
}

function secretsOf(url: string): string[] {
  return secretsIn(url).flatMap((secret) => [secret, decoded(secret)])
}

/** What stands between `://` and `@`, also where the password has a `/` or `@` that ought to be encoded. */
function userInfoOf(url: string): string {
  const start = url.indexOf('://')
  if (start < 0) return ''
  const rest = url.slice(start + 3)
  const authority = rest.slice(0, /[/?#]|$/.exec(rest)?.index)
  const within = authority.lastIndexOf('@')
  return rest.slice(0, Math.max(0, within >= 0 ? within : rest.lastIndexOf('@')))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A % that begins no escape: as it stands is all there is.
    return text
  }
}
