import type { KeyPartSyntax, KeySyntax, PeriodSyntax } from '../../../../format/sql-text/table-syntax.ts'
import type { IndexInfo, IndexPart } from '../../../../model/relation.ts'
import { compareText } from '../../catalog/information-rows.ts'
import { parseServerExpression } from '../../expression-text.ts'
import type { DumpServer } from './dump-server.ts'

export interface IndexContext {
  readonly server: DumpServer
  /** Storage engine as written. */
  readonly storage: string
  readonly periods: readonly PeriodSyntax[]
}

/** Indexes in the catalog's order: the primary key first, then by name. */
export function toIndexes(keys: readonly KeySyntax[], context: IndexContext): readonly IndexInfo[] {
  const taken = new Set(keys.map(({ name }) => name?.toLowerCase()))
  const indexes = keys.map((key) => toIndex(key, nameOf(key, taken), context))
  return indexes.toSorted((a, b) => rank(a) - rank(b) || compareText(a.name, b.name))
}

function rank(index: IndexInfo): number {
  return index.kind === 'primary' ? 0 : 1
}

/** The server calls a key without a name by its first column: `email`, `email_2`. */
function nameOf(key: KeySyntax, taken: Set<string | undefined>): string {
  if (key.kind === 'primary') return 'PRIMARY'
  if (key.name !== undefined) return key.name
  const base = key.parts[0]?.column ?? 'functional_index'
  let name = base
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${base}_${number}`
  taken.add(name.toLowerCase())
  return name
}

function toIndex(key: KeySyntax, name: string, context: IndexContext): IndexInfo {
  return {
    name,
    kind: key.kind,
    parts: key.parts.flatMap((part) => toParts(part, key, context)),
    visible: !key.invisible,
    method: methodOf(key, context),
    comment: key.comment ?? '',
  }
}

/** As `information_schema` names it. InnoDB builds a tree whatever is written, but for MariaDB's unique keys of long text. */
function methodOf(key: KeySyntax, { server, storage }: IndexContext): string {
  if (key.kind === 'fulltext' || key.kind === 'vector') return key.kind
  if (key.kind === 'spatial')
    return storage.toLowerCase() === 'myisam' && server.flavor === 'mysql' ? 'rtree' : 'spatial'
  if (storage.toLowerCase() === 'memory') return key.using ?? 'hash'
  return server.flavor === 'mariadb' && key.kind === 'unique' ? (key.using ?? 'btree') : 'btree'
}

function toParts(part: KeyPartSyntax, key: KeySyntax, { server, periods }: IndexContext): IndexPart[] {
  const { descending } = part
  if (part.expression !== undefined) {
    const sql = part.expression
    return [{ expression: parseServerExpression(sql, server.flavor), sql, descending }]
  }
  const period = part.withoutOverlaps ? periods.find(({ name }) => name === part.column) : undefined
  if (period !== undefined) {
    // The server's index ends with the period's two columns, the end first.
    return [
      { column: period.end, descending },
      { column: period.start, descending },
    ]
  }
  const hasPrefix = part.prefixLength !== undefined && key.kind !== 'spatial' && key.kind !== 'fulltext'
  return [{ column: part.column ?? '', ...(hasPrefix ? { prefixLength: part.prefixLength } : {}), descending }]
}
