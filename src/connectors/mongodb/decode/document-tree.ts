import { madeColumn, parsePath, pathText } from '../../../model/document-path.ts'
import type { ChildRead, DocumentSignature, ReadColumn, ReadPlan } from '../../../model/plan.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { Frame } from '../../../batch/batch.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { CellPlan } from './cell-plan.ts'
import { Group } from './group.ts'
import { way } from './way.ts'

/** What a document that is made again of its rows has at a place where they have nothing. */
export type EmptyForm = 'nothing' | 'null' | 'array' | 'document'

const noWays = new Uint8Array(256)

/** A place in documents: a field by its path, or all the elements of an array. */
export class Place {
  /** Of the field's name; none for elements. */
  readonly name: Uint8Array
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
  /** By type of BSON one of {@link way}. */
  ways: Uint8Array = noWays
  exactType = -1
  isAlwaysThere = false
  emptyForm: EmptyForm = 'nothing'
  /** Number of the group's document in which it was seen last. */
  seenIn = 0

  constructor(name: string, path: string, lossName: string, index: number) {
    this.name = Uint8Array.from(Buffer.from(name))
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
  return new CellPlan({ ...column, native: native.name === 'json' ? native : { ...native, name: 'extendedJson' } })
}

/**
 * The frames of a plan, by place: the documents' own, then those of children, each behind its parent.
 * @throws TL_C105 where a column cannot have cells of its type
 */
export function compileFrames(read: ReadPlan): readonly RowFrame[] {
  const first = new RowFrame(0, read.columns)
  growTree(first, read.columns, read, read.children ?? [])
  const frames = [first]
  for (const child of read.children ?? []) {
    const parent = frames.find(({ number }) => number === child.parent)
    if (parent === undefined)
      throw new TransloadError('TL_X901', { reason: `no frame ${child.parent} before ${child.to}` })
    const frame = new RowFrame(child.frame, child.columns, child, parent)
    growTree(frame, child.columns, child, read.children ?? [])
    placeOf(parent, child.path).child = frame
    parent.children.push(frame)
    frames.push(frame)
  }
  for (const { element } of frames) finish(element, true)
  return frames
}

type Parts = Pick<ReadPlan, 'leftOut' | 'signature'>

/** Makes the places of a frame, in the order that its documents are said to have. */
function growTree(
  frame: RowFrame,
  columns: readonly ReadColumn[],
  { leftOut = [], signature }: Parts,
  children: readonly ChildRead[],
): void {
  orderPlaces(frame, signature)
  columns.forEach((column, slot) => {
    if (slot < frame.carried.length || isMade(column.name)) return
    const place = placeOf(frame, column.name)
    place.slot = slot
    place.cell = new CellPlan(column)
  })
  for (const { parent, path } of children) if (parent === frame.number) placeOf(frame, path)
  for (const path of leftOut) placeOf(frame, path).isLeftOut = true
  for (const path of signature?.alwaysThere ?? []) placeOf(frame, path).isAlwaysThere = true
}

function orderPlaces(frame: RowFrame, signature: DocumentSignature | undefined): void {
  for (const path of signature?.order ?? []) if (!isMade(path)) placeOf(frame, path)
}

/** Columns that stand for no value at a path; `$value` stands for the element. */
function isMade(name: string): boolean {
  return name.startsWith('$') && name !== madeColumn.value
}

function placeOf(frame: RowFrame, text: string): Place {
  let place = frame.element
  if (text === madeColumn.value) return place
  const path = parsePath(text)
  path.forEach((name, depth) => {
    place.group ??= new Group(depth === 0 ? '' : `${place.path}.`)
    place = place.group.placeOf(name, () => {
      const own = pathText(path.slice(0, depth + 1))
      return new Place(name, own, frame.lossPrefix + own, place.group?.places.length ?? 0)
    })
  })
  return place
}

/** Says what is done with which type, and what stands where there is nothing; inner places first. */
function finish(place: Place, isElement: boolean): void {
  const { group, child, cell, isLeftOut } = place
  // The document itself has fields though no column is for any.
  if (isElement && cell === undefined && child === undefined) place.group ??= new Group('')
  for (const inner of place.group?.places ?? []) finish(inner, false)
  place.group?.close()
  if (isLeftOut) dropUnknown(place)
  const ways = new Uint8Array(256)
  if (isLeftOut && cell === undefined && child === undefined) ways.fill(way.skip)
  // An element that is null is not one without fields.
  ways[bsonType.null] = isElement && cell === undefined && child === undefined ? way.none : way.null
  cell?.ways.forEach((own, type) => {
    if (own !== way.none) ways[type] = own
  })
  if (child !== undefined)
    ways[child.isMap ? bsonType.document : bsonType.array] = child.isMap ? way.entries : way.elements
  if (place.group !== undefined && child?.isMap !== true) ways[bsonType.document] = way.group
  place.ways = ways
  place.exactType = cell?.exactType ?? -1
  place.emptyForm = emptyForm(place, isElement, group)
}

function dropUnknown({ group }: Place): void {
  if (group === undefined) return
  group.dropsUnknown = true
  for (const place of group.places) dropUnknown(place)
}

function emptyForm(place: Place, isElement: boolean, group: Group | undefined): EmptyForm {
  const { child, slot, isAlwaysThere } = place
  if (isElement) {
    if (place.group !== undefined) return 'document'
    return child !== undefined && isAlwaysThere ? (child.isMap ? 'document' : 'array') : 'null'
  }
  if (group?.places.some(({ emptyForm }) => emptyForm !== 'nothing') === true) return 'document'
  if (!isAlwaysThere) return 'nothing'
  if (slot >= 0) return 'null'
  return child !== undefined && !child.isMap ? 'array' : 'document'
}
