import type { Column } from '../batch/layout.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { madeColumn } from '../model/document-path.ts'
import type { Plain } from '../model/plain.ts'
import type { DatasetPlan } from '../model/plan.ts'
import type { StageConfig } from '../contract/lane.ts'
import { childOutputs } from './child-outputs.ts'
import { stageKinds } from './registry.ts'
import { type Shape, type ShapeColumn, shapeOf, workFrame } from './shape.ts'
import { keyOf, loadKey, type SecretOf, type StageKey, type StageKeys } from './stage-keys.ts'
import {
  type BoundOutput,
  type BoundStage,
  StageFault,
  type StageKind,
  type StageScope,
  type StageSource,
} from './stage-kind.ts'

/** The stages of one dataset, each bound to the columns that the one before it leaves. */
export interface BoundStages {
  /** In the order that they run in: those of rows that a stage makes follow it. */
  readonly stages: readonly (Pick<BoundStage, 'run' | 'look' | 'close'> & {
    readonly name: string
    /** Among the dataset's; of rows that a stage makes: −1. */
    readonly place: number
    /** Of the batch: the rows that it works on. */
    readonly frame: number
  })[]
  /** What the last one leaves. */
  readonly shape: Shape
  /** Further tables that rows go to. */
  readonly outputs: readonly BoundOutput[]
  /** Every slot of each frame, from {@link workFrame} on. */
  readonly frames: readonly (readonly Column[])[]
  /** By their names: types of what the maps hold that stages fill. */
  readonly maps: ReadonlyMap<string, CanonicalType>
  /** Slots of the columns that are read, of those whose values a stage looks at or changes. */
  readonly touched: ReadonlySet<number>
  /** Columns that are read whose values nobody is to see: a stage hides them, and they go over in no other way. */
  readonly hidden: readonly string[]
}

/** Where a stage's configuration stands, for people. */
export type StagePlace = (
  stage: number,
  path: readonly PropertyKey[],
) => { readonly file: string; readonly place: string }

/**
 * Loads what stages need before they are bound, and returns their keys.
 * @throws TL_C106 where a secret is not there
 */
export async function loadStages(configs: readonly StageConfig[], secretOf: SecretOf): Promise<StageKeys> {
  const keys = new Map<string, StageKey | StageFault>()
  for (const { kind, options } of allIn(configs)) {
    await kind.load(options)
    const reference = kind.keyOf?.(options)
    if (reference !== undefined) await loadKey(keys, reference, secretOf)
  }
  return keys
}

/** What tells a dataset's keys from others, by their references; undefined where its stages have none. */
export function fingerprintsOf(
  configs: readonly StageConfig[],
  keys: StageKeys,
): { readonly [reference: string]: string } | undefined {
  const found = allIn(configs).flatMap(({ kind, options }) => kind.keyOf?.(options) ?? [])
  if (found.length === 0) return undefined
  return Object.fromEntries(found.map((reference) => [reference, keyOf(keys, reference).fingerprint]))
}

/** The first stage, by name, that has its key by this reference. */
export function stageOfKey(configs: readonly StageConfig[], reference: string): string | undefined {
  return allIn(configs).find(({ kind, options }) => kind.keyOf?.(options) === reference)?.kind.name
}

/** Stages, and those of rows that they make. */
function allIn(configs: readonly StageConfig[]): { readonly kind: StageKind; readonly options: Plain }[] {
  return configs.flatMap((config) => {
    const { name, options } = nameAndOptions(config)
    return [{ kind: kindOf(name), options }, ...allIn(nestedIn(options))]
  })
}

/** Names of tables of their own that rows go to, as stages write them. */
export function tablesOfStages(configs: readonly StageConfig[]): string[] {
  return configs.flatMap((config) => {
    const { name, options } = nameAndOptions(config)
    return [...kindOf(name).tablesOf(options), ...tablesOfStages(nestedIn(options))]
  })
}

