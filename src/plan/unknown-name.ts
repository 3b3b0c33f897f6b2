import { nearest } from '../errors/nearest.ts'
import { TransloadError } from '../errors/transload-error.ts'

/** Names that a message lists before it says how many more there are. */
const maxNameCount = 20

export function unknownName(name: string, known: readonly string[]): TransloadError {
  const shown = known.slice(0, maxNameCount).join(', ')
  const moreCount = known.length - maxNameCount
  const near = nearest(name, known)
  return new TransloadError('TL_C107', {
    name,
    meant: near === undefined ? '' : `Did you mean ${near}? `,
    known: moreCount > 0 ? `${shown} and ${moreCount} more` : shown,
  })
}
