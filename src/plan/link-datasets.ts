import type { DatasetConfig, Places } from '../config/pipeline.ts'
import { nearest } from '../errors/nearest.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { typeText } from '../canonical/type-text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { Plain } from '../model/plain.ts'
import type { SelectedTable } from './select-tables.ts'

/** The option that says what is kept of the other dataset's rows. */
const takenBy = { lookup: 'take', nest: 'columns' } as const

/** A stage within a dataset's list, or within that of rows which a stage makes. */
interface FoundStage {
  readonly name: string
  readonly options: { readonly [option: string]: Plain | undefined }
  /** Within the pipeline file. */
  readonly path: readonly PropertyKey[]
}

/** A stage that is added to a dataset since another looks its rows up. */
interface Added {
  readonly stage: Plain
  /** Of the one that looks. */
  readonly path: readonly PropertyKey[]
}

/**
 * The datasets of a pipeline, whose stages may look each other's rows up: those come first that others look up, what is
 * looked up is kept by a stage of its own, and each `lookup` knows its map and the type of what it finds.
 */
export class LinkedDatasets {
  readonly #tables: readonly SelectedTable[]
  readonly #places: Places
  readonly #stages = new Map<string, readonly FoundStage[]>()
  readonly #added = new Map<string, Added[]>()
  /** By map: the dataset that fills it. */
  readonly #filledBy = new Map<string, string>()
  readonly #types = new Map<string, CanonicalType>()
  /** In an order in which no dataset comes before one that it looks up. */
  readonly inOrder: readonly SelectedTable[]