/** Stages of rows that a stage makes. */
function nestedIn(options: Plain): readonly StageConfig[] {
  if (typeof options !== 'object' || options === null) return []
  const nested = Object.entries(options).find(([key]) => key === 'transform')?.[1]
  return Array.isArray(nested) ? nested : []
}

/**
 * Binds stages, which were loaded, to the columns that are read. The same configuration on the same columns binds to the
 * same slots.
 *
 * @throws TL_C102 where a stage names a column that is not there, or one of a type that it cannot work on
 */
export function bindStages(
  source: StageSource,
  configs: readonly StageConfig[],
  placeOf: StagePlace,
  keys: StageKeys,
): BoundStages {
  const binder = new Binder(source, keys)
  const first = shapeOf(source.columns)
  binder.bindChildren(first)
  const shape = binder.bind(configs, first, placeOf)
  return binder.bound(shape)
}

class Binder implements StageScope {
  readonly source: StageSource
  readonly #stages: BoundStages['stages'][number][] = []
  readonly #outputs: BoundOutput[] = []
  readonly #frames: (readonly Column[])[] = []
  readonly #touched = new Set<number>()
  readonly #maps = new Map<string, CanonicalType>()
  readonly #hides: { readonly column: ShapeColumn; readonly at: ReturnType<StagePlace>; readonly stage: string }[] = []
  readonly #keys: StageKeys
  #frameCount: number
  /** Of stages within stages. */
  #depth = 0

  constructor(source: StageSource, keys: StageKeys) {
    this.source = source
    this.#keys = keys
    this.#frameCount = Math.max(workFrame, ...(source.children ?? []).map(({ frame }) => frame)) + 1
  }

  key(reference: string): Uint8Array {
    return keyOf(this.#keys, reference).bytes
  }

  newFrame(): number {
    return this.#frameCount++
  }

  get isNested(): boolean {
    return this.#depth > 0
  }

  hasOutputs({ frame }: Shape): boolean {
    return this.#outputs.some(({ parent }) => parent === frame)
  }

  hasMadeOutputs({ frame }: Shape): boolean {
    return this.#outputs.some(({ parent, stage }) => parent === frame && stage >= 0)
  }

  /** What was read within other rows has its tables before any that a stage makes. */
  bindChildren(first: Shape): void {
    for (const output of childOutputs(this.source, first)) {
      this.#note(output.shape)
      this.#outputs.push(output)
    }
  }

  /** @throws TL_C102 where what a stage hides would go over all the same */
  bound(shape: Shape): BoundStages {
    this.#assertHidden(shape)
    return {
      stages: this.#stages,
      shape,
      outputs: this.#outputs,
      frames: this.#frames.slice(workFrame),
      maps: this.#maps,
      touched: this.#touched,
      hidden: this.#hiddenBehind([shape, ...this.#outputs.map(({ left }) => left)]),
    }
  }

  /** Returns what the last of the stages leaves. */
  bind(configs: readonly StageConfig[], first: Shape, placeOf: StagePlace): Shape {
    let shape = first
    this.#note(shape)
    for (const [place, config] of configs.entries()) {
      const { name, options } = nameAndOptions(config)
      const bound = this.#bindOne(name, options, shape, (path) => placeOf(place, [name, ...path]))
      const { frame } = shape
      const { run, look, close } = bound
      this.#stages.push({ name, place: this.#depth > 0 ? -1 : place, frame, run, look, close })
      for (const [map, type] of Object.entries(bound.maps ?? {})) this.#maps.set(map, type)
      for (const { slot } of bound.reads ?? []) this.#touch(shape, slot)
      for (const column of bound.hides ?? []) this.#hides.push({ column, at: placeOf(place, [name]), stage: name })
      for (const output of bound.outputs ?? []) {
        const inside: StagePlace = (stage, path) => placeOf(place, [name, ...output.path, 'transform', stage, ...path])
        this.#depth++
        const left = this.bind(output.transform, output.shape, inside)
        this.#depth--
        this.#outputs.push({ ...output, stage: place, parent: frame, left })
      }
      shape = bound.shape
      this.#note(shape)
    }
    for (const { slot, changedBy } of shape.columns) if (changedBy.length > 0) this.#touch(shape, slot)
    return shape
  }

  #bindOne(
    name: string,
    options: Plain,
    shape: Shape,
    at: (path: readonly PropertyKey[]) => ReturnType<StagePlace>,
  ): BoundStage {
    try {
      return kindOf(name).bind(options, shape, this)
    } catch (error) {
      if (!(error instanceof StageFault)) throw error
      const reason = `${name}: ${error.message}`
      throw new TransloadError('TL_C102', { ...at(error.path), reason, cure: error.cure }, error)
    }
  }

