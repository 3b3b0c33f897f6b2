import { ExpectedName } from '../expected-name.ts'
import { putPiece, type TextPiece } from './text-piece.ts'

/** Of documents at one place, and at all places together. */
const maxNamesOfOne = 200
const maxNames = 5000
/** Longer ones are not taken up. */
const maxNameBytes = 256
const noName = new ExpectedName(undefined)

/**
 * Names that the documents at one place have had, all of them different, in an order that most of those have: who has some of
 * them in this order has none twice. Each with its text as JSON has it.
 */
export class KnownNames {
  /** Behind them one that no field has. */
  readonly expected: ExpectedName[] = [noName]
  readonly #pieces: TextPiece[] = []
  /** Of the documents, or the array's elements, that stand under a name. */
  readonly #within: (KnownNames | undefined)[] = []
  readonly #total: { count: number }
  #ofElements: KnownNames | undefined

  /** @param total What counts the names at all places together */
  constructor(total = { count: 0 }) {
    this.#total = total
  }

  /** The place of the name bytes[start, end), at `from` or behind it; −1 where it is not there. */
  find(bytes: Uint8Array, start: number, end: number, from: number): number {
    const { expected } = this
    for (let i = from; i < expected.length - 1; i++) if (isName(expected[i]!, bytes, start, end)) return i
    return -1
  }

  /**
   * Takes up a name at this place, in front of those that stand there, unless it is known elsewhere, is very long, or there are too many.
   * False: it was not taken up.
   *
   * @param text As it was written: textBytes[textStart, textEnd)
   */
  insert(
    place: number,
    { bytes, nameStart, nameEnd }: { readonly bytes: Uint8Array; readonly nameStart: number; readonly nameEnd: number },
    text: Uint8Array,
  ): boolean {
    if (this.expected.length > maxNamesOfOne || this.#total.count >= maxNames) return false
    if (nameEnd - nameStart > maxNameBytes) return false
    if (this.find(bytes, nameStart, nameEnd, 0) >= 0) return false
    this.#total.count++
    this.expected.splice(place, 0, new ExpectedName(bytes.slice(nameStart, nameEnd)))
    this.#pieces.splice(place, 0, pieceOf(text))
    this.#within.splice(place, 0, undefined)
    return true
  }

  /** Writes the text of the name at this place, quotes and colon among it; returns the end. */
  put(place: number, view: DataView, at: number): number {
    return putPiece(view, at, this.#pieces[place]!)
  }

  /** Of the documents that stand under the name at this place. */
  within(place: number): KnownNames {
    return (this.#within[place] ??= new KnownNames(this.#total))
  }

  /** Of the documents in the array that this stands for. */
  get ofElements(): KnownNames {
    return (this.#ofElements ??= new KnownNames(this.#total))
  }
}

function isName({ bytes: name, byteCount }: ExpectedName, bytes: Uint8Array, start: number, end: number): boolean {
  if (byteCount !== end - start) return false
  for (let i = 0; i < byteCount; i++) if (name[i] !== bytes[start + i]) return false
  return true
}

function pieceOf(text: Uint8Array): TextPiece {
  const padded = new Uint8Array(Math.ceil(text.length / 4) * 4)
  padded.set(text)
  const view = new DataView(padded.buffer)
  return {
    words: Int32Array.from({ length: padded.length / 4 }, (_, i) => view.getInt32(i * 4, true)),
    byteCount: text.length,
  }
}
