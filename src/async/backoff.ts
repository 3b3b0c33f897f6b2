/**
 * The pause before attempt number `attempt` (from 1): 250 ms doubled up to 15 s, with a random part of a quarter so
 * that lanes which failed together do not come back together.
 */
export function backoffMs(attempt: number): number {
  const base = Math.min(15_000, 250 * 2 ** (attempt - 1))
  return Math.round(base * (0.875 + Math.random() * 0.25))
}
