const controls = /[\0-\x1f\x7f-\x9f]+/g
const controlsButLines = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+/g

/**
 * The text without control characters: U+0000 to U+001F and U+007F to U+009F, so NUL too. With `keepLines`, tab, line
 * feed and carriage return stay. What shapes a text without being seen stays in any case: marks of direction, joiners,
 * variation selectors.
 */
export function dropControls(text: string, keepLines: boolean): string {
  return text.replace(keepLines ? controlsButLines : controls, '')
}
