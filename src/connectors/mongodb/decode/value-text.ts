import { maxDocumentDepth } from '../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import { ExtendedJsonWriter, textLoss } from '../../../format/bson/extended-json/extended-json-writer.ts'
import { replaceJsonNul } from '../../../format/json/json-text.ts'
import type { PolicyAction } from '../../../model/plan.ts'
import type { CellOut } from './cell-out.ts'
import type { CellPlan } from './cell-plan.ts'
import { lossRule } from './loss-rule.ts'
import { noText } from './text-faults.ts'

/** Values of a document are one level less deep than it is. */
const maxDepth = maxDocumentDepth + 1

/**
 * Values as Extended JSON at the end of an output, mended by the policies of their column. Nothing is counted as written.
 * This is the one place where it is decided how a value's text is made.
 */
export class ValueText {
  /** Of the last value: the rules that changed it. */
  readonly rules: string[] = []
  /** Of the last value: its bytes cannot be made again of its text. */
  isInexact = false
  readonly #out: CellOut
  readonly #canonical = new ExtendedJsonWriter({ maxDepth, invalidText: 'replace', findsRepeats: true })
  readonly #relaxed = new ExtendedJsonWriter({ maxDepth, invalidText: 'replace', findsRepeats: true, isRelaxed: true })

  constructor(out: CellOut) {
    this.#out = out
  }

  /**
   * The length of the text of the value bytes[start, end), or one of {@link noText}.
   * @param origin Where the document begins that the value is in
   * @throws DocumentFault where something in it is no BSON
   */
  put(plan: CellPlan, type: number, bytes: Uint8Array, start: number, end: number, origin: number): number {
    this.rules.length = 0
    const out = this.#out
    const writer = plan.isRelaxed ? this.#relaxed : this.#canonical
    const arena = out.lend()
    let losses = 0
    let length = 0
    try {
      losses = writer.appendValue(arena, bytes, type, start, end)
      length = arena.used - out.at
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error
      throw new DocumentFault(error.kind, error.reason, error.position + start - origin)
    } finally {
      out.takeBack()
    }
    // How wide a number was is nothing that relaxed text tells.
    this.isInexact = plan.isRelaxed || (losses & ~(textLoss.nul | textLoss.repeatedName)) !== 0
    // jsonb keeps the last of them; what is no JSON that anybody reads keeps all.
    if ((losses & textLoss.repeatedName) !== 0 && plan.losesRepeats) this.rules.push(lossRule.duplicateField)
    if ((losses & textLoss.invalidText) !== 0) {
      const policy = plan.policies['invalid-text']
      if (policy === undefined || policy.do === 'reject') return noText.invalidText
      this.#note(policy)
      if (policy.do === 'null' || policy.do === 'text') return noText.null
    }
    // The text of text is no JSON that anybody reads, and `\u0000` in it is six characters.
    if (plan.isPlainText || (losses & textLoss.nul) === 0) return length
    return this.#mendNul(plan.policies['json-nul'], length)
  }

  #note(policy: PolicyAction): void {
    this.rules.push(policy.rule)
    this.isInexact = true
  }

  #mendNul(policy: PolicyAction | undefined, length: number): number {
    if (policy === undefined || policy.do === 'reject') return noText.nul
    this.#note(policy)
    if (policy.do === 'null' || policy.do === 'text') return noText.null
    const out = this.#out
    const text = Buffer.from(out.bytes.buffer, out.bytes.byteOffset + out.at, length).toString('utf8')
    const by = policy.do === 'replace' ? JSON.stringify(policy.text).slice(1, -1) : ''
    const mended = Buffer.from(replaceJsonNul(text, by))
    out.makeRoom(mended.length)
    out.bytes.set(mended, out.at)
    return mended.length
  }
}
