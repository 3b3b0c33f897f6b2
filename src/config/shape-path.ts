/**
 * From a collection's documents on: a field's name, or null where it goes into what stands there: the elements of an array
 * (or the fields of a map) together.
 */
export type ShapePath = readonly (string | null)[]

/** A path as somebody writes it. With `isGlob` the last name is not part of it: all fields of what it leads to are meant. */
interface WrittenPath {
  readonly path: ShapePath
  readonly isGlob: boolean
}

/**
 * A path as one text that no other has: as that of a column (`pathText`), and `[]` behind a name goes into the elements:
 * `lines[].sku`. A name that is `*` has a backslash before it, and so has a `[` in a name that ends with `[]`.
 */
export function shapePathText(path: ShapePath): string {
  let text = ''
  for (const [place, step] of path.entries()) {
    if (step === null) text += '[]'
    else text += `${place === 0 ? '' : '.'}${nameText(step, place === 0)}`
  }
  return text
}

function nameText(name: string, isFirst: boolean): string {
  const text = name
    .replaceAll(/[\\.]/g, String.raw`\$&`)
    .replace(/^\*$/, String.raw`\*`)
    .replace(/(?:\[\])+$/, (brackets) => brackets.replaceAll('[', String.raw`\[`))
  return isFirst && text.startsWith('$') ? `\\${text}` : text
}

/** What {@link shapePathText} gives, or somebody writes; undefined where no path can be meant. */
export function parseShapePath(text: string): WrittenPath | undefined {
  const path: (string | null)[] = []
  let name = ''
  let isGlob = false
  let at = 0
  for (;;) {
    name = ''
    const begin = at
    while (at < text.length && text[at] !== '.' && !isElements(text, at)) {
      if (text[at] === '\\' && at + 1 < text.length) at++
      name += text[at++]!
    }
    isGlob = text.slice(begin, at) === '*' && at === text.length
    if (!isGlob) path.push(name)
    while (text.startsWith('[]', at)) {
      path.push(null)
      at += 2
    }
    if (at === text.length) return { path, isGlob }
    if (text[at] !== '.') return undefined
    at++
  }
}

/** Only behind a name: `a[]b` is a name, as it stands. */
function isElements(text: string, at: number): boolean {
  let behind = at
  while (text.startsWith('[]', behind)) behind += 2
  return behind > at && (behind === text.length || text[behind] === '.')
}
