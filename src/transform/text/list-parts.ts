import { isJson } from '../../canonical/json-compare.ts'

/** Parts of a list that is written as text; null for one that is NULL. Undefined where the text is no such list. */
export type ListParts = (text: string) => readonly (string | null)[] | undefined

/**
 * The elements of a JSON array, in their order: of a string its characters, of `null` NULL, of everything else its own
 * JSON text as it stands, so that no number is rounded. Undefined where the text is no JSON array.
 */
export function jsonElements(text: string): readonly (string | null)[] | undefined {
  if (!isJson(text)) return undefined
  const whole = text.trim()
  if (!whole.startsWith('[')) return undefined
  const elements: (string | null)[] = []
  let depth = 0
  let start = 1
  for (let at = 0; at < whole.length; at++) {
    const character = whole[at]!
    if (character === '"') at = endOfString(whole, at)
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    const isEnd = depth === 0
    if (!isEnd && !(character === ',' && depth === 1)) continue
    const element = whole.slice(start, at).trim()
    // Of an empty array there is nothing between its brackets.
    if (element !== '') elements.push(valueOf(element))
    start = at + 1
  }
  return elements
}

/** Where the quote is that closes the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
}

function valueOf(element: string): string | null {
  if (element === 'null') return null
  return element.startsWith('"') ? String(JSON.parse(element)) : element
}
