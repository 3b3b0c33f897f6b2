/** Units in a row that both texts have, or that one has alone. */
export interface Stretch {
  readonly differs: boolean
  readonly units: readonly string[]
}

/** A part of a text. Of what stands before and after it, in characters (of UTF-16) or bytes, only the number is kept. */
export interface Window {
  readonly text: string
  readonly before: number
  readonly after: number
}

/** Shown of what is the same on both sides of what differs. */
const maxContext = 40
/** Fewer are not worth a note that they are left out. */
const minLeftOut = 20
/** Of what differs; what comes behind is left out. */
const maxDiffering = 200
/** Pairs that are compared unit by unit; of longer texts all from the first to the last difference is marked. */
const maxCompared = 200_000

/**
 * The parts of two texts that have what differs, with some of what is the same around it; of bounded length, and not
 * beginning or ending within a character.
 * @param unit Length of a character of the text: bytes as hex have two
 */
export function windowOf(source: string, target: string, unit: 1 | 2): { source: Window; target: Window } {
  const [same, end] = sharedEnds(source, target)
  const context = maxContext * unit
  const worth = (length: number): number => (length < minLeftOut * unit ? 0 : length)
  const before = wholeFrom(source, worth(same - context), unit)
  const longer = Math.max(source.length, target.length)
  const isCut = longer - same - end > maxDiffering * unit
  const part = (text: string): Window => {
    const wanted = isCut ? same + maxDiffering * unit : text.length - worth(end - context)
    const to = Math.min(text.length, wholeFrom(text, wanted, unit))
    return { text: text.slice(before, to), before: before / unit, after: (text.length - to) / unit }
  }
  return { source: part(source), target: part(target) }
}

/** How many characters two texts begin with, and how many of the rest they end with, alike. */
function sharedEnds<T>(source: ArrayLike<T>, target: ArrayLike<T>): [number, number] {
  const shorter = Math.min(source.length, target.length)
  let same = 0
  while (same < shorter && source[same] === target[same]) same++
  let end = 0
  while (end < shorter - same && source[source.length - 1 - end] === target[target.length - 1 - end]) end++
  return [same, end]
}

/** The same place, or the one before it where it is in the middle of a character, or of a byte. */
function wholeFrom(text: string, place: number, unit: 1 | 2): number {
  if (unit === 2) return place - (place % 2)
  return place > 0 && place < text.length && isSecondHalf(text, place) ? place - 1 : place
}

function isSecondHalf(text: string, place: number): boolean {
  const code = text.charCodeAt(place)
  return code >= 0xdc00 && code < 0xe000
}

/** The stretches of two texts in units: those that are not marked are the same at both ends, in the same order. */
export function differing(
  source: readonly string[],
  target: readonly string[],
): { readonly source: readonly Stretch[]; readonly target: readonly Stretch[] } {
  const [same, end] = sharedEnds(source, target)
  const [left, right] = [source.slice(same, source.length - end), target.slice(same, target.length - end)]
  const [inSource, inTarget] = commonUnits(left, right)
  const put = (units: readonly string[], middle: readonly string[], common: ReadonlySet<number>): Stretch[] =>
    [
      { differs: false, units: units.slice(0, same) },
      ...stretches(middle, common),
      { differs: false, units: units.slice(units.length - end) },
    ].filter((stretch) => stretch.units.length > 0)
  return { source: put(source, left, inSource), target: put(target, right, inTarget) }
}

/**
 * Places of what is common: of a longest common subsequence, or of what stands at the same place, whichever is more.
 * None of a subsequence that is so short that it would be chance.
 */
function commonUnits(left: readonly string[], right: readonly string[]): [ReadonlySet<number>, ReadonlySet<number>] {
  const inPlace = left.length === right.length ? left.flatMap((unit, i) => (unit === right[i] ? [i] : [])) : []
  const alike: [ReadonlySet<number>, ReadonlySet<number>] = [new Set(inPlace), new Set(inPlace)]
  const width = right.length + 1
  if (left.length * right.length > maxCompared) return alike
  const lengths = new Uint16Array((left.length + 1) * width)
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        left[row] === right[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  if (at(0, 0) <= inPlace.length || at(0, 0) * 2 < Math.max(left.length, right.length)) return alike
  const [inLeft, inRight] = [new Set<number>(), new Set<number>()]
  for (let row = 0, column = 0; row < left.length && column < right.length;) {
    if (left[row] === right[column]) {
      inLeft.add(row++)
      inRight.add(column++)
    } else if (at(row + 1, column) >= at(row, column + 1)) row++
    else column++
  }
  return [inLeft, inRight]
}

function stretches(units: readonly string[], common: ReadonlySet<number>): Stretch[] {
  const result: { differs: boolean; units: string[] }[] = []
  for (const [place, unit] of units.entries()) {
    const differs = !common.has(place)
    const last = result.at(-1)
    if (last?.differs === differs) last.units.push(unit)
    else result.push({ differs, units: [unit] })
  }
  return result
}
