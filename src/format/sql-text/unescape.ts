import { isPair, type TrailBytes } from './trail-bytes.ts'

/** How the inside of a string literal is to be read. */
export interface LiteralRules {
  /** The byte that delimits the literal; doubled inside, it stands for itself. Default: the apostrophe. */
  readonly quote?: number | undefined
  /** False under `sql_mode` NO_BACKSLASH_ESCAPES. Default: true. */
  readonly backslash?: boolean | undefined
  /** Set where the literal is written in a character set whose characters can end in a backslash. */
  readonly trailBytes?: TrailBytes | undefined
}

const backslash = 0x5c
/** Runs from this length on are copied by the engine, not byte by byte. */
const longRun = 48

/** What follows a backslash → what both stand for; every byte not named stands for itself. */
const escaped = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) escaped[byte] = byte
for (const [letter, byte] of [
  ['0', 0],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['b', 8],
  ['Z', 26],
] as const) {
  escaped[letter.charCodeAt(0)] = byte
}

/**
 * Reads the inside of a string literal (without its quotes) and writes the bytes it stands for to `target` from `at`
 * on; returns how many. They are never more than `length`, and source and target may be one buffer if `at` is not
 * after `offset`. Without escapes it is one copy.
 *
 * As MySQL's and MariaDB's lexers read it: `\0 \n \r \t \b \Z` are control characters, `\%` and `\_` keep their
 * backslash (so that LIKE still sees it), before any other byte the backslash is dropped; a doubled quote is one.
 */
export function unescapeLiteral(
  source: Uint8Array,
  offset: number,
  length: number,
  target: Uint8Array,
  at: number,
  rules: LiteralRules = {},
): number {
  const quote = rules.quote ?? 0x27
  const escape = rules.backslash === false ? quote : backslash
  const trailBytes = rules.trailBytes
  const end = offset + length
  let from = offset
  let to = at
  while (from < end) {
    const runEnd = plainRunEnd(source, from, end, quote, escape, trailBytes)
    to = copyRun(source, from, runEnd, target, to)
    from = runEnd
    if (from >= end) break
    const byte = source[from]!
    const next = from + 1 < end ? source[from + 1]! : byte
    if (byte === backslash && escape === backslash) {
      if (next === 0x25 || next === 0x5f) target[to++] = backslash
      target[to++] = escaped[next]!
    } else {
      target[to++] = byte
      // A quote inside the literal can only be the first of two.
    }
    from += 2
  }
  return to - at
}

/** The first index at or after `from` that starts an escape or a doubled quote, or `end`. */
function plainRunEnd(
  source: Uint8Array,
  from: number,
  end: number,
  quote: number,
  escape: number,
  trailBytes: TrailBytes | undefined,
): number {
  let index = from
  if (trailBytes === undefined) {
    while (index < end && source[index] !== escape && source[index] !== quote) index++
    return index
  }
  while (index < end) {
    const byte = source[index]!
    if (byte >= 0x80 && index + 1 < end && isPair(trailBytes, byte, source[index + 1]!)) index += 2
    else if (byte === escape || byte === quote) return index
    else index++
  }
  return end
}

function copyRun(source: Uint8Array, from: number, end: number, target: Uint8Array, at: number): number {
  const length = end - from
  if (length >= longRun) {
    if (source === target) target.copyWithin(at, from, end)
    else target.set(source.subarray(from, end), at)
    return at + length
  }
  let to = at
  for (let index = from; index < end; index++) target[to++] = source[index]!
  return to
}
