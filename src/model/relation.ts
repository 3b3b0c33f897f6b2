import type { DocumentSignature } from './document-signature.ts'
import type { Expression } from './expression.ts'

/** Schema (PostgreSQL) or database (MySQL), and the name in it. */
export interface QualifiedName {
  readonly schema: string
  readonly name: string
}

export function isSameName(one: QualifiedName, other: QualifiedName): boolean {
  return one.schema === other.schema && one.name === other.name
}

/** A column's type as its engine has it. */
export interface NativeType {
  /** Lower-case base name, such as `bigint` or `varchar`. */
  readonly name: string
  /** As the engine prints it, such as `bigint(20) unsigned`. */
  readonly text: string
  /** Length, or precision and scale, or display width. */
  readonly args: readonly number[]
  readonly unsigned?: boolean | undefined
  readonly zerofill?: boolean | undefined
  readonly charset?: string | undefined
  readonly collation?: string | undefined
  /** The charset that the bytes are really in, where somebody says that it is not `charset`. */
  readonly readAs?: string | undefined
  /** Labels of an ENUM or SET, decoded. */
  readonly labels?: readonly string[] | undefined
  /** Spatial reference of a geometry column. */
  readonly srid?: number | undefined
  /** Of an array in a document: what its elements are. */
  readonly of?: NativeType | undefined
}

/** A column's default. `sql` is always the engine's own text, for reports and for what cannot be translated. */
export type DefaultValue =
  | { readonly kind: 'literal'; readonly text: string; readonly sql: string }
  | { readonly kind: 'number'; readonly text: string; readonly sql: string }
  /** Lower-case hexadecimal digits of a binary default. */
  | { readonly kind: 'bytes'; readonly hex: string; readonly sql: string }
  /** Text of `0` and `1`. */
  | { readonly kind: 'bits'; readonly text: string; readonly sql: string }
  | { readonly kind: 'now'; readonly precision: number; readonly sql: string }
  /** `expression` is absent where the engine's text is beyond the neutral grammar. */
  | { readonly kind: 'expression'; readonly expression?: Expression | undefined; readonly sql: string }

export interface GeneratedColumn {
  readonly stored: boolean
  readonly sql: string
  readonly expression?: Expression | undefined
}

export interface ColumnInfo {
  /** Of a value in documents its path (`pathText`), or what `madeColumn` calls it. */
  readonly name: string
  /** What the target is to call it, before its rule for names; absent: the same. */
  readonly as?: string | undefined
  readonly native: NativeType
  readonly nullable: boolean
  readonly default?: DefaultValue | undefined
  readonly generated?: GeneratedColumn | undefined
  readonly autoIncrement: boolean
  /** Fractional digits of `ON UPDATE CURRENT_TIMESTAMP(n)`. */
  readonly onUpdateNow?: number | undefined
  readonly invisible: boolean
  readonly comment: string
  /** Of a value in documents, which are all looked at before columns are made of them; absent: nobody has counted. */
  readonly faults?: FoundFaults | undefined
}

/** Values that have a fault; absent: it is not known. */
export interface FoundFaults {
  readonly 'nul-byte'?: number
  readonly 'json-nul'?: number
  readonly 'invalid-text'?: number
}

export interface IndexPart {
  /** Absent for an expression. */
  readonly column?: string | undefined
  readonly expression?: Expression | undefined
  /** The engine's own text of the expression. */
  readonly sql?: string | undefined
  /** Characters (text) or bytes (binary) of a prefix index. */
  readonly prefixLength?: number | undefined
  readonly descending: boolean
}

export interface IndexInfo {
  readonly name: string
  readonly kind: 'primary' | 'unique' | 'index' | 'fulltext' | 'spatial' | 'vector'
  readonly parts: readonly IndexPart[]
  readonly visible: boolean
  /** Access method as the engine names it, such as `btree` or `hash`. */
  readonly method: string
  readonly comment: string
  /** All of it in the engine's own words, for a target of the same engine; its parts are none then. */
  readonly own?: string | undefined
}

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

