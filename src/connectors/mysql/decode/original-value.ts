import type { ShowOriginal } from '../../../batch/notes.ts'
import type { EncodedValue } from '../../../model/loss.ts'
import type { ReadColumn } from '../../../model/plan.ts'
import type { CellDecoder } from './cell-decoder.ts'
import { ZerofillDecimalDecoder } from './decimal.ts'
import { BitsToTextDecoder, IntegerToTextDecoder } from './integer.ts'
import { DateToTextDecoder, TimeToTextDecoder } from './temporal.ts'
import { TextDecoder } from './text.ts'
import { familyOf } from './type-family.ts'
import type { WireField } from './wire-field.ts'

/** A value as the source gave it, for the rejects: as the server prints it, or its bytes where they are no text. */
export function originalValue(
  column: ReadColumn,
  field: WireField,
  buffer: Buffer,
  start: number,
  length: number,
): EncodedValue {
  const decoder = printer(column, field)
  const base64 = buffer.toString('base64', start, start + length)
  if (decoder === undefined) return { base64 }
  const target = new Uint8Array(Math.ceil(length * decoder.growth) + decoder.extraBytes)
  const written = decoder.write(buffer, start, length, target, 0)
  return written < 0 ? { base64 } : { text: Buffer.from(target.buffer, 0, written).toString('utf8') }
}

/** The same of a value that was kept, once somebody wants to know it. */
export function showOriginal(column: ReadColumn, field: WireField): ShowOriginal {
  return (bytes, start, length) => {
    // The decoder's search for a NUL needs an end, and the value stands among others.
    const value = Buffer.alloc(length + 1)
    value.set(bytes.subarray(start, start + length))
    return originalValue(column, field, value, 0, length)
  }
}

function printer(column: ReadColumn, field: WireField): CellDecoder | undefined {
  const { native } = column
  const digits = field.decimals <= 6 ? field.decimals : 0
  switch (familyOf(native)) {
    case 'integer':
    case 'year':
      return new IntegerToTextDecoder(native.name !== 'year' && native.unsigned !== true)
    case 'decimal':
      return new ZerofillDecimalDecoder()
    case 'bit':
      return new BitsToTextDecoder(native.args[0] ?? 1)
    case 'date':
      return new DateToTextDecoder(undefined)
    case 'datetime':
      return new DateToTextDecoder(digits)
    case 'time':
      return new TimeToTextDecoder(digits)
    case 'enum':
    case 'set':
    case 'text':
    case 'json':
    case 'uuid':
    case 'inet':
      return new TextDecoder(native.name === 'json' ? 'utf8mb4' : (native.readAs ?? native.charset ?? 'utf8mb4'), {
        nul: false,
        json: false,
        jsonNul: false,
      })
    default:
      return undefined
  }
}
