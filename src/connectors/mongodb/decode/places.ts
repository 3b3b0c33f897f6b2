import type { Frame } from '../../../batch/batch.ts'
import { ExpectedName } from '../../../format/bson/expected-name.ts'
import { madeColumn } from '../../../model/document-path.ts'
import type { ChildRead, ReadColumn } from '../../../model/plan.ts'
import { CellPlan } from './cell-plan.ts'
import { hashOf, isName } from './name-bytes.ts'

/** What a document that is made again of its rows has at a place where they have nothing. */
export type EmptyForm = 'nothing' | 'null' | 'array' | 'document'

const noName = new ExpectedName(undefined)
/** So many places are gone through faster than a hash of the name is made. */
const fewPlaces = 4
const noWays = new Uint8Array(256)

/** A place in documents: a field by its path, or all the elements of an array. */
export class Place {
  /** Of the field's name; none for elements. */
  readonly name: Uint8Array
  readonly expectedName: ExpectedName
  readonly path: string
  readonly pathBytes: Uint8Array
  /** As losses name it. */
  readonly lossName: string
  /** Its place among those of its group. */
  readonly index: number
  slot = -1
  cell: CellPlan | undefined = undefined
  group: Group | undefined = undefined
  child: RowFrame | undefined = undefined
  isLeftOut = false
  /** Nobody is to see what stands here, or within it. */
  isHidden = false
  /** By type of BSON one of {@link way}. */
  ways: Uint8Array = noWays
  exactType = -1
  isAlwaysThere = false
  emptyForm: EmptyForm = 'nothing'
  /** Number of the group's document in which it was seen last. */
  seenIn = 0

  constructor(name: string, path: string, lossName: string, index: number) {
    this.name = Uint8Array.from(Buffer.from(name))
    this.expectedName = new ExpectedName(this.name)
    this.path = path
    this.pathBytes = Uint8Array.from(Buffer.from(path))
    this.lossName = lossName
    this.index = index
  }
}

/** A frame's rows: what they are made of, and the row that is being made. */
export class RowFrame {
  readonly number: number
  readonly columns: readonly ReadColumn[]
  /** What the row stands for: a document, or an element of an array or map. */
  readonly element: Place
  readonly isMap: boolean
  readonly parent: RowFrame | undefined
  readonly carried: readonly number[]
  readonly children: RowFrame[] = []
  /** Before the paths of its losses. */
  readonly lossPrefix: string
  /** As losses name what is not known. */
  readonly restName: string
  /** Of a map: what stands before the paths of its fields. */
  readonly keyPrefix: Uint8Array
  readonly rest: CellPlan | undefined
  readonly document: CellPlan | undefined
  readonly restSlot: number
  readonly documentSlot: number
  readonly originalSlot: number
  readonly ordinalSlot: number
  readonly keySlot: number
  /** Slots that must not be NULL, but for those that are carried. */
  readonly required: readonly number[]
  frame: Frame | undefined = undefined
  cells: Int32Array = new Int32Array(0)
  /** Place of the row's first cell. */
  base = 0
  row = 0
  /** Of the frame, before the document's own. */
  firstRow = 0
  /** Per row of the document: the parent's. */
  parentRows: Int32Array = new Int32Array(16)
  /** Where the row's begin among what is left over. */
  restStart = 0
  /** What was known of the document before the row. */
  wasExact = true

