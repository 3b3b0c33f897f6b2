/** Names of fields, from a document's own to one within it. Arrays end a path: their elements have paths of their own. */
export type DocumentPath = readonly string[]

/**
 * A path as one text, which no other path has: names are joined by dots. Within a name a dot and a backslash have a backslash
 * before them, and so has a `$` at the beginning of the path: what begins with `$` is no field (see {@link madeColumn}).
 */
export function pathText(path: DocumentPath): string {
  const text = path.map((name) => name.replaceAll(/[\\.]/g, String.raw`\$&`)).join('.')
  return text.startsWith('$') ? `\\${text}` : text
}

/** The inverse of {@link pathText}. */
export function parsePath(text: string): DocumentPath {
  const names: string[] = []
  let name = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\' && at + 1 < text.length) name += text[++at]!
    else if (character === '.') {
      names.push(name)
      name = ''
    } else name += character
  }
  return [...names, name]
}

/** Columns that stand for no field, by their names. */
export const madeColumn = {
  /** The whole document, or element. */
  document: '$document',
  /** What no other column holds, as one document: value by path. NULL where nothing is left. */
  rest: '$rest',
  /** The bytes of a document that the other columns do not tell to the byte. */
  original: '$original',
  /** The place of an element in its array, of a document in its file: from 1. */
  ordinal: '$ordinal',
  /** The name that an element of a map stands under. */
  key: '$key',
  /** An element that is no document. */
  value: '$value',
} as const
