import type { SkippedObject } from '../../../../format/sql-text/classify-statement.ts'
import { decodeText } from '../../../../format/sql-text/text-charset.ts'
import type { OtherObject } from '../../../../model/relation.ts'
import { plainSql } from './plain-sql.ts'

/** Kinds that are part of a database. Accounts, servers and plugins are the server's. */
const kinds: { readonly [kind in SkippedObject['kind']]?: OtherObject['kind'] } = {
  view: 'view',
  trigger: 'trigger',
  procedure: 'procedure',
  function: 'function',
  // As the catalog of a live server lists them.
  package: 'procedure',
  event: 'event',
  sequence: 'sequence',
}

/** An object for porting by hand; undefined where it is none, or a view's stand-in. */
export function toOtherObject(
  object: SkippedObject,
  text: Uint8Array,
  charset: string,
  database: string,
): OtherObject | undefined {
  const kind = kinds[object.kind]
  if (kind === undefined || object.placeholder) return undefined
  const sql = plainSql(decodeText(text, charset))
  return { kind, name: { schema: object.database ?? database, name: object.name }, sql }
}
