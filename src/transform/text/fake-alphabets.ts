/** Code points that are put in each other's place, as ranges of first and last. */
type Ranges = readonly (readonly [first: number, last: number])[]

/*
 * Never change one: every mask that was made with it would be another. What is added at the end changes none that is
 * there, only characters that were left as they are until then.
 */
const alphabetRanges: readonly Ranges[] = [
  // Digits: ASCII, Arabic, Persian, Devanagari, full width.
  [[0x30, 0x39]],
  [[0x660, 0x669]],
  [[0x6f0, 0x6f9]],
  [[0x966, 0x96f]],
  [[0xff10, 0xff19]],
  // Latin: capitals and small letters, then those with marks.
  [[0x41, 0x5a]],
  [[0x61, 0x7a]],
  [
    [0xc0, 0xd6],
    [0xd8, 0xde],
  ],
  [
    [0xdf, 0xf6],
    [0xf8, 0xff],
  ],
  // Greek and Cyrillic.
  [
    [0x391, 0x3a1],
    [0x3a3, 0x3a9],
  ],
  [[0x3b1, 0x3c9]],
  [[0x400, 0x42f]],
  [[0x430, 0x45f]],
  // Hebrew, Arabic, Devanagari, Thai: letters without case.
  [[0x5d0, 0x5ea]],
  [
    [0x621, 0x63a],
    [0x641, 0x64a],
  ],
  [[0x904, 0x939]],
  [[0xe01, 0xe2e]],
  // Hiragana, Katakana, ideographs, Hangul.
  [[0x3041, 0x3096]],
  [[0x30a1, 0x30fa]],
  [[0x4e00, 0x9fa5]],
  [[0xac00, 0xd7a3]],
]

/** A set of characters, each of which is masked by one of the set. */
export interface Alphabet {
  /** Its place in the list, which enters the key's stream: 0 to 255. */
  readonly id: number
  readonly size: number
  readonly ranges: Ranges
}

/** A range of code points in an alphabet. All are below U+10000: each is one UTF-16 unit. */
export interface Slot {
  readonly first: number
  readonly last: number
  readonly alphabet: Alphabet
  /** The symbol of `first` in the alphabet. */
  readonly base: number
}

const slots: readonly Slot[] = alphabetRanges
  .flatMap((ranges, id) => {
    const size = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
    const alphabet = { id, size, ranges }
    let base = 0
    return ranges.map(([first, last]): Slot => {
      const slot = { first, last, alphabet, base }
      base += last - first + 1
      return slot
    })
  })
  .toSorted((one, other) => one.first - other.first)

const lastSlotEnd = slots.at(-1)?.last ?? 0

/** Units whose slot is looked up rather than looked for: those of most texts. */
const commonUnits = 0x500
const common: readonly (Slot | undefined)[] = Array.from({ length: commonUnits }, (_, unit) => foundSlot(unit))

/** Where a UTF-16 unit is in the alphabets; undefined where no alphabet has it. Its symbol is `base + unit − first`. */
export function slotOf(unit: number): Slot | undefined {
  return unit < commonUnits ? common[unit] : foundSlot(unit)
}

function foundSlot(unit: number): Slot | undefined {
  if (unit > lastSlotEnd) return undefined
  const slot = slots.find(({ last }) => unit <= last)
  return slot === undefined || unit < slot.first ? undefined : slot
}

export function characterOf({ ranges }: Alphabet, symbol: number): string {
  let left = symbol
  for (const [first, last] of ranges) {
    if (left <= last - first) return String.fromCharCode(first + left)
    left -= last - first + 1
  }
  throw new RangeError(`no symbol ${symbol}`)
}
