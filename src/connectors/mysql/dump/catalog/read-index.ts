import { TransloadError } from '../../../../errors/transload-error.ts'
import { DumpEvent } from '../../../../format/sql-text/dump-event.ts'
import type { InsertHead } from '../../../../format/sql-text/insert-head.ts'
import { type DumpStatement, parseStatement } from '../../../../format/sql-text/parse-statement.ts'
import { SqlTextError } from '../../../../format/sql-text/sql-text-error.ts'
import type { StatementScanner } from '../../../../format/sql-text/statement-scanner.ts'
import type { Catalog, OtherObject, QualifiedName, TableInfo } from '../../../../model/relation.ts'
import { fingerprintCatalog } from '../../catalog/fingerprint.ts'
import { compareText } from '../../catalog/information-rows.ts'
import { DumpScan } from '../dump-scan.ts'
import { notReadable } from '../../../../errors/file-error.ts'
import type { DumpFile } from '../input/dump-file.ts'
import { type DumpServer, guessDumpServer, readDumpServer } from './dump-server.ts'
import { resolveText, type TextDefaults } from './native-type.ts'
import { toOtherObject } from './other-object.ts'
import { withPlainNames } from './plain-names.ts'
import { type TableRows, TableDraft } from './table-draft.ts'
import { toTableInfo } from './table-info.ts'

/** A table of a dump, and where its rows are. */
export interface DumpTable extends TableRows {
  readonly info: TableInfo
  /** Columns in the order of the values of an INSERT that names none. */
  readonly valueColumns: readonly string[]
  /** The table's number in the order of the dump. */
  readonly ordinal: number
}

/** All that one pass over a dump has found. */
export interface DumpIndex {
  readonly catalog: Catalog
  /** By {@link tableId}. */
  readonly tables: ReadonlyMap<string, DumpTable>
  /** SHA-256 of the file. */
  readonly hash: string
  /** False where the dump tool has begun a dump and not said that it completed it. */
  readonly isComplete: boolean
}

export function tableId({ schema, name }: QualifiedName): string {
  return `${schema}\u0000${name}`
}

/** The database of a statement that names none, where no USE went before it. */
export function defaultDatabase(file: DumpFile): string {
  if (file.header.database !== undefined) return file.header.database
  const name = /([^/\\]+?)(\.sql)?(\.gz)?$/i.exec(file.path)?.[1]
  return file.isSpooled || name === undefined ? 'dump' : name
}

