import { digestText } from '../canonical/digest-text.ts'
import { durationOfClock } from '../canonical/interval.ts'
import { listText } from '../canonical/list-text.ts'
import { cellToText, textAsCell } from '../canonical/text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { type DigestForm, elementForm, isListForm, listForms } from '../model/digest-form.ts'

/** Forms whose text, as a server gives it, tells a cell of the type, the best first; none where there is no such form. */
export function formsOfCell(type: CanonicalType): readonly DigestForm[] {
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'decimal':
      return ['number']
    case 'float32':
      return ['float32']
    case 'float64':
      return ['float64']
    case 'text':
    case 'enum':
    case 'inet':
      return ['text']
    case 'json':
    case 'document':
      return ['json-text', 'text', 'json', 'json-value']
    case 'bytes':
      return ['bytes']
    case 'objectId':
    case 'uuid':
      return ['text', 'bytes']
    case 'date':
      return ['date']
    case 'time':
    case 'interval':
      return ['time']
    case 'timestamp':
      return ['timestamp', 'instant']
    case 'instant':
      return ['instant', 'timestamp']
    case 'bits':
      return ['bits']
    case 'set':
      return ['set', 'text']
    case 'array':
      return listForms(formsOfCell(type.of))
    case 'geometry':
    case 'native':
      return []
  }
}

/** Kinds whose cells are the text itself. */
const texts: ReadonlySet<CanonicalType['kind']> = new Set(['text', 'json', 'document', 'enum', 'inet', 'set'])

/** The cell of a text in one of {@link formsOfCell}; undefined where it is none of the type. */
export function cellOfText(type: CanonicalType, form: DigestForm, text: Buffer): Uint8Array | undefined {
  if (form === 'bytes' || texts.has(type.kind)) return text
  const canonical = canonicalTextOf(type, form, text.toString('utf8'))
  // No array that a run makes of documents has a NULL, or another array within it.
  if (type.kind === 'array' && !isPlainList(canonical)) return undefined
  return textAsCell(type, canonical)
}

function isPlainList(json: string): boolean {
  return json.startsWith('[') && (JSON.parse(json) as unknown[]).every((one) => one !== null && !Array.isArray(one))
}

/**
 * The JSON array of the canonical texts of its elements; of integers and truth values without quotes. What is none of the
 * type is a text that no array has, so that it is different from all.
 */
function canonicalList(of: CanonicalType, form: DigestForm, json: string): string {
  if (!isListForm(form)) return json
  const list = listText(json, (element) => {
    const cell = textAsCell(of, canonicalTextOf(of, elementForm(form), element))
    return cell && cellToText(of, cell, 0, cell.length)
  })
  if (list === undefined) return `no array of ${of.kind}: ${json}`
  return of.kind === 'int' || of.kind === 'bool' ? list.replaceAll('"', '') : list
}

/** The canonical text of a value of which a server has said another. */
export function canonicalTextOf(type: CanonicalType, form: DigestForm, text: string): string {
  switch (type.kind) {
    case 'bool':
      return text === '0' ? 'false' : text === '1' ? 'true' : text
    case 'date':
    case 'timestamp':
      return yearText(text)
    case 'instant':
      return yearText(/\+00( BC)?$|infinity$/.test(text) ? text : text.replace(/( BC)?$/, '+00$1'))
    case 'float32':
    case 'float64':
      return digestText(form, text)
    case 'int':
      // Of a decimal that is read as a whole number.
      return form === 'number' ? text.replace(/\.0*$/, '') : text
    case 'decimal':
      // ZEROFILL is a way of printing.
      return text.replace(/^(-?)0+(?=\d)/, '$1')
    case 'interval':
      return durationOfClock(text) ?? text
    case 'array':
      return canonicalList(type.of, form, text)
    default:
      return text
  }
}

/** The year before year 1 is 0 to some servers. */
function yearText(text: string): string {
  return text.startsWith('0000-') ? `0001-${text.slice('0000-'.length)} BC` : text
}
