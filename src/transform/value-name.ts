import { digestText } from '../canonical/digest-text.ts'
import type { DigestForm } from '../model/digest-form.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { ShapeColumn } from './shape.ts'
import { StageFault } from './stage-kind.ts'

/** A value of a column as what is made of it takes it: equal values of columns of one kind have equal names. */
type NameOf = (text: string) => string | Uint8Array

/**
 * How values of a column are named, whichever table they are in and however it spells them: numbers in plain digits
 * without zeros that say nothing, moments without zeros behind the point, bytes as they are, texts as they are.
 *
 * @throws StageFault for types whose values have several spellings that nobody evens out
 */
export function valueNames({ name, type }: ShapeColumn, path: readonly PropertyKey[]): NameOf {
  if (type.kind === 'bytes') return (text) => Buffer.from(text, 'hex')
  const form = formOf(type)
  if (form !== undefined) return (text) => digestText(form, text)
  const reason = `${name} is ${type.kind}, of which one value may be written in several ways`
  throw new StageFault(path, reason, 'Cast it to text first, or leave it out.')
}

function formOf({ kind }: CanonicalType): DigestForm | undefined {
  switch (kind) {
    case 'int':
    case 'decimal':
      return 'number'
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
      return kind
    case 'text':
    case 'enum':
    case 'uuid':
    case 'inet':
    case 'bool':
      return 'text'
    default:
      return undefined
  }
}
