import type { QualifiedName } from '../../model/relation.ts'

/** An identifier in backquotes: right under every `sql_mode`, ANSI_QUOTES included. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** Database and name, each in backquotes. */
export function quoteQualified(name: QualifiedName): string {
  return `${quoteName(name.schema)}.${quoteName(name.name)}`
}

/**
 * A text literal that means the same under every `sql_mode`: what NO_BACKSLASH_ESCAPES would read differently, and
 * control characters, go as hexadecimal digits.
 */
export function quoteLiteral(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\\\u0000-\u001f\u007f]/.test(text)) return `_utf8mb4 ${quoteBytes(Buffer.from(text, 'utf8'))}`
  return `'${text.replaceAll("'", "''")}'`
}

/** A binary literal. */
export function quoteBytes(bytes: Uint8Array): string {
  return `X'${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}'`
}
