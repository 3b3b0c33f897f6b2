import { type ShapePath, parseShapePath, shapePathText } from '../../config/shape-path.ts'
import type { PathShape } from '../../config/shape-config.ts'
import { nearest } from '../../errors/nearest.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { ShapeWishes } from './shaped.ts'

/** A wish, and the key of `shape` that says it. */
export interface Wish extends PathShape {
  readonly key: string
}

interface WrittenWish {
  readonly wish: Wish
  isUsed: boolean
}

/** What a pipeline wishes of a collection, by path. Knows which of its wishes were asked for. */
export class WishBook {
  readonly #wishes: ShapeWishes
  readonly #exact = new Map<string, WrittenWish>()
  readonly #globs = new Map<string, WrittenWish>()
  /** What has become of paths below which nothing has a shape of its own, its elements aside or not. */
  readonly #ends = new Map<string, { readonly what: string; readonly hasElements: boolean }>()
  /** Every path that was asked for. */
  readonly #known = new Set<string>()

  /** @throws TL_C102 where two keys are one path */
  constructor(wishes: ShapeWishes) {
    this.#wishes = wishes
    if (wishes.shape === undefined || wishes.shape === 'document') return
    for (const [key, wish] of Object.entries(wishes.shape)) {
      const written = parseShapePath(key)
      if (written === undefined) throw this.fault(key, `${key} is no path`, 'Write it as address.zip, or lines[].sku.')
      const book = written.isGlob ? this.#globs : this.#exact
      const text = shapePathText(written.path)
      const before = book.get(text)
      if (before !== undefined) {
        throw this.fault(key, `${key} and ${before.wish.key} are the same path`, 'Put both into one.')
      }
      book.set(text, { wish: { ...wish, key }, isUsed: false })
    }
  }

  /** Documents stand at the path: whatever is wished of all fields there has a meaning. */
  enter(path: ShapePath): void {
    const glob = this.#globs.get(shapePathText(path))
    if (glob !== undefined) glob.isUsed = true
  }

  /** What is wished of the path itself; undefined: nothing. @param isAny It is one of those that `*` means */
  at(path: ShapePath, isAny = path.at(-1) !== null): Wish | undefined {
    const text = shapePathText(path)
    this.#known.add(text)
    const exact = this.#exact.get(text)
    const found = exact ?? (isAny ? this.#globs.get(shapePathText(path.slice(0, -1))) : undefined)
    if (found === undefined) return undefined
    found.isUsed = true
    return found.wish
  }

  /** What is wished of fields that no document was seen to have: whether they are there is not known. */
  unseen(parent: ShapePath, seen: ReadonlySet<string>): string[] {
    return [...this.#exact.values()].flatMap(({ wish }) => {
      const path = parseShapePath(wish.key)?.path ?? []
      const name = path.at(-1)
      const isHere = path.length === parent.length + 1 && shapePathText(path.slice(0, -1)) === shapePathText(parent)
      return isHere && typeof name === 'string' && !seen.has(name) ? [name] : []
    })
  }

  /**
   * No field below the path can have a shape of its own.
   *
   * @param what Has become of it, such as `is one JSON column`
   * @param hasElements Fields of its elements can
   */
  end(path: ShapePath, what: string, hasElements = false): void {
    this.#ends.set(shapePathText(path), { what, hasElements })
  }

  /** The tables that somebody names. */
  get tables(): readonly string[] {
    return [...this.#exact.values()].flatMap(({ wish }) => wish.to ?? [])
  }

  /** @throws TL_C102 where a wish is of a path that documents do not have, or that has no shape of its own */
  assertAllUsed(collection: string): void {
    for (const [text, { wish, isUsed }] of [...this.#exact, ...this.#globs]) {
      if (isUsed) continue
      const { path, isGlob } = parseShapePath(wish.key) ?? { path: [], isGlob: false }
      for (let length = path.length; length > 0; length--) {
        const above = path.slice(0, length)
        const end = this.#ends.get(shapePathText(above))
        const isItself = length === path.length && !isGlob
        if (end === undefined || isItself || (end.hasElements && path[length] === null)) continue
        const reason = `${wish.key} stands within ${shapePathText(above)}, which ${end.what}`
        throw this.fault(wish.key, reason, `Give ${shapePathText(above)} another shape, or leave ${wish.key} out.`)
      }
      throw this.#unknown(text, wish.key, collection)
    }
  }

  fault(key: string, reason: string, cure: string): TransloadError {
    return wishFault(this.#wishes, key, reason, cure)
  }

  #unknown(text: string, key: string, collection: string): TransloadError {
    const known = [...this.#known]
    const isThere = this.#known.has(text)
    const near = isThere ? undefined : nearest(text, known)
    const shown = known.slice(0, maxShown).join(', ')
    const left = known.length - maxShown
    const meant = near === undefined ? '' : `Did you mean ${near}? `
    const reason = isThere ? `${key} means no field of ${collection}` : `no document of ${collection} has ${key}`
    return this.fault(key, reason, `${meant}Known are ${shown}${left > 0 ? ` and ${left} more` : ''}.`)
  }
}

/** TL_C102 at a key of `shape`. */
export function wishFault(
  { places, place }: Pick<ShapeWishes, 'places' | 'place'>,
  key: string,
  reason: string,
  cure: string,
): TransloadError {
  return new TransloadError('TL_C102', { file: places.file, place: places.place([...place, key]), reason, cure })
}

/** Paths that a message lists before it says how many more there are. */
const maxShown = 20