  constructor(number: number, columns: readonly ReadColumn[], child?: ChildRead, parent?: RowFrame) {
    this.number = number
    this.columns = columns
    this.parent = parent
    this.isMap = child?.kind === 'map'
    this.carried = child?.carried ?? []
    this.lossPrefix = child === undefined ? '' : `${parent?.lossPrefix ?? ''}${child.path}[].`
    this.restName = this.lossPrefix + madeColumn.rest
    this.keyPrefix = Uint8Array.from(Buffer.from(`${child?.path ?? ''}.`))
    this.element = new Place('', madeColumn.value, this.lossPrefix + madeColumn.value, 0)
    const slotOf = (name: string): number =>
      columns.findIndex((column, slot) => slot >= this.carried.length && column.name === name)
    this.restSlot = slotOf(madeColumn.rest)
    this.documentSlot = slotOf(madeColumn.document)
    this.originalSlot = child === undefined ? slotOf(madeColumn.original) : -1
    this.ordinalSlot = slotOf(madeColumn.ordinal)
    this.keySlot = slotOf(madeColumn.key)
    this.rest = jsonPlan(columns[this.restSlot])
    this.document = jsonPlan(columns[this.documentSlot])
    this.required = columns.flatMap(({ nullable }, slot) => (nullable || slot < this.carried.length ? [] : [slot]))
  }
}

function jsonPlan(column: ReadColumn | undefined): CellPlan | undefined {
  if (column === undefined) return undefined
  const { native } = column
  if (native.name === 'json') return new CellPlan(column)
  return new CellPlan(
    { ...column, native: { ...native, name: 'extendedJson' } },
    { losesRepeats: native.name === 'rest' },
  )
}

/** No place has been seen in any document. */
export function forgetInstances(frames: readonly RowFrame[]): void {
  const forget = (place: Place): void => {
    place.seenIn = 0
    place.group?.places.forEach(forget)
  }
  for (const { element } of frames) forget(element)
}

/** The fields of documents that stand at one place, found by the bytes of their names. */
export class Group {
  readonly places: Place[] = []
  /** The names of `places`, and behind them one that no field has. */
  expectedNames: readonly ExpectedName[] = [noName]
  /** Bytes of the path before a name. */
  readonly prefix: Uint8Array
  /** Fields that no place is for are not wanted. */
  dropsUnknown = false
  /** Those that are there even where there is nothing in them. */
  alwaysThere: readonly Place[] = []
  readonly #byName = new Map<string, Place>()
  /** Places by hash, with the next free one where it is taken; −1: free. */
  #table: Int32Array = new Int32Array(0)
  #mask = 0

  constructor(prefix: string) {
    this.prefix = Uint8Array.from(Buffer.from(prefix))
  }

  placeOf(name: string, make: () => Place): Place {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const place = make()
    this.#byName.set(name, place)
    this.places.push(place)
    return place
  }

  /** No place is added any more: they can be found. */
  close(): void {
    this.expectedNames = [...this.places.map(({ expectedName }) => expectedName), noName]
    this.alwaysThere = this.places.filter(({ emptyForm }) => emptyForm !== 'nothing')
    const size = 2 ** Math.ceil(Math.log2(this.places.length * 2 + 1))
    this.#mask = size - 1
    this.#table = new Int32Array(size).fill(-1)
    for (const { name, index } of this.places) {
      let at = hashOf(name, 0, name.length) & this.#mask
      while (this.#table[at]! >= 0) at = (at + 1) & this.#mask
      this.#table[at] = index
    }
  }

  /** The place of the field named bytes[start, end), where there is one. */
  find(bytes: Uint8Array, start: number, end: number): Place | undefined {
    if (this.places.length <= fewPlaces) {
      for (let i = 0; i < this.places.length; i++) {
        const place = this.places[i]!
        if (isName(place.name, bytes, start, end)) return place
      }
      return undefined
    }
    const table = this.#table
    for (let at = hashOf(bytes, start, end) & this.#mask; ; at = (at + 1) & this.#mask) {
      const index = table[at]!
      if (index < 0) return undefined
      const place = this.places[index]!
      if (isName(place.name, bytes, start, end)) return place
    }
  }
}

/** Whether one of the places has not been met in this instance yet. Asked for every field: a closure would be made for each. */
export function lacksSome(places: readonly Place[], instance: number | undefined): boolean {
  for (let i = 0; i < places.length; i++) if (places[i]!.seenIn !== instance) return true
  return false
}
