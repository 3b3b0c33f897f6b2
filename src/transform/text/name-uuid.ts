import { hash } from 'node:crypto'

/** Of RFC 9562, which has made them known to all. */
const known: ReadonlyMap<string, string> = new Map([
  ['dns', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
  ['url', '6ba7b811-9dad-11d1-80b4-00c04fd430c8'],
  ['oid', '6ba7b812-9dad-11d1-80b4-00c04fd430c8'],
  ['x500', '6ba7b814-9dad-11d1-80b4-00c04fd430c8'],
])

/** Names of the namespaces that everybody knows. */
export const knownNamespaces: readonly string[] = [...known.keys()]

/**
 * The UUID of a namespace: of one that is known (`dns`, `url`, `oid`, `x500`), of a UUID, or of a name with a dot, such as
 * `users.example.org`, whose own UUID in the namespace `dns` it is. Undefined for anything else.
 */
export function namespaceOf(text: string): string | undefined {
  const uuid = known.get(text) ?? (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : undefined)
  if (uuid !== undefined) return uuid.toLowerCase()
  if (!/^[^\s.]+(\.[^\s.]+)+$/.test(text)) return undefined
  return nameUuid(known.get('dns') ?? '')(text)
}

/** UUIDs of version 5: equal names have equal ones, in any language and library. @param namespace A UUID */
export function nameUuid(namespace: string): (name: string | Uint8Array) => string {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex')
  return (name) => {
    const bytes = typeof name === 'string' ? Buffer.from(name, 'utf8') : name
    return uuidOf(hash('sha1', Buffer.concat([prefix, bytes]), 'buffer'), 5)
  }
}

/** The first 16 bytes as a UUID of a version, in canonical text. Changes them. */
export function uuidOf(bytes: Buffer, version: 5 | 7 | 8): string {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4)
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
