import { type ShapePath, shapePathText } from '../../config/shape-path.ts'
import type { DocumentCensus, FieldCensus, TypeCensus, ValueCensus } from '../../model/document-census.ts'
import type { DocumentNative } from '../../model/document-native.ts'
import { type DocumentPath, madeColumn, pathText } from '../../model/document-path.ts'
import { choosePlace, choosePlaceOfElements, jsonPlace, type Place, wishedPlace } from './choose-place.ts'
import { distinctNames, labelOf } from './column-names.ts'
import { faultsAt } from './found-faults.ts'
import { isReference, keyedByData } from './looks-like.ts'
import { isMostlyInt, takes, takesAll } from './read-types.ts'
import type { ShapeNote } from '../../model/shape-note.ts'
import { type DraftColumn, madeOf, nativeOf, TableDraft } from './table-draft.ts'
import { numberText, typesWithKeys } from './types-text.ts'
import { countOf, valueCount, valuesOfMap } from './value-census.ts'
import type { Wish, WishBook } from './wish-book.ts'

/** Documents that stand at one path, and where their fields go. */
interface Site {
  readonly draft: TableDraft
  /** From the table's document or element on. */
  readonly path: DocumentPath
  /** From the collection's documents on. */
  readonly steps: ShapePath
  /** What the names of columns begin with; undefined: with the field's own name. */
  readonly label: string | undefined
  /** How many there are. */
  readonly documents: number
  /** Each row of the table has one of them. */
  readonly isEverywhere: boolean
  /** They say which document of which collection they mean. */
  readonly isReference: boolean
}

const nothing: ValueCensus = { types: [], fields: [] }

/** Tables within tables: what is deeper is JSON. Each has the keys of all above it in its own, and those have bounds. */
const maxTables = 8

/** Finds the columns of a collection's tables, by what its documents hold and what is wished of them. */
export class Shaper {
  /** Tables of what stands in the documents, each behind the one that it stands in. */
  readonly children: TableDraft[] = []
  readonly notes: ShapeNote[] = []
  readonly #census: DocumentCensus
  readonly #book: WishBook
  readonly #isLossless: boolean
  readonly #json: DocumentNative
  readonly #fold: (name: string) => string
  /** Folded names of tables that there are. */
  readonly #tables: string[]
  /** Rows for each that the census saw. */
  readonly #scale: number

  constructor(
    census: DocumentCensus,
    book: WishBook,
    options: {
      readonly isLossless: boolean
      readonly fold: (name: string) => string
      readonly tables: readonly string[]
      readonly rowEstimate: number
    },
  ) {
    this.#census = census
    this.#book = book
    this.#isLossless = options.isLossless
    this.#json = options.isLossless ? 'extendedJson' : 'json'
    this.#fold = options.fold
    this.#tables = [...options.tables, ...book.tables].map(options.fold)
    this.#scale = census.isSample && census.documents > 0 ? Math.max(1, options.rowEstimate / census.documents) : 1
  }

  /** The fields of the collection's own documents. @param key Path of the field that is the key; undefined: none is */
  shapeDocuments(draft: TableDraft, key: string | undefined): void {
    const { documents } = this.#census
    const site = { draft, path: [], steps: [], label: undefined, documents, isEverywhere: true, isReference: false }
    this.#shapeFields(this.#census, site, key)
  }

