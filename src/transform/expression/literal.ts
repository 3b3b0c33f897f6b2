import type { Bound, Compiler, Place } from './compiler.ts'
import { isInt } from './int-range.ts'
import type { Operand } from './operand.ts'

/** Text, number, bytes, truth or null, as the parser has read it from `text`. */
export function compileLiteral(compiler: Compiler, place: Place, value: unknown, text: string): Operand {
  const bound = literal(compiler, place, value, text)
  return { ...compiler.operand(place, bound), isConstant: true }
}

function literal(compiler: Compiler, place: Place, value: unknown, text: string): Bound {
  if (value === null) return { type: 'null', mayBeNull: true, run: () => null }
  if (typeof value === 'boolean') return { type: 'bool', run: () => value }
  if (typeof value === 'string') return { type: 'string', run: () => value }
  if (typeof value === 'number') {
    return { type: 'double', digits: text.slice(place.start, place.end), run: () => value }
  }
  if (typeof value === 'bigint') {
    if (isInt(value)) return { type: 'int', run: () => value }
    throw compiler.refusal(place, 'an int is beyond 64 bits', 'Write decimal("…") with its digits.')
  }
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value).toString('hex')
    return { type: 'bytes', run: () => hex }
  }
  throw compiler.refusal(place, 'whole numbers have no u here', 'Leave the u out: an int holds unsigned ones as well.')
}
