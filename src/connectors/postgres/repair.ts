import { isUtf8 } from 'node:buffer'
import type { Repair, RepairCell, RepairQuestion, TableRepairs } from '../../contract/repair.ts'
import { sessionPins } from './connection.ts'
import { contentExpression } from './content-expression.ts'
import { partCondition } from './content-range.ts'
import { loadingSetting } from './ddl/on-update.ts'
import { quoteLiteral, quoteName, quoteQualified, quoteVisible } from './quote.ts'
import type { RepairFacts } from './repair-facts.ts'
import { type RepairColumn, seenLiteral, wantedLiteral } from './repair-literal.ts'
import { parseTypeText } from './types.ts'

/** Settings that decide how the server prints and reads a value, and so what a guard compares. */
const settings = [
  'client_encoding',
  'standard_conforming_strings',
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
  'extra_float_digits',
  'bytea_output',
  'xmloption',
  'search_path',
  'row_security',
]

/** The transaction around all statements: under the settings of the session that read the values. */
export const repairBegin = [
  'BEGIN;',
  ...settings.map((name) => `SET LOCAL ${name} = ${quoteLiteral(sessionPins[name]!)};`),
  // Triggers of ours that keep ON UPDATE times leave the rows alone.
  `SET LOCAL ${loadingSetting} = 'on';`,
  'SET CONSTRAINTS ALL DEFERRED;',
].join('\n')

export const repairEnd = 'COMMIT;'

/** Types of which two values are equal only where they are the same, whatever a collation says. */
const exactTypes: ReadonlySet<string> = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'bytea',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'uuid',
  'inet',
  'bit',
  'varbit',
])

/** Types that have an equality, and values that it takes for one. */
const looseTypes: ReadonlySet<string> = new Set([
  'numeric',
  'float4',
  'float8',
  'text',
  'varchar',
  'bpchar',
  'citext',
  'interval',
  'jsonb',
])

interface OwnColumn extends RepairColumn {
  readonly quoted: string
  readonly isGenerated: boolean
  readonly isAlwaysIdentity: boolean
  /** `exact`: of its type; `loose`: equal values need not be the same; `none`: the type has no equality. */
  readonly equality: 'exact' | 'loose' | 'none'
}

/** Renders the statements of one table. */
export class PostgresTableRepairs implements TableRepairs {
  readonly parents: TableRepairs['parents']
  readonly isReferredTo: boolean
  readonly notes: readonly string[]
  readonly #table: string
  readonly #columns: readonly OwnColumn[]
  readonly #key: readonly number[]
  /** That a row is one of those that this is about. */
  readonly #isOwn: readonly string[]
  readonly #inserted: readonly number[]
  /** Whether the target keeps a second row of a key from being there. */
  readonly #isUnique: boolean
  readonly #canSayOnConflict: boolean
  /** Columns that nothing is known of, and that have to have a value. */
  readonly #unknown: readonly string[]
  /** That no row refers to the row `t`; each begins with AND. */
  readonly #isFree: string

  /** @param question With types of the users' own as what they are made of */
  constructor({ table, part, columns, key }: RepairQuestion, facts: RepairFacts) {
    this.#table = quoteQualified(table)
    this.#columns = columns.map((column) => ownColumn(column, facts))
    this.#key = key
    this.#isOwn = partCondition(part)
    this.#inserted = columns.flatMap((_, slot) => (this.#columns[slot]!.isGenerated ? [] : [slot]))
    const keyNames = [...key.map((slot) => columns[slot]!.name), ...(part === undefined ? [] : [part.column])]
    this.#isUnique = key.length > 0 && facts.uniqueKeys.some((one) => one.every((name) => keyNames.includes(name)))
    this.#canSayOnConflict = facts.canSayOnConflict
    this.#unknown = facts.columns
      .filter(({ isNotNull, hasValue, isGenerated }) => isNotNull && !hasValue && !isGenerated)
      .map(({ name }) => name)
      .filter((name) => !columns.some((column) => column.name === name))
    this.parents = facts.parents
    this.isReferredTo = facts.referrers.length > 0
    this.#isFree = facts.referrers.map(freeOf).join('')
    this.notes = notesOf(facts)
  }