  #shapeFields(holder: Pick<ValueCensus, 'fields' | 'otherFields'>, site: Site, key?: string): void {
    const { fields, otherFields } = holder
    const { draft, steps } = site
    const keyed = site.path.length === 0 ? keyedByData(fields, site.documents) : new Set<string>()
    let leftCount = 0
    this.#book.enter(steps)
    for (const field of fields) {
      if (field.name === key) {
        draft.order.push(pathText([key]))
        draft.alwaysThere.push(pathText([key]))
        continue
      }
      const own = [...steps, field.name]
      const wish = this.#book.at(own)
      if (wish === undefined && keyed.has(field.name)) {
        this.#book.end(own, 'is in _rest, since its name looks like data')
        leftCount++
      } else this.#shapeField(field, site, wish)
    }
    if (leftCount > 0) {
      const why = `${numberText(leftCount)} names look like data, not like those of a record`
      this.#note(steps, 'values in _rest', why, ['PATH: {as: column, type: TYPE}', '*: drop'])
    }
    if (otherFields !== undefined || this.#census.isSample || this.#census.documents === 0) {
      const seen = new Set(fields.map(({ name }) => name))
      for (const name of this.#book.unseen(steps, seen)) {
        this.#shapeField({ ...nothing, name }, site, this.#book.at([...steps, name]))
      }
    }
    if (otherFields === undefined && leftCount === 0) return
    draft.needsRest = true
    if (otherFields === undefined) return
    const why = `there are more than ${numberText(fields.length)} names: what stands under the others was not told apart`
    this.#note(steps, 'values of all further names in _rest', why, ['PATH: {as: column, type: TYPE}', 'json'])
  }

  #shapeField(field: FieldCensus, site: Site, wish: Wish | undefined): void {
    const path = [...site.path, field.name]
    const steps = [...site.steps, field.name]
    const own = labelOf(field.name)
    const label = wish?.name ?? (site.label === undefined ? own : `${site.label}_${own}`)
    const place = this.#placeOf(field, site, wish)
    if (wish?.as === undefined) this.#say(steps, place)
    this.#noteStrays(field, steps, place, site.draft)
    switch (place.as) {
      case 'drop':
        if (this.#isLossless && wish !== undefined) {
          const reason = `${wish.key} is left out, and every document is to be made again, byte for byte (fidelity: lossless)`
          throw this.#book.fault(wish.key, reason, 'Leave one of the two out.')
        }
        site.draft.leftOut.push(pathText(path))
        this.#book.end(steps, 'is left out')
        return
      case 'rest':
        site.draft.needsRest = true
        this.#book.end(steps, 'is in _rest')
        return
      case 'flatten':
        this.#keepPresence(field, pathText(path), site, 'object')
        this.#shapeFields(field, {
          ...site,
          path,
          steps,
          label,
          documents: countOf(field, 'object'),
          isEverywhere: site.isEverywhere && !field.repeats && countOf(field, 'object') === site.documents,
          isReference: isReference(field),
        })
        return
      case 'table':
        this.#keepOrder(field, pathText(path), site, 'array')
        this.#shapeChild('array', field.elements ?? nothing, { site, text: pathText(path), steps, label, wish })
        return
      case 'map':
        this.#keepOrder(field, pathText(path), site, 'object')
        this.#book.end(
          steps,
          `is a table with a row for each name: write ${shapePathText([...steps, null])} for what they hold`,
          true,
        )
        this.#shapeChild('map', valuesOfMap(field), { site, text: pathText(path), steps, label, wish })
        return
      case 'column':
      case 'json':
      case 'array': {
        this.#keepOrder(field, pathText(path), site)
        this.#book.end(steps, endOf(place))
        site.draft.fields.push({
          ...this.#columnOf(place, field),
          name: pathText(path),
          label,
          nullable: !site.isEverywhere || !this.#isFull(field, place, site.documents),
          path: steps,
          values: valueCount(field) - countOf(field, 'null'),
          namedBy: wish?.name === undefined ? undefined : wish.key,
          isWished: wish !== undefined,
        })
      }
    }
  }

  #placeOf(field: FieldCensus, { draft, isReference: isInReference, path }: Site, wish: Wish | undefined): Place {
    const wished = wish === undefined ? undefined : wishedPlace(field, wish, this.#book)
    if (wished !== undefined) return wished
    const place = withinTables(choosePlace(field, path.length), draft)
    // It is to be compared with keys of another table.
    return isInReference && field.name === '$id' && place.as === 'json' ? { as: 'column', native: 'id' } : place
  }

  /** A table of the elements of an array, or of the fields of a map. @param text Its path from its parent's row on */
  #shapeChild(
    kind: 'array' | 'map',
    elements: ValueCensus,
    at: {
      readonly site: Pick<Site, 'draft'>
      readonly text: string
      readonly steps: ShapePath
      readonly label: string
      readonly wish: Wish | undefined
    },
  ): void {
    const { draft: parent } = at.site
    const draft = new TableDraft({
      as: this.#tableName(parent, at.label, at.steps, at.wish),
      kind,
      parent,
      path: at.text,
      label: ownLabel(
        at.text === madeColumn.value ? `${parent.label}_value` : labelOf(String(at.steps.at(-1))),
        parent,
      ),
      rows: Math.round(valueCount(elements) * this.#scale),
      own: kind === 'array' ? madeOf(madeColumn.ordinal, 'ordinal', 'ordinal') : madeOf(madeColumn.key, 'key', 'key'),
    })
    this.children.push(draft)
    this.#shapeElements(draft, elements, [...at.steps, null])
  }

  #shapeElements(draft: TableDraft, elements: ValueCensus, steps: ShapePath): void {
    const wish = this.#book.at(steps)
    const wished = wish === undefined ? undefined : wishedPlace(elements, wish, this.#book, true)
    const place = wished ?? withinTables(choosePlaceOfElements(elements), draft)
    if (wished === undefined) this.#say(steps, place)
    this.#noteStrays(elements, steps, place, draft)
    const documents = countOf(elements, 'object')
    const rows = valueCount(elements)
    switch (place.as) {
      case 'flatten':
        draft.needsRest = true
        this.#shapeFields(elements, {
          draft,
          path: [],
          steps,
          label: wish?.name,
          documents,
          isEverywhere: documents === rows,
          isReference: isReference(elements),
        })
        return
      case 'table':
        draft.order.push(madeColumn.value)
        this.#shapeChild('array', elements.elements ?? nothing, {
          site: { draft },
          text: madeColumn.value,
          steps,
          label: 'value',
          wish,
        })
        return
      default: {
        this.#book.end(steps, endOf(place))
        draft.order.push(madeColumn.value)
        const isAny = place.as === 'json'
        if (this.#census.isSample && !isAny) draft.needsRest = true
        draft.fields.push({
          ...this.#columnOf(place, elements),
          name: madeColumn.value,
          label: wish?.name ?? 'value',
          nullable: !this.#isFull(elements, place, rows),
          namedBy: wish?.name === undefined ? undefined : wish.key,
          isWished: true,
        })
      }
    }
  }

  #tableName(parent: TableDraft, label: string, steps: ShapePath, wish: Wish | undefined): string {
    if (wish?.to !== undefined) {
      if (this.#book.tables.filter((to) => this.#fold(to) === this.#fold(wish.to!)).length === 1) return wish.to
      throw this.#book.fault(wish.key, `two tables are to be called ${wish.to}`, 'Give one of them another name.')
    }
    const wanted = `${parent.as}_${label}`
    const [name = wanted] = distinctNames(
      [{ label: wanted, id: shapePathText(steps), turn: 1 }],
      this.#fold,
      this.#tables,
    )
    this.#tables.push(this.#fold(name))
    if (name !== wanted)
      this.#note(steps, `called ${name}`, `another table is called ${wanted}`, ['{as: table, to: NAME}'])
    return name
  }

  #columnOf(
    place: Place,
    value: ValueCensus & Pick<FieldCensus, 'repeats'>,
  ): Pick<DraftColumn, 'native' | 'faults' | 'isMostlyInt'> {
    const faults = this.#census.isSample ? undefined : faultsAt(value, place)
    if (place.as === 'array') return { native: nativeOf('valueArray', place.of), faults }
    if (place.as !== 'column') return { native: nativeOf(this.#json), faults }
    return { native: nativeOf(place.native), faults, isMostlyInt: isMostlyInt(place.native, value.types) }
  }

  /**
   * Whether a value of each of so many documents has a cell for certain. Where documents have a field twice there are more
   * values than that, and nobody knows in which.
   */
  #isFull(
    { types, elements, repeats = 0 }: ValueCensus & Pick<FieldCensus, 'repeats'>,
    place: Place,
    documents: number,
  ): boolean {
    // What a document has twice may be what another lacks.
    if (this.#census.isSample || documents === 0 || repeats > 0) return false
    const isAll = (type: TypeCensus): boolean => {
      if (place.as === 'json') return true
      if (place.as === 'column') return takesAll(place.native, type)
      if (place.as !== 'array' || type.type !== 'array') return false
      return (elements?.types ?? []).every((one) => takesAll(place.of, one))
    }
    const held = types.filter((type) => type.type !== 'null' && isAll(type))
    return valueCount({ types }) === documents && valueCount({ types: held }) === documents
  }

  #keepOrder(value: ValueCensus, text: string, site: Site, held?: 'object' | 'array'): void {
    site.draft.order.push(text)
    this.#keepPresence(value, text, site, held)
  }

  /**
   * Whether a field is there where there is nothing in it: what is more common in the documents, as far as they tell.
   *
   * @param held What the values are that have something in them; of those some may be empty
   */
  #keepPresence(value: ValueCensus, text: string, { draft, documents }: Site, held?: 'object' | 'array'): void {
    const missing = documents - valueCount(value)
    const inside = value.types.find(({ type }) => type === held)
    const empty = held === undefined ? countOf(value, 'null') : (inside?.count ?? 0) - (inside?.elements ?? 0)
    if (missing <= Math.max(0, empty)) draft.alwaysThere.push(text)
  }

  /** Values that do not go where most go. */
  #noteStrays({ types, elements }: ValueCensus, steps: ShapePath, place: Place, draft: TableDraft): void {
    const values = types.filter(({ type, count }) => type !== 'null' && count > 0)
    const strays = values.filter(({ type }) => !hasPlace(place, type))
    const some =
      place.as === 'column' ? values.filter((one) => takes(place.native, one.type) && !takesAll(place.native, one)) : []
    const within = place.as === 'array' ? (elements?.types ?? []).filter((one) => !takesAll(place.of, one)) : []
    if (strays.length + some.length + within.length > 0) draft.needsRest = true
    const others = ['{as: column, type: TYPE}', 'json']
    if (strays.length > 0)
      this.#note(steps, `${whatOf(place)}, other values in _rest`, `there are ${typesWithKeys(strays)}`, others)
    if (some.length > 0) {
      this.#note(
        steps,
        `${whatOf(place)}, what it cannot hold in _rest`,
        `some of ${typesWithKeys(some)} are too great`,
        others,
      )
    }
    if (within.length > 0) {
      const why = `there are arrays with ${typesWithKeys(within)} in them`
      this.#note(steps, `${whatOf(place)}, other arrays in _rest`, why, ['table', 'json'])
    }
  }

  #say(steps: ShapePath, place: Place): void {
    if (!('said' in place) || place.said === undefined) return
    const { chosen, why, others } = place.said
    this.#note(steps, chosen, why, others)
  }

  #note(path: ShapePath, chosen: string, why: string, others: readonly string[]): void {
    this.notes.push({ path: shapePathText(path), chosen, why, others })
  }
}