export interface ForeignKeyInfo {
  readonly name: string
  readonly columns: readonly string[]
  readonly references: QualifiedName
  readonly referencedColumns: readonly string[]
  readonly onUpdate: ReferentialAction
  readonly onDelete: ReferentialAction
}

export interface CheckInfo {
  readonly name: string
  readonly sql: string
  readonly expression?: Expression | undefined
  readonly enforced: boolean
}

export interface TableInfo {
  readonly name: QualifiedName
  readonly columns: readonly ColumnInfo[]
  readonly indexes: readonly IndexInfo[]
  readonly foreignKeys: readonly ForeignKeyInfo[]
  readonly checks: readonly CheckInfo[]
  readonly comment: string
  /** Storage engine as the server names it, or the empty text. */
  readonly storage: string
  /** False where reads are not part of a transaction's snapshot (MyISAM, MEMORY, ARCHIVE …). */
  readonly transactional: boolean
  /** The server's estimate; exact for files. */
  readonly rowEstimate: number
  readonly byteEstimate: number
  /** Next value of the auto-increment counter, where the engine knows it. The data's own maximum decides. */
  readonly nextAutoIncrement?: string | undefined
  readonly partitionCount: number
  readonly systemVersioned: boolean
  /** Of a view whose rows can be read: what it is, in the engine's own words. Only who names it gets it. */
  readonly view?: string | undefined
  /** Rows that stand within its own, those of a child behind those of the one that it stands in; absent: none. */
  readonly children?: readonly ChildTableInfo[] | undefined
  /** Of a collection: paths that nobody wants. */
  readonly leftOut?: readonly string[] | undefined
  /** Of a collection whose documents are to be made again of their rows. */
  readonly signature?: DocumentSignature | undefined
}

/** Rows that stand within those of a collection: the elements of an array, or the fields of a map. */
export interface ChildTableInfo {
  /** What the target is to call the table. */
  readonly as: string
  /** The child that its array stands in, by place among the collection's; absent: the collection's own documents. */
  readonly parent?: number | undefined
  /** Of the array or map, from the parent's document or element on (`pathText`); `$value`: the element is the array. */
  readonly path: string
  readonly kind: 'array' | 'map'
  /**
   * The first ones are the parent's key; then comes `$ordinal` or `$key`, with which they are the key of its own; then what
   * the element holds: its fields by path, or itself as `$value`.
   */
  readonly columns: readonly ColumnInfo[]
  /** Names of the parent's columns whose values the first columns have. */
  readonly carried: readonly string[]
  /** Besides the one to the table above; absent: none. */
  readonly foreignKeys?: readonly ForeignKeyInfo[] | undefined
  readonly rowEstimate: number
  /** As those of {@link TableInfo}, from the element on. */
  readonly leftOut?: readonly string[] | undefined
  readonly signature?: DocumentSignature | undefined
}

/** What is listed and written out for porting by hand, never carried. */
export interface OtherObject {
  readonly kind: 'view' | 'trigger' | 'procedure' | 'function' | 'event' | 'sequence'
  readonly name: QualifiedName
  readonly sql: string
}

/** Objects that are not brought over, each with its reason. */
export interface NotCarried {
  readonly kind: string
  readonly name: string
  readonly reason: string
  /** The source's own text, for porting by hand. */
  readonly sql?: string | undefined
}

export interface Catalog {
  readonly tables: readonly TableInfo[]
  /** For a target of the same engine: each table has the key of its rows, and a column with all of a row. */
  readonly isOwn?: boolean | undefined
  readonly others: readonly OtherObject[]
  /** What the source itself knows that no table has. Absent: nothing. */
  readonly notCarried?: readonly NotCarried[] | undefined
  /** Hash over everything above save estimates and counters: a saved plan refuses to run against another one. */
  readonly fingerprint: string
}
