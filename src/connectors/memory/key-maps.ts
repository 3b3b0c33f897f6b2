import type { MapEntry } from '../../batch/notes.ts'
import type { FoundEntry, KeyMaps, KeyMapsOwner, NewIds } from '../../contract/key-maps.ts'
import type { MemoryState } from './state.ts'

export class MemoryKeyMaps implements KeyMaps {
  readonly isWriting: boolean
  readonly #state: MemoryState
  readonly #of: KeyMapsOwner

  constructor(state: MemoryState, of: KeyMapsOwner, isWriting: boolean) {
    this.isWriting = isWriting
    this.#state = state
    this.#of = of
  }

  async findAll(map: string, keys: readonly string[]): Promise<readonly (readonly (string | null)[])[]> {
    const entries = this.#entries(map)
    return keys.map((key) => entries.filter((entry) => entry.key === key).map(({ value }) => value))
  }

  #entries(map: string): MapEntry[] {
    const runs = this.#state.remembered()
    const isOf = (entry: MapEntry): boolean => entry.map === map
    const of = this.#of
    const found = runs.find(({ run, plan, entries }) =>
      'run' in of ? run === of.run : of.plans.includes(plan) && entries.some(isOf),
    )
    return (found?.entries ?? []).filter(isOf).toSorted((a, b) => compare(a.rank, b.rank) || compare(a.id, b.id))
  }

  async claim(map: string, keys: readonly string[], values: readonly string[]): Promise<readonly string[]> {
    const { ids } = this.#state
    const run = 'run' in this.#of ? this.#of.run : ''
    return keys.map((key, place) => {
      const id = `${map} of ${run}\u0000${key}`
      const held = ids.get(id) ?? values[place] ?? ''
      ids.set(id, held)
      return held
    })
  }

  async find(map: string, keys: readonly string[]): Promise<readonly (FoundEntry | undefined)[]> {
    const entries = this.#entries(map)
    return keys.map((key) => {
      const [first, ...others] = entries.filter((entry) => entry.key === key)
      if (first === undefined) return undefined
      const isAmbiguous = others.some(({ rank, value }) => rank === first.rank && value !== first.value)
      return { value: first.value, rank: first.rank, id: first.id, isAmbiguous }
    })
  }

  async assign(map: string, keys: readonly string[], newIds: NewIds): Promise<readonly (string | undefined)[]> {
    const { ids } = this.#state
    const made = newIds.kind === 'made' ? [...newIds.ids] : []
    return keys.map((key) => {
      const id = `${map}\u0000${key}`
      const known = ids.get(id)
      if (known !== undefined || !this.isWriting) return known
      const count = [...ids.keys()].filter((one) => one.startsWith(`${map}\u0000`)).length
      const fresh = newIds.kind === 'made' ? made.shift() : String(newIds.first + count)
      if (fresh !== undefined) ids.set(id, fresh)
      return fresh
    })
  }
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
