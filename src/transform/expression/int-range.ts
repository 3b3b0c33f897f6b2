import { rowFault } from './row-fault.ts'

/** One type for whole numbers, signed and unsigned: both of 64 bits fit. */
const least = -(2n ** 63n)
const greatest = 2n ** 64n - 1n

export function isInt(value: bigint): boolean {
  return value >= least && value <= greatest
}

/** @throws TL_D413 where a whole number is beyond 64 bits */
export function checkedInt(value: bigint): bigint {
  if (isInt(value)) return value
  throw rowFault('an int is beyond 64 bits')
}

/** Plain digits with or without a sign; undefined where the text is none, or beyond 64 bits. */
export function parseInt64(text: string): bigint | undefined {
  if (!/^[-+]?0*\d{1,20}$/.test(text)) return undefined
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return isInt(value) ? value : undefined
}
