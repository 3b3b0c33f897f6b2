/** What is otherwise about a table than about the one that it was made after. */
export interface SchemaDifference {
  readonly kind:
    | 'column'
    | 'nullability'
    | 'default'
    | 'primary key'
    | 'unique'
    | 'index'
    | 'foreign key'
    | 'check'
    | 'sequence'
  /** Of the column, key, index or constraint, as the source calls it. */
  readonly name: string
  /** What is wrong, for people. */
  readonly problem: string
}

export interface SchemaComparison {
  readonly differences: readonly SchemaDifference[]
  /** What was not compared, in sentences. */
  readonly notCompared: readonly string[]
}
