import { nearest } from '../errors/nearest.ts'
import { TransloadError } from '../errors/transload-error.ts'

/** Names that a message lists before it says how many more there are. */
const maxNameCount = 20

/** @param word What somebody wrote, where `name` says more than that */
export function unknownName(name: string, known: readonly string[], word = name): TransloadError {
  const shown = known.slice(0, maxNameCount).join(', ')
  const moreCount = known.length - maxNameCount
  const near = nearest(word, known)
  return new TransloadError('TL_C107', {
    name,
    meant: near === undefined ? '' : `Did you mean ${near}? `,
    known: moreCount > 0 ? `${shown} and ${moreCount} more` : shown,
  })
}
