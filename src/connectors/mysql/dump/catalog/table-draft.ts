import type { DumpCursor } from '../../../../format/sql-text/dump-event.ts'
import type { AlterTableSyntax } from '../../../../format/sql-text/parse-statement.ts'
import type {
  CheckSyntax,
  ColumnSyntax,
  ForeignKeySyntax,
  KeySyntax,
  TableSyntax,
} from '../../../../format/sql-text/table-syntax.ts'
import type { QualifiedName } from '../../../../model/relation.ts'
import type { TextDefaults } from './native-type.ts'

/** Where the rows of a table are in the dump, and how many. */
export interface TableRows {
  /** Goes on at the first row; undefined where there is none. */
  readonly first: DumpCursor | undefined
  /** The first byte after the last INSERT. */
  readonly end: number
  readonly rowCount: number
  /** Of the rows as they are written. */
  readonly byteCount: number
  /** The lists of columns that INSERTs fill, each once. */
  readonly shapes: readonly (readonly string[])[]
  /** Time zones that were set where rows came; undefined: none was. */
  readonly timeZones: readonly (string | undefined)[]
  /** Charsets that the text of rows is written in; undefined: none was set. */
  readonly charsets: readonly (string | undefined)[]
  /** Triggers that a server which loads the dump would run for each row: made before the rows come. */
  readonly triggers: readonly string[]
}

/** What a dump has said of one table so far. */
export class TableDraft {
  readonly name: QualifiedName
  readonly syntax: TableSyntax
  /** Charset and collation of the table's database, where it has none of its own. */
  readonly databaseText: TextDefaults
  columns: readonly ColumnSyntax[]
  readonly keys: KeySyntax[]
  readonly foreignKeys: ForeignKeySyntax[]
  readonly checks: CheckSyntax[]
  autoIncrement: string | undefined
  /** Where its rows begin, or else its definition: tables in the dump's order. */
  place: number
  first: DumpCursor | undefined
  end = 0
  rowCount = 0
  byteCount = 0
  readonly #shapes = new Map<string, readonly string[]>()
  readonly #timeZones = new Set<string | undefined>()
  readonly #charsets = new Set<string | undefined>()
  #triggers: readonly string[] = []

  constructor(name: QualifiedName, syntax: TableSyntax, databaseText: TextDefaults, place: number) {
    this.name = name
    this.syntax = syntax
    this.databaseText = databaseText
    this.columns = syntax.columns
    this.keys = [...syntax.keys]
    this.foreignKeys = [...syntax.foreignKeys]
    this.checks = [...syntax.checks]
    this.autoIncrement = syntax.options.autoIncrement
    this.place = place
  }

  /** The columns that an INSERT without a list of columns fills: all but the invisible ones. */
  get valueColumns(): readonly string[] {
    return this.columns.filter(({ invisible }) => !invisible).map(({ name }) => name)
  }

  get rows(): TableRows {
    const { first, end, rowCount, byteCount } = this
    const shapes = [...this.#shapes.values()]
    const timeZones = [...this.#timeZones]
    const charsets = [...this.#charsets]
    return { first, end, rowCount, byteCount, shapes, timeZones, charsets, triggers: this.#triggers }
  }

  /** An INSERT begins, whose first row is at the cursor. Returns the columns that it fills. */
  begin(cursor: DumpCursor, columns: readonly string[] | undefined, triggers: readonly string[]): readonly string[] {
    if (this.first === undefined) {
      this.first = cursor
      this.place = cursor.position
    }
    this.#triggers = triggers
    const filled = columns ?? this.valueColumns
    this.#shapes.set(JSON.stringify(filled), filled)
    this.#timeZones.add(cursor.session.timeZone)
    this.#charsets.add(cursor.session.charset)
    return filled
  }

  alter(alteration: AlterTableSyntax): void {
    this.keys.push(...alteration.keys)
    this.foreignKeys.push(...alteration.foreignKeys)
    this.checks.push(...alteration.checks)
    this.columns = this.columns.map((column) => alteration.columns.find(({ name }) => name === column.name) ?? column)
    this.autoIncrement = alteration.autoIncrement ?? this.autoIncrement
  }
}