  insert(wanted: readonly RepairCell[], copies: number): Repair {
    if (this.#unknown.length > 0) {
      return { byHand: this.#unknown.map((name) => `${name} was not compared, may not be NULL and has no default`) }
    }
    const values = this.#inserted.map((slot) => wantedLiteral(this.#columns[slot]!, wanted[slot]))
    const byHand = values.flatMap((value) => ('refused' in value ? [value.refused] : []))
    if (byHand.length > 0) return { byHand }
    const columns = this.#inserted.map((slot) => this.#columns[slot]!)
    const overriding = columns.some(({ isAlwaysIdentity }) => isAlwaysIdentity) ? ' OVERRIDING SYSTEM VALUE' : ''
    const list = values.map((value) => ('sql' in value ? value.sql : 'NULL')).join(', ')
    const into = `INSERT INTO ${this.#table} (${columns.map(({ quoted }) => quoted).join(', ')})${overriding}`
    const onConflict = this.#canSayOnConflict ? ' ON CONFLICT DO NOTHING' : ''
    if (this.#isUnique && this.#canSayOnConflict) return { sql: `${into} VALUES (${list})${onConflict};`, byHand }
    const alike = this.#ofKind(this.#inserted).map((slot) => equalTo(this.#columns[slot]!, wanted[slot]))
    const counted = [...this.#isOwn, ...alike].join(' AND ')
    const fewer = `(SELECT count(*) FROM ${this.#table} WHERE ${counted}) < ${copies}`
    return { sql: `${into} SELECT ${list} WHERE ${fewer}${onConflict};`, byHand }
  }

  update(seen: readonly RepairCell[], wanted: ReadonlyMap<number, RepairCell>): Repair {
    const byHand: string[] = []
    const set: string[] = []
    const guards = this.#keyOf(seen)
    for (const [slot, cell] of wanted) {
      const column = this.#columns[slot]!
      const value = column.isGenerated
        ? { refused: `${column.name} is generated` }
        : column.isAlwaysIdentity
          ? { refused: `${column.name} is GENERATED ALWAYS AS IDENTITY, and cannot be changed` }
          : wantedLiteral(column, cell)
      if ('refused' in value) {
        byHand.push(value.refused)
        continue
      }
      set.push(`${column.quoted} = ${value.sql}`)
      if (!this.#key.includes(slot)) guards.push(guardOf(column, seen[slot]))
    }
    if (set.length === 0) return { byHand }
    const sql = `UPDATE ${this.#table} SET ${set.join(', ')} WHERE ${guards.join(' AND ')};`
    return this.#asSeen(seen, { sql, byHand })
  }

  delete(seen: readonly RepairCell[], copies: number): Repair {
    const rest = this.#columns.flatMap((column, slot) =>
      this.#key.includes(slot) ? [] : [guardOf(column, seen[slot])],
    )
    const guards = [...this.#keyOf(seen), ...rest].join(' AND ')
    if (this.#isUnique) {
      return this.#asSeen(seen, { sql: `DELETE FROM ${this.#table} AS t WHERE ${guards}${this.#isFree};`, byHand: [] })
    }
    // One row of several that are the same. What else is asked is asked of the row as it is by then.
    const one = `ctid = (SELECT ctid FROM ${this.#table} WHERE ${guards} LIMIT 1)`
    const kind = this.#key.length > 0 ? this.#keyOf(seen).join(' AND ') : guards
    const more = `(SELECT count(*) FROM ${this.#table} WHERE ${kind}) > ${copies}`
    const sql = `DELETE FROM ${this.#table} AS t WHERE ${one} AND ${guards} AND ${more}${this.#isFree};`
    return this.#asSeen(seen, { sql, byHand: [] })
  }

  /** Places that tell rows of one kind from others. */
  #ofKind(all: readonly number[]): readonly number[] {
    return this.#key.length > 0 ? this.#key : all
  }

  /** Finds the row by an index, if there is one, and is true of what was seen alone. */
  #keyOf(seen: readonly RepairCell[]): string[] {
    const guards = this.#key.flatMap((slot) => {
      const column = this.#columns[slot]!
      const cell = seen[slot]
      if (cell === undefined || column.equality !== 'loose') return [guardOf(column, cell)]
      return [`${column.quoted} = ${seenLiteral(column, cell)}`, guardOf(column, cell)]
    })
    return [...this.#isOwn, ...guards]
  }

  /** A database that is not in UTF-8 may give bytes that no constant can say. */
  #asSeen(seen: readonly RepairCell[], repair: Repair): Repair {
    const odd = this.#columns.find(({ form }, slot) => form !== 'bytes' && seen[slot] && !isUtf8(seen[slot]))
    return odd === undefined ? repair : { byHand: [`${odd.name} is no UTF-8 there`] }
  }
}

