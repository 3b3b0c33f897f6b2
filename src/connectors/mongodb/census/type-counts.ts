import { bsonType, oldBinarySubtype } from '../../../format/bson/bson-type.ts'
import { maxDecimal128TextBytes, putDecimal128 } from '../../../format/bson/decimal128-text.ts'
import { maxDoubleTextBytes, putDouble } from '../../../format/bson/double-text.ts'
import { characterCount, hasNul, isPlainText } from './counted-text.ts'
import { DecimalParts, type DecimalValue } from './decimal-value.ts'
import { bsonTypeAt } from './value-place.ts'

/** No slot: nothing of this type was seen at the node. */
export const noSlot = 0

/** `_id`s that are kept of a slot. */
const maxFirstKeys = 3

/** Room for the slots of a node, by the places of types in `valueTypes`: as a power of two. */
export const slotShift = 5

/** What a slot has in `numbers`. */
const numberFields = 8
export const numberField = {
  count: 0,
  elements: 1,
  notFinite: 2,
  nulBytes: 3,
  invalidText: 4,
  /** Of int and double the extremes, of binary data those of subtypes; of decimal128 what is within them for sure, and they are in `extremes`. */
  min: 5,
  max: 6,
  /** Of doubles: a magnitude from which on none has more digits behind the point than `fractionDigits`. */
  fractionFrom: 7,
} as const

/** What it has in `ints`. */
const intFields = 16
export const intField = {
  /** Of BSON. */
  type: 0,
  /** −1 where nothing has a length. */
  maxLength: 1,
  fractionDigits: 2,
  keyCount: 3,
  /** Extremes of int64 and dates in halves, the lower one without a sign. */
  minHigh: 4,
  minLow: 5,
  maxHigh: 6,
  maxLow: 7,
  /** From here on the 16 bytes of the decimal128 that was looked at closely last. */
  lastDecimal: 8,
} as const

export interface Extremes {
  readonly min: DecimalValue
  readonly max: DecimalValue
}

const two32 = 0x1_0000_0000
const maxExact = 2 ** 53
const maxPower = 22
/** 10⁰ to 10²², all of them exact. */
const powers = Float64Array.from({ length: maxPower + 1 }, (_, i) => Number(`1e${i}`))
const decimalBias = 6176
/** A coefficient with less in its upper 17 bits has at most 34 digits. */
const maxDigitsTop = 0x1ed09
/** More than a decimal128 is away from the double that is computed of it, as a part of it. */
const inexactness = 2 ** -40

const scratch = new Uint8Array(Math.max(maxDecimal128TextBytes, maxDoubleTextBytes))
const parts = new DecimalParts()

/** What the values of each type are like at each node, in slots: a slot is one type at one node. */
export class TypeCounts {
  numbers: Float64Array = new Float64Array(numberFields * 64)
  ints: Int32Array = new Int32Array(intFields * 64)
  /** Of each slot. */
  readonly firstKeys: string[][] = [[]]
  /** Of each slot of decimal128 with finite values. */
  readonly extremes: (Extremes | undefined)[] = [undefined]
  /** The slot of each type of each node; there are as many as {@link makeRoom} was asked for. */
  slots: Int32Array = new Int32Array(64 << slotShift)

  /** The slot of the type at this place in `valueTypes`; {@link noSlot} where there is none. */
  slotAt(node: number, place: number): number {
    return this.slots[(node << slotShift) + place] ?? noSlot
  }

  /** The same, and made where there is none. */
  makeSlot(node: number, place: number): number {
    const known = this.slotAt(node, place)
    if (known !== noSlot) return known
    this.makeRoom(node)
    const slot = this.firstKeys.length
    this.slots[(node << slotShift) + place] = slot
    this.firstKeys.push([])
    this.extremes.push(undefined)
    if ((slot + 1) * intFields > this.ints.length) this.#grow()
    const { numbers, ints } = this
    const numberAt = slot * numberFields
    numbers[numberAt + numberField.min] = Number.POSITIVE_INFINITY
    numbers[numberAt + numberField.max] = Number.NEGATIVE_INFINITY
    numbers[numberAt + numberField.fractionFrom] = fractionFrom(0)
    const intAt = slot * intFields
    ints[intAt + intField.type] = bsonTypeAt[place]!
    ints[intAt + intField.maxLength] = -1
    ints[intAt + intField.minHigh] = 0x7fff_ffff
    ints[intAt + intField.minLow] = -1
    ints[intAt + intField.maxHigh] = -0x8000_0000
    // A NaN, which is never looked at closely.
    ints[intAt + intField.lastDecimal + 3] = 0x7c00_0000
    return slot
  }

  /** Makes room for slots of the node. */
  makeRoom(node: number): void {
    if ((node + 1) << slotShift <= this.slots.length) return
    const slots = new Int32Array((node + 1) << (slotShift + 1))
    slots.set(this.slots)
    this.slots = slots
  }

  getNumber(slot: number, field: number): number {
    return this.numbers[slot * numberFields + field]!
  }

  getInt(slot: number, field: number): number {
    return this.ints[slot * intFields + field]!
  }

