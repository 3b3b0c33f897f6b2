import { TransloadError } from '../../errors/transload-error.ts'
import type { QualifiedName } from '../../model/relation.ts'

/** One part of a name, always quoted. A name longer than 63 bytes is cut by the server in silence: check it before. */
export function quoteName(part: string): string {
  assertNoNul(part, 'name')
  return `"${part.replaceAll('"', '""')}"`
}

/** Schema and name. An empty schema leaves the name alone, as for temporary tables. */
export function quoteQualified(name: QualifiedName): string {
  return name.schema === '' ? quoteName(name.name) : `${quoteName(name.schema)}.${quoteName(name.name)}`
}

/**
 * A string constant that means the same under either setting of standard_conforming_strings: with a backslash it is
 * written in the escape form, whose reading no setting changes. The blank before `E` keeps it from growing onto a word.
 *
 * @throws TL_D405 where the text holds a NUL, which no constant can.
 */
export function quoteLiteral(text: string): string {
  assertNoNul(text, 'constant')
  const doubled = text.replaceAll("'", "''")
  return doubled.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}

/** Controls, line ends, and marks that are not seen or turn the direction of text. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * The same constant for a file that people read: on one line, with nothing in it that acts on a terminal or hides what
 * stands there.
 *
 * @throws TL_D405 where the text holds a NUL, which no constant can.
 */
export function quoteVisible(text: string): string {
  if (text.search(unseen) < 0) return quoteLiteral(text)
  assertNoNul(text, 'constant')
  const doubled = text.replaceAll("'", "''").replaceAll('\\', '\\\\')
  const escaped = doubled.replace(unseen, (character) => {
    const code = character.codePointAt(0) ?? 0
    const digits = code.toString(16)
    return code > 0xffff ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`
  })
  return ` E'${escaped}'`
}

function assertNoNul(text: string, what: string): void {
  if (text.includes('\u0000')) throw new TransloadError('TL_D405', { reason: `a ${what} of a statement holds it` })
}
