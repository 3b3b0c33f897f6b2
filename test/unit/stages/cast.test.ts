import { describe, expect, it } from 'vitest'
import { throughStages } from '../../support/through-stages.ts'

/** What one value comes to; its reason where it is refused. */
async function cast(from: string, to: string, text: string): Promise<unknown> {
  const { rows, rejected } = await throughStages({ v: from }, [{ cast: { v: to } }], [[text]])
  return rows[0]?.[0] ?? rejected
}

describe('cast', () => {
  it.each([
    ['int(32)', 'text', '-7', '-7'],
    ['bool', 'int(16)', 'true', '1'],
    ['int(8)', 'bool', '0', 'false'],
    ['text', 'bool', ' Yes', 'true'],
    ['text', 'int(64)', ' 9007199254740993 ', '9007199254740993'],
    ['text', 'int(32)', '1e3', '1000'],
    ['decimal(10,2)', 'int(32)', '12.00', '12'],
    ['decimal(10,2)', 'decimal(12,4)', '1.10', '1.1000'],
    ['decimal(10,4)', 'decimal(10,2)', '1.1000', '1.10'],
    ['float64', 'decimal(10,3)', '0.125', '0.125'],
    ['float64', 'decimal(30,0)', '1e21', '1000000000000000000000'],
    ['int(64)', 'float64', '9007199254740992', '9007199254740992'],
    ['date', 'timestamp(0)', '2024-02-29', '2024-02-29 00:00:00'],
    ['timestamp(6)', 'date', '2024-02-29 00:00:00.000000', '2024-02-29'],
    ['timestamp(6)', 'timestamp(3)', '2024-02-29 01:02:03.450000', '2024-02-29 01:02:03.450'],
    ['text', 'timestamp(0)', '2024-02-29T01:02:03', '2024-02-29 01:02:03'],
    ['text', 'date', '2024-02-29', '2024-02-29'],
    ['text', 'uuid', '018F0000-0000-7000-8000-000000000000', '018f0000-0000-7000-8000-000000000000'],
    ['text', 'json', '{"a": 1}', '{"a": 1}'],
    ['text(9)', 'text(3)', 'a🙂b', 'a🙂b'],
  ])('makes of a %s a %s: %s', async (from, to, text, expected) => {
    expect(await cast(from, to, text)).toBe(expected)
  })

  it.each([
    ['int(32)', 'int(8)', '200'],
    ['int(32)', 'bool', '2'],
    ['text', 'bool', 'maybe'],
    ['text', 'int(32)', '12.5'],
    ['text', 'int(32)', '0x10'],
    ['text', 'int(32)', ''],
    ['decimal(10,2)', 'int(32)', '12.01'],
    ['decimal(10,4)', 'decimal(10,2)', '1.1001'],
    ['decimal(10,2)', 'decimal(4,2)', '123.00'],
    ['int(64)', 'float64', '9007199254740993'],
    ['float64', 'int(32)', 'NaN'],
    ['timestamp(6)', 'date', '2024-02-29 00:00:00.000001'],
    ['timestamp(6)', 'timestamp(3)', '2024-02-29 01:02:03.450600'],
    ['text', 'date', '2023-02-29'],
    ['text', 'uuid', '018f'],
    ['text', 'json', '{a: 1}'],
    ['text(9)', 'text(3)', 'abcd'],
  ])('refuses a %s that is no %s: %s', async (from, to, text) => {
    expect(await cast(from, to, text)).toEqual([`0 v: cast: ${JSON.stringify(text)} is no ${to}`])
  })

  it('makes NULL of what does not fit, where it says so, and keeps NULL', async () => {
    const stage = { cast: { v: { type: 'int(8)', otherwise: 'null' } } }
    expect(await throughStages({ v: 'text?' }, [stage], [['7'], ['700'], [null]])).toEqual({
      columns: ['v int(8)?'],
      rows: [['7'], [null], [null]],
      filtered: 0,
      rejected: [],
    })
  })

  it.each([
    ['bytes', 'int(32)', 'v is bytes, of which no int(32) can be made'],
    ['timestamp(6)', 'instant(6)', 'v is timestamp(6), of which no instant(6) can be made'],
    ['date', 'bool', 'v is date, of which no bool can be made'],
  ])('refuses to make of a %s a %s at all', async (from, to, message) => {
    await expect(cast(from, to, '')).rejects.toThrow(message)
  })
})
