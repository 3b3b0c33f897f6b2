import { nameWords } from './name-words.ts'
import { collapseSpaces, trimSpaces } from './white-space.ts'

/** A part that the name does not have is undefined, never empty. */
export interface PersonName {
  /** All titles, such as `Herr Prof. Dr. med.`. */
  readonly title: string | undefined
  readonly first: string | undefined
  readonly middle: string | undefined
  /** With its particles, such as `van der Berg`. */
  readonly last: string | undefined
  /** All suffixes, such as `Jr. PhD`. */
  readonly suffix: string | undefined
}

/** What a name of one word is. Behind a title (`Frau Schmidt`) it is a last name in any case but `none`. */
export type SingleName = 'first' | 'last' | 'none'

/**
 * A person's name, taken apart by rules that look at its words alone:
 *
 * 1. Commas: `Last, First` is turned round. Parts that are suffixes only (`, Jr., PhD`) are suffixes. In the turned form
 *    particles in lower case at the end belong to the last name: `Beethoven, Ludwig van`.
 * 2. Titles in front and suffixes behind are taken off, as long as a word is left.
 * 3. Of what is left, the first word is the first name. The last name begins at the first particle behind it that has a
 *    word behind it (`Anna de la Cruz Garcia`: `de la Cruz Garcia`), or one word before a `y` or `e` (`José Ortega y Gasset`),
 *    or else is the last word. All between is the middle name: of four words `Anna Maria Clara Schmidt` the middle name
 *    is `Maria Clara`, and of a Spanish `Gabriel García Márquez` it is `García`.
 * 4. A name that begins with a particle in lower case is a last name only: `von Trapp`; with a capital (`Van Morrison`)
 *    the particle is its first name.
 *
 * Spaces are collapsed; letters stay as they are, all capitals too. Every character of the text that is neither white
 * space nor a comma is in exactly one part. Words such as `O'Neil`, `MacDonald`, `Al-Sayed` or `Anne-Marie` are one.
 *
 * Undefined where the text is no name of one person: no letter in it; digits, `@` or control characters; two persons
 * (`Anna and Max Schmidt`, `Juan y María López`); more commas than rule 1 knows; nothing but titles; a first or last name that begins with a
 * bracket or a quotation mark; one word, where `single` is `none`. Linear in the text.
 */
export function parsePersonName(text: string, single: SingleName): PersonName | undefined {
  const even = trimSpaces(collapseSpaces(text))
  if (!/\p{L}/u.test(even) || /[\p{Nd}\p{Cc}@]/u.test(even)) return undefined
  const segments = even
    .split(',')
    .map((segment) => wordsOf(segment))
    .filter((segment) => segment.length > 0)
  if (segments.some(hasConjunction)) return undefined
  const behind: string[] = []
  const named = segments.filter((segment, place) => {
    // A V behind the last name is an initial rather than the fifth.
    const isSuffix = place > 0 && segment.every(isSuffixWord) && segment.join() !== 'V'
    if (isSuffix) behind.push(...segment)
    return !isSuffix
  })
  const [family = [], given, more] = named
  if (more !== undefined) return undefined
  const core = given === undefined ? natural(family, single) : turned(family, given)
  if (core === undefined || isBracketed(core.first) || isBracketed(core.last)) return undefined
  return {
    title: joined(core.titles),
    first: joined(core.first),
    middle: joined(core.middle),
    last: joined(core.last),
    suffix: joined([...core.suffixes, ...behind]),
  }
}

type Words = readonly string[]

interface Core {
  readonly titles: Words
  readonly first: Words
  readonly middle: Words
  readonly last: Words
  readonly suffixes: Words
}

function wordsOf(segment: string): string[] {
  return segment.split(' ').filter((word) => word !== '')
}

/** `von und zu` is one person's. */
function hasConjunction(segment: Words): boolean {
  return segment.some((word, place) => nameWords.conjunctions.has(word) && !isSmallParticle(segment[place - 1] ?? ''))
}

