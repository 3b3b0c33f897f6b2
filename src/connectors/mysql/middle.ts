import type { KeyComparison } from '../sql/keyset.ts'
import { charsetDecoder } from '../../format/charset/charset-decoder.ts'
import type { KeyColumn } from './key-column.ts'
import { quoteBytes, quoteLiteral } from './quote.ts'

/*
 * Guesses at a value between two values of a column. A guess need not exist, nor lie where it is thought to: the server
 * is asked which keys are around it, and only those become bounds.
 */

/** A comparison with a value that may lie between the two, or undefined where nothing can be guessed. */
export function guessMiddle(column: KeyColumn, low: string, high: string): KeyComparison | undefined {
  switch (column.family) {
    case 'integer':
    case 'year':
    case 'bit':
    case 'enum':
    case 'set':
      return column.compare(middleOf(BigInt(low), BigInt(high)).toString())
    case 'decimal':
      return column.compare(middleDecimal(low, high))
    case 'date':
    case 'datetime':
      return column.compare(middleDate(low, high))
    case 'time':
      return column.compare(middleTime(low, high))
    case 'binary':
      return column.compareWith(quoteBytes(middleBytes(Buffer.from(low, 'hex'), Buffer.from(high, 'hex'))))
    case 'uuid': {
      const middle = middleBytes(uuidBytes(low), uuidBytes(high)).toString('hex')
      const text = [
        middle.slice(0, 8),
        middle.slice(8, 12),
        middle.slice(12, 16),
        middle.slice(16, 20),
        middle.slice(20),
      ]
      return column.compareWith(quoteLiteral(text.join('-')))
    }
    case 'text': {
      const text = middleText(decodeText(column, low), decodeText(column, high))
      return text === undefined ? undefined : column.compareWith(textLiteral(column, text))
    }
    default:
      return undefined
  }
}

/** A guessed character may be none of the column's charset; CONVERT makes a question mark of it, as good a guess as any. */
function textLiteral({ charset, collation }: KeyColumn, text: string): string {
  const converted = `CONVERT(${quoteLiteral(text)} USING ${charset ?? 'utf8mb4'})`
  return collation === undefined ? converted : `${converted} COLLATE ${collation}`
}

/** Above `low`, at most `high`. */
function middleOf(low: bigint, high: bigint): bigint {
  return low + (high - low + 1n) / 2n
}

function middleDecimal(low: string, high: string): string {
  const scale = Math.max(fractionOf(low).length, fractionOf(high).length)
  const unscaled = (text: string): bigint => BigInt(text.replace('.', '') + '0'.repeat(scale - fractionOf(text).length))
  const middle = middleOf(unscaled(low), unscaled(high))
  if (scale === 0) return middle.toString()
  const digits = (middle < 0n ? -middle : middle).toString().padStart(scale + 1, '0')
  return `${middle < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function fractionOf(text: string): string {
  return text.split('.')[1] ?? ''
}

const microsPerDay = 86_400_000_000n

/** Months of 32 days: in the order of dates, those that do not exist included. */
function middleDate(low: string, high: string): string {
  const middle = middleOf(dateNumber(low), dateNumber(high))
  const days = Number(middle / microsPerDay)
  const day = Math.min(Math.max(days % 32, 1), 28)
  const month = Math.max(Math.floor(days / 32) % 13, 1)
  const date = `${pad(Math.floor(days / (32 * 13)), 4)}-${pad(month, 2)}-${pad(day, 2)}`
  if (!low.includes(' ')) return date
  return `${date} ${clockOf(middle % microsPerDay, fractionOf(low).length)}`
}

function dateNumber(text: string): bigint {
  const [date = '', clock = '00:00:00'] = text.split(' ')
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  return BigInt((year * 13 + month) * 32 + day) * microsPerDay + clockNumber(clock)
}

function middleTime(low: string, high: string): string {
  const middle = middleOf(clockNumber(low), clockNumber(high))
  const clock = clockOf(middle < 0n ? -middle : middle, fractionOf(low).length)
  return middle < 0n ? `-${clock}` : clock
}

function clockNumber(text: string): bigint {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace('-', '').split(/[:.]/).map(Number)
  const micros = BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000n + BigInt(fractionOf(text).padEnd(6, '0'))
  return text.startsWith('-') ? -micros : micros
}

function clockOf(micros: bigint, digits: number): string {
  const seconds = Number(micros / 1_000_000n)
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => pad(part, 2))
  const fraction = pad(Number(micros % 1_000_000n), 6).slice(0, digits)
  return clock.join(':') + (digits === 0 ? '' : `.${fraction}`)
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

/** Bytes compare as fractions of one do, digit by digit; sixteen digits beyond what they share are enough. */
function middleBytes(low: Buffer, high: Buffer): Buffer {
  const length = Math.min(Math.max(low.length, high.length) + 1, sharedLength(low, high) + 16)
  const number = (bytes: Buffer): bigint => {
    const padded = Buffer.alloc(length)
    bytes.copy(padded)
    return BigInt(`0x${padded.toString('hex') || '0'}`)
  }
  const middle = middleOf(number(low), number(high)).toString(16)
  return Buffer.from(middle.padStart(length * 2, '0'), 'hex')
}

function sharedLength(low: Buffer, high: Buffer): number {
  let i = 0
  while (i < low.length && low[i] === high[i]) i++
  return i
}

function uuidBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}

function decodeText(column: KeyColumn, hex: string): string {
  const decoder = charsetDecoder(column.charset ?? '')
  const bytes = Buffer.from(hex, 'hex')
  if (decoder === undefined) return ''
  const target = Buffer.alloc(Math.ceil(bytes.length * decoder.maxGrowth))
  const end = decoder.decode(bytes, 0, bytes.length, target, 0)
  return target.toString('utf8', 0, Math.max(0, end))
}

/** Where most keys have their letters; case does not count for most collations, and both cases are near for the others. */
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'

/** What two texts share, followed by a character between the two that come next. */
function middleText(low: string, high: string): string | undefined {
  const lows = Array.from(low)
  const highs = Array.from(high)
  let shared = 0
  while (shared < lows.length && sameLetter(lows[shared], highs[shared])) shared++
  const next = highs[shared]
  if (next === undefined) return undefined
  return highs.slice(0, shared).join('') + middleCharacter(lows[shared], next)
}

function sameLetter(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase()
}

function middleCharacter(low: string | undefined, high: string): string {
  const place = (character: string | undefined): number => {
    return character === undefined ? -1 : alphabet.indexOf(character.toLowerCase())
  }
  const from = place(low)
  const to = place(high)
  if (to >= 0 && (from >= 0 || low === undefined)) {
    return from < to ? (alphabet[from + Math.ceil((to - from) / 2)] ?? high) : high
  }
  const a = low?.codePointAt(0) ?? 0
  const b = high.codePointAt(0) ?? 0
  const middle = a + Math.ceil((b - a) / 2)
  const isSurrogate = middle >= 0xd800 && middle <= 0xdfff
  return middle < 0x20 || middle === 0x7f || isSurrogate ? high : String.fromCodePoint(middle)
}
