import { BlockCipher, Blocks, blockSize } from './block-cipher.ts'
import { type Alphabet, characterOf, slotOf } from './fake-alphabets.ts'

/** As many as NIST SP 800-38G asks of FF1. */
const roundCount = 10

/** So many that their remainders favour no symbol by more than 1 in 100,000. */
const bytesPerSymbol = 4
const symbolsPerBlock = blockSize / bytesPerSymbol

/** Symbols of a half that enter as they are, and of a text's form; more enter as a hash of 32 bytes. */
const mostInHalf = 31
const mostInForm = 60

/** Blocks of a part that enters as a hash. */
const hashedBlocks = 3

/** Masks texts, each by itself: many in one call take less than one by one. */
export type FakeMask = (texts: readonly string[]) => string[]

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
 * by AES-256 of the round, the form and the one half (chained as CBC-MAC, then counted on) is added to the other, place by
 * place, modulo the alphabet's size (a Feistel network, as in FF1). A text of a single such character goes by a table
 * shuffled with the key. Takes time in proportion to the text.
 *
 * @param domain Texts of one domain become the same; what they become in another says nothing of it
 */
export function fakeMask(key: Uint8Array, domain = ''): FakeMask {
  const cipher = new BlockCipher(key, `fake ${domain}`)
  const tables = new Map<Alphabet, Uint32Array>()
  return (texts) => {
    const all = texts.map(symbolsIn)
    permute(
      cipher,
      all.filter(({ symbols }) => symbols.length > 1),
    )
    return texts.map((text, at) => {
      const found = all[at]!
      const [only] = found.alphabets
      if (only !== undefined && found.alphabets.length === 1) {
        let table = tables.get(only)
        if (table === undefined) tables.set(only, (table = shuffledTable(cipher, only)))
        found.symbols[0] = table[found.symbols[0]!]!
      }
      return textWith(text, found)
    })
  }
}

/** The characters of a text that a mask changes. */
interface Symbols {
  /** In UTF-16 units. */
  readonly places: readonly number[]
  readonly alphabets: readonly Alphabet[]
  readonly symbols: number[]
}

function symbolsIn(text: string): Symbols {
  const places: number[] = []
  const alphabets: Alphabet[] = []
  const symbols: number[] = []
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place)
    const slot = slotOf(unit)
    if (slot === undefined) continue
    places.push(place)
    alphabets.push(slot.alphabet)
    symbols.push(slot.base + unit - slot.first)
  }
  return { places, alphabets, symbols }
}

function textWith(text: string, { places, alphabets, symbols }: Symbols): string {
  let made = ''
  let rest = 0
  for (let at = 0; at < places.length; at++) {
    const place = places[at]!
    if (place > rest) made += text.slice(rest, place)
    made += characterOf(alphabets[at]!, symbols[at]!)
    rest = place + 1
  }
  return rest < text.length ? made + text.slice(rest) : made
}

/** In place. Each round can be undone by who knows the other half, which it leaves: so the whole is a permutation. */
function permute(cipher: BlockCipher, texts: readonly Symbols[]): void {
  if (texts.length === 0) return
  const forms = tagsOfForms(cipher, texts)
  for (let round = 0; round < roundCount; round++) {
    const isLeft = round % 2 === 0
    const tags = new Blocks(texts.length)
    tags.words.set(forms.words)
    chainHalves(cipher, tags, texts, round)
    const starts = startsOf(texts, ({ symbols: { length } }) => {
      return Math.ceil((isLeft ? length >> 1 : length - (length >> 1)) / symbolsPerBlock)
    })
    const added = cipher.streams(tags, starts)
    const view = new DataView(added.buffer, added.byteOffset, added.length)
    for (let at = 0; at < texts.length; at++) {
      const { alphabets, symbols } = texts[at]!
      const middle = symbols.length >> 1
      const end = isLeft ? middle : symbols.length
      let from = starts[at]! * blockSize
      for (let place = isLeft ? 0 : middle; place < end; place++, from += bytesPerSymbol) {
        symbols[place] = (symbols[place]! + view.getUint32(from, true)) % alphabets[place]!.size
      }
    }
  }
}

/** Of each text's length and alphabets, which no round changes. */
function tagsOfForms(cipher: BlockCipher, texts: readonly Symbols[]): Blocks {
  const starts = startsOf(texts, ({ symbols: { length } }) => {
    return length > mostInForm ? hashedBlocks : Math.ceil((4 + length) / blockSize)
  })
  const messages = new Blocks(starts[texts.length]!)
  const { bytes } = messages
  for (const [at, { alphabets }] of texts.entries()) {
    const start = starts[at]! * blockSize
    bytes.writeUInt32LE(alphabets.length, start)
    if (alphabets.length > mostInForm) {
      bytes.set(cipher.hash(Uint8Array.from(alphabets, ({ id }) => id)), start + blockSize)
    } else {
      for (const [place, { id }] of alphabets.entries()) bytes[start + 4 + place] = id
    }
  }
  const tags = new Blocks(texts.length)
  cipher.chain(tags, messages, starts)
  return tags
}

/** Chains the round and the half that it leaves to the form: the form's length tells how long that is. */
function chainHalves(cipher: BlockCipher, tags: Blocks, texts: readonly Symbols[], round: number): void {
  const isLeft = round % 2 === 0
  const lengthOf = ({ symbols: { length } }: Symbols): number => (isLeft ? length - (length >> 1) : length >> 1)
  const starts = startsOf(texts, (text) => {
    const length = lengthOf(text)
    return length > mostInHalf ? hashedBlocks : Math.ceil((2 + 2 * length) / blockSize)
  })
  const messages = new Blocks(starts[texts.length]!)
  const { bytes } = messages
  for (let at = 0; at < texts.length; at++) {
    const text = texts[at]!
    const { symbols } = text
    const start = starts[at]! * blockSize
    const length = lengthOf(text)
    const first = isLeft ? symbols.length >> 1 : 0
    bytes[start] = round
    if (length > mostInHalf) {
      const half = Buffer.alloc(2 * length)
      for (let place = 0; place < length; place++) half.writeUInt16LE(symbols[first + place]!, 2 * place)
      bytes.set(cipher.hash(half), start + blockSize)
    } else {
      for (let place = 0; place < length; place++) {
        const symbol = symbols[first + place]!
        bytes[start + 2 + 2 * place] = symbol & 0xff
        bytes[start + 3 + 2 * place] = symbol >> 8
      }
    }
  }
  cipher.chain(tags, messages, starts)
}

/** Where each text's blocks begin, and where the last one's end. */
function startsOf(texts: readonly Symbols[], countOf: (text: Symbols) => number): Uint32Array {
  const starts = new Uint32Array(texts.length + 1)
  for (let at = 0; at < texts.length; at++) starts[at + 1] = starts[at]! + countOf(texts[at]!)
  return starts
}

function shuffledTable(cipher: BlockCipher, { id, size }: Alphabet): Uint32Array {
  const table = Uint32Array.from({ length: size }, (_, symbol) => symbol)
  const tag = new Blocks(1)
  const message = new Blocks(1)
  // A form of no character: no text has it.
  message.bytes[4] = id
  cipher.chain(tag, message, Uint32Array.of(0, 1))
  const drawn = cipher.streams(tag, Uint32Array.of(0, Math.ceil(size / symbolsPerBlock)))
  for (let last = size - 1; last > 0; last--) {
    const chosen = drawn.readUInt32LE(last * bytesPerSymbol) % (last + 1)
    const kept = table[last]!
    table[last] = table[chosen]!
    table[chosen] = kept
  }
  return table
}
