import { createCipheriv, createHmac, createSecretKey } from 'node:crypto'
import { type Alphabet, characterOf, symbolOf } from './fake-alphabets.ts'

/** As many as NIST SP 800-38G asks of FF1. */
const roundCount = 10

/** So many that their remainders favour no symbol by more than 1 in 100,000. */
const bytesPerSymbol = 4

/** Bytes of a block of AES. */
const blockSize = 16

/** Bytes of a round and of a length. */
const headSize = 5

/**
 * A mask that looks like what it hides: each digit becomes a digit, each capital of A to Z one of them, each small letter
 * one of a to z, and so for `À` to `Þ`, `ß` to `ÿ`, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, Kana, ideographs
 * (U+4E00 to U+9FA5), Hangul, and the Arabic, Persian, Devanagari and full-width digits. All other characters stay, in
 * their places: separators, spaces, marks, emoji, rarer letters. So the length in code points stays, and can be seen.
 *
 * Under one key it is a permutation: two different texts never become one, so that a unique column stays unique; and the
 * same text becomes the same in every table and every run, so that keys still refer. A text may become itself, by the
 * chance of one in all texts of its form. What stays in its place does not count: `55-12` and `5512` become the same
 * digits. Whoever has the key can find the original: it is a disguise for test data, and no deletion. Digits that check
 * others (of IBANs, of cards) are not right afterwards, and a date may be none.
 *
 * How: the characters of a text, as numbers in their alphabets, are parted in two halves, and in ten rounds a stream made
 * by HMAC-SHA256 of the round, the form and the one half is added to the other, place by place, modulo the alphabet's
 * size (a Feistel network, as in FF1). A text of a single such character goes by a table shuffled with the key. Takes
 * time in proportion to the text.
 */
export function fakeMask(key: Uint8Array): (text: string) => string {
  const stream = streamBy(key)
  const tables = new Map<Alphabet, Uint32Array>()
  return (text) => {
    const characters = Array.from(text)
    const alphabets: Alphabet[] = []
    const places: number[] = []
    const symbols: number[] = []
    for (const [place, character] of characters.entries()) {
      const found = symbolOf(character.codePointAt(0) ?? 0)
      if (found === undefined) continue
      places.push(place)
      alphabets.push(found.alphabet)
      symbols.push(found.symbol)
    }
    const [only] = alphabets
    if (only !== undefined && alphabets.length === 1) {
      let table = tables.get(only)
      if (table === undefined) tables.set(only, (table = shuffledTable(stream, only)))
      symbols[0] = table[symbols[0] ?? 0] ?? 0
    } else if (only !== undefined) {
      permute(stream, alphabets, symbols)
    }
    for (const [at, alphabet] of alphabets.entries()) {
      characters[places[at] ?? 0] = characterOf(alphabet, symbols[at] ?? 0)
    }
    return characters.join('')
  }
}

/** In place. Each round can be undone by who knows the other half, which it leaves: so the whole is a permutation. */
function permute(stream: Stream, alphabets: readonly Alphabet[], symbols: number[]): void {
  const count = symbols.length
  const middle = count >> 1
  // What the stream is made of: the round, the form's length, the form, and the half that the round leaves.
  const message = Buffer.alloc(headSize + count + 2 * (count - middle))
  message.writeUInt32LE(count, 1)
  for (const [at, { id }] of alphabets.entries()) message[headSize + at] = id
  for (let round = 0; round < roundCount; round++) {
    const isLeft = round % 2 === 0
    const start = isLeft ? 0 : middle
    const end = isLeft ? middle : count
    const otherStart = isLeft ? middle : 0
    const otherEnd = isLeft ? count : middle
    message[0] = round
    let used = headSize + count
    for (let place = otherStart; place < otherEnd; place++) used = message.writeUInt16LE(symbols[place] ?? 0, used)
    const added = stream(message.subarray(0, used), (end - start) * bytesPerSymbol)
    for (let place = start; place < end; place++) {
      const { size } = alphabets[place] ?? { size: 1 }
      symbols[place] = ((symbols[place] ?? 0) + added.readUInt32LE((place - start) * bytesPerSymbol)) % size
    }
  }
}

/** Bytes that hang on every bit of a message and on the key, and that nobody guesses without it. */
type Stream = (message: Uint8Array, byteCount: number) => Buffer

/**
 * HMAC-SHA256 of the message; where its 32 bytes are too few, AES-256 in counter mode from the first 16 of them on. Both
 * with keys of their own, so that no hash of a text under the user's key is ever a part of a stream.
 */
function streamBy(key: Uint8Array): Stream {
  const keyOf = (purpose: string): Buffer => createHmac('sha256', key).update(`transload fake ${purpose}`).digest()
  const seedKey = createSecretKey(keyOf('seed'))
  // One cipher for all values: making one takes longer than all else.
  const cipher = createCipheriv('aes-256-ecb', keyOf('stream'), null).setAutoPadding(false)
  return (message, byteCount) => {
    const seed = createHmac('sha256', seedKey).update(message).digest()
    if (byteCount <= seed.length) return seed
    const counters = Buffer.alloc(Math.ceil(byteCount / blockSize) * blockSize)
    const first = seed.readUInt32LE(0)
    for (let at = 0; at < counters.length; at += blockSize) {
      seed.copy(counters, at, 0, blockSize)
      counters.writeUInt32LE((first ^ (at / blockSize)) >>> 0, at)
    }
    return cipher.update(counters)
  }
}

function shuffledTable(stream: Stream, { id, size }: Alphabet): Uint32Array {
  const table = Uint32Array.from({ length: size }, (_, symbol) => symbol)
  const drawn = stream(Buffer.from(`table ${id}`), size * bytesPerSymbol)
  for (let last = size - 1; last > 0; last--) {
    const chosen = drawn.readUInt32LE(last * bytesPerSymbol) % (last + 1)
    const kept = table[last] ?? 0
    table[last] = table[chosen] ?? 0
    table[chosen] = kept
  }
  return table
}
