/** Something that comes after others, by their ids; those that are not there do not count. */
export interface Child {
  readonly id: string
  readonly parents: readonly string[]
}

/**
 * Places of the tables in an order in which each comes after its parents, and the tables that have no such order, since
 * they go in a circle.
 */
export function parentsFirst<T extends Child>(
  tables: readonly T[],
): { readonly order: readonly number[]; readonly circle: readonly T[] } {
  const placeOf = new Map(tables.map(({ id }, place) => [id, place]))
  const left = new Set(tables.keys())
  const order: number[] = []
  const circle = new Set<T>()
  const waits = (place: number): boolean =>
    tables[place]!.parents.some((parent) => {
      const at = placeOf.get(parent)
      return at !== undefined && at !== place && left.has(at)
    })
  while (left.size > 0) {
    const ready = [...left].filter((place) => !waits(place))
    const taken = ready.length > 0 ? ready : [...left].slice(0, 1)
    if (ready.length === 0) for (const place of circleOf(tables, placeOf, left)) circle.add(tables[place]!)
    for (const place of taken) left.delete(place)
    order.push(...taken)
  }
  return { order, circle: [...circle] }
}

/** Those that are left and can come back to themselves. */
function circleOf(tables: readonly Child[], placeOf: ReadonlyMap<string, number>, left: ReadonlySet<number>): number[] {
  const above = (place: number): number[] =>
    tables[place]!.parents.flatMap((parent) => {
      const at = placeOf.get(parent)
      return at !== undefined && at !== place && left.has(at) ? [at] : []
    })
  return [...left].filter((start) => {
    const seen = new Set<number>()
    const next = above(start)
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      if (at === start) return true
      if (seen.has(at)) continue
      seen.add(at)
      next.push(...above(at))
    }
    return false
  })
}
