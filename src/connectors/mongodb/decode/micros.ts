/** First and end of PostgreSQL's timestamps, 4714-11-24 BC and 294277-01-01, in milliseconds since 1970. */
const firstMs = -210_866_803_200_000n
const endMs = 9_224_318_016_000_000n
/** Between these upper halves all milliseconds are such, and exact as a double. */
const lowestHigh = -49_096
const highestHigh = 2_097_150
const epochMs = 946_684_800_000
const two32 = 2 ** 32

/**
 * Writes milliseconds since 1970 as microseconds since 2000; false where PostgreSQL has no such moment, or where they are no
 * multiple of `stepMs`: nothing is written then.
 */
export function putMicros(view: DataView, start: number, stepMs: number, out: DataView, at: number): boolean {
  const high = view.getInt32(start + 4, true)
  if (high < lowestHigh || high > highestHigh) return putFarMicros(view.getBigInt64(start, true), stepMs, out, at)
  const ms = high * two32 + view.getUint32(start, true)
  if (stepMs > 1 && ms % stepMs !== 0) return false
  const since = ms - epochMs
  const upper = Math.floor(since / two32)
  const lower = (since - upper * two32) * 1000
  const carry = Math.floor(lower / two32)
  out.setUint32(at, lower - carry * two32, true)
  out.setInt32(at + 4, upper * 1000 + carry, true)
  return true
}

function putFarMicros(ms: bigint, stepMs: number, out: DataView, at: number): boolean {
  if (ms < firstMs || ms >= endMs || ms % BigInt(stepMs) !== 0n) return false
  out.setBigInt64(at, (ms - BigInt(epochMs)) * 1000n, true)
  return true
}