/** The table of a trigger, with its database or without. */
const insertedTable = /\b(?:BEFORE|AFTER)\s+INSERT\s+ON\s+(?:(?:`(?:[^`]|``)+`|\w+)\s*\.\s*)?(`(?:[^`]|``)+`|[^\s`]+)/i

const changesRows =
  'Load the file into a server and read it from there (mysql://), or dump that: mysqldump writes nothing of the kind.'

/**
 * Reads the whole dump once, in memory that does not grow with it: tables with their definitions, the place and number
 * of their rows, what is listed for porting by hand, and the hash of the file.
 *
 * @throws TL_S207 where the dump is cut off; TL_S208 where it cannot be read, or says something that only a server can do
 */
export async function readIndex(file: DumpFile, signal: AbortSignal): Promise<DumpIndex> {
  const { pieces, hash } = file.hashedPieces()
  await using scan = new DumpScan(pieces, undefined, file)
  const reader = new IndexReader(file, scan.scanner)
  const { scanner } = scan
  for (;;) {
    const event = scan.next()
    if (event === DumpEvent.row) reader.row()
    else if (event === DumpEvent.needMore) await scan.feed(signal)
    else if (event === DumpEvent.end) break
    else reader.take(event)
  }
  await file.assertUnchanged()
  return {
    ...reader.result(),
    hash: await hash.digest(signal),
    isComplete: scanner.headerCount <= scanner.trailerCount,
  }
}

class IndexReader {
  readonly #file: DumpFile
  readonly #scanner: StatementScanner
  readonly #database: string
  readonly #drafts = new Map<string, TableDraft>()
  readonly #others: OtherObject[] = []
  readonly #databaseTexts = new Map<string, TextDefaults>()
  #server: DumpServer | undefined
  #draft: TableDraft | undefined
  /** How many values a row of the INSERT under way must have. */
  #width = 0

  constructor(file: DumpFile, scanner: StatementScanner) {
    this.#file = file
    this.#scanner = scanner
    this.#database = defaultDatabase(file)
    this.#server = readDumpServer(file.header)
  }

  row(): void {
    const draft = this.#draft!
    const scanner = this.#scanner
    if (scanner.valueCount !== this.#width) {
      const reason = `a row of ${draft.name.name} has ${scanner.valueCount} values for ${this.#width} columns`
      throw this.#refuse(reason, scanner.start, changesRows)
    }
    draft.rowCount++
    draft.byteCount += scanner.position - scanner.start
  }

  take(event: DumpEvent): void {
    const scanner = this.#scanner
    switch (event) {
      case DumpEvent.statement:
        this.#statement()
        break
      case DumpEvent.skipped:
        this.#skipped()
        break
      case DumpEvent.insertStart:
        this.#begin(scanner.insert!)
        break
      case DumpEvent.insertEnd:
        this.#draft!.end = scanner.position
        break
      default:
        throw new TransloadError('TL_X901', { reason: `an event ${event} of a dump` })
    }
  }

  result(): Pick<DumpIndex, 'catalog' | 'tables'> {
    const server = this.#serverFor('')
    const drafts = [...this.#drafts.values()]
    const order = drafts.toSorted((a, b) => a.place - b.place)
    const tables = drafts
      .map((draft): DumpTable => {
        const info = toTableInfo(draft, server)
        return { ...draft.rows, info, valueColumns: draft.valueColumns, ordinal: order.indexOf(draft) }
      })
      .toSorted((a, b) => compareNames(a.info.name, b.info.name))
    const others = this.#others.toSorted(
      (a, b) =>
        compareText(a.name.schema, b.name.schema) || compareText(a.kind, b.kind) || compareNames(a.name, b.name),
    )
    const infos = tables.map(({ info }) => info)
    return {
      catalog: { tables: infos, others, fingerprint: fingerprintCatalog(infos, others) },
      tables: new Map(tables.map((table) => [tableId(table.info.name), table])),
    }
  }

  #statement(): void {
    const { text, session } = this.#scanner
    const rules = { ...session.rules, charset: session.charset }
    let statement: DumpStatement
    try {
      statement = parseStatement(text, rules)
    } catch (error) {
      if (!(error instanceof SqlTextError)) throw error
      throw this.#refuse(error.message, this.#scanner.start, 'Have it dumped anew by mysqldump or mariadb-dump.', error)
    }
    switch (statement.kind) {
      case 'createTable':
        this.#createTable(statement)
        break
      case 'createDatabase': {
        const { name, charset, collation } = statement.database
        const server = this.#serverFor('')
        this.#databaseTexts.set(name, resolveText(charset, collation, fallbackText(server), server))
        break
      }
      case 'alterTable': {
        const draft = this.#find(statement.alteration.database, statement.alteration.name)
        draft.alter(statement.alteration)
        break
      }
      case 'unsupported':
        this.#unsupported(statement.word)
        break
      case 'neutral':
        this.#neutral(statement.word)
    }
  }

  #createTable({ table }: DumpStatement & { kind: 'createTable' }): void {
    const { start, text, session } = this.#scanner
    const name = this.#qualify(table.database, table.name)
    if (table.temporary || this.#drafts.has(tableId(name))) {
      const reason = table.temporary ? `makes the temporary table ${table.name}` : `makes the table ${table.name} again`
      throw this.#refuse(`it ${reason}`, start, changesRows)
    }
    const server = this.#serverFor(Buffer.from(text).toString('latin1'))
    const databaseText = this.#databaseTexts.get(name.schema) ?? fallbackText(server)
    const syntax = withPlainNames(table, session.rules)
    this.#drafts.set(tableId(name), new TableDraft(name, syntax, databaseText, start))
  }

  #begin(insert: InsertHead): void {
    const scanner = this.#scanner
    const draft = this.#find(insert.database, insert.table)
    const filled = draft.begin(scanner.cursor(), insert.columns, this.#triggersOf(draft.name))
    const unknown = filled.find((name) => !draft.columns.some((column) => column.name === name))
    if (unknown !== undefined) {
      throw this.#refuse(`the table ${draft.name.name} has no column ${unknown}`, scanner.start, changesRows)
    }
    this.#draft = draft
    this.#width = filled.length
  }

  #skipped(): void {
    const { skipped, text, session } = this.#scanner
    const other = toOtherObject(skipped!, text, session.charset ?? 'utf8mb4', session.database ?? this.#database)
    if (other !== undefined) this.#others.push(other)
  }

  /** Triggers so far that an INSERT into the table sets off. */
  #triggersOf(table: QualifiedName): string[] {
    return this.#others
      .filter(({ kind, name }) => kind === 'trigger' && name.schema === table.schema)
      .filter(({ sql }) => insertedTable.exec(sql)?.[1]?.replaceAll('`', '') === table.name.replaceAll('`', ''))
      .map(({ name }) => name.name)
  }

  #neutral(word: string): void {
    if (word !== 'SET') return
    const text = Buffer.from(this.#scanner.text).toString('latin1')
    if (!/\bsystem_versioning_insert_history\s*=\s*(1|on)\b/i.test(text)) return
    throw this.#refuse(
      'it holds the history of its tables beside their rows',
      this.#scanner.start,
      'Dump without --dump-history.',
    )
  }

  /** Emptying a table that has no rows yet changes nothing; everything else of the kind does. */
  #unsupported(word: string): void {
    const { text, start } = this.#scanner
    const statement = Buffer.from(text).toString('utf8')
    const emptied = /^(?:TRUNCATE(?:\s+TABLE)?|DELETE\s+FROM)\s+`?([^`\s]+)`?\s*$/i.exec(statement)?.[1]
    if (emptied !== undefined && this.#find(undefined, emptied).rowCount === 0) return
    throw this.#refuse(`it says ${word} …, which only a server can carry out`, start, changesRows)
  }

  #find(database: string | undefined, table: string): TableDraft {
    const name = this.#qualify(database, table)
    const draft = this.#drafts.get(tableId(name))
    if (draft !== undefined) return draft
    throw this.#refuse(
      `it does not make the table ${name.schema}.${name.name}, whose rows it has`,
      this.#scanner.start,
      'Dump with the tables’ definitions: without --no-create-info (-t).',
    )
  }

  #qualify(database: string | undefined, name: string): QualifiedName {
    return { schema: database ?? this.#scanner.session.database ?? this.#database, name }
  }

  #serverFor(statement: string): DumpServer {
    if (this.#server !== undefined) return this.#server
    const guess = guessDumpServer(statement)
    if (guess.flavor === 'mariadb') this.#server = guess
    return guess
  }

  #refuse(reason: string, at: number, cure: string, cause?: Error): TransloadError {
    return notReadable(this.#file.label, `${reason} (at byte ${at})`, cure, cause)
  }
}

function fallbackText(server: DumpServer): TextDefaults {
  return resolveText('utf8mb4', undefined, { charset: 'utf8mb4', collation: '' }, server)
}

function compareNames(a: QualifiedName, b: QualifiedName): number {
  return compareText(a.schema, b.schema) || compareText(a.name, b.name)
}
