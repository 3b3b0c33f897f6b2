import { viewOf } from '../../../batch/view-of.ts'
import { textToCell } from '../../../canonical/text.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import type { TargetType } from '../types.ts'
import { type Encode, unfit } from './encoder.ts'
import { Output } from './output.ts'

/*
 * An array on the wire (arrayfuncs.c: array_recv): int32 count of dimensions, int32 whether it has NULLs, the elements'
 * type, then for each dimension int32 size and int32 first index, then each element as a field. An empty array has no
 * dimension.
 */
const emptyBytes = 12
const flatBytes = 20

function writeHead(out: Output, byteCount: number, hasNull: boolean, oid: number, elementCount: number): void {
  out.room(4 + flatBytes)
  out.view.setInt32(out.at, byteCount)
  out.view.setInt32(out.at + 4, elementCount === 0 ? 0 : 1)
  out.view.setInt32(out.at + 8, hasNull ? 1 : 0)
  out.view.setUint32(out.at + 12, oid)
  if (elementCount > 0) {
    out.view.setInt32(out.at + 16, elementCount)
    out.view.setInt32(out.at + 20, 1)
  }
  out.at += 4 + (elementCount === 0 ? emptyBytes : flatBytes)
}

/** A set's members, joined by commas, as an array of texts or labels. */
export function encodeSet(element: TargetType, encodeMember: Encode): Encode {
  return (out, source, view, start, length) => {
    if (length === 0) {
      writeHead(out, emptyBytes, false, element.oid, 0)
      return undefined
    }
    const end = start + length
    let count = 1
    for (let place = start; place < end; place++) if (source[place] === 0x2c) count++
    writeHead(out, flatBytes + 4 * count + length - (count - 1), false, element.oid, count)
    let memberStart = start
    for (let place = start; place <= end; place++) {
      if (place < end && source[place] !== 0x2c) continue
      const fault = encodeMember(out, source, view, memberStart, place - memberStart)
      if (fault !== undefined) return fault
      memberStart = place + 1
    }
    return undefined
  }
}

/**
 * An array's canonical form, which is a JSON array of the elements' canonical texts (numbers and booleans may stand
 * bare), as an array of one dimension.
 */
export function encodeArray(of: CanonicalType, to: TargetType, element: TargetType, encodeElement: Encode): Encode {
  const scratch = new Output()
  return (out, source, _view, start, length) => {
    const text = Buffer.from(source.buffer, source.byteOffset + start, length).toString('utf8')
    const elements = splitJsonArray(text)
    if (elements === undefined) return unfit(to, 'it is no array')
    scratch.reset()
    for (const part of elements) {
      if (part === null) {
        scratch.room(4)
        scratch.view.setInt32(scratch.at, -1)
        scratch.at += 4
        continue
      }
      const cell = toCell(of, part)
      if (cell === undefined) return unfit(to, `${part.slice(0, 100)} is no ${of.kind}`)
      const fault = encodeElement(scratch, cell, viewOf(cell), 0, cell.length)
      if (fault !== undefined) return fault
    }
    const pieces = scratch.finish()
    const elementBytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
    const headBytes = elements.length === 0 ? emptyBytes : flatBytes
    writeHead(out, headBytes + elementBytes, elements.includes(null), element.oid, elements.length)
    // The scratch is used again: nothing may point into it.
    for (const piece of pieces) out.append(viewOf(piece), 0, piece.length)
    return undefined
  }
}

function toCell(type: CanonicalType, text: string): Uint8Array | undefined {
  try {
    return textToCell(type, text)
  } catch (error) {
    if (error instanceof TransloadError && error.code === 'TL_D402') return undefined
    throw error
  }
}

/**
 * The elements of a JSON array: strings decoded, `null` as null, everything else as its own text, so that no number goes
 * through a float. Undefined where the text is no JSON array.
 */
export function splitJsonArray(text: string): (string | null)[] | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return undefined
  const elements: (string | null)[] = []
  const inside = trimmed.slice(1, -1)
  if (inside.trim() === '') return elements
  for (const raw of splitAtCommas(inside)) {
    const part = raw.trim()
    let value: unknown
    try {
      value = JSON.parse(part)
    } catch (error) {
      if (error instanceof SyntaxError) return undefined
      throw error
    }
    elements.push(value === null ? null : typeof value === 'string' ? value : part)
  }
  return elements
}

/** Splits at the commas that stand in no string, object or array. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let isInString = false
  let start = 0
  for (let place = 0; place < text.length; place++) {
    const character = text[place]
    if (isInString) {
      if (character === '\\') place++
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, place))
      start = place + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}
