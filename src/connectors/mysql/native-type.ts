import { TransloadError } from '../../errors/transload-error.ts'
import type { NativeType } from '../../model/relation.ts'

/** What the server knows of a column's type beside the text of the type. */
export interface TypeContext {
  readonly charset?: string | undefined
  readonly collation?: string | undefined
  readonly srid?: number | undefined
}

/**
 * Reads a type as MySQL and MariaDB print it, in `COLUMN_TYPE` or in a dump: `bigint(20) unsigned`,
 * `enum('a','it''s')`, `varchar(20) CHARACTER SET latin1`, `point` with its SRID in a conditional comment. The text's own
 * charset, collation and SRID go before the context's.
 *
 * Labels are decoded: `''` is one quote, and backslash escapes are what the server's printer makes of backslash, NUL,
 * line feed and carriage return. A label with characters beyond U+FFFF reads `?` in `information_schema`: see
 * catalog/repair-labels.ts.
 *
 * @throws TL_X901 where the text is no type at all.
 */
export function parseNativeType(text: string, context: TypeContext = {}): NativeType {
  const words = new TypeReader(text)
  const name = words.word()
  if (name === undefined) throw unreadable(text)
  const list = words.list()
  const attributes = readAttributes(words)
  const labels = name === 'enum' || name === 'set' ? (list?.labels ?? []) : undefined
  const charset = attributes.charset ?? context.charset
  const collation = attributes.collation ?? context.collation
  const srid = attributes.srid ?? context.srid
  return {
    name,
    text: words.plainText(),
    args: list?.args ?? [],
    // ZEROFILL makes a column unsigned, also where a dump does not say so.
    ...(attributes.unsigned || attributes.zerofill ? { unsigned: true } : {}),
    ...(attributes.zerofill ? { zerofill: true } : {}),
    ...(charset === undefined ? {} : { charset }),
    ...(collation === undefined ? {} : { collation }),
    ...(labels === undefined ? {} : { labels }),
    ...(srid === undefined ? {} : { srid }),
  }
}

interface Attributes {
  readonly unsigned: boolean
  readonly zerofill: boolean
  readonly charset?: string | undefined
  readonly collation?: string | undefined
  readonly srid?: number | undefined
}

function readAttributes(words: TypeReader): Attributes {
  let unsigned = false
  let zerofill = false
  let charset: string | undefined
  let collation: string | undefined
  let srid: number | undefined
  for (let word = words.word(); word !== undefined; word = words.word()) {
    if (word === 'unsigned') unsigned = true
    else if (word === 'zerofill') zerofill = true
    else if (word === 'charset') charset = words.word()
    else if (word === 'character' && words.word() === 'set') charset = words.word()
    else if (word === 'collate') collation = words.word()
    else if (word === 'srid' || word === 'ref_system_id') srid = Number(words.word())
  }
  return { unsigned, zerofill, charset, collation, srid }
}

/** Reads words and one parenthesised list; skips blanks, `=`, and the marks of conditional comments. */
class TypeReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  word(): string | undefined {
    const match = /(?:[\s=]|\/\*(?:M?!)?\d*|\*\/)*([\w$]+)?/y
    match.lastIndex = this.#at
    const found = match.exec(this.#text)
    this.#at = found === null ? this.#text.length : match.lastIndex
    return found?.[1]?.toLowerCase()
  }

  list(): { args: readonly number[]; labels: readonly string[] } | undefined {
    if (this.#text[this.#at] !== '(') return undefined
    this.#at++
    const args: number[] = []
    const labels: string[] = []
    const item = /\s*(?:'((?:[^'\\]|\\[^]|'')*)'|(\d+))\s*([,)])/y
    for (;;) {
      item.lastIndex = this.#at
      const found = item.exec(this.#text)
      if (found === null) throw unreadable(this.#text)
      this.#at = item.lastIndex
      if (found[1] === undefined) args.push(Number(found[2]))
      else labels.push(decodeLabel(found[1]))
      if (found[3] === ')') return { args, labels }
    }
  }

  /** The type without comments, such as the one that marks a compressed column. */
  plainText(): string {
    return this.#text
      .replaceAll(/'(?:[^'\\]|\\[^]|'')*'|\s*\/\*.*?\*\//g, (part) => (part.startsWith("'") ? part : ''))
      .trim()
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\u0000'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['Z', '\u001a'],
])

function decodeLabel(quoted: string): string {
  return quoted.replaceAll(/''|\\([^])/g, (_, letter: string | undefined) =>
    letter === undefined ? "'" : (escapes.get(letter) ?? letter),
  )
}

function unreadable(text: string): TransloadError {
  return new TransloadError('TL_X901', { reason: `the column type ${text.slice(0, 200)} cannot be read` })
}