  /** Whether fewer documents are named than are to be. */
  lacksKeys(slot: number): boolean {
    return this.ints[slot * intFields + intField.keyCount]! < maxFirstKeys
  }

  addKey(slot: number, key: string): void {
    const keys = this.firstKeys[slot]!
    if (keys.length < maxFirstKeys && !keys.includes(key)) keys.push(key)
    this.ints[slot * intFields + intField.keyCount] = keys.length
  }

  /**
   * Counts values of a document: of each its slot and where it begins, or, of a document or array, how many elements it
   * has. What is less than nothing is no slot. Returns whether there was any such, or a slot of which fewer documents are
   * named than are to be.
   */
  addAll(notes: Int32Array, used: number, bytes: Uint8Array, view: DataView): boolean {
    const { numbers, ints } = this
    let isMoreToDo = false
    for (let i = 0; i < used; i += 2) {
      const slot = notes[i]!
      if (slot < 0) {
        isMoreToDo = true
        continue
      }
      const start = notes[i + 1]!
      const at = slot * numberFields
      const intAt = slot * intFields
      numbers[at + numberField.count]!++
      if (ints[intAt + intField.keyCount]! < maxFirstKeys) isMoreToDo = true
      switch (ints[intAt + intField.type]) {
        case bsonType.string:
        case bsonType.symbol:
        case bsonType.code:
          this.#addText(slot, bytes, view, start)
          break
        case bsonType.int32:
          this.#addNumber(at, view.getInt32(start, true))
          break
        case bsonType.double:
          this.#addDouble(slot, view.getFloat64(start, true))
          break
        case bsonType.date:
        case bsonType.int64: {
          const high = view.getInt32(start + 4, true)
          const low = view.getInt32(start, true)
          this.#lower(intAt, high, low)
          this.#raise(intAt, high, low)
          break
        }
        case bsonType.document:
        case bsonType.array:
          numbers[at + numberField.elements]! += start
          this.#addLength(intAt, start)
          break
        case bsonType.binary: {
          const byteCount = view.getInt32(start, true)
          this.#addNumber(at, bytes[start + 4]!)
          this.#addLength(intAt, bytes[start + 4] === oldBinarySubtype ? byteCount - 4 : byteCount)
          break
        }
        case bsonType.decimal128:
          this.#addDecimal(slot, view, start)
          break
        case bsonType.codeWithScope:
          this.#addText(slot, bytes, view, start + 4)
          break
        default:
      }
    }
    return isMoreToDo
  }

  /** Adds what others counted in a slot of the same type. */
  merge(slot: number, other: TypeCounts, otherSlot: number): void {
    const { numbers } = this
    const at = slot * numberFields
    const intAt = slot * intFields
    for (let field: number = numberField.count; field <= numberField.invalidText; field++) {
      numbers[at + field]! += other.getNumber(otherSlot, field)
    }
    this.#addLength(intAt, other.getInt(otherSlot, intField.maxLength))
    this.#raiseFraction(slot, other.getInt(otherSlot, intField.fractionDigits))
    this.#lower(intAt, other.getInt(otherSlot, intField.minHigh), other.getInt(otherSlot, intField.minLow))
    this.#raise(intAt, other.getInt(otherSlot, intField.maxHigh), other.getInt(otherSlot, intField.maxLow))
    for (const key of other.firstKeys[otherSlot]!) this.addKey(slot, key)
    if (this.getInt(slot, intField.type) !== bsonType.decimal128) {
      numbers[at + numberField.min] = Math.min(
        this.getNumber(slot, numberField.min),
        other.getNumber(otherSlot, numberField.min),
      )
      numbers[at + numberField.max] = Math.max(
        this.getNumber(slot, numberField.max),
        other.getNumber(otherSlot, numberField.max),
      )
      return
    }
    const extremes = other.extremes[otherSlot]
    if (extremes === undefined) return
    for (const extreme of [extremes.min, extremes.max]) {
      parts.set(extreme)
      this.#widen(slot)
    }
  }

