import { TransloadError } from '../../errors/transload-error.ts'
import type { TextSplitter } from './split-text.ts'

/** Characters of an expression. */
const longestSource = 1000

/**
 * Instructions of an expression times UTF-16 code units of a text. One took 20 to 41 ns where it was measured: so much is
 * done in a few seconds at most.
 */
const mostWork = 100_000_000

export interface PatternSplitter {
  /** Names of the capture groups in order; undefined for one without a name. */
  readonly groups: readonly (string | undefined)[]
  readonly split: TextSplitter
}

/**
 * Splits by a regular expression: the parts are what its capture groups hold at the first match, undefined for a group
 * that took no part in it. The match may begin and end anywhere in the text: `^` and `$` bind it to the ends. Undefined
 * where nothing matches, and where the text is so long that looking would take more than seconds: above 5 MB for an
 * expression of 20 instructions (some 20 characters), above 100 kB for one of 1000.
 *
 * The expressions are RE2's, by re2js (loaded here, so that nobody pays for it who does not use it): it takes time in
 * proportion to the text and to the expression, where JavaScript's own could go on for ever on one row. For that, RE2
 * knows no references back (`\1`) and does not look ahead or behind (`(?=…)`, `(?<=…)`). Upper and lower case count,
 * unless the expression begins with `(?i)`; `.` is no line feed, unless by `(?s)`.
 *
 * Throws TL_C105 where the expression is none, is longer than 1000 characters, or has no capture group.
 */
export async function loadPatternSplitter(source: string): Promise<PatternSplitter> {
  const { RE2JS, RE2JSException } = await import('re2js')
  if (source.length > longestSource) refuse(source, `it has more than ${longestSource} characters`)
  let expression: InstanceType<typeof RE2JS>
  try {
    expression = RE2JS.compile(source)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return refuse(source, error.message, error)
  }
  const longestText = mostWork / expression.programSize()
  const count = expression.groupCount()
  if (count === 0) refuse(source, 'it has no group in parentheses, so that there are no parts')
  const groups: (string | undefined)[] = Array.from({ length: count }, () => undefined)
  for (const [name, group] of Object.entries(expression.namedGroups())) groups[group - 1] = name
  return {
    groups,
    split(text) {
      if (text.length > longestText) return undefined
      const matcher = expression.matcher(text)
      if (!matcher.find()) return undefined
      return groups.map((_, place) => matcher.group(place + 1) ?? undefined)
    },
  }
}

function refuse(source: string, problem: string, cause?: unknown): never {
  const context = {
    reason: `The regular expression ${JSON.stringify(source)} cannot be used: ${problem}`,
    cure: 'Write an expression of RE2, without looking around and without references back.',
  }
  throw new TransloadError('TL_C105', context, cause)
}
