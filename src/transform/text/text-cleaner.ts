import { dropControls } from './control-characters.ts'
import { decodeEntities } from './html-entities.ts'
import { type LetterCase, toCase } from './letter-case.ts'
import { collapseSpaces, trimSpaces } from './white-space.ts'

export interface CleanOperations {
  /** HTML's character references are decoded, once. */
  readonly entities?: boolean | undefined
  /** Control characters are removed: `all` of them, or all but tab, line feed and carriage return. */
  readonly controls?: 'all' | 'keep-lines' | undefined
  readonly normalise?: 'NFC' | 'NFKC' | undefined
  readonly case?: LetterCase | undefined
  /** Each run of white space becomes one space. */
  readonly collapse?: boolean | undefined
  readonly trim?: boolean | undefined
}

/**
 * The operations as one function, in the one order in which none brings back what another has removed: entities,
 * controls, normalisation, case, normalisation once more, spaces, ends. A text that has been cleaned is not changed by
 * being cleaned again, except that entities may stand in it which had been written twice (`&amp;lt;`).
 */
export function textCleaner(operations: CleanOperations): (text: string) => string {
  const { controls, normalise, case: letterCase } = operations
  const steps: ((text: string) => string)[] = []
  if (operations.entities === true) steps.push(decodeEntities)
  if (controls !== undefined) steps.push((text) => dropControls(text, controls === 'keep-lines'))
  if (normalise !== undefined) steps.push((text) => text.normalize(normalise))
  if (letterCase !== undefined) steps.push((text) => toCase(text, letterCase))
  if (letterCase !== undefined && normalise !== undefined) steps.push((text) => text.normalize(normalise))
  if (operations.collapse === true) steps.push(collapseSpaces)
  if (operations.trim === true) steps.push(trimSpaces)
  return (text) => {
    let cleaned = text
    for (const step of steps) cleaned = step(cleaned)
    return cleaned
  }
}
