import { describe, expect, it } from 'vitest'
import { throughStages } from '../../support/through-stages.ts'

const instant = { type: 'instant(6)', assume: 'Europe/Berlin' }

async function read(options: object, ...clocks: (string | null)[]) {
  const rows = clocks.map((clock) => [clock])
  return await throughStages({ at: 'timestamp(6)?' }, [{ cast: { at: { ...instant, ...options } } }], rows)
}

describe('cast with assume', () => {
  it('makes moments of clocks, to the last digit', async () => {
    const { columns, rows } = await read(
      {},
      '2024-01-02 03:04:05.678901',
      '1900-01-01 00:00:00.000001',
      '0001-01-01 00:00:00.999999',
      '9999-12-31 23:59:59.999999',
      'infinity',
      null,
    )
    expect(columns).toEqual(['at instant(6)?'])
    expect(rows.flat()).toEqual([
      '2024-01-02 02:04:05.678901+00',
      '1899-12-31 23:00:00.000001+00',
      '0001-12-31 23:06:32.999999+00 BC',
      '9999-12-31 22:59:59.999999+00',
      'infinity',
      null,
    ])
  })

  it('refuses a clock that is none or two moments, where nothing else is said', async () => {
    const { rows, rejected, losses } = await read({}, '2024-03-31 02:30:00.000000', '2024-10-27 02:30:00.000000')
    expect([rows, losses]).toEqual([[], undefined])
    expect(rejected).toEqual([
      '0 at: cast: "2024-03-31 02:30:00.000000" is a time that the clocks of Europe/Berlin skip',
      '1 at: cast: "2024-10-27 02:30:00.000000" is a time that the clocks of Europe/Berlin show twice',
    ])
  })

  it.each([
    ['earlier', '2024-03-31 00:30:00.000000+00', '2024-10-27 00:30:00.000000+00'],
    ['later', '2024-03-31 01:30:00.000000+00', '2024-10-27 01:30:00.000000+00'],
  ])('takes the %s moment, and counts it', async (choice, gap, overlap) => {
    const options = { gap: choice, overlap: choice }
    const clocks = ['2024-03-31 02:30:00.000000', '2024-10-27 02:30:00.000000', '2024-01-01 00:00:00.000000']
    const { rows, losses } = await read(options, ...clocks)
    expect(rows.flat()).toEqual([gap, overlap, '2023-12-31 23:00:00.000000+00'])
    expect(losses).toEqual([`at clock-gap-${choice}: 0`, `at clock-overlap-${choice}: 1`])
  })

  it.each([
    [{ at: { ...instant, assume: 'Mars/Olympus' } }, 'there is no time zone Mars/Olympus'],
    [{ at: { type: 'date', assume: 'UTC' } }, 'assume makes an instant of a timestamp'],
    [{ at: { type: 'date', overlap: 'later' } }, 'gap and overlap are about the clock of a zone'],
  ])('is refused before the first row: %j', async (cast, reason) => {
    await expect(throughStages({ at: 'timestamp(6)' }, [{ cast }], [])).rejects.toThrow(reason)
  })
})
