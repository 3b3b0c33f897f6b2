import { nearest } from '../errors/nearest.ts'

/** What the clocks of a zone say a wall clock is: a moment, two of them, or none, with the two nearest. */
export type ClockReading =
  | { readonly is: 'once'; readonly at: number }
  /** Clocks went back: they showed it twice. */
  | { readonly is: 'twice'; readonly earlier: number; readonly later: number }
  /** Clocks went forward: they never showed it. `later` is by what was skipped behind it, `earlier` before it. */
  | { readonly is: 'never'; readonly earlier: number; readonly later: number }

/** A time for which a zone's clocks were this many seconds ahead of UTC. */
interface Span {
  readonly from: number
  readonly to: number
  readonly offset: number
}

/** Seconds since 1970-01-01 UTC. */
const year1800 = -5_364_662_400
const year2100 = 4_102_444_800
const year2500 = 16_725_225_600
/** The calendar comes to the same days of the week again after 400 years, and so do the rules that go on for ever. */
const cycleSeconds = 146_097 * 86_400
/** Clocks are never further from UTC than this. */
const reachSeconds = 2 * 86_400
/** Spans are found out for so much at a time; a zone never changes its clocks twice within a step. */
const windowSeconds = 384 * 86_400
const stepSeconds = 43_200

const clocks = new Map<string, ZoneClock>()

/** The clock of a zone, made once in a process. @throws RangeError where there is no such zone */
export function zoneClock(zone: string): ZoneClock {
  let clock = clocks.get(zone)
  if (clock === undefined) {
    clock = new ZoneClock(zone)
    clocks.set(zone, clock)
  }
  return clock
}

/** What is wrong with the name of a zone, for people; undefined where there is one of the name. */
export function zoneProblem(zone: string): string | undefined {
  try {
    formatOf(zone)
    return undefined
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const near = nearest(zone, Intl.supportedValuesOf('timeZone'))
    const meant = near === undefined ? ', such as Europe/Berlin or +02:00' : `; did you mean ${near}?`
    return `there is no time zone ${zone}${meant}`
  }
}

/**
 * Tells moments by the clocks of a zone, as the time zone data of this Node.js has them (`process.versions.tz`). Before
 * 1800 clocks are as they were then; from 2100 on the rules of then go on.
 */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat
  readonly #windows = new Map<number, readonly Span[]>()
  #last: { readonly window: number; readonly spans: readonly Span[] } | undefined

  constructor(zone: string) {
    this.#format = formatOf(zone)
  }

  /** @param clock Seconds since 1970-01-01 00:00 by the wall clock; moments are seconds since 1970-01-01 00:00 UTC */
  read(clock: number): ClockReading {
    if (clock < year1800 + reachSeconds) return { is: 'once', at: clock - this.#offsetAt(year1800) }
    if (clock < year2500) return this.#readKnown(clock)
    const shift = Math.floor((clock - year2100) / cycleSeconds) * cycleSeconds
    const reading = this.#readKnown(clock - shift)
    if (reading.is === 'once') return { is: 'once', at: reading.at + shift }
    return { is: reading.is, earlier: reading.earlier + shift, later: reading.later + shift }
  }

  #readKnown(clock: number): ClockReading {
    const spans = this.#spansAt(clock)
    let found: number | undefined
    for (const { from, to, offset } of spans) {
      const at = clock - offset
      if (at < from || at >= to) continue
      if (found !== undefined) return { is: 'twice', earlier: Math.min(found, at), later: Math.max(found, at) }
      found = at
    }
    if (found !== undefined) return { is: 'once', at: found }
    // The span that ends before the clock would show it, and the next, which begins behind it.
    const after = spans.findIndex(({ to, offset }) => clock - offset < to)
    const [left, right] = [spans[after - 1] ?? spans[0]!, spans[after] ?? spans.at(-1)!]
    return { is: 'never', earlier: clock - right.offset, later: clock - left.offset }
  }

  #spansAt(clock: number): readonly Span[] {
    const window = Math.floor(clock / windowSeconds)
    if (this.#last?.window === window) return this.#last.spans
    let spans = this.#windows.get(window)
    if (spans === undefined) {
      spans = this.#findSpans(window * windowSeconds - reachSeconds, (window + 1) * windowSeconds + reachSeconds)
      this.#windows.set(window, spans)
    }
    this.#last = { window, spans }
    return spans
  }

  #findSpans(start: number, end: number): Span[] {
    const spans: Span[] = []
    let from = Number.NEGATIVE_INFINITY
    let offset = this.#offsetAt(start)
    for (let at = start; at < end; at += stepSeconds) {
      const next = this.#offsetAt(at + stepSeconds)
      if (next === offset) continue
      const change = this.#changeBetween(at, at + stepSeconds, offset)
      spans.push({ from, to: change, offset })
      from = change
      offset = next
    }
    spans.push({ from, to: Number.POSITIVE_INFINITY, offset })
    return spans
  }

  /** The first second after `low` at which the offset is no longer what it was. */
  #changeBetween(low: number, high: number, offset: number): number {
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (this.#offsetAt(middle) === offset) low = middle
      else high = middle
    }
    return high
  }

  /** Seconds that clocks are ahead of UTC at a moment. */
  #offsetAt(at: number): number {
    const found = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/.exec(this.#format.format(at * 1000))
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (found ?? []).slice(1).map(Number)
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - at
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
}
