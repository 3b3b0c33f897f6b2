import { madeColumn, parsePath, pathText } from '../../../model/document-path.ts'
import type { DocumentSignature } from '../../../model/document-signature.ts'
import type { ChildRead, ReadColumn, ReadPlan } from '../../../model/plan.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { CellPlan } from './cell-plan.ts'
import { type EmptyForm, Group, Place, RowFrame } from './places.ts'
import { way } from './way.ts'

/**
 * The frames of a plan, by place: the documents' own, then those of children, each behind its parent.
 * @throws TL_C105 where a column cannot have cells of its type
 */
export function compileFrames(read: ReadPlan): readonly RowFrame[] {
  const first = new RowFrame(0, read.columns)
  growTree(first, read.columns, read, read.children ?? [])
  for (const name of read.hidden ?? []) if (!isMade(name)) hide(first, name)
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
    place.cell = new CellPlan(column, { isMostlyInt: signature?.ints?.includes(column.name) === true })
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

/** What the value stands in as well: a list in its place has whatever it has. */
function hide(frame: RowFrame, text: string): void {
  const path = parsePath(text)
  for (const depth of path.keys()) placeOf(frame, pathText(path.slice(0, depth + 1))).isHidden = true
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
