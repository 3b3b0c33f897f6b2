import { Int32 } from 'bson'
import { expect } from 'vitest'
import type { ChildEnd } from '../support/child.ts'
import type { DocumentWorld } from './document-world.ts'

const documentCount = 6_000
const int = (value: number): Int32 => new Int32(value)

/** Documents for several batches; every third has rows within rows. Number `n` has `n % 5` lines. */
export const killedOrders: readonly object[] = Array.from({ length: documentCount }, (_, n) => ({
  _id: int(n),
  text: 'x'.repeat(600),
  lines: Array.from({ length: n % 5 }, (_one, line) => ({
    sku: `${n}-${line}`,
    ...(n % 3 === 0 && { parts: [int(n), int(line)] }),
  })),
}))

const lineCount = killedOrders.reduce<number>((sum, _, n) => sum + (n % 5), 0)
const partCount = killedOrders.reduce<number>((sum, _, n) => sum + (n % 3 === 0 ? 2 * (n % 5) : 0), 0)

/** A run that came to its end: every document and every row within it once, and a comparison that says so. */
export async function expectWhole(
  world: DocumentWorld,
  { summary, signal, exitCode, stderr }: ChildEnd,
): Promise<void> {
  expect([signal, exitCode], `${stderr}\n${JSON.stringify(summary?.error)}`).toEqual([null, 0])
  expect(summary?.datasets).toMatchObject([{ read: documentCount, written: documentCount, rejected: 0 }])
  expect(summary?.validation?.status).toBe('equal')
  const [found] = await world.target.query(`SELECT (SELECT count(*)::int FROM orders) AS orders,
    (SELECT count(DISTINCT _id)::int FROM orders) AS keys, (SELECT count(*)::int FROM orders_lines) AS lines,
    (SELECT count(*)::int FROM orders_lines WHERE sku = orders_id || '-' || ordinal - 1) AS right_lines,
    (SELECT count(*)::int FROM orders_lines_parts) AS parts,
    (SELECT count(*)::int FROM orders_lines_parts WHERE value = CASE ordinal WHEN 1 THEN orders_id ELSE lines_ordinal - 1 END)
      AS right_parts`)
  expect(found).toEqual({
    orders: documentCount,
    keys: documentCount,
    lines: lineCount,
    right_lines: lineCount,
    parts: partCount,
    right_parts: partCount,
  })
}