function ownColumn(column: RepairQuestion['columns'][number], { columns }: RepairFacts): OwnColumn {
  const there = columns.find(({ name }) => name === column.name)
  const type = parseTypeText(column.type)
  const isPlain = type.kind === 'base'
  return {
    ...column,
    quoted: quoteName(column.name),
    isNotNull: there?.isNotNull ?? false,
    isGenerated: there?.isGenerated ?? false,
    isAlwaysIdentity: there?.isAlwaysIdentity ?? false,
    labels: there?.labels ?? undefined,
    equality: isPlain && exactTypes.has(type.name) ? 'exact' : isPlain && looseTypes.has(type.name) ? 'loose' : 'none',
  }
}

/** That the column is what was seen, by the very expression that it was read with, and byte by byte. */
function guardOf({ quoted, type, form, equality }: OwnColumn, cell: RepairCell): string {
  if (cell === undefined) return `${quoted} IS NULL`
  if (equality === 'exact') return `${quoted} = ${seenLiteral({ type, form }, cell)}`
  const expression = contentExpression(quoted, type, form)
  if (form === 'bytes') return `${expression} = ${quoteVisible(`\\x${cell.toString('hex')}`)}`
  return `${expression} COLLATE pg_catalog."C" = ${quoteVisible(cell.toString('utf8'))}`
}

/** That the column is what it is to be, or is taken for it: rather once too few than once too many. */
function equalTo(column: OwnColumn, cell: RepairCell): string {
  const { quoted, type, form, equality } = column
  const wanted = wantedLiteral(column, cell)
  if (cell === undefined || 'refused' in wanted) return `${quoted} IS NULL`
  if (equality !== 'none') return `${quoted} = ${wanted.sql}`
  const value = `(${wanted.sql})::${type}`
  return `${contentExpression(quoted, type, form)} = ${contentExpression(value, type, form)}`
}

/** Deleting a row that others refer to would fail, or take them along. */
function freeOf({ table, columns, referencedColumns, isSelf }: RepairFacts['referrers'][number]): string {
  const same = columns.map((name, place) => `r.${quoteName(name)} = t.${quoteName(referencedColumns[place] ?? '')}`)
  const other = isSelf ? ' AND r.ctid <> t.ctid' : ''
  return ` AND NOT EXISTS (SELECT FROM ${quoteQualified(table)} AS r WHERE ${same.join(' AND ')}${other})`
}

function notesOf({ triggers, referrers }: RepairFacts): string[] {
  const notes: string[] = []
  if (triggers.length > 0) notes.push(`its triggers fire, under an empty search_path: ${triggers.join(', ')}`)
  if (referrers.some(({ isSelf }) => isSelf)) {
    notes.push(
      'its rows refer to each other: where a row comes before the one that it refers to, change their order',
      'where rows go that refer to each other, run this once more',
    )
  }
  return notes
}
