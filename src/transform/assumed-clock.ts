import { timestampInfinity, timestampMinusInfinity } from '../canonical/timestamp.ts'
import { type ZoneClock, zoneClock, zoneProblem } from '../canonical/zone-clock.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { typeText } from '../canonical/type-text.ts'
import type { ShapeColumn } from './shape.ts'
import { StageFault } from './stage-kind.ts'
import type { StageRows } from './stage-rows.ts'

type Choice = 'reject' | 'earlier' | 'later'

/** How clocks of a zone are read, as a stage's options say it. */
export interface ClockOptions {
  readonly assume?: string | undefined
  readonly gap?: Choice | undefined
  readonly overlap?: Choice | undefined
}

export interface AssumedClock {
  readonly zone: string
  readonly clock: ZoneClock
  readonly gap: Choice
  readonly overlap: Choice
}

/** @throws StageFault where there is no such zone, or nothing to read by its clock */
export function assumedClock(
  name: string,
  from: CanonicalType,
  to: CanonicalType,
  { assume: zone, gap, overlap }: ClockOptions,
): AssumedClock | undefined {
  if (zone === undefined) {
    if ((gap ?? overlap) === undefined) return undefined
    const reason = `${name}: gap and overlap are about the clock of a zone`
    throw new StageFault([name], reason, 'Write assume: ZONE beside them, such as Europe/Berlin.')
  }
  const problem = zoneProblem(zone)
  if (problem !== undefined) throw new StageFault([name, 'assume'], problem, 'Zones have names such as Europe/Berlin.')
  if (from.kind === 'timestamp' && to.kind === 'instant') {
    return { zone, clock: zoneClock(zone), gap: gap ?? 'reject', overlap: overlap ?? 'reject' }
  }
  const reason = `${name} is ${typeText(from)}: assume makes an instant of a timestamp`
  throw new StageFault([name], reason, 'Leave assume out, or cast the column to timestamp first.')
}

const microsPerSecond = 1_000_000n
/** From 1970 to 2000, which cells count from. */
const epochSeconds = 946_684_800

/** Makes moments of clocks. One that is no moment, or two, costs its row or is a loss, as the options say. */
export function readClocks(
  rows: StageRows,
  { from, column }: { readonly from: ShapeColumn; readonly column: ShapeColumn },
  { zone, clock, gap, overlap }: AssumedClock,
): void {
  const cell = new Uint8Array(8)
  const view = new DataView(cell.buffer)
  rows.each((row) => {
    const micros = rows.int64(row, from)
    if (micros === null || micros === timestampInfinity || micros === timestampMinusInfinity) {
      if (micros === null) return rows.put(row, column, null)
      view.setBigInt64(0, micros, true)
      return rows.putCell(row, column, cell)
    }
    const rest = ((micros % microsPerSecond) + microsPerSecond) % microsPerSecond
    const reading = clock.read(Number((micros - rest) / microsPerSecond) + epochSeconds)
    let at: number
    if (reading.is === 'once') at = reading.at
    else {
      const [choice, what] = reading.is === 'never' ? [gap, 'gap'] : [overlap, 'overlap']
      if (choice === 'reject') {
        const shows = reading.is === 'never' ? 'that the clocks of ZONE skip' : 'that the clocks of ZONE show twice'
        return rows.refuse(row, from, rows.text(row, from), `a time ${shows.replace('ZONE', zone)}`)
      }
      at = reading[choice]
      rows.lose(row, from, `clock-${what}-${choice}`)
    }
    view.setBigInt64(0, BigInt(at - epochSeconds) * microsPerSecond + rest, true)
    rows.putCell(row, column, cell)
  })
}