  /** Rows within documents have the key as it was read, and a document that is there as a whole has everything. */
  #assertHidden({ columns }: Shape): void {
    const whole = columns.find(({ source }) => source === madeColumn.original || source === madeColumn.document)
    for (const { column, at, stage } of this.#hides) {
      const isIn = (one: ShapeColumn): boolean =>
        one.changedBy.length === 0 && one.madeOf.some((name) => column.madeOf.includes(name))
      const child = this.#outputs.find((output) => output.stage < 0 && output.left.columns.some(isIn))
      const from = column.madeOf.join(', ')
      if (child !== undefined) {
        const reason = `${stage}: ${from} is in the key of ${child.to}, where it would stand as it is`
        throw new TransloadError('TL_C102', { ...at, reason, cure: 'Take its arrays and maps as JSON (shape).' })
      }
      if (whole === undefined) continue
      const reason = `${stage}: ${from} stands in ${whole.name} too, where documents are as they are`
      const cure = `Leave that column out (drop: ["${whole.source}"]), or take another shape or fidelity.`
      throw new TransloadError('TL_C102', { ...at, reason, cure })
    }
  }

  /** What a stage hides is in its own column, or in those that it was made of, unless they go over as they are. */
  #hiddenBehind(left: readonly Shape[]): string[] {
    const own = new Set(this.#hides.flatMap(({ column: { source } }) => source ?? []))
    const seen = new Set(left.flatMap(({ columns }) => columns.flatMap(({ source }) => source ?? [])))
    const all = new Set(this.#hides.flatMap(({ column: { madeOf } }) => madeOf))
    return [...all].filter((name) => own.has(name) || !seen.has(name))
  }

  #note({ frame, slots }: Shape): void {
    this.#frames[frame] = slots
  }

  /** Columns of frame 0 whose values as they were read a stage looks at. */
  touchRead(slot: number): void {
    this.#touched.add(slot)
  }

  #touch({ frame }: Shape, slot: number): void {
    if (frame === workFrame && slot < this.source.columns.length) this.#touched.add(slot)
  }
}

/** The stages of a dataset as its plan has them, whatever the pipeline's file says by now; undefined where it has none. */
export function stagesOfPlan(
  { read, transform }: Pick<DatasetPlan, 'read' | 'transform'>,
  keys: StageKeys,
): BoundStages | undefined {
  if (transform === undefined && read.children === undefined) return undefined
  const placeOf: StagePlace = (stage) => ({ file: 'the stored plan', place: `${read.dataset}[${stage}]` })
  return bindStages(read, transform ?? [], placeOf, keys)
}

export function kindOf(name: string): StageKind {
  const kind = stageKinds.find((one) => one.name === name)
  if (kind === undefined) throw new TransloadError('TL_X901', { reason: `no stage ${name}` })
  return kind
}

/** A stage is written as its name and its options: `{drop: [a, b]}`. */
export function nameAndOptions(config: StageConfig): { readonly name: string; readonly options: Plain } {
  const [entry] = typeof config === 'object' && config !== null ? Object.entries(config) : []
  if (entry === undefined) throw new TransloadError('TL_X901', { reason: 'a stage without a name' })
  return { name: entry[0], options: entry[1] as Plain }
}
