import { cellToText } from '../../../canonical/text.ts'
import type { CellDecoder } from './cell-decoder.ts'
import { fault } from './fault.ts'

/** BINARY(16) and whatever else holds exactly 16 bytes. */
export class BytesToUuidDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 16

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    if (length !== 16) return fault.outOfRange
    for (let i = 0; i < 16; i++) target[at + i] = source[from + i]!
    return 16
  }
}

/** MariaDB's UUID, and text that holds one: 32 hexadecimal digits in any case, with or without the usual hyphens. */
export class TextToUuidDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 16

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    if (length !== 36 && length !== 32) return fault.outOfRange
    let i = from
    for (let byte = 0; byte < 16; byte++) {
      if (length === 36 && (byte === 4 || byte === 6 || byte === 8 || byte === 10)) {
        if (source[i] !== 0x2d) return fault.outOfRange
        i++
      }
      const upper = hexDigit(source[i]!)
      const lower = hexDigit(source[i + 1]!)
      if (upper < 0 || lower < 0) return fault.outOfRange
      target[at + byte] = upper * 16 + lower
      i += 2
    }
    return 16
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/**
 * The server's own form of a geometry, uint32 SRID and WKB with little-endian numbers, as EWKB, whose SRID stands behind
 * the type where the type's flag says so. X and Y are as they are stored: the server swaps them for some reference
 * systems when it prints text, and never here.
 */
export class GeometryDecoder implements CellDecoder {
  readonly growth = 1
  readonly extraBytes = 0

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    if (length < 9 || source[from + 4] !== 1) return fault.outOfRange
    const hasSrid = source[from] !== 0 || source[from + 1] !== 0 || source[from + 2] !== 0 || source[from + 3] !== 0
    if (!hasSrid) {
      source.copy(target, at, from + 4, from + length)
      return length - 4
    }
    const sridFlag = 0x20
    for (let i = 0; i < 5; i++) target[at + i] = source[from + 4 + i]!
    target[at + 4]! |= sridFlag
    for (let i = 0; i < 4; i++) target[at + 5 + i] = source[from + i]!
    source.copy(target, at + 9, from + 9, from + length)
    return length
  }
}

/** VECTOR: float32 little-endian to a JSON array of their shortest texts. */
export class VectorDecoder implements CellDecoder {
  /** `-1.1754944e-38` and a comma for every four bytes. */
  readonly growth = 4
  readonly extraBytes = 2

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    if (length % 4 !== 0) return fault.outOfRange
    const texts: string[] = []
    for (let i = 0; i < length; i += 4) texts.push(cellToText({ kind: 'float32' }, source, from + i, 4))
    return Buffer.from(target.buffer, target.byteOffset + at).write(`[${texts.join(',')}]`, 'latin1')
  }
}

/** FLOAT in a float64, exactly. */
export class FloatToDoubleDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 8
  readonly #scratch = new Uint8Array(8)
  readonly #view = new DataView(this.#scratch.buffer)

  write(source: Buffer, from: number, _length: number, target: Uint8Array, at: number): number {
    this.#view.setFloat64(0, source.readFloatLE(from), true)
    for (let i = 0; i < 8; i++) target[at + i] = this.#scratch[i]!
    return 8
  }
}

/** FLOAT and DOUBLE as their shortest text, where a plan makes text of them. */
export class FloatToTextDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 25
  readonly #kind: 'float32' | 'float64'

  constructor(kind: 'float32' | 'float64') {
    this.#kind = kind
  }

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const text = cellToText({ kind: this.#kind }, source, from, length)
    return Buffer.from(target.buffer, target.byteOffset + at).write(text, 'latin1')
  }
}
