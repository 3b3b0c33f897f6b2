import { visible } from './visible.ts'

/** Text out of data as Markdown that shows it and does nothing else: no link, no HTML, no new cell. */
export function markdownText(text: string): string {
  return visible(text)
    .replace(/[\\`*[\]<>|~&]/g, String.raw`\$&`)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
    .replace(/^(?=[#+=-])/, '\\')
    .replace(/^(\d+)(?=[.)](\s|$))/, '$1\\')
}

/** A name as a code span that can stand in a table. */
export function markdownCode(text: string): string {
  const shown = visible(text)
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const inner = shown === '' || shown.startsWith('`') || shown.endsWith('`') ? ` ${shown} ` : shown
  return `${fence}${inner}${fence}`.replaceAll('|', String.raw`\|`)
}

/** A table whose cells are Markdown already. Columns named in `numeric` stand to the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly string[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = head.map((name) => (numeric.includes(name) ? '---:' : '---'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}
