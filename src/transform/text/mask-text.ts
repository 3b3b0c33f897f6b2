import { createHmac, createSecretKey, type Hmac, type KeyObject } from 'node:crypto'
import { TransloadError } from '../../errors/transload-error.ts'
import { uuidOf } from './name-uuid.ts'

/** Bytes of a key that cannot be found by trying. */
const shortestKey = 16

/** Characters of a whole HMAC-SHA256, of which a hash has at least {@link shortestHash}. */
export const wholeHash = { hex: 64, base64url: 43 } as const
export const shortestHash = 8

/**
 * The key of masks: the UTF-8 bytes of a secret. Throws TL_C105 where it is shorter than 16 bytes: with a key that can be
 * guessed, values can be tried out against their masks. The secret itself is in no message.
 */
export function maskKey(secret: string): Uint8Array {
  const key = Buffer.from(secret, 'utf8')
  if (key.length >= shortestKey) return key
  return refuse(
    `the key has ${key.length} bytes`,
    'Take a secret of 16 bytes or more, such as openssl rand -hex 32 makes.',
  )
}

/** The same text for every value, so that not even equal ones can be told. */
export function redactMask(shown: string): (text: string) => string {
  return () => shown
}

/**
 * Keeps so many code points at the beginning and at the end, and puts `*` for each one between: with 1 and 2, `secret`
 * becomes `s***et`. A text with no more code points than are kept becomes `*` throughout: it would be seen whole. The
 * length stays to be seen. A letter and a combining mark are two code points. Throws TL_C105 where a count is no whole
 * number from 0 on.
 */
export function partialMask(first: number, last: number): (text: string) => string {
  for (const count of [first, last]) {
    if (!Number.isSafeInteger(count) || count < 0)
      refuse(`${count} characters are kept`, 'Write whole numbers from 0 on.')
  }
  return (text) => {
    const points = Array.from(text)
    const hidden = points.length - first - last
    if (hidden <= 0) return '*'.repeat(points.length)
    return points.slice(0, first).join('') + '*'.repeat(hidden) + points.slice(points.length - last).join('')
  }
}

/**
 * The first `length` characters, 8 to 64 hexadecimal digits or 8 to 43 of base64url, of the HMAC-SHA256 of the value's
 * bytes under the key (of a text its UTF-8): equal values have equal hashes in every table and every run with that key. Two
 * values may share a hash that is cut short: with 8 digits, four columns in ten of 65,536 values have such a pair, with 16
 * digits it takes 4,000,000,000 values for that. A unique column wants 32. Halves of pairs, which are no UTF-8, are hashed
 * as U+FFFD. Throws TL_C105 for other lengths.
 */
export function hashMask(
  key: Uint8Array,
  { as, length = wholeHash[as] }: { readonly as: 'hex' | 'base64url'; readonly length?: number | undefined },
): (value: string | Uint8Array) => string {
  if (!Number.isSafeInteger(length) || length < shortestHash || length > wholeHash[as]) {
    refuse(`the hash has ${length} characters`, `Write a whole number from ${shortestHash} to ${wholeHash[as]}.`)
  }
  const ready = createSecretKey(key)
  return (value) => hmacOf(ready, value).digest(as).slice(0, length)
}

/** The same as a UUID of version 8: 122 of its bits. It takes 10^17 values for two of them to share one by chance. */
export function uuidMask(key: Uint8Array): (value: string | Uint8Array) => string {
  const ready = createSecretKey(key)
  return (value) => uuidOf(hmacOf(ready, value).digest(), 8)
}

/** With a key that is not taken in anew for each value: 2 µs in the place of 13. */
function hmacOf(ready: KeyObject, value: string | Uint8Array): Hmac {
  const hmac = createHmac('sha256', ready)
  return typeof value === 'string' ? hmac.update(value, 'utf8') : hmac.update(value)
}

function refuse(problem: string, cure: string): never {
  throw new TransloadError('TL_C105', { reason: `A mask cannot be made: ${problem}`, cure })
}
