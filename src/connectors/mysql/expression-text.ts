import { parseExpression, unescapeSchemaExpression } from '../../format/sql-text/expression.ts'
import type { Expression } from '../../model/expression.ts'
import type { ServerFacts } from './server-facts.ts'

/**
 * An expression's own text out of what MySQL 8 and 9 print in `information_schema`, where it is changed twice: its UTF-8
 * bytes are read as latin1 (`é` comes as `Ã©`, in names as in literals), and quotes and backslashes are escaped once more
 * (`_utf8mb4\'it\\\'s\'`). SHOW CREATE TABLE does neither. Seen on MySQL 9.7; a text that does not show the signs is given
 * back as it is.
 */
export function unwrapServerText(text: string): string {
  const decoded = undoLatin1(text)
  return isEscaped(decoded) ? unescapeSchemaExpression(decoded) : decoded
}

/**
 * The neutral form of an expression; undefined where it is beyond the grammar, or where the server's printer has lost part
 * of it: MariaDB prints the bytes of a literal with a charset as `_latin1'xC3xA9'`, in SHOW CREATE TABLE too.
 */
export function parseServerExpression(sql: string, flavor: ServerFacts['flavor']): Expression | undefined {
  if (flavor === 'mariadb' && /\b_\w+\s*'(?:[^'\\]|\\[^]|'')*?x[0-9A-F]{2}/.test(sql)) return undefined
  return parseExpression(sql)
}

function undoLatin1(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the code points up to U+00FF are what is looked for
  if (!/[\u0080-\u00ff]/.test(text) || /[^\u0000-\u00ff]/.test(text)) return text
  const bytes = Buffer.from(text, 'latin1')
  const inner = bytes.toString('utf8')
  return Buffer.from(inner, 'utf8').equals(bytes) ? inner : text
}

/** Whether every quote has a backslash of its own: a literal's opening quote has none otherwise. */
function isEscaped(text: string): boolean {
  let quoteCount = 0
  for (const [, backslashes = ''] of text.matchAll(/(\\*)'/g)) {
    if (backslashes.length % 2 === 0) return false
    quoteCount++
  }
  return quoteCount > 0
}
