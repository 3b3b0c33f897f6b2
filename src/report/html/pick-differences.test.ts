import { createHash } from 'node:crypto'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ValidationSummary } from '../../model/run-summary.ts'
import { pickDifferences } from './pick-differences.ts'

interface Kind {
  readonly from: string
  readonly reason: string
  readonly column?: string
  readonly count: number
}

function summaryOf(kinds: readonly Kind[]): ValidationSummary {
  const datasets = [...new Set(kinds.map(({ from }) => from))].map((from) => ({
    from,
    to: from,
    sourceRows: 0,
    targetRows: 0,
    nulls: [],
    orphans: [],
    differences: null,
    reasons: kinds.filter((kind) => kind.from === from),
    columns: [],
    samples: [],
  }))
  return { schema: 'transload.validation/1', status: 'different', datasets }
}

/** A file of differences of these kinds, one after the other, and what is picked of it. */
async function pick(kinds: readonly Kind[], limit: number) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'transload-pick-'))
  const path = join(folder.path, 'differences.ndjson')
  const lines = kinds.flatMap(({ from, reason, column, count }) =>
    Array.from({ length: count }, (_, id) =>
      JSON.stringify({ from, key: { id: `${id}` }, reason, column, source: { text: 'é'.repeat(9) }, target: null }),
    ),
  )
  const text = lines.map((line) => `${line}\n`).join('')
  await writeFile(path, text)
  const picked = await pickDifferences(path, summaryOf(kinds), limit)
  const counts = kinds.map(({ from, reason, column }) => {
    return picked.shown.filter((one) => one.dataset === from && one.reason === reason && one.column === column).length
  })
  return { ...picked, counts, expectedHash: createHash('sha256').update(text).digest('hex') }
}

describe('pickDifferences', () => {
  it('takes all of them where they are few, in order', async () => {
    const { shown, lines, sha256, expectedHash } = await pick(
      [{ from: 'a', reason: 'VALUE', column: 'v', count: 3 }],
      10,
    )
    expect(shown.map(({ key }) => key)).toEqual(['id=0', 'id=1', 'id=2'])
    expect([lines, sha256]).toEqual([3, expectedHash])
  })

  it('gives each dataset, column and reason its share, and what a rare one leaves to the others', async () => {
    const kinds = [
      { from: 'a', reason: 'TZ_SHIFT', column: 'at', count: 5_000 },
      { from: 'a', reason: 'VALUE', column: 'at', count: 4 },
      { from: 'a', reason: 'MISSING', count: 1 },
      { from: 'b', reason: 'TZ_SHIFT', column: 'at', count: 700 },
    ]
    const { counts, lines } = await pick(kinds, 100)
    expect(counts).toEqual([47, 4, 1, 48])
    expect(lines).toBe(5_705)
  })

  it('spreads what it takes over all of a kind', async () => {
    const { shown } = await pick([{ from: 'a', reason: 'VALUE', column: 'v', count: 100 }], 4)
    expect(shown.map(({ key }) => key)).toEqual(['id=24', 'id=49', 'id=74', 'id=99'])
  })

  it('stays within its limit where there are more kinds than that', async () => {
    const kinds = Array.from({ length: 30 }, (_, i) => ({ from: `t${i}`, reason: 'MISSING', count: 3 }))
    const { shown } = await pick(kinds, 10)
    expect(shown).toHaveLength(10)
    expect(new Set(shown.map(({ dataset }) => dataset)).size).toBe(10)
  })

  it('takes characters apart that lie in two pieces of a large file', async () => {
    const { shown, lines, sha256, expectedHash } = await pick(
      [{ from: 'é', reason: 'VALUE', column: 'v', count: 4_000 }],
      4_000,
    )
    expect([lines, sha256]).toEqual([4_000, expectedHash])
    expect(new Set(shown.map(({ source }) => JSON.stringify(source?.runs)))).toEqual(
      new Set(['[["same","ééééééééé"]]']),
    )
  })

  it('gives rows that kept changing, which the summary does not count by kind, a share of their own', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'transload-pick-'))
    const path = join(folder.path, 'differences.ndjson')
    const line = (id: number, transient?: true) =>
      `${JSON.stringify({ from: 'a', key: { id: `${id}` }, reason: 'MISSING', transient })}\n`
    const ids = Array.from({ length: 40 }, (_, id) => id)
    await writeFile(path, [...ids.map((id) => line(id)), ...ids.map((id) => line(id, true))].join(''))
    const summary = summaryOf([{ from: 'a', reason: 'MISSING', count: 40 }])
    const datasets = summary.datasets.map((dataset) => ({ ...dataset, transient: 40 }))
    const picked = await pickDifferences(path, { ...summary, datasets }, 20)
    expect([picked.lines, picked.transientLines]).toEqual([80, 40])
    expect(picked.shown.filter(({ transient }) => transient === true)).toHaveLength(10)
    expect(picked.shown.filter(({ transient }) => transient === undefined)).toHaveLength(10)
  })

  it('tells kinds apart whatever stands in keys and values', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'transload-pick-'))
    const path = join(folder.path, 'differences.ndjson')
    const odd = ['","reason":"MISSING","column":"b"', '{', '}', '\\', '\\"', '[{"reason":1}]', '']
    const of = (reason: string): object[] =>
      odd.map((text) => ({
        from: text,
        key: { id: 1, reason: text, column: 'x', [text]: [{}] },
        reason,
        column: text,
        source: { text },
        target: null,
      }))
    const lines = [...of('VALUE'), ...of('ENCODING')]
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const kinds = odd.flatMap((text) =>
      ['VALUE', 'ENCODING'].map((reason) => ({ from: text, reason, column: text, count: 1 })),
    )
    const { shown } = await pickDifferences(path, summaryOf(kinds), 100)
    expect(shown.map(({ dataset, reason }) => [dataset, reason])).toEqual([
      ...odd.map((text) => [text, 'VALUE']),
      ...odd.map((text) => [text, 'ENCODING']),
    ])
  })

  it('has nothing of an empty file', async () => {
    expect(await pick([], 10)).toMatchObject({ shown: [], lines: 0 })
  })
})
