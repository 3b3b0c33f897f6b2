import { randomInt } from 'node:crypto'

/** So many of them, each as likely as another, in their order. */
export function chooseSome<T>(all: readonly T[], count: number): readonly T[] {
  const places = [...all.keys()]
  const chosen = new Set<number>()
  while (chosen.size < Math.min(count, all.length)) {
    const [place] = places.splice(randomInt(places.length), 1)
    if (place !== undefined) chosen.add(place)
  }
  return all.filter((_, place) => chosen.has(place))
}

/**
 * The largest share of ranges that may differ such that a sample of which none does is still as likely as 1 in 20: with a
 * confidence of 95 %, no more of them do.
 *
 * @param compared Ranges of the sample, chosen at random
 */
export function undetectedShare(compared: number, total: number): number {
  if (compared >= total) return 0
  for (let different = 1; different <= total - compared; different++) {
    if (likelihoodOfNone(compared, total, different) < 0.05) return (different - 1) / total
  }
  return (total - compared) / total
}

/** That none of `different` ones of `total` is among `compared`, drawn without putting back. */
function likelihoodOfNone(compared: number, total: number, different: number): number {
  let likelihood = 1
  for (let drawn = 0; drawn < compared; drawn++) likelihood *= Math.max(0, total - different - drawn) / (total - drawn)
  return likelihood
}
