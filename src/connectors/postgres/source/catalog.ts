import { createHash } from 'node:crypto'
import type {
  Catalog,
  CheckInfo,
  ColumnInfo,
  ForeignKeyInfo,
  GeneratedColumn,
  IndexInfo,
  NotCarried,
  OtherObject,
  QualifiedName,
  TableInfo,
} from '../../../model/relation.ts'
import type { Sessions, TextSession } from '../../sql/session.ts'
import { notReadSql, othersSql, tablesSql, typesSql } from './catalog-sql.ts'
import { defaultValueOf } from './default-value.ts'
import { neutralExpression } from './neutral-expression.ts'
import { type CatalogType, type CatalogTypes, domainsNotCarried, isNeverNull, nativeTypeOf } from './native-type.ts'

interface CatalogColumn {
  readonly name: string
  readonly type: string
  readonly typmod: number
  readonly nullable: boolean
  readonly identity: boolean
  /** `s`: stored, `v`: virtual. */
  readonly generated: string | null
  readonly default: string | null
  /** Quoted. */
  readonly sequence: string | null
  readonly comment: string
}

interface CatalogIndex {
  readonly name: string
  readonly primary: boolean
  readonly unique: boolean
  readonly usable: boolean
  readonly method: string
  readonly partial: boolean
  readonly nullsNotDistinct: boolean
  readonly isExclusion: boolean
  readonly sql: string
  readonly comment: string
  readonly parts: readonly { readonly column: string | null; readonly descending: boolean }[]
}

interface CatalogTable {
  readonly name: QualifiedName
  readonly comment: string
  readonly partitionCount: number
  readonly rowEstimate: number
  readonly byteEstimate: number
  /** Tables that inherit from it and are no partitions. */
  readonly heirs: readonly string[]
  readonly columns: readonly CatalogColumn[]
  readonly indexes: readonly CatalogIndex[]
  readonly foreignKeys: readonly ForeignKeyInfo[]
  readonly checks: readonly Omit<CheckInfo, 'expression'>[]
}

/**
 * Everything in the database, or in one schema of it, by half a dozen statements however many tables there are. What
 * extensions have made is left out, and so is what transload keeps.
 */
export async function readCatalog(
  sessions: Sessions,
  schema: string | undefined,
  signal: AbortSignal,
): Promise<Catalog> {
  return await sessions.transaction(async (session) => {
    await session.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const asked = [schema ?? null]
    const found = (await session.rows(tablesSql, asked)).map(([json]) => JSON.parse(json ?? '') as CatalogTable)
    const list = (await session.rows(typesSql, asked)).map(([json]) => JSON.parse(json ?? '') as CatalogType)
    const types: CatalogTypes = new Map(list.map((type) => [type.oid, type]))
    const counters = await readCounters(session, found)
    const tables = found.map((table) => tableInfo(table, types, counters))
    const others = (await session.rows(othersSql, asked)).map(([kind, of, name, sql]): OtherObject => ({
      kind: kind as OtherObject['kind'],
      name: { schema: of ?? '', name: name ?? '' },
      sql: sql ?? '',
    }))
    const notRead = (await session.rows(notReadSql, asked)).map(([kind, of, name]): NotCarried => {
      return { kind: kind ?? '', name: `${of ?? ''}.${name ?? ''}`, reason: 'its rows are another server’s' }
    })
    const notCarried = [...notRead, ...domainsNotCarried(types), ...found.flatMap(partsNotCarried)]
    return { tables, others, notCarried, fingerprint: fingerprintOf(tables, others) }
  }, signal)
}

function tableInfo(table: CatalogTable, types: CatalogTypes, counters: ReadonlyMap<string, string>): TableInfo {
  const textColumns = new Set(
    table.columns.flatMap(({ name, type }) => (texts.has(nativeTypeOf(types, type, -1).name) ? [name] : [])),
  )
  const isText = (name: string): boolean => textColumns.has(name)
  const columns = table.columns.map((column) => columnInfo(column, types, isText))
  const counted = table.columns.find(({ sequence, name }) => {
    return sequence !== null && columns.some((column) => column.name === name && column.autoIncrement)
  })
  const next = counters.get(counted?.sequence ?? '')
  return {
    name: table.name,
    columns,
    indexes: table.indexes.filter((index) => reasonAgainst(index) === undefined).map(indexInfo),
    foreignKeys: table.foreignKeys,
    checks: table.checks.map((check) => {
      const expression = neutralExpression(check.sql, isText)
      return expression === undefined ? check : { ...check, expression }
    }),
    comment: table.comment,
    storage: '',
    transactional: true,
    rowEstimate: Math.round(table.rowEstimate),
    byteEstimate: Number(table.byteEstimate),
    ...(next === undefined ? {} : { nextAutoIncrement: next }),
    partitionCount: table.partitionCount,
    systemVersioned: false,
  }
}

