import { suspectContacts, suspectSpaces } from './suspect/contacts.ts'
import { suspectAttributes, suspectLists } from './suspect/lists.ts'
import { suspectNames } from './suspect/names.ts'
import { suspectDates, suspectDuplicates, suspectEncoding, suspectSecrets, suspectTruths } from './suspect/values.ts'
import type { SeenTable, Suggestion } from './suggestion.ts'

/**
 * What one table looks as if it wanted, in an order in which all stages of it could be taken together: first values in
 * their columns, then new columns of them, and last of all what is left behind.
 *
 * @param wouldBeTruth See {@link suspectTruths}
 * @param tables See {@link suspectLists}
 */
export function suggestFor(
  seen: SeenTable,
  wouldBeTruth: ReadonlySet<string>,
  tables: ReadonlySet<string>,
): Suggestion[] {
  return [
    ...suspectEncoding(seen),
    ...suspectAttributes(seen),
    ...suspectDuplicates(seen),
    ...suspectSpaces(seen),
    ...suspectContacts(seen),
    ...suspectNames(seen),
    ...suspectLists(seen, tables),
    ...suspectDates(seen),
    ...suspectTruths(seen, wouldBeTruth),
    ...suspectSecrets(seen),
  ]
}
