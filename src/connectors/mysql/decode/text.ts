import { TransloadError } from '../../../errors/transload-error.ts'
import { charsetDecoder } from '../../../format/charset/charset-decoder.ts'
import type { CharsetDecoder } from '../../../format/charset/decoder.ts'
import { invalidUtf8At } from '../../../format/charset/invalid-utf8.ts'
import { inspectJson, replaceJsonNul } from '../../../format/json/json-text.ts'
import type { PolicyAction, ValuePolicies } from '../../../model/plan.ts'
import type { CellDecoder, RepairedText } from './cell-decoder.ts'
import { fault } from './fault.ts'

/** What is asked of a text beside being text of its charset. */
export interface TextChecks {
  /** A NUL character is a fault. */
  readonly nul: boolean
  /** What is no JSON is a fault. */
  readonly json: boolean
  /** `\u0000` in JSON is a fault. */
  readonly jsonNul: boolean
}

/** From here on the native search is the fastest. */
const longBytes = 64
/** From here on the native check of UTF-8 and the native copy are the fastest, in spite of the view they need. */
const nativeBytes = 512

/** CHAR, VARCHAR, TEXT, ENUM, SET and JSON to UTF-8. */
export class TextDecoder implements CellDecoder {
  readonly growth: number
  readonly extraBytes = 0
  readonly #charset: CharsetDecoder
  readonly #checks: TextChecks
  /** ASCII bytes are ASCII characters, and no byte of another character is below 0x80. */
  readonly #isAscii: boolean
  readonly #isUtf8: boolean
  readonly #checksJson: boolean
  /** Of which text without NUL it is certain that the cell is the value as it is. */
  readonly keeps: 'utf8' | 'ascii' | 'nothing'

  /** @throws TL_X901 where the charset is unknown. */
  constructor(charset: string, checks: TextChecks) {
    const decoder = charsetDecoder(charset)
    if (decoder === undefined) throw new TransloadError('TL_X901', { reason: `no decoder for the charset ${charset}` })
    this.#charset = decoder
    this.growth = decoder.maxGrowth
    this.#checks = checks
    this.#checksJson = checks.json || checks.jsonNul
    this.#isAscii = /^(utf8mb[34]|binary|ascii|latin\d|cp125\d|koi8[ru])$/.test(decoder.charset)
    this.#isUtf8 = decoder.charset === 'utf8mb4' || decoder.charset === 'binary'
    this.keeps = this.#checksJson ? 'nothing' : this.#isUtf8 ? 'utf8' : this.#isAscii ? 'ascii' : 'nothing'
  }

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    let end = at + length
    if (this.#isUtf8 && length >= nativeBytes) {
      if (invalidUtf8At(source, from, from + length) >= 0) return fault.invalidText
      source.copy(target, at, from, from + length)
    } else {
      end = this.#charset.decode(source, from, from + length, target, at)
      if (end < 0) return fault.invalidText
    }
    if (this.#checks.nul && (this.#isAscii ? holdsNul(source, from, from + length) : holdsNul(target, at, end))) {
      return fault.nulByte
    }
    if (this.#checksJson) {
      const finding = inspectJson(target, at, end)
      if (finding === 'invalid' && this.#checks.json) return fault.invalidJson
      if (finding === 'nul' && this.#checks.jsonNul) return fault.jsonNul
    }
    return end - at
  }

  repair(source: Buffer, from: number, length: number, policies: ValuePolicies): RepairedText | undefined {
    const rules = new Set<string>()
    const decoded = this.#decodeLeniently(source, from, length, policies['invalid-text'], rules)
    if (decoded === undefined) return undefined
    let text = decoded.toString('utf8')
    if (this.#checks.nul && text.includes('\u0000')) {
      const by = replacement(policies['nul-byte'], rules)
      if (by === undefined) return undefined
      text = text.replaceAll('\u0000', by)
    }
    if (this.#checksJson) {
      const bytes = Buffer.from(text, 'utf8')
      const finding = inspectJson(bytes, 0, bytes.length)
      if (finding === 'invalid' && this.#checks.json) return undefined
      if (finding === 'nul' && this.#checks.jsonNul) {
        const by = replacement(policies['json-nul'], rules)
        if (by === undefined) return undefined
        text = replaceJsonNul(text, by)
      }
    }
    return { bytes: Buffer.from(text, 'utf8'), rules: [...rules] }
  }

  /** Every byte that begins no character gives way to the policy's text. */
  #decodeLeniently(
    source: Buffer,
    from: number,
    length: number,
    policy: PolicyAction | undefined,
    rules: Set<string>,
  ): Buffer | undefined {
    const end = from + length
    const unit = codeUnitBytes(this.#charset.charset)
    const scratch = Buffer.allocUnsafe(Math.ceil(length * this.growth))
    const pieces: Buffer[] = []
    let start = from
    while (start < end) {
      const bad = this.#charset.decode(source, start, end, scratch, 0)
      const good = bad < 0 ? -1 - bad : end
      // Asked again for the valid part alone: behind a fault the target is undefined.
      const written = this.#charset.decode(source, start, good, scratch, 0)
      pieces.push(Buffer.from(scratch.subarray(0, written)))
      if (bad >= 0) break
      const by = replacement(policy, rules)
      if (by === undefined) return undefined
      pieces.push(Buffer.from(by, 'utf8'))
      start = Math.min(end, good + unit)
    }
    return Buffer.concat(pieces)
  }
}

function replacement(policy: PolicyAction | undefined, rules: Set<string>): string | undefined {
  if (policy === undefined || policy.do === 'reject' || policy.do === 'null') return undefined
  rules.add(policy.rule)
  return policy.do === 'replace' ? policy.text : ''
}

function codeUnitBytes(charset: string): number {
  if (charset === 'utf32') return 4
  return charset === 'ucs2' || charset.startsWith('utf16') ? 2 : 1
}

/**
 * The native search has no end: in a packet, where every row begins with a zero byte, it does not run far. In an arena of
 * nothing but text it would run to the arena's end for every value.
 */
function holdsNul(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > longBytes && Buffer.isBuffer(bytes)) {
    const place = bytes.indexOf(0, start)
    return place >= 0 && place < end
  }
  for (let i = start; i < end; i++) if (bytes[i] === 0) return true
  return false
}
