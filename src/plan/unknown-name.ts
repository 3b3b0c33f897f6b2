import { nearest } from '../errors/nearest.ts'
import { TransloadError } from '../errors/transload-error.ts'

/** Names that a message lists before it says how many more there are. */
const maxNameCount = 20

/** @param words What somebody wrote, one or several, where `name` says more than that */
export function unknownName(name: string, known: readonly string[], ...words: readonly string[]): TransloadError {
  const shown = known.slice(0, maxNameCount).join(', ')
  const moreCount = known.length - maxNameCount
  const meant = (words.length === 0 ? [name] : words).flatMap((word) => {
    const near = nearest(word, known)
    return near === undefined ? [] : [words.length > 1 ? `${near} for ${word}` : near]
  })
  return new TransloadError('TL_C107', {
    name,
    meant: meant.length === 0 ? '' : `Did you mean ${meant.join(', ')}? `,
    known: moreCount > 0 ? `${shown} and ${moreCount} more` : shown,
  })
}
