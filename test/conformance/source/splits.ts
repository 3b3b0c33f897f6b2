import fc from 'fast-check'
import { expect } from 'vitest'
import type { Source } from '../../../src/contract/source.ts'
import type { CanonicalType } from '../../../src/model/canonical-type.ts'
import type { DatasetPlan, Split } from '../../../src/model/plan.ts'
import type { SeedRow, SeedTable } from '../../support/harness.ts'
import type { Law, LawGroup, Need } from '../law.ts'
import { never, onlyDataset, openSource, planFrom } from '../open-ends.ts'
import { readDataset, sorted } from '../read-split.ts'
import { column, int32, int64, keyed, keyless, numbered, shortText } from '../tables.ts'

const splitCounts = [1, 2, 16]

async function planSplits(
  source: Source,
  dataset: DatasetPlan,
  count: number,
  rowCount: number,
): Promise<readonly Split[]> {
  const options = { maxCount: count, rowCount: Math.max(1, Math.ceil(rowCount / count)) }
  const splits = await source.planSplits(dataset.read, options, never)
  const again = await source.planSplits(dataset.read, options, never)
  expect(again, 'splits are deterministic').toEqual(splits)
  expect(new Set(splits.map((split) => split.id)).size, 'ids are unique').toBe(splits.length)
  expect(splits.map((split) => split.ordinal)).toEqual(splits.map((_, i) => i))
  expect(splits.length).toBeLessThanOrEqual(count)
  expect(splits.length).toBeGreaterThanOrEqual(1)
  return splits
}

interface KeyShape {
  readonly title: string
  readonly needs: readonly Need[]
  readonly types: readonly CanonicalType[]
  /** Rows of key values; no two may be equal under any collation. */
  readonly keys: fc.Arbitrary<readonly SeedRow[]>
}

const smallInt = fc.integer({ min: -3, max: 3 })
const longInt = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt(-20n, 20n),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n),
)
const letters = ['a', 'A', 'b', 'B', 'ä', 'Ä', 'z', 'Z', 'ß', '-', '_', '%', '\\', "'", '"', ' ', 'é', '日', '😀']
/** Letters that collations fold or sort in their own ways. The digits behind keep two words apart under each of them. */
const word = fc.array(fc.constantFrom(...letters), { maxLength: 4 }).map((several) => several.join(''))
const hex = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'))
const day = fc.integer({ min: 0, max: 3_000_000 }).map((days) => {
  const date = new Date(Date.UTC(1000, 0, 1) + days * 86_400_000).toISOString()
  return date.slice(0, 10)
})

const unique = (value: fc.Arbitrary<string>): fc.Arbitrary<readonly SeedRow[]> =>
  fc.uniqueArray(value, { maxLength: 40 }).map((values) => values.map((one) => [one]))

const shapes: readonly KeyShape[] = [
  { title: 'int(64)', needs: [], types: [int64], keys: unique(longInt.map(String)) },
  {
    title: 'text',
    needs: [],
    types: [shortText],
    keys: fc.array(word, { maxLength: 40 }).map((words) => words.map((one, i) => [`${one}${1000 + i}`])),
  },
  {
    title: 'int(32) and text',
    needs: [],
    types: [int32, shortText],
    keys: fc
      .array(fc.tuple(smallInt, word), { maxLength: 40 })
      .map((pairs) => pairs.map(([tenant, one], i) => [String(tenant), `${one}${1000 + i}`])),
  },
  {
    title: 'bytes',
    needs: ['type bytes'],
    types: [{ kind: 'bytes', maxLength: 16 }],
    keys: unique(fc.oneof(hex(0), hex(1), hex(16))),
  },
  {
    title: 'decimal',
    needs: ['type decimal'],
    types: [{ kind: 'decimal', precision: 20, scale: 2 }],
    keys: unique(fc.bigInt(-(10n ** 19n), 10n ** 19n).map((value) => decimalText(value))),
  },
  { title: 'date', needs: ['type date'], types: [{ kind: 'date' }], keys: unique(day) },
  {
    title: 'enum and int(32)',
    needs: ['type enum'],
    // The order of the labels is not that of their text: keys go by ordinal.
    types: [{ kind: 'enum', labels: ['zulu', 'mike', 'alpha', 'yankee'] }, int32],
    keys: fc
      .uniqueArray(fc.tuple(fc.constantFrom('zulu', 'mike', 'alpha', 'yankee'), fc.integer({ min: 0, max: 30 })), {
        maxLength: 40,
        selector: (pair) => pair.join(),
      })
      .map((pairs) => pairs.map(([label, n]) => [label, String(n)])),
  },
]

function decimalText(cents: bigint): string {
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0')
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

function coversAndIsDisjoint({ title, needs, types, keys }: KeyShape): Law {
  return {
    name: `splits by ${title} cover the table and are disjoint, whatever the keys`,
    needs: ['source', ...needs],
    timeoutMs: 600_000,
    exercise: async ({ connector, harness, world }) => {
      let serial = 0
      await using source = await openSource(connector, world.url)
      const property = fc.asyncProperty(keys, fc.constantFrom(...splitCounts), async (rows, count) => {
        const columns = types.map((type, i) => column(`k${i}`, type))
        const table: SeedTable = { name: `t${++serial}`, columns, key: columns.map(({ name }) => name) }
        await world.seed(table, rows)
        const plan = await planFrom(connector, world.url, source, { only: [table.name] })
        const dataset = onlyDataset(plan)
        const splits = await planSplits(source, dataset, count, rows.length)
        const read = await readDataset(source, dataset, splits, { maxRowCount: 7 })
        expect(sorted(read)).toEqual(sorted(rows))
      })
      await fc.assert(property, { numRuns: harness.propertyRunCount })
    },
  }
}

/** Law 3 of the design. */
export const splitting: LawGroup = {
  title: 'splits',
  laws: [
    ...shapes.map(coversAndIsDisjoint),
    {
      name: 'splits a table of 4,000 rows where several splits are asked for',
      needs: ['source', 'parallel'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(4000))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        const splits = await planSplits(source, dataset, 16, 4000)
        expect(splits.length).toBeGreaterThan(1)
        expect(sorted(await readDataset(source, dataset, splits))).toEqual(sorted(numbered(4000)))
      },
    },
    {
      name: 'leaves the first and the last split open-ended: rows that came later are in one of them',
      needs: ['source', 'parallel'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(100))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        const splits = await planSplits(source, dataset, 4, 100)
        await world.seed(keyed, [...numbered(3, -1000), ...numbered(3, 1000)])
        const expected = [...numbered(100), ...numbered(3, -1000), ...numbered(3, 1000)]
        expect(sorted(await readDataset(source, dataset, splits))).toEqual(sorted(expected))
      },
    },
    {
      name: 'makes one atomic split of a table without a key, and none of it twice',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyless, numbered(50))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        expect(dataset.read.key).toBeUndefined()
        const splits = await planSplits(source, dataset, 16, 50)
        expect(splits.map((split) => split.atomic)).toEqual([true])
      },
    },
  ],
}