  #addText(slot: number, bytes: Uint8Array, view: DataView, start: number): void {
    const from = start + 4
    const byteCount = view.getInt32(start, true) - 1
    const intAt = slot * intFields
    if (isPlainText(bytes, view, from, from + byteCount)) return this.#addLength(intAt, byteCount)
    const at = slot * numberFields
    if (hasNul(bytes, from, from + byteCount)) this.numbers[at + numberField.nulBytes]!++
    const length = characterCount(bytes, from, from + byteCount)
    if (length < 0) this.numbers[at + numberField.invalidText]!++
    this.#addLength(intAt, length)
  }

  #addLength(intAt: number, length: number): void {
    if (length > this.ints[intAt + intField.maxLength]!) this.ints[intAt + intField.maxLength] = length
  }

  #addNumber(at: number, value: number): void {
    const { numbers } = this
    if (value < numbers[at + numberField.min]!) numbers[at + numberField.min] = value
    if (value > numbers[at + numberField.max]!) numbers[at + numberField.max] = value
  }

  #lower(intAt: number, high: number, low: number): void {
    const { ints } = this
    const min = ints[intAt + intField.minHigh]!
    if (high > min || (high === min && low >>> 0 >= ints[intAt + intField.minLow]! >>> 0)) return
    ints[intAt + intField.minHigh] = high
    ints[intAt + intField.minLow] = low
  }

  #raise(intAt: number, high: number, low: number): void {
    const { ints } = this
    const max = ints[intAt + intField.maxHigh]!
    if (high < max || (high === max && low >>> 0 <= ints[intAt + intField.maxLow]! >>> 0)) return
    ints[intAt + intField.maxHigh] = high
    ints[intAt + intField.maxLow] = low
  }

  #addDouble(slot: number, value: number): void {
    const at = slot * numberFields
    if (!Number.isFinite(value)) {
      this.numbers[at + numberField.notFinite]!++
      return
    }
    this.#addNumber(at, value)
    const magnitude = Math.abs(value)
    if (Math.floor(magnitude) === magnitude || magnitude >= this.numbers[at + numberField.fractionFrom]!) return
    const fractionDigits = this.ints[slot * intFields + intField.fractionDigits]!
    if (fractionDigits <= maxPower) {
      // The quotient of two exact doubles is rounded right: a text with so many digits behind the point reads back as it.
      const power = powers[fractionDigits]!
      const scaled = Math.round(magnitude * power)
      if (scaled <= maxExact && scaled / power === magnitude) return
    }
    parts.parse(scratch, 0, putDouble(scratch, 0, magnitude))
    this.#raiseFraction(slot, parts.fractionDigits)
  }

  #raiseFraction(slot: number, fractionDigits: number): void {
    const intAt = slot * intFields
    if (fractionDigits <= this.ints[intAt + intField.fractionDigits]!) return
    this.ints[intAt + intField.fractionDigits] = fractionDigits
    this.numbers[slot * numberFields + numberField.fractionFrom] = fractionFrom(fractionDigits)
  }

  #addDecimal(slot: number, view: DataView, start: number): void {
    const at = slot * numberFields
    const { numbers, ints } = this
    const top = view.getInt32(start + 12, true)
    if (((top >>> 26) & 0x1f) >= 0x1e) {
      numbers[at + numberField.notFinite]!++
      return
    }
    const intAt = slot * intFields
    const upper = top & 0x1ffff
    const exponent = ((top >>> 17) & 0x3fff) - decimalBias
    const isShort = ((top >>> 29) & 3) !== 3 && upper < maxDigitsTop
    if (isShort && -exponent <= ints[intAt + intField.fractionDigits]!) {
      const coefficient =
        ((upper * two32 + view.getUint32(start + 8, true)) * two32 + view.getUint32(start + 4, true)) * two32 +
        view.getUint32(start, true)
      const power = exponent < 0 ? -exponent : exponent
      const factor = power <= maxPower ? powers[power]! : 10 ** power
      const magnitude = exponent < 0 ? coefficient / factor : coefficient * factor
      const value = top < 0 ? -magnitude : magnitude
      if (value > numbers[at + numberField.min]! && value < numbers[at + numberField.max]!) return
    }
    if (this.#isLastDecimal(intAt + intField.lastDecimal, view, start)) return
    parts.parse(scratch, 0, putDecimal128(view, start, scratch, 0))
    this.#raiseFraction(slot, parts.fractionDigits)
    this.#widen(slot)
  }

  /** Whether it is the one that was asked of before; the next time it is. */
  #isLastDecimal(lastAt: number, view: DataView, start: number): boolean {
    const { ints } = this
    let difference = 0
    for (let i = 0; i < 4; i++) {
      const word = view.getInt32(start + i * 4, true)
      difference |= word ^ ints[lastAt + i]!
      ints[lastAt + i] = word
    }
    return difference === 0
  }

  /** Makes room in the extremes for the number that was parsed last. */
  #widen(slot: number): void {
    const at = slot * numberFields
    const known = this.extremes[slot]
    const isLess = known === undefined || parts.compare(known.min) < 0
    const isMore = known === undefined || parts.compare(known.max) > 0
    if (!isLess && !isMore) return
    const value = parts.value()
    this.extremes[slot] = { min: isLess ? value : known.min, max: isMore ? value : known.max }
    const nearly = Number(`${value.isNegative ? '-' : ''}0.${value.digits}e${value.point}`)
    const doubt = Math.abs(nearly) * inexactness
    if (isLess) this.numbers[at + numberField.min] = nearly + doubt
    if (isMore) this.numbers[at + numberField.max] = nearly - doubt
  }

  #grow(): void {
    const ints = new Int32Array(this.ints.length * 2)
    ints.set(this.ints)
    this.ints = ints
    const numbers = new Float64Array(this.numbers.length * 2)
    numbers.set(this.numbers)
    this.numbers = numbers
  }
}

/** A double has at most 17 digits in its shortest text: one from here on has no more than so many behind the point. */
function fractionFrom(fractionDigits: number): number {
  return Number(`1e${16 - fractionDigits}`)
}
