/** What a CREATE TABLE says, as it says it. Expressions are text, to be read by `parseExpression`. */
export interface TableSyntax {
  readonly database: string | undefined
  readonly name: string
  readonly temporary: boolean
  readonly columns: readonly ColumnSyntax[]
  readonly keys: readonly KeySyntax[]
  readonly foreignKeys: readonly ForeignKeySyntax[]
  /** Those of the table, then those written after a column, in order. */
  readonly checks: readonly CheckSyntax[]
  /** MariaDB: PERIOD FOR; the system's own has the name SYSTEM_TIME. */
  readonly periods: readonly PeriodSyntax[]
  readonly options: TableOptions
  /** From PARTITION BY on, as written. */
  readonly partitions: string | undefined
}

export interface TypeSyntax {
  /** Lower case: `int`, `double`, `varchar`, `enum`, `point`, `inet6`. */
  readonly name: string
  /** Numbers as written: `['12', '2']`. */
  readonly args: readonly string[]
  /** Of ENUM and SET, in order. */
  readonly labels: readonly string[]
  readonly unsigned: boolean
  readonly zerofill: boolean
  readonly charset: string | undefined
  readonly collation: string | undefined
}

export interface ColumnSyntax {
  readonly name: string
  readonly type: TypeSyntax
  /** True unless NOT NULL is written: a primary key's columns have it written. */
  readonly nullable: boolean
  readonly default: DefaultSyntax | undefined
  /** The precision of ON UPDATE CURRENT_TIMESTAMP. */
  readonly onUpdatePrecision: number | undefined
  readonly autoIncrement: boolean
  readonly comment: string | undefined
  readonly generated: GeneratedSyntax | undefined
  readonly invisible: boolean
  /** Of a geometry column. */
  readonly srid: number | undefined
  /** MariaDB: `start` or `end` of the row's own period; `without`: not versioned. */
  readonly versioning: 'start' | 'end' | 'without' | 'with' | undefined
  /** What is written besides and says nothing about values: COLUMN_FORMAT, STORAGE, COMPRESSED, engine attributes. */
  readonly ignored: readonly string[]
}

export interface GeneratedSyntax {
  readonly expression: string
  readonly stored: boolean
}

export type DefaultSyntax =
  | { readonly kind: 'null' }
  /** `text` is undefined where the bytes are no text: a binary column's. */
  | {
      readonly kind: 'string'
      readonly bytes: Uint8Array
      readonly text: string | undefined
      readonly charset: string | undefined
    }
  | { readonly kind: 'number'; readonly text: string }
  /** Hexadecimal digits. */
  | { readonly kind: 'hex'; readonly digits: string }
  /** Binary digits. */
  | { readonly kind: 'bits'; readonly digits: string }
  | { readonly kind: 'currentTimestamp'; readonly precision: number }
  | { readonly kind: 'expression'; readonly text: string }

export interface KeySyntax {
  readonly kind: 'primary' | 'unique' | 'index' | 'fulltext' | 'spatial' | 'vector'
  /** Undefined for the primary key, and where the server is left to choose. */
  readonly name: string | undefined
  readonly parts: readonly KeyPartSyntax[]
  /** `btree`, `hash`, `rtree`. */
  readonly using: string | undefined
  readonly comment: string | undefined
  /** The server keeps it and does not read by it: INVISIBLE (MySQL), IGNORED (MariaDB). */
  readonly invisible: boolean
  /** Of a fulltext key. */
  readonly parser: string | undefined
  readonly ignored: readonly string[]
}

export interface KeyPartSyntax {
  /** One of the two is set. */
  readonly column: string | undefined
  readonly expression: string | undefined
  /** In characters, or bytes of a binary column. */
  readonly prefixLength: number | undefined
  readonly descending: boolean
  /** MariaDB: the part is a period, whose rows must not overlap. */
  readonly withoutOverlaps: boolean
}

export type ReferentialAction = 'restrict' | 'cascade' | 'set null' | 'no action' | 'set default'

export interface ForeignKeySyntax {
  readonly name: string | undefined
  readonly columns: readonly string[]
  /** Undefined: the table's own database. */
  readonly referencedDatabase: string | undefined
  readonly referencedTable: string
  readonly referencedColumns: readonly string[]
  /** Undefined where none is written, which means `no action`. */
  readonly onDelete: ReferentialAction | undefined
  readonly onUpdate: ReferentialAction | undefined
}

export interface CheckSyntax {
  readonly name: string | undefined
  readonly expression: string
  readonly enforced: boolean
  /** Set where it is written after a column. */
  readonly column: string | undefined
}

export interface PeriodSyntax {
  readonly name: string
  readonly start: string
  readonly end: string
}

export interface TableOptions {
  readonly engine: string | undefined
  /** As written: it can be over 2⁵³. */
  readonly autoIncrement: string | undefined
  readonly charset: string | undefined
  readonly collation: string | undefined
  readonly comment: string | undefined
  readonly rowFormat: string | undefined
  readonly systemVersioning: boolean
  /** All others, names in upper case. */
  readonly others: readonly (readonly [name: string, value: string])[]
}
