import { TransloadError } from '../../errors/transload-error.ts'

/** A cut of one text into the texts of several columns, in their order. Undefined where the text is not of that kind. */
export type TextSplitter = (text: string) => readonly (string | undefined)[] | undefined

/**
 * What becomes of parts beyond the limit. `keep`: the last part holds them, with their separators; `drop`: they are left
 * out; `refuse`: the text is none of that kind.
 */
export type Rest = 'keep' | 'drop' | 'refuse'

/**
 * Splits at each occurrence of a separator, from left to right, into at most `limit` parts; without a limit, into as many
 * as there are. Parts are as they stand, empty ones too: nothing is trimmed. A text without a separator, so an empty one
 * too, is one part: fewer parts than columns is no error here. Undefined only where there are more parts than `limit` and
 * `rest` is `refuse`.
 *
 * Throws TL_C105 where the separator is empty or the limit is no whole number from 1 on.
 */
export function separatorSplitter(separator: string, limit: number | undefined, rest: Rest): TextSplitter {
  if (separator === '')
    refuse('the separator is empty', 'Name the characters between the parts, or split by positions.')
  if (limit === undefined) return (text) => text.split(separator)
  if (!Number.isSafeInteger(limit) || limit < 1) refuse(`the limit is ${limit}`, 'Write a whole number from 1 on.')
  return (text) => {
    const parts: string[] = []
    let start = 0
    for (;;) {
      const end = text.indexOf(separator, start)
      if (end < 0) return [...parts, text.slice(start)]
      if (parts.length === limit - 1) break
      parts.push(text.slice(start, end))
      start = end + separator.length
    }
    if (rest === 'refuse') return undefined
    return [...parts, rest === 'keep' ? text.slice(start) : text.slice(start, text.indexOf(separator, start))]
  }
}

/**
 * Splits at places, counted in code points from 0: of [0, 5, 9] the parts are characters 0 to 4, 5 to 8, and 9 to the
 * end; what is before the first place is left out. A code point is one whatever its width; a half of a pair counts as
 * one. Where the text ends before a place, the parts from there on are empty. Never undefined.
 *
 * Throws TL_C105 where there are no places, or they are not whole numbers that rise.
 */
export function positionSplitter(places: readonly number[]): TextSplitter {
  const isRising = places.every((place, at) => Number.isSafeInteger(place) && place > (places[at - 1] ?? -1))
  if (places.length === 0 || !isRising) {
    refuse(`the positions are [${places.join(', ')}]`, 'Write whole numbers that rise, such as [0, 5, 9].')
  }
  return (text) => {
    const parts: string[] = []
    let unit = 0
    let point = 0
    let start = 0
    for (const place of places) {
      while (point < place && unit < text.length) {
        unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1
        point++
      }
      if (place !== places[0]) parts.push(text.slice(start, unit))
      start = unit
    }
    return [...parts, text.slice(start)]
  }
}

function refuse(problem: string, cure: string): never {
  throw new TransloadError('TL_C105', { reason: `A text cannot be split: ${problem}`, cure })
}
