import { invalidUtf8At } from '../../../format/charset/invalid-utf8.ts'
import type { PolicyAction, ValuePolicies } from '../../../model/plan.ts'
import { misfit } from './cell-writer.ts'

export interface MendedText {
  /** Undefined: the cell is NULL. */
  readonly bytes: Buffer | undefined
  /** The rules that were applied, each once. */
  readonly rules: readonly string[]
}

/**
 * The text bytes[start, end), in which there is a NUL or bytes that are no UTF-8, as the policies want it; undefined where
 * one of its faults is rejected. Every byte that begins no character gives way to the policy's text.
 */
export function mendText(
  found: number,
  policies: ValuePolicies,
  bytes: Uint8Array,
  start: number,
  end: number,
): MendedText | undefined {
  const first = policies[found === misfit.nul ? 'nul-byte' : 'invalid-text']
  if (first?.do === 'null') return { bytes: undefined, rules: [first.rule] }
  const rules = new Set<string>()
  const pieces: Uint8Array[] = []
  let from = start
  for (let at = invalidUtf8At(bytes, from, end); at >= 0; at = invalidUtf8At(bytes, from, end)) {
    const by = replacement(policies['invalid-text'], rules)
    if (by === undefined) return undefined
    pieces.push(bytes.subarray(from, at), Buffer.from(by))
    from = at + 1
  }
  pieces.push(bytes.subarray(from, end))
  const text = Buffer.concat(pieces)
  if (!text.includes(0)) return { bytes: text, rules: [...rules] }
  const by = replacement(policies['nul-byte'], rules)
  if (by === undefined) return undefined
  return { bytes: Buffer.from(text.toString('utf8').replaceAll('\0', by)), rules: [...rules] }
}

function replacement(policy: PolicyAction | undefined, rules: Set<string>): string | undefined {
  if (policy?.do !== 'remove' && policy?.do !== 'replace') return undefined
  rules.add(policy.rule)
  return policy.do === 'replace' ? policy.text : ''
}
