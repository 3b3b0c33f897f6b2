const segments = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** What terminals show over two columns: East Asian wide and full-width characters, and emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18AFF}\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\uFE0F/u

/** Columns that a text without controls takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0
  for (const { segment } of segments.segment(text)) width += widthOf(segment)
  return width
}

/** The beginning of a text that fits into so many columns; what is cut ends with `…`. */
export function fitWidth(text: string, columnCount: number): string {
  if (displayWidth(text) <= columnCount) return text
  let fitting = ''
  let width = 0
  for (const { segment } of segments.segment(text)) {
    width += widthOf(segment)
    if (width > columnCount - 1) break
    fitting += segment
  }
  return columnCount < 1 ? '' : `${fitting}…`
}

/** Fills up with spaces, or cuts, to exactly so many columns. */
export function padWidth(text: string, columnCount: number): string {
  const fitting = fitWidth(text, columnCount)
  return fitting + ' '.repeat(Math.max(0, columnCount - displayWidth(fitting)))
}

function widthOf(grapheme: string): number {
  if (wide.test(grapheme)) return 2
  return /^[\p{Mn}\p{Me}\u200C\u200D]+$/u.test(grapheme) ? 0 : 1
}
