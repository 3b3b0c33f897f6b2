import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zoneClock, zoneProblem } from './zone-clock.ts'

const secondsOf = (clock: string): number => Date.parse(`${clock}Z`) / 1000

/** Moments in UTC that a clock of the zone may mean. */
function read(zone: string, clock: string): unknown {
  const textOf = (at: number): string => new Date(at * 1000).toISOString().slice(0, 19)
  const reading = zoneClock(zone).read(secondsOf(clock))
  return reading.is === 'once' ? textOf(reading.at) : [reading.is, textOf(reading.earlier), textOf(reading.later)]
}

describe('the clock of a zone', () => {
  it.each([
    ['Europe/Berlin', '2024-01-15T12:00:00', '2024-01-15T11:00:00'],
    ['Europe/Berlin', '2024-07-15T12:00:00', '2024-07-15T10:00:00'],
    ['Europe/Berlin', '2024-03-31T01:59:59', '2024-03-31T00:59:59'],
    ['Europe/Berlin', '2024-03-31T03:00:00', '2024-03-31T01:00:00'],
    ['Europe/Berlin', '2024-10-27T01:59:59', '2024-10-26T23:59:59'],
    ['Europe/Berlin', '2024-10-27T03:00:00', '2024-10-27T02:00:00'],
    // Mean time of the place, before there were zones.
    ['Europe/Berlin', '1880-01-01T00:00:00', '1879-12-31T23:06:32'],
    ['Europe/Berlin', '0001-01-02T00:00:00', '0001-01-01T23:06:32'],
    // The rules of today go on.
    ['Europe/Berlin', '9999-07-01T00:00:00', '9999-06-30T22:00:00'],
    ['Europe/Berlin', '9999-12-31T23:59:59', '9999-12-31T22:59:59'],
    ['America/St_Johns', '2024-01-01T00:00:00', '2024-01-01T03:30:00'],
    ['Asia/Kathmandu', '2024-01-01T00:00:00', '2023-12-31T18:15:00'],
    ['UTC', '2024-01-01T00:00:00', '2024-01-01T00:00:00'],
    ['+02:00', '2024-01-01T00:00:00', '2023-12-31T22:00:00'],
  ])('in %s says that %s is %s', (zone, clock, moment) => {
    expect(read(zone, clock)).toBe(moment)
  })

  it.each([
    ['Europe/Berlin', '2024-03-31T02:30:00', '2024-03-31T00:30:00', '2024-03-31T01:30:00'],
    ['Europe/Berlin', '2024-03-31T02:00:00', '2024-03-31T00:00:00', '2024-03-31T01:00:00'],
    // A day that was left out.
    ['Pacific/Apia', '2011-12-30T12:00:00', '2011-12-29T22:00:00', '2011-12-30T22:00:00'],
    // Half an hour.
    ['Australia/Lord_Howe', '2024-10-06T02:15:00', '2024-10-05T15:15:00', '2024-10-05T15:45:00'],
  ])('in %s never showed %s', (zone, clock, earlier, later) => {
    expect(read(zone, clock)).toEqual(['never', earlier, later])
  })

  it.each([
    ['Europe/Berlin', '2024-10-27T02:30:00', '2024-10-27T00:30:00', '2024-10-27T01:30:00'],
    ['Europe/Berlin', '2024-10-27T02:59:59', '2024-10-27T00:59:59', '2024-10-27T01:59:59'],
    ['Australia/Lord_Howe', '2024-04-07T01:45:00', '2024-04-06T14:45:00', '2024-04-06T15:15:00'],
    // Four hundred years on it is the same day of the week.
    ['America/New_York', '2824-11-03T01:30:00', '2824-11-03T05:30:00', '2824-11-03T06:30:00'],
  ])('in %s showed %s twice', (zone, clock, earlier, later) => {
    expect(read(zone, clock)).toEqual(['twice', earlier, later])
  })

  it('comes to what a moment’s own clock shows, for every zone and moment', () => {
    const zones = Intl.supportedValuesOf('timeZone')
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: -5_000_000_000, max: 16_000_000_000 }), (zone, at) => {
        const shown = new Date(at * 1000).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T')
        const reading = zoneClock(zone).read(secondsOf(shown))
        const moments = reading.is === 'once' ? [reading.at] : [reading.earlier, reading.later]
        expect(reading.is).not.toBe('never')
        expect(moments).toContain(at)
      }),
      { numRuns: 300 },
    )
  })

  it('is of a zone that there is', () => {
    expect(zoneProblem('Europe/Berlin')).toBeUndefined()
    expect(zoneProblem('-03:30')).toBeUndefined()
    expect(zoneProblem('Europe/Berlim')).toMatch(
      /^there is no time zone Europe\/Berlim; did you mean Europe\/Berlin\?$/,
    )
  })
})
