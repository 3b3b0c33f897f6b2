import { TransloadError } from '../../errors/transload-error.ts'

/** The parts of a pattern that stand for something in a text. */
export type DateField =
  | 'YYYY'
  | 'YY'
  | 'MMMM'
  | 'MMM'
  | 'MM'
  | 'M'
  | 'DD'
  | 'D'
  | 'HH'
  | 'H'
  | 'hh'
  | 'h'
  | 'mm'
  | 'ss'
  | 'S'
  | 'A'
  | 'Z'

export type DatePart =
  | { readonly field: DateField; readonly width: number; readonly at: number }
  | { readonly literal: string; readonly at: number }

/** What a field fills: no two fields of a pattern fill the same. */
type Place = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction' | 'half of the day' | 'offset'

const placeOf: { readonly [field in DateField]: Place } = {
  YYYY: 'year',
  YY: 'year',
  MMMM: 'month',
  MMM: 'month',
  MM: 'month',
  M: 'month',
  DD: 'day',
  D: 'day',
  HH: 'hour',
  H: 'hour',
  hh: 'hour',
  h: 'hour',
  mm: 'minute',
  ss: 'second',
  S: 'fraction',
  A: 'half of the day',
  Z: 'offset',
}

/** A place that means nothing without another. */
const needs: { readonly [place in Place]?: Place } = {
  minute: 'hour',
  second: 'minute',
  fraction: 'second',
  'half of the day': 'hour',
  offset: 'hour',
}

const variableFields: readonly DateField[] = ['M', 'D', 'H', 'h']
const textFields: readonly DateField[] = ['MMMM', 'MMM', 'A', 'Z']

const known = 'YYYY, YY, MMMM, MMM, MM, M, DD, D, HH, H, hh, h, mm, ss, S to SSSSSS, A, Z'

/**
 * The parts of a pattern, in order. Throws TL_C105, with the place in the pattern counted from 1, where it has letters
 * that mean nothing, a part twice, a part without the one that it needs, no year, month or day, or parts between which a
 * text could be cut in two ways.
 */
export function parseDatePattern(pattern: string): readonly DatePart[] {
  const parts: DatePart[] = []
  const fail = (at: number, reason: string): never => failAt(pattern, at, reason)
  let at = 0
  while (at < pattern.length) {
    const { end, ...part } = nextPart(pattern, at, fail)
    parts.push({ ...part, at })
    at = end
  }
  assertEnds(pattern)
  assertPlaces(parts, pattern)
  assertCuts(parts, pattern)
  return parts
}

type Fail = (at: number, reason: string) => never

type ReadPart = { readonly end: number } & (
  | { readonly field: DateField; readonly width: number }
  | { readonly literal: string }
)

function nextPart(pattern: string, at: number, fail: Fail): ReadPart {
  const first = pattern[at] ?? ''
  if (first === '[') {
    const end = pattern.indexOf(']', at)
    if (end < 0) return fail(at, 'a [ without its ]')
    return { literal: pattern.slice(at + 1, end), end: end + 1 }
  }
  let end = at
  while (pattern[end] === first) end++
  if (first === ' ') return { literal: first, end }
  if (!/[A-Za-z]/.test(first) || first === 'T') return { literal: first, end: at + 1 }
  const letters = pattern.slice(at, end)
  const width = end - at
  if (first === 'S' && width <= 6) return { field: 'S', width, end }
  return isDateField(letters) ? { field: letters, width, end } : fail(at, `${letters} means nothing`)
}

function isDateField(letters: string): letters is DateField {
  return Object.hasOwn(placeOf, letters)
}

function assertEnds(pattern: string): void {
  if (pattern.startsWith(' ')) failAt(pattern, 0, 'a space, which no text has there: its ends are passed over')
  if (pattern.endsWith(' ')) failAt(pattern, pattern.length - 1, 'a space, which no text has there')
}

function assertPlaces(parts: readonly DatePart[], pattern: string): void {
  const found = new Map<Place, DateField>()
  for (const part of parts) {
    if ('literal' in part) continue
    const place = placeOf[part.field]
    if (found.has(place)) failAt(pattern, part.at, `${part.field} is a second ${place}`)
    found.set(place, part.field)
  }
  for (const part of parts) {
    if ('literal' in part) continue
    const needed = needs[placeOf[part.field]]
    if (needed !== undefined && !found.has(needed)) failAt(pattern, part.at, `${part.field} needs the ${needed}`)
    const isHalf = part.field === 'h' || part.field === 'hh'
    if (isHalf && !found.has('half of the day')) failAt(pattern, part.at, `${part.field} needs an A, or write H`)
  }
  for (const place of ['year', 'month', 'day'] as const) {
    if (!found.has(place)) failAt(pattern, pattern.length, `there is no ${place}`)
  }
}

/** A part whose length differs from text to text must be followed by something that cannot belong to it. */
function assertCuts(parts: readonly DatePart[], pattern: string): void {
  for (const [place, part] of parts.entries()) {
    const next = parts[place + 1]
    if ('literal' in part || next === undefined) continue
    if (variableFields.includes(part.field) && beginsWithDigit(next)) {
      failAt(pattern, next.at, `what follows ${part.field}, which has one digit or two, begins with a digit`)
    }
    if (part.field === 'Z' && beginsWithDigit(next)) failAt(pattern, next.at, 'what follows Z begins with a digit')
  }
}

function beginsWithDigit(part: DatePart): boolean {
  return 'literal' in part ? /^[0-9]/.test(part.literal) : !textFields.includes(part.field)
}

function failAt(pattern: string, at: number, reason: string): never {
  throw new TransloadError('TL_C105', {
    reason: `The pattern of dates ${JSON.stringify(pattern)} cannot be used: at ${at + 1}: ${reason}`,
    cure: `Known: ${known}; letters that stand for themselves are put in [ ].`,
    at: at + 1,
  })
}
