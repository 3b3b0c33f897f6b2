import type { DeclaredLoss } from '../model/plan.ts'
import type { AssumedClock } from './assumed-clock.ts'

/** What is chosen where a zone's clock alone does not tell the moment. Nobody counts such clocks before they are read. */
export function clockLosses({ zone, gap, overlap }: AssumedClock): DeclaredLoss[] {
  const losses: DeclaredLoss[] = []
  if (gap !== 'reject') {
    const why = `${zone} skips the clock: the moment is ${gap} by what is skipped`
    losses.push({ rule: `clock-gap-${gap}`, fault: 'clock-gap', why })
  }
  if (overlap !== 'reject') {
    const why = `${zone} shows the clock twice: the ${overlap} moment is taken`
    losses.push({ rule: `clock-overlap-${overlap}`, fault: 'clock-overlap', why })
  }
  return losses
}
