import { createHmac, createSecretKey } from 'node:crypto'
import { TransloadError } from '../../errors/transload-error.ts'

/** Bytes of a key that cannot be found by trying. */
const shortestKey = 16

/** Hexadecimal digits of a whole HMAC-SHA256. */
const wholeHash = 64
const shortestHash = 8

/**
 * The key of masks: the UTF-8 bytes of a secret. Throws TL_C105 where it is shorter than 16 bytes: with a key that can be
 * guessed, values can be tried out against their masks. The secret itself is in no message.
 */
export function maskKey(secret: string): Uint8Array {
  const key = Buffer.from(secret, 'utf8')
  if (key.length >= shortestKey) return key
  return refuse(`the key has ${key.length} bytes`, 'Take a secret of 16 bytes or more, such as ${env:MASK_KEY}.')
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
 * The first `length` hexadecimal digits, 8 to 64, of the HMAC-SHA256 of the text's UTF-8 under the key: equal texts have
 * equal hashes in every table and every run with that key. Two texts may share a hash that is cut short: with 8 digits,
 * four columns in ten of 65,536 values have such a pair, with 16 digits it takes 4,000,000,000 values for that. A unique
 * column wants 32. Halves of pairs, which are no UTF-8, are hashed as U+FFFD. Throws TL_C105 for other lengths.
 */
export function hashMask(key: Uint8Array, length = wholeHash): (text: string) => string {
  if (!Number.isSafeInteger(length) || length < shortestHash || length > wholeHash) {
    refuse(`the hash has ${length} digits`, `Write a whole number from ${shortestHash} to ${wholeHash}.`)
  }
  // A key that is not taken in anew for each value: 2 µs in the place of 13.
  const ready = createSecretKey(key)
  return (text) => createHmac('sha256', ready).update(text, 'utf8').digest('hex').slice(0, length)
}

function refuse(problem: string, cure: string): never {
  throw new TransloadError('TL_C105', { reason: `A mask cannot be made: ${problem}`, cure })
}
