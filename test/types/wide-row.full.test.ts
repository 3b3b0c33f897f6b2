import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { sourceEngines } from './migrate.ts'
import { moveWideRow } from './wide-row.ts'

describeEngines(['mysql9', 'mariadb', 'postgres15'], 'a wide row among a million', () => {
  it.each(sourceEngines)('case 36: one text of 64 MB does not show in the memory, %s', async (engine) => {
    const { rowCount, exact, peakBytes, limitBytes } = await moveWideRow(engine, 1_000_000)
    expect({ rowCount, exact }).toEqual({ rowCount: 1_000_000, exact: true })
    expect(peakBytes).toBeLessThan(limitBytes)
  })
})
