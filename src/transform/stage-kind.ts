import type { z } from 'zod'
import { nearest } from '../errors/nearest.ts'
import type { Column } from '../batch/layout.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { Plain } from '../model/plain.ts'
import type { ChildRead } from '../model/plan.ts'
import type { ToldCondition } from './expression/condition-walk.ts'
import type { Shape, ShapeColumn } from './shape.ts'
import type { StageRows } from './stage-rows.ts'

/**
 * What a stage has to remember. `stateless`: nothing, a row comes to the same whichever others there are. `keyed`: rows of
 * one key have to do with each other. `stateful`: what it has seen before decides.
 */
export type StageMemory = 'stateless' | 'keyed' | 'stateful'

/** A stage that knows its columns. */
export interface BoundStage {
  readonly shape: Shape
  /** Columns whose values it looks at. */
  readonly reads?: readonly ShapeColumn[] | undefined
  /** Absent: only which slots are read is another. */
  readonly run?: StageRun | undefined
  /** Further tables that rows go to, which the stage makes of those that it finds. */
  readonly outputs?: readonly StageOutput[] | undefined
  /**
   * Where it has to know of all rows before it knows what becomes of one: looks at them all before any of them is run, and
   * remembers what it needs.
   */
  readonly look?: ((rows: StageRows) => void) | undefined
  /** By their names: types of what the maps hold that it fills. */
  readonly maps?: { readonly [map: string]: CanonicalType } | undefined
  /** Columns whose values, as they were before the stage, nobody is to see any more. */
  readonly hides?: readonly ShapeColumn[] | undefined
  /** Ends what it has begun, such as a worker. Nothing runs it again. */
  readonly close?: (() => Promise<void>) | undefined
}

/** Works on rows of one batch. A stage that waits for something returns a promise. */
export type StageRun = (rows: StageRows, signal: AbortSignal) => void | Promise<void>

/** A table of its own that rows go to besides those of the dataset. */
export interface StageOutput {
  /** As a dataset's `to`. */
  readonly to: string
  /** Within the stage's configuration. */
  readonly path: readonly PropertyKey[]
  /** As the stage makes the rows. */
  readonly shape: Shape
  /** What becomes of them before they are written, as pipelines write it. */
  readonly transform: readonly Plain[]
  /** Columns of it that tell a row from another; none: nothing does. */
  readonly primaryKey: readonly string[]
  /** Its columns that have the values of the row that it came of, with that one's columns; none: they do not refer to it. */
  readonly references: readonly { readonly column: string; readonly parent: ShapeColumn }[]
}

/** A table of its own that rows go to, with the stages of those rows bound. */
export interface BoundOutput extends StageOutput {
  /** Place of the stage that makes the rows, among the dataset's; −1: they were read within others. */
  readonly stage: number
  /** Frame of the rows that they are made of. */
  readonly parent: number
  /** What the last of its own stages leaves. */
  readonly left: Shape
}

/** What is read of a dataset. */
export interface StageSource {
  readonly columns: readonly Column[]
  /** Columns that tell a row from another, where there are such. */
  readonly key?: { readonly columns: readonly string[] } | undefined
  /** Rows that stand within those that are read. */
  readonly children?: readonly ChildRead[] | undefined
}

/** Where stages of one dataset are bound. */
export interface StageScope {
  readonly source: StageSource
  /** A stage looks at values of this slot as they were read. */
  touchRead(slot: number): void
  /** The secret key that a reference stands for. @throws StageFault at `key` where it cannot be used */
  key(reference: string): Uint8Array
  /** Number of a frame that nothing is in. */
  newFrame(): number
  /** Whether stages are bound whose rows another stage makes. */
  readonly isNested: boolean
  /** Whether some of these rows have rows in a table of their own by now. */
  hasOutputs(shape: Shape): boolean
  /** The same of rows that stages have made: those that were read within others go where these go. */
  hasMadeOutputs(shape: Shape): boolean
}

/** Part of a stage's configuration that does not fit the columns that the stage finds. */
export class StageFault extends Error {
  override readonly name = 'StageFault'
  /** Within the stage's own configuration. */
  readonly path: readonly PropertyKey[]
  readonly cure: string

  constructor(path: readonly PropertyKey[], reason: string, cure: string) {
    super(reason)
    this.path = path
    this.cure = cure
  }
}

export interface StageKind {
  /** As pipelines write it. */
  readonly name: string
  readonly memory: StageMemory
  readonly schema: z.ZodType
  /** The reference to its secret key; undefined where this configuration has none. Absent: no configuration of it has. */
  readonly keyOf?: ((config: Plain) => string | undefined) | undefined
  /** Loads what `bind` needs of modules that only this configuration wants. */
  load(config: Plain): Promise<void>
  /** Names of tables of their own that rows go to, as `to` writes them. */
  tablesOf(config: Plain): readonly string[]
  /**
   * What of its condition a source may be told, where the stage does nothing but filter rows. After `bind` has taken it.
   * Absent: it does something else.
   */
  readonly tells?: ((config: Plain, shape: Shape) => ToldCondition) | undefined
  /** After `load`. @throws StageFault where a column or its type does not fit */
  bind(config: Plain, shape: Shape, scope: StageScope): BoundStage
}

/** A kind of stage whose configuration is of the type that its schema lets through. */
export function stageKind<S extends z.ZodType>(kind: {
  readonly name: string
  readonly memory: StageMemory
  readonly schema: S
  readonly load?: (config: z.output<S>) => Promise<void>
  readonly tablesOf?: (config: z.output<S>) => readonly string[]
  readonly keyOf?: (config: z.output<S>) => string | undefined
  readonly tells?: (config: z.output<S>, shape: Shape) => ToldCondition
  readonly bind: (config: z.output<S>, shape: Shape, scope: StageScope) => BoundStage
}): StageKind & { readonly schema: S } {
  const { name, memory, schema, keyOf, tells } = kind
  return {
    name,
    memory,
    schema,
    keyOf: keyOf && ((config) => keyOf(schema.parse(config))),
    tells: tells && ((config, shape) => tells(schema.parse(config), shape)),
    load: async (config) => await kind.load?.(schema.parse(config)),
    tablesOf: (config) => kind.tablesOf?.(schema.parse(config)) ?? [],
    bind: (config, shape, scope) => kind.bind(schema.parse(config), shape, scope),
  }
}

/** The column of a name. @throws StageFault naming those that there are */
export function columnOf({ columns }: Shape, name: string, path: readonly PropertyKey[]): ShapeColumn {
  const column = columns.find((one) => one.name === name)
  if (column !== undefined) return column
  const names = columns.map((one) => one.name)
  const near = nearest(name, names)
  const meant = near === undefined ? '' : `Did you mean ${near}? `
  throw new StageFault(path, `there is no column ${name} here`, `${meant}Columns here are ${names.join(', ')}.`)
}

/** @throws StageFault where a column of the name is there already */
export function assertFree({ columns }: Shape, name: string, path: readonly PropertyKey[]): void {
  if (!columns.some((one) => one.name === name)) return
  throw new StageFault(path, `there is a column ${name} already`, 'Give this one another name, or drop that one first.')
}

/** @throws StageFault where the column holds no text */
export function assertText({ name, type }: ShapeColumn, path: readonly PropertyKey[]): void {
  if (type.kind === 'text') return
  throw new StageFault(path, `${name} is ${type.kind}, not text`, 'Cast it to text first, or leave it out.')
}
