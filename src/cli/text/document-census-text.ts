import type { DocumentCensus, FieldCensus, TypeCensus, ValueCensus } from '../../model/document-census.ts'
import { shortened } from '../../report/value-text.ts'
import { visible, visibleJson } from '../../report/visible.ts'
import { bytesText, counted, countText } from '../../telemetry/amounts.ts'
import { type Align, textTable } from './table.ts'

/** A type is rare that one value in so many has, or less; or fewer values than this, where others have another one. */
const rareOneIn = 1000
const rareBelow = 100

const maxKeyLength = 80
/** More names in one place are data, or too many to be read one by one: of such the first are shown. */
const maxNames = 200
const namesOfMany = 20
/** Of milliseconds since 1970: what JavaScript has dates for. */
const maxDateMs = 8_640_000_000_000_000

const aligns: readonly Align[] = ['left', 'right', 'right']
const indent = '  '

/** What documents hold, as a tree: every path with its types, how many values have them, and what the values are like. */
export function documentCensusLines(census: DocumentCensus): string[] {
  const { table, documents, bytes, isSample, faulty } = census
  const facts = [
    `${isSample ? 'a sample of ' : ''}${counted(documents, 'document')}`,
    bytesText(bytes),
    ...(faulty === 0 ? [] : [`${countText(faulty)} besides that could not be read`]),
  ]
  return [`${visible(`${table.schema}.${table.name}`)}: ${facts.join(', ')}`, ...insideLines(census, documents, indent)]
}

/** Of documents, so many of them. */
function insideLines(
  { fields, otherFields }: Pick<ValueCensus, 'fields' | 'otherFields'>,
  documents: number,
  margin: string,
): string[] {
  const shown = fields.length > maxNames ? fields.slice(0, namesOfMany) : fields
  const lines = shown.flatMap((field) => [margin + nameText(field.name), ...fieldLines(field, documents, margin)])
  const left = fields.length - shown.length
  if (left > 0) lines.push(`${margin}[${countText(left)} more names: --json has them]`)
  if (otherFields === undefined) return lines
  return [...lines, `${margin}[all other fields]`, ...valueLines(otherFields, countOf(otherFields), margin)]
}

function fieldLines(field: FieldCensus, documents: number, margin: string): string[] {
  const repeats = field.repeats ?? 0
  const missing = documents - (countOf(field) - repeats)
  const besides = [
    ...(missing > 0 ? [['missing', countText(missing), shareText(missing, documents)]] : []),
    ...(repeats > 0 ? [['repeated', countText(repeats), '', 'in documents that have the name already']] : []),
  ]
  return valueLines(field, documents, margin, besides)
}

/** @param places Where values could be, of which shares are told */
function valueLines(
  values: ValueCensus,
  places: number,
  margin: string,
  besides: readonly (readonly string[])[] = [],
): string[] {
  const inner = margin + indent
  const types = values.types.toSorted((a, b) => b.count - a.count)
  const rows = types.map((type, place) => [
    type.type,
    countText(type.count),
    shareText(type.count, places),
    [...particulars(type), ...keys(type, places, place === 0)].join(', '),
  ])
  const objects = values.types.find(({ type }) => type === 'object')?.count ?? 0
  const elements = values.types.find(({ type }) => type === 'array')?.elements ?? 0
  return [
    ...textTable([...rows, ...besides], aligns, inner),
    ...insideLines(values, objects, inner),
    ...(values.elements === undefined
      ? []
      : [`${inner}[each element]`, ...valueLines(values.elements, elements, inner)]),
  ]
}

function countOf({ types }: ValueCensus): number {
  return types.reduce((sum, { count }) => sum + count, 0)
}

/** What could be taken for something else is quoted. */
function nameText(name: string): string {
  return /^[^\s[\]"]+$/.test(name) ? visible(name) : visibleJson(name)
}

/** `25 %`, `0.05 %`; all and none are said of all and none alone. */
function shareText(count: number, of: number): string {
  const percent = (count / of) * 100
  if (count >= of) return '100 %'
  if (percent < 0.01) return '< 0.01 %'
  if (percent > 99.99) return '> 99.99 %'
  const digits = percent < 1 || percent > 99 ? 2 : percent < 10 ? 1 : 0
  return `${Number(percent.toFixed(digits))} %`
}

function particulars(census: TypeCensus): string[] {
  const { wholeDigits, fractionDigits, elements = 0, notFinite = 0, nulBytes = 0, invalidText = 0 } = census
  return [
    ...extremes(census),
    ...(wholeDigits === undefined || fractionDigits === undefined
      ? []
      : [`${counted(wholeDigits, 'digit')} before the point, ${countText(fractionDigits)} behind`]),
    ...lengths(census),
    ...(elements === 0 || census.type === 'object' ? [] : [`${countText(elements)} in all`]),
    ...(notFinite === 0 ? [] : [`${countText(notFinite)} NaN or infinite`]),
    ...(nulBytes === 0 ? [] : [`${countText(nulBytes)} with U+0000`]),
    ...(invalidText === 0 ? [] : [`${countText(invalidText)} no UTF-8`]),
  ]
}

function extremes({ type, min, max }: TypeCensus): string[] {
  if (min === undefined || max === undefined) return []
  const [least, most] = type === 'date' ? [dateText(min), dateText(max)] : [min, max]
  return [least === most ? least : `${least} … ${most}`]
}

function dateText(ms: string): string {
  const value = Number(ms)
  return Math.abs(value) <= maxDateMs ? new Date(value).toISOString() : `${ms} ms`
}

function lengths({ type, maxLength }: TypeCensus): string[] {
  if (maxLength === undefined) return []
  const unit =
    type === 'array'
      ? 'element'
      : type === 'object'
        ? 'field'
        : type === 'binData' || type === 'uuid'
          ? 'byte'
          : 'character'
  return [`at most ${counted(maxLength, unit)}`]
}

/** Where to look at what few values are. */
function keys({ count, firstKeys }: TypeCensus, places: number, isMost: boolean): string[] {
  const isRare = count * rareOneIn <= places || (count < rareBelow && !isMost)
  if (!isRare || firstKeys.length === 0) return []
  return [`_id ${firstKeys.map((key) => shortened(key, maxKeyLength)).join(' and ')}`]
}
