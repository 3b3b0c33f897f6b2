export type LetterCase = 'lower' | 'upper' | 'title'

/**
 * The text in lower case, upper case, or with a capital at the beginning of each word, by Unicode's own mappings: no
 * locale counts, so `I` is always the capital of `i`. A text may grow: `ß` is `SS` in upper case, `İ` is `i` and U+0307
 * in lower case.
 *
 * In title case a word is a run of letters, marks, digits and apostrophes, so that a hyphen begins a new one
 * (`Anne-Marie`) and a digit is not followed by a capital (`3rd`). Behind an apostrophe stands a capital where one letter
 * is before it and three or more follow (`O'Neil`, `D'Artagnan`, but `Don't`, `I've`). All other letters are lowered:
 * `McDonald` becomes `Mcdonald`. Georgian has no capitals in title case.
 */
export function toCase(text: string, letterCase: LetterCase): string {
  switch (letterCase) {
    case 'lower':
      return text.toLowerCase()
    case 'upper':
      return text.toUpperCase()
    case 'title':
      return text.replace(word, titleWord)
  }
}

const word = /[\p{L}\p{M}\p{N}'\u2019\u02BC]+/gu
const apostrophe = /(['\u2019\u02BC])/u
const letter = /\p{L}/gu

/** Letters that must follow an apostrophe for a capital behind it. */
const fewestBehind = 3

function titleWord(whole: string): string {
  let lettersBefore = 0
  // Its capital is two characters, the first of which is an apostrophe: it is taken for those from the beginning.
  return whole
    .replaceAll('ŉ', 'ʼn')
    .split(apostrophe)
    .map((part, place) => {
      if (place % 2 === 1) return part
      const isCapital = lettersBefore === 0 || (lettersBefore === 1 && letterCount(part) >= fewestBehind)
      const titled = isCapital ? capitalised(part) : part.toLowerCase()
      lettersBefore = letterCount(titled)
      return titled
    })
    .join('')
}

function letterCount(text: string): number {
  return text.match(letter)?.length ?? 0
}

function capitalised(part: string): string {
  const first = String.fromCodePoint(part.codePointAt(0) ?? 0)
  if (part === '') return ''
  // Lowered with its first letter, since a sigma at the end of a word has a form of its own.
  return capitalOf(first) + part.toLowerCase().slice(first.toLowerCase().length)
}

/** Letters that are two in one have a form with a capital of the first only. */
const digraphs: { readonly [letter: string]: string } = {
  Ǆ: 'ǅ',
  ǆ: 'ǅ',
  ǅ: 'ǅ',
  Ǉ: 'ǈ',
  ǉ: 'ǈ',
  ǈ: 'ǈ',
  Ǌ: 'ǋ',
  ǌ: 'ǋ',
  ǋ: 'ǋ',
  Ǳ: 'ǲ',
  ǳ: 'ǲ',
  ǲ: 'ǲ',
}

const georgian = /^\p{Script=Georgian}$/u
const capital = /^\p{Lu}$/u

function capitalOf(first: string): string {
  const digraph = digraphs[first]
  if (digraph !== undefined) return digraph
  if (georgian.test(first)) return first.toLowerCase()
  // `ß` has two capitals, `SS`: of those, only the first stays one.
  let isDone = false
  let capitals = ''
  for (const one of first.toUpperCase()) {
    capitals += isDone ? one.toLowerCase() : one
    isDone ||= capital.test(one)
  }
  return capitals
}
