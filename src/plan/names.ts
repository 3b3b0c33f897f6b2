import { createHash } from 'node:crypto'
import type { NameRule } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'

/**
 * A name as the target is to spell it: by the rule, and never longer than the target allows. What is too long keeps its
 * beginning and gets a hash of the whole, so that it is the same in every run.
 */
export function targetName(name: string, rule: NameRule, maxBytes: number): string {
  return shorten(spell(name, rule), maxBytes)
}

function spell(name: string, rule: NameRule): string {
  switch (rule) {
    case 'keep':
      return name
    case 'lower':
      return name.toLowerCase()
    case 'snake':
      return snake(name)
  }
}

/** `orderItemID` → `order_item_id`, `HTTPRequest2` → `http_request2`, `Order Date` → `order_date`. */
function snake(name: string): string {
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .replace(/[\s.-]+/g, '_')
    .replace(/_{2,}/g, '_')
    .toLowerCase()
}

/** What is too long keeps its beginning and gets a hash of the whole. */
export function shorten(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  let kept = ''
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > maxBytes - hash.length - 1) break
    kept += character
  }
  return `${kept}_${hash}`
}

/** @throws TL_C108 where two names have become one. `place` says where, such as `columns of orders`. */
export function assertDistinct(place: string, names: readonly { readonly from: string; readonly to: string }[]): void {
  const seen = new Map<string, string>()
  for (const { from, to } of names) {
    const before = seen.get(to)
    if (before !== undefined)
      throw new TransloadError('TL_C108', { names: `${place}: ${before} and ${from} are both ${to}` })
    seen.set(to, from)
  }
}
