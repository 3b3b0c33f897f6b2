/**
 * The JSON of an array whose elements are texts, NULLs, and arrays of such, with another text for each that is one.
 *
 * @param textOf Undefined: the text has no place in such an array
 * @returns Undefined where it is no such array, or one of its texts has no place in it
 */
export function listText(json: string, textOf: (element: string) => string | undefined): string | undefined {
  if (!json.startsWith('[')) return undefined
  const list = parsedJson(json)
  if (!Array.isArray(list)) return undefined
  const changed = changedList(list, textOf)
  return changed && JSON.stringify(changed)
}

function changedList(list: readonly unknown[], textOf: (element: string) => string | undefined): unknown[] | undefined {
  const changed: unknown[] = []
  for (const element of list) {
    const one = Array.isArray(element)
      ? changedList(element, textOf)
      : typeof element === 'string'
        ? textOf(element)
        : element
    if (one === undefined) return undefined
    changed.push(one)
  }
  return changed
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
