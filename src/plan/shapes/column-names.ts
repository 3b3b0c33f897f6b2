import { createHash } from 'node:crypto'

/** What wants a name among others. */
export interface Named {
  /** What it would be called if it were alone. */
  readonly label: string
  /** What no other of them has, such as a path. */
  readonly id: string
  /** Those that are asked first have their labels: what somebody wishes (0), fields (1), what is made (2). */
  readonly turn: 0 | 1 | 2
}

/**
 * Names that differ from each other in the folded form, in the order of `all`. They hang on labels and ids alone, and not on
 * the order.
 *
 * @param fold What two names must not have in common
 * @param taken Folded names that nothing may have
 */
export function distinctNames(
  all: readonly Named[],
  fold: (name: string) => string,
  taken: readonly string[] = [],
): string[] {
  const used = new Set(taken)
  const names = new Map<Named, string>()
  // Who is called what it is goes before who is only nearly called so.
  const rank = ({ label, id, turn }: Named): number =>
    turn * 4 + (label === id ? 0 : 2) + (fold(label) === label ? 0 : 1)
  const inTurn = all.toSorted((a, b) => rank(a) - rank(b) || compare(a.id, b.id))
  for (const one of inTurn) {
    for (const name of candidates(one)) {
      if (used.has(fold(name))) continue
      used.add(fold(name))
      names.set(one, name)
      break
    }
  }
  return all.map((one) => names.get(one)!)
}

function* candidates({ label, id, turn }: Named): Generator<string, never> {
  yield label
  // What is made gives way to a field of its name.
  if (turn === 2) yield `_${label}`
  const hash = createHash('sha256').update(id).digest('hex')
  for (let length = 8; length <= hash.length; length += 8) yield `${label}_${hash.slice(0, length)}`
  for (let number = 2; ; number++) yield `${label}_${hash}_${number}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A field's name as a part of a column's or a table's: without what cannot stand in one, or would be hard to write. */
export function labelOf(name: string): string {
  if (name === '__proto__') return 'proto'
  const label = name
    .replace(/^\$+/, '')
    .replaceAll(/[\u0000-\u001f\u007f.]+/g, '_')
    .trim()
  return label === '' ? 'blank' : label
}