/** What nobody wishes otherwise. @param draft The table that it would stand in */
function withinTables(place: Place, draft: TableDraft): Place {
  if (place.as !== 'table' && place.as !== 'map') return place
  let depth = 0
  for (let above = draft.parent; above !== undefined; above = above.parent) depth++
  return depth < maxTables ? place : jsonPlace(`it stands within ${maxTables} tables`, [place.as])
}

/** Whether values of the type go where the place is. */
function hasPlace(place: Place, type: TypeCensus['type']): boolean {
  switch (place.as) {
    case 'column':
      return takes(place.native, type)
    case 'flatten':
    case 'map':
      return type === 'object'
    case 'table':
    case 'array':
      return type === 'array'
    default:
      return true
  }
}

function whatOf(place: Place): string {
  switch (place.as) {
    case 'column':
      return `${place.native} column`
    case 'flatten':
      return 'a column for each field'
    case 'array':
      return `array of ${place.of}`
    case 'json':
      return 'JSON column'
    default:
      return 'table'
  }
}

function endOf(place: Place): string {
  return place.as === 'json' ? 'is one JSON column' : `is one column (${whatOf(place)})`
}

/** What no table that it stands in has: with the name of the one that it stands in where its own is one of those. */
function ownLabel(label: string, parent: TableDraft): string {
  for (let above: TableDraft | undefined = parent; above !== undefined; above = above.parent) {
    if (above.label === label) return ownLabel(`${parent.label}_${label}`, parent)
  }
  return label
}
