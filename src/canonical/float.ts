import { type CanonicalForm, viewOf } from './form.ts'

/** Decimal digits that binary64 gives back, whichever they are (IEEE 754: DBL_DIG). */
export const safeDoubleDigits = 15

/** IEEE 754 binary64; the shortest text that reads back as the same bits, `-0`, `NaN`, `Infinity`, `-Infinity`. */
export const float64Form: CanonicalForm = {
  toText: (bytes, start) => text(viewOf(bytes, start, 8).getFloat64(0, true), String),
  fromText(source) {
    const value = parse(source)
    if (value === undefined) return undefined
    const cell = new Uint8Array(8)
    new DataView(cell.buffer).setFloat64(0, value, true)
    return cell
  },
}

/** IEEE 754 binary32; the shortest text that reads back as the same bits. */
export const float32Form: CanonicalForm = {
  toText: (bytes, start) => text(viewOf(bytes, start, 4).getFloat32(0, true), shortestFloat32),
  fromText(source) {
    const value = parse(source)
    if (value === undefined) return undefined
    const cell = new Uint8Array(4)
    new DataView(cell.buffer).setFloat32(0, value, true)
    return cell
  },
}

function text(value: number, print: (value: number) => string): string {
  return Object.is(value, -0) ? '-0' : print(value)
}

/** Nine digits always suffice for binary32 (Steele & White); fewer often do. */
function shortestFloat32(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

function parse(source: string): number | undefined {
  if (source === 'NaN') return Number.NaN
  if (!/^(-?Infinity|-?\d+(\.\d+)?([eE][-+]?\d+)?)$/.test(source)) return undefined
  return Number(source)
}
