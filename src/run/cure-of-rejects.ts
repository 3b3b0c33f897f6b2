import { madeColumn } from '../model/document-path.ts'
import { isWholeKey, type RejectedRow } from '../model/loss.ts'

type Rejected = Pick<RejectedRow, 'column' | 'key'>

const cureOfUnread =
  'mend it where it stands, which the reason names, and run again with --mode replace, which takes all rows over anew'

/** Whether it is a document that could not be read: it has no key that it could be asked for by, nor values to be sent. */
export function isUnread({ column, key }: Rejected): boolean {
  return column === madeColumn.document && !isWholeKey(key)
}

/** What to do about rows that a run has rejected, for people. */
export function cureOfRejects(run: string | undefined, rejects: readonly Rejected[]): string {
  const unread = rejects.filter(isUnread).length
  if (unread > 0 && unread === rejects.length) return `What could not be read: ${cureOfUnread}.`
  const others = `Mend the pipeline, then: transload rejects ${run ?? 'RUN'} --replay PIPELINE; or repair them at the source, then --retry in its place.`
  return unread === 0 ? others : `${others} What could not be read (${unread}): ${cureOfUnread}.`
}
