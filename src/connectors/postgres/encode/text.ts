import { isUtf8 } from 'node:buffer'
import { viewOf } from '../../../batch/view-of.ts'
import { cellToText } from '../../../canonical/text.ts'
import { putHex } from '../../../format/bson/bytes-text.ts'
import { inspectJson } from '../../../format/json/json-text.ts'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import { lengthLimit, type TargetType } from '../types.ts'
import { type Encode, type Fault, shown, unfit } from './encoder.ts'

/** Bytes as they are: bytea, uuid, and text whose length is known to fit. */
export const encodeRaw: Encode = (out, _source, view, start, length) => {
  out.field(view, start, length)
  return undefined
}

/**
 * UTF-8 text into a text type. The length is counted where the column has a limit that the source's type does not keep;
 * the server would cut spaces at the end in silence.
 *
 * @param maxLength Characters that the source's type takes at most.
 * @param isChecked Whether NUL and UTF-8 are checked here. Else that is left to the server, which refuses both, and is
 *   asked for only once it has: most tables never hold either, and looking costs as much as the copying.
 */
export function encodeText(to: TargetType, maxLength: number | undefined, isChecked: boolean): Encode {
  const limit = lengthLimit(to)
  const isLimited = limit !== undefined && (maxLength === undefined || maxLength > limit)
  if (!isLimited && !isChecked) return encodeRaw
  return (out, source, view, start, length) => {
    // A character has at least one byte.
    if (isLimited && length > limit) {
      const count = countCharacters(source, start, length)
      if (count > limit) return unfit(to, `it has ${count} characters`)
    }
    const fault = isChecked ? textFault(source, start, length) : undefined
    if (fault !== undefined) return fault
    out.field(view, start, length)
    return undefined
  }
}

/**
 * JSON text into json, or into jsonb, whose wire form is a version byte and the text. That it is JSON is checked here
 * only where `isChecked`: the server does so anyway.
 */
export function encodeJson(to: TargetType, isChecked: boolean): Encode {
  const isBinary = to.name === 'jsonb'
  if (!isBinary && !isChecked) return encodeRaw
  return (out, source, view, start, length) => {
    const fault = isChecked ? jsonFault(source, start, length, isBinary) : undefined
    if (fault !== undefined) return fault
    if (!isBinary) {
      out.field(view, start, length)
      return undefined
    }
    out.room(5)
    out.view.setInt32(out.at, length + 1)
    out.bytes[out.at + 4] = 1
    out.at += 5
    out.body(view, start, length)
    return undefined
  }
}

/** What a text type of the server refuses of any text. */
export function textFault(source: Uint8Array, start: number, length: number): Fault | undefined {
  const text = Buffer.from(source.buffer, source.byteOffset + start, length)
  if (text.includes(0)) return { code: 'TL_D405', reason: 'the text holds a NUL character' }
  if (!isUtf8(text)) return { code: 'TL_D404', reason: 'the text is not valid UTF-8' }
  return undefined
}

function jsonFault(source: Uint8Array, start: number, length: number, isBinary: boolean): Fault | undefined {
  const fault = textFault(source, start, length)
  if (fault !== undefined) return fault
  const finding = inspectJson(source, start, start + length)
  if (finding === 'invalid') return { code: 'TL_D408', reason: 'the text is not valid JSON' }
  // json keeps the text of an escape, jsonb the character, which no text of the server may hold.
  if (finding === 'nul' && isBinary) return { code: 'TL_D408', reason: 'the JSON holds \\u0000, which jsonb cannot' }
  return undefined
}

/** Code points: every byte that continues none. */
export function countCharacters(source: Uint8Array, start: number, length: number): number {
  let count = 0
  for (let place = start; place < start + length; place++) if (((source[place] ?? 0) & 0xc0) !== 0x80) count++
  return count
}

/** Any type as its canonical text. Makes a string of each value: for columns that somebody chose to keep as text. */
export function encodeCanonicalText(type: CanonicalType, to: TargetType): Encode {
  const encodeIt = encodeText(to, undefined, false)
  return (out, source, _view, start, length) => {
    const text = Buffer.from(cellToText(type, source, start, length), 'utf8')
    return encodeIt(out, text, viewOf(text), 0, text.length)
  }
}

/** Bytes whose canonical text is their hexadecimal digits, as those are. */
export function encodeHexText(to: TargetType): Encode {
  const limit = lengthLimit(to) ?? Infinity
  return (out, source, _view, start, length) => {
    const byteCount = length * 2
    if (byteCount > limit) return unfit(to, `it has ${byteCount} characters`)
    out.room(4 + byteCount)
    out.view.setInt32(out.at, byteCount)
    out.at = putHex(source, start, start + length, out.bytes, out.at + 4)
    return undefined
  }
}

/** One of an enum's labels, by their bytes, without making a string of it. */
export function encodeLabel(to: TargetType): Encode {
  if (to.labels === undefined) return encodeRaw
  const byLength: Uint8Array[][] = []
  for (const label of to.labels) {
    const bytes = Buffer.from(label, 'utf8')
    const same = (byLength[bytes.length] ??= [])
    same.push(bytes)
  }
  return (out, source, view, start, length) => {
    const candidates = byLength[length]
    const count = candidates?.length ?? 0
    for (let place = 0; place < count; place++) {
      const label = candidates?.[place]
      if (label !== undefined && isSame(label, source, start, length)) {
        out.field(view, start, length)
        return undefined
      }
    }
    return { code: 'TL_D407', reason: `${JSON.stringify(shown(source, start, length))} is no label of ${to.text}` }
  }
}

function isSame(label: Uint8Array, source: Uint8Array, start: number, length: number): boolean {
  for (let place = 0; place < length; place++) if (label[place] !== source[start + place]) return false
  return true
}