  /**
   * @throws TL_C102 where a stage looks up what the pipeline does not have, or datasets look each other up in a circle
   */
  constructor(tables: readonly SelectedTable[], places: Places) {
    this.#tables = tables
    this.#places = places
    for (const { dataset, config, place } of tables) {
      this.#stages.set(dataset, stagesIn(config?.transform ?? [], ['datasets', place, 'transform']))
    }
    for (const [dataset, stages] of this.#stages) for (const stage of stages) this.#noteMaps(dataset, stage)
    for (const [dataset, stages] of this.#stages) for (const stage of stages) this.#noteLookup(dataset, stage)
    this.inOrder = this.#sorted()
  }

  /** The table with its stages as they are bound; the datasets that it looks up have been noted. */
  resolve(selected: SelectedTable): SelectedTable {
    const { dataset, config } = selected
    const added = this.#added.get(dataset) ?? []
    const own = config?.transform ?? []
    if (own.length === 0 && added.length === 0) return selected
    const transform = [...this.#resolved(dataset, own, []), ...added.map(({ stage }) => stage)]
    const none: DatasetConfig = { from: dataset, columns: {} }
    return {
      ...selected,
      config: { ...(config ?? none), transform },
      addedBy: added.map(({ path }) => path),
    }
  }

  /** What the maps hold that a dataset's stages fill. */
  note(maps: ReadonlyMap<string, CanonicalType>): void {
    for (const [map, type] of maps) this.#types.set(map, type)
  }

  /** Datasets that this one looks up. */
  neededBy(dataset: string): string[] {
    const names = (this.#stages.get(dataset) ?? []).flatMap((stage) => this.#lookedUp(stage)?.in ?? [])
    return [...new Set(names)]
  }

  #noteMaps(dataset: string, { name, options, path }: FoundStage): void {
    const { map } = options
    if ((name !== 'remember' && name !== 'dedupe') || typeof map !== 'string') return
    if (this.#filledBy.has(map)) {
      throw this.#fault([...path, 'map'], `${map} is filled by another stage already`, 'Give it another name.')
    }
    this.#filledBy.set(map, dataset)
  }

  #noteLookup(dataset: string, stage: FoundStage): void {
    this.#assertMeant(stage)
    const found = this.#lookedUp(stage)
    if (found === undefined) return
    const { path, options } = stage
    if (found.in === dataset) {
      const cure = 'Give both the same id by a stage that needs no other row, such as id with uuid-v5.'
      throw this.#fault(path, `${dataset} looks up rows of its own, which may not be there yet`, cure)
    }
    const { by, order } = options
    const taken = takenBy[stage.name === 'nest' ? 'nest' : 'lookup']
    const value = options[taken]
    if (found.map === undefined || typeof by !== 'string' || value === undefined) return
    const columns = this.#table(found.in)?.table.columns.map(({ name }) => name) ?? []
    if (!columns.includes(by)) {
      const near = nearest(by, columns)
      const meant = near === undefined ? '' : `Did you mean ${near}? `
      throw this.#fault(
        [...path, 'by'],
        `${found.in} has no column ${by} at the source`,
        `${meant}It has ${columns.join(', ')}.`,
      )
    }
    const added = this.#added.get(found.in) ?? []
    this.#added.set(found.in, added)
    if (this.#filledBy.has(found.map)) return
    this.#filledBy.set(found.map, found.in)
    added.push({ stage: { remember: { map: found.map, key: by, value, order } }, path: [...path, taken] })
  }

  /** An option that would do nothing is told. */
  #assertMeant({ name, options, path }: FoundStage): void {
    if ((name === 'dedupe' || name === 'pivot') && options['winners'] !== undefined) {
      throw this.#fault([...path, 'winners'], 'winners is transload’s own', 'Leave it out.')
    }
    if ((name !== 'lookup' && name !== 'nest') || options['map'] === undefined) return
    const other = ['in', 'from', 'by', 'take', 'columns', 'order'].find((option) => options[option] !== undefined)
    if (other === undefined) return
    throw this.#fault([...path, other], `${name} has a map, and ${other} besides`, 'Leave one of the two out.')
  }

  /** Undefined for a stage that looks nothing up, or says not where: that is told as it is bound. */
  #lookedUp({ name, options, path }: FoundStage): { readonly in: string; readonly map?: string } | undefined {
    if (name !== 'lookup' && name !== 'nest') return undefined
    const { map, by } = options
    const inside = name === 'lookup' ? 'in' : 'from'
    const dataset = options[inside]
    const take = options[takenBy[name]]
    if (typeof map === 'string') {
      const filledBy = this.#filledBy.get(map)
      if (filledBy !== undefined) return { in: filledBy }
      const near = nearest(map, [...this.#filledBy.keys()])
      const meant = near === undefined ? '' : `Did you mean ${near}? `
      throw this.#fault([...path, 'map'], `no stage fills ${map}`, `${meant}Fill it with remember or dedupe.`)
    }
    if (typeof dataset !== 'string' || typeof by !== 'string' || take === undefined) return undefined
    if (this.#table(dataset) === undefined) {
      const names = this.#tables.map((one) => one.dataset)
      const near = nearest(dataset, names)
      const meant = near === undefined ? '' : `Did you mean ${near}? `
      throw this.#fault(
        [...path, inside],
        `the pipeline takes no dataset ${dataset}`,
        `${meant}It takes ${names.join(', ')}.`,
      )
    }
    const { order } = options
    const what = [typeof take === 'string' ? take : JSON.stringify(take), ...(typeof order === 'string' ? [order] : [])]
    return { in: dataset, map: `${dataset}.${by} → ${what.join(' by ')}` }
  }

  #resolved(dataset: string, configs: readonly Plain[], path: readonly number[]): Plain[] {
    return configs.map((config, place) => {
      const [entry] = Object.entries(config ?? {})
      if (entry === undefined) return config
      const [name, value] = entry as [string, Plain]
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return config
      const options = value as { readonly [option: string]: Plain | undefined }
      if (name === 'dedupe' || name === 'pivot')
        return { [name]: { ...options, winners: `${dataset} ${name} ${[...path, place].join('.')}` } }
      if (name === 'lookup') return { lookup: this.#resolvedLookup(options) }
      if (name === 'nest') {
        const { from: _, by: __, columns: ___, order: ____, ...others } = options
        const map = this.#lookedUp({ name, options, path: [] })?.map ?? options['map']
        return map === undefined ? config : { nest: { ...others, map } }
      }
      const { transform } = options
      if (!Array.isArray(transform)) return config
      return { [name]: { ...options, transform: this.#resolved(dataset, transform, [...path, place]) } }
    })
  }

  #resolvedLookup(options: FoundStage['options']): Plain {
    const found = this.#lookedUp({ name: 'lookup', options, path: [] })
    const { in: _, by: __, take: ___, ...others } = options
    const map = found?.map ?? options['map']
    if (found === undefined || typeof map !== 'string') return options
    const type = this.#types.get(map)
    const text = type === undefined ? undefined : type.kind === 'enum' ? 'text' : typeText(type)
    return { ...others, map, type: options['type'] ?? text }
  }

  #table(dataset: string): SelectedTable | undefined {
    return this.#tables.find((one) => one.dataset === dataset)
  }

  #sorted(): SelectedTable[] {
    const sorted: SelectedTable[] = []
    const visit = (one: SelectedTable, within: readonly string[]): void => {
      if (sorted.includes(one)) return
      if (within.includes(one.dataset)) {
        const circle = [...within.slice(within.indexOf(one.dataset)), one.dataset].join(' → ')
        throw this.#fault(
          ['datasets', one.place, 'transform'],
          `datasets look each other up in a circle: ${circle}`,
          'Leave one of the lookups out.',
        )
      }
      for (const name of this.neededBy(one.dataset)) {
        const needed = this.#table(name)
        if (needed !== undefined) visit(needed, [...within, one.dataset])
      }
      sorted.push(one)
    }
    for (const one of this.#tables) visit(one, [])
    return sorted
  }

  #fault(path: readonly PropertyKey[], reason: string, cure: string): TransloadError {
    return new TransloadError('TL_C102', { file: this.#places.file, place: this.#places.place(path), reason, cure })
  }
}

function stagesIn(configs: readonly Plain[], path: readonly PropertyKey[]): FoundStage[] {
  return configs.flatMap((config, place) => {
    const [entry] = Object.entries(config ?? {})
    if (entry === undefined) return []
    const [name, value] = entry as [string, Plain]
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return []
    const options = value as FoundStage['options']
    const at = [...path, place, name]
    const { transform } = options
    const nested = Array.isArray(transform) ? stagesIn(transform, [...at, 'transform']) : []
    return [{ name, options, path: at }, ...nested]
  })
}
