import { describe, expect, it } from 'vitest'
import { throughStages } from '../../support/through-stages.ts'

const columns = { id: 'int(32)', x: 'text' }
const many = (count: number) => Array.from({ length: count }, (_, row) => [String(row), 'aaaaaaaaaa'])

/** Ten to the power of its depth. */
const loops = (depth: number, inside: string): string =>
  Array.from({ length: depth }, (_, at) => `[1,2,3,4,5,6,7,8,9,10].all(v${at}, `).join('') + inside + ')'.repeat(depth)

/** 10 characters, and ten times as many for each further letter. */
const grown = ['a', 'b', 'c', 'd', 'e'].reduce((text, letter) => {
  const next = String.fromCharCode(letter.charCodeAt(0) + 1).repeat(10)
  return `replace(${text}, "${letter}", "${next}")`
}, 'x')

describe('expressions that cost much in every row', () => {
  it('leave other work of the process its turns', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    const { rows, rejected } = await throughStages(columns, [{ filter: loops(5, 'v0 > 0') }], many(600))
    clearInterval(timer)
    expect([rows.length, rejected]).toEqual([600, []])
    expect(turns).toBeGreaterThan(1)
  })

  it('are given up where each row costs all that a row may, and rows elsewhere too', { timeout: 120_000 }, async () => {
    const { rows, rejected } = await throughStages(columns, [{ filter: loops(7, 'v0 > 0') }], many(2000))
    expect([rows.length, rejected.length]).toEqual([0, 2000])
    const untried = rejected.filter((one) => one.includes('it was not tried: 20 rows before it'))
    expect(untried).toHaveLength(2000 - 25)
  })

  it('come to an end where there are no more of them', { timeout: 60_000 }, async () => {
    const { rejected } = await throughStages(columns, [{ filter: loops(7, 'v0 > 0') }], many(20))
    expect(rejected.filter((one) => one.includes('more work for this row'))).toHaveLength(20)
  })

  it('try every row where rows elsewhere go through', { timeout: 120_000 }, async () => {
    const stages = [{ filter: `id >= 30 || ${loops(7, 'v0 > 0')}` }]
    const { rows, rejected } = await throughStages(columns, stages, many(500))
    expect(rows.map(([id]) => id)).toEqual(
      many(500)
        .slice(30)
        .map(([id]) => id),
    )
    expect(rejected).toHaveLength(30)
  })

  it('reject rows once a batch has grown beyond all measure', { timeout: 120_000 }, async () => {
    const { rows, rejected } = await throughStages(
      columns,
      [{ set: { big: `size(${grown}) > 0 ? ${grown} : x` } }],
      many(300),
    )
    expect(rows.length + rejected.length).toBe(300)
    expect(rows.length).toBeGreaterThan(200)
    expect(rejected.length).toBeGreaterThan(20)
    expect(rejected[0]).toContain(
      'A row is too large: set makes more than 256 MiB of it and the rows that are read with it',
    )
  })
})