const texts: ReadonlySet<string> = new Set(['text', 'varchar'])
const integers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8'])

function columnInfo(column: CatalogColumn, types: CatalogTypes, isText: (name: string) => boolean): ColumnInfo {
  const native = nativeTypeOf(types, column.type, column.typmod)
  const { name, comment, generated } = column
  const isCounted = /^nextval\(/i.test(column.default ?? '')
  const plain = generated === null && !isCounted ? column.default : null
  const value = plain === null ? undefined : defaultValueOf(plain, native)
  return {
    name,
    native,
    nullable: column.nullable && !isNeverNull(types, column.type),
    ...(value === undefined ? {} : { default: value }),
    ...(generated === null ? {} : { generated: generatedColumn(generated, column.default ?? '', isText) }),
    autoIncrement: (column.identity || isCounted) && integers.has(native.name),
    invisible: false,
    comment,
  }
}

function generatedColumn(kind: string, sql: string, isText: (name: string) => boolean): GeneratedColumn {
  const expression = neutralExpression(sql, isText)
  return { stored: kind === 's', sql, ...(expression === undefined ? {} : { expression }) }
}

function indexInfo({ name, primary, unique, usable, parts, method, comment }: CatalogIndex): IndexInfo {
  return {
    name,
    kind: primary ? 'primary' : unique ? 'unique' : 'index',
    parts: parts.map(({ column, descending }) => ({ column: column ?? undefined, descending })),
    visible: usable,
    method,
    comment,
  }
}

/** Why an index is not carried; undefined: it is. */
function reasonAgainst({ partial, parts, method, nullsNotDistinct, isExclusion }: CatalogIndex): string | undefined {
  if (isExclusion) return 'it is an exclusion constraint’s'
  if (partial) return 'it is over some of the rows'
  if (parts.some(({ column }) => column === null)) return 'it is over an expression'
  if (nullsNotDistinct) return 'it takes one NULL for another'
  return method === 'btree' ? undefined : `it is a ${method} index`
}

function partsNotCarried({ name, indexes, heirs }: CatalogTable): NotCarried[] {
  const lost = indexes.flatMap((index): NotCarried[] => {
    const reason = reasonAgainst(index)
    return reason === undefined
      ? []
      : [{ kind: 'index', name: `${name.schema}.${name.name}.${index.name}`, reason, sql: index.sql }]
  })
  if (heirs.length === 0) return lost
  const reason = `the rows of ${heirs.join(', ')}, which inherit from it, are read with its own, and once more of themselves`
  return [...lost, { kind: 'inheritance', name: `${name.schema}.${name.name}`, reason }]
}

/** What the sequences of columns give next, by their quoted names, as far as the user may look. */
async function readCounters(
  session: TextSession,
  tables: readonly CatalogTable[],
): Promise<ReadonlyMap<string, string>> {
  const names = tables.flatMap(({ columns }) => columns.flatMap(({ sequence }) => sequence ?? []))
  if (names.length === 0) return new Map()
  const readable = await session.rows(
    `SELECT name FROM jsonb_array_elements_text($1::jsonb) AS q (name) WHERE pg_catalog.has_sequence_privilege(name, 'SELECT')`,
    [JSON.stringify(names)],
  )
  if (readable.length === 0) return new Map()
  // The names come quoted from the server itself.
  const questions = readable.map(([name], place) => {
    return `SELECT ${place} AS place, s.last_value + CASE WHEN s.is_called THEN d.seqincrement ELSE 0 END AS next
      FROM ${name ?? ''} AS s JOIN pg_catalog.pg_sequence AS d ON d.seqrelid = s.tableoid`
  })
  const rows = await session.rows(`SELECT place, next::text FROM (${questions.join(' UNION ALL ')}) AS counters`)
  return new Map(rows.map(([place, next]) => [readable[Number(place)]?.[0] ?? '', next ?? '']))
}

/** Members that change without anyone changing the schema. */
const passing: ReadonlySet<string> = new Set(['rowEstimate', 'byteEstimate', 'nextAutoIncrement'])

function fingerprintOf(tables: readonly TableInfo[], others: readonly OtherObject[]): string {
  const json = JSON.stringify({ tables, others }, (key, value: unknown) => (passing.has(key) ? undefined : value))
  return createHash('sha256').update(json).digest('hex')
}
