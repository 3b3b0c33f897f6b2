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

function assertNoNul(text: string, what: string): void {
  if (text.includes('\u0000')) throw new TransloadError('TL_D405', { reason: `a ${what} of a statement holds it` })
}