function natural(all: Words, single: SingleName): Core | undefined {
  const { titles, name, suffixes } = stripped(all)
  const [one = '', two] = name
  if (nameWords.joiners.has(two ?? '') || isTitleOnly(name, titles)) return undefined
  if (isSmallParticle(one) && two !== undefined) return { titles, first: [], middle: [], last: name, suffixes }
  if (two === undefined) {
    if (single === 'none') return undefined
    const isLast = single === 'last' || titles.length > 0
    return { titles, first: isLast ? [] : name, middle: [], last: isLast ? name : [], suffixes }
  }
  const start = lastNameStart(name)
  return { titles, first: [one], middle: name.slice(1, start), last: name.slice(start), suffixes }
}

function turned(family: Words, given: Words): Core | undefined {
  const left = stripped(family)
  const right = stripped(given)
  if (isTitleOnly(left.name, left.titles)) return undefined
  if (isTitleOnly(right.name, right.titles)) {
    const titles = [...left.titles, ...right.titles, ...right.name]
    return { titles, first: [], middle: [], last: left.name, suffixes: [...left.suffixes, ...right.suffixes] }
  }
  let end = right.name.length
  while (end > 1 && isSmallParticle(right.name[end - 1] ?? '')) end--
  return {
    titles: [...left.titles, ...right.titles],
    first: right.name.slice(0, 1),
    middle: right.name.slice(1, end),
    last: [...right.name.slice(end), ...left.name],
    suffixes: [...left.suffixes, ...right.suffixes],
  }
}

/** Titles and suffixes, and the name between them, of one word at least. */
function stripped(all: Words): { titles: Words; name: Words; suffixes: Words } {
  let start = 0
  while (start < all.length - 1 && isTitle(all[start] ?? '', start > 0)) start++
  let end = all.length
  while (end - 1 > start && isSuffixWord(all[end - 1] ?? '') && !(all[end - 1] === 'V' && end - 2 === start)) end--
  return { titles: all.slice(0, start), name: all.slice(start, end), suffixes: all.slice(end) }
}

function isTitleOnly(name: Words, titles: Words): boolean {
  return name.length === 1 && isTitle(name[0] ?? '', titles.length > 0)
}

function lastNameStart(name: Words): number {
  for (let place = 1; place < name.length - 1; place++) {
    if (isParticle(name[place] ?? '')) return place
    if (place >= 2 && nameWords.joiners.has(name[place] ?? '')) return place - 1
  }
  return name.length - 1
}

function isTitle(word: string, isBehindTitle: boolean): boolean {
  const plain = plainForm(word)
  if (nameWords.titles.has(plain)) return true
  if (!word.endsWith('.')) return false
  return nameWords.dottedTitles.has(plain) || (isBehindTitle && nameWords.titleEndings.has(plain))
}

function isSuffixWord(word: string): boolean {
  const plain = plainForm(word)
  if (nameWords.suffixes.has(plain) || nameWords.capitalSuffixes.has(word)) return true
  return word.includes('.') && nameWords.dottedSuffixes.has(plain)
}

function isParticle(word: string): boolean {
  return nameWords.particles.has(particleForm(word)) || nameWords.lowerParticles.has(word)
}

function isSmallParticle(word: string): boolean {
  return word === word.toLowerCase() && isParticle(word)
}

function plainForm(word: string): string {
  return word.replaceAll('.', '').toLowerCase()
}

/** `St.` is a particle as `St` is, and an apostrophe is one in every form. */
function particleForm(word: string): string {
  return plainForm(word).replaceAll('\u2019', "'")
}

function isBracketed(part: Words): boolean {
  return part[0] !== undefined && /^[\p{Ps}\p{Pi}"]/u.test(part[0])
}

function joined(part: Words): string | undefined {
  return part.length === 0 ? undefined : part.join(' ')
}
