import { TransloadError } from '../../errors/transload-error.ts'
import type { TextSplitter } from './split-text.ts'

export interface PatternSplitter {
  /** Names of the capture groups in order; undefined for one without a name. */
  readonly groups: readonly (string | undefined)[]
  readonly split: TextSplitter
}

/**
 * Splits by a regular expression: the parts are what its capture groups hold at the first match, undefined for a group
 * that took no part in it. The match may begin and end anywhere in the text: `^` and `$` bind it to the ends. Undefined
 * where nothing matches.
 *
 * The expressions are RE2's, by re2js (loaded here, so that nobody pays for it who does not use it): it takes time in
 * proportion to the text, whatever the expression, where JavaScript's own could go on for ever on one row. For that, RE2
 * knows no references back (`\1`) and does not look ahead or behind (`(?=…)`, `(?<=…)`). Upper and lower case count,
 * unless the expression begins with `(?i)`; `.` is no line feed, unless by `(?s)`.
 *
 * Throws TL_C105 where the expression is none, or has no capture group.
 */
export async function loadPatternSplitter(source: string): Promise<PatternSplitter> {
  const { RE2JS } = await import('re2js')
  const expression = compiled(() => RE2JS.compile(source), source)
  const count = expression.groupCount()
  if (count === 0) refuse(source, 'it has no group in parentheses, so that there are no parts')
  const groups: (string | undefined)[] = Array.from({ length: count }, () => undefined)
  for (const [name, group] of Object.entries(expression.namedGroups())) groups[group - 1] = name
  return {
    groups,
    split(text) {
      const matcher = expression.matcher(text)
      if (!matcher.find()) return undefined
      return groups.map((_, place) => matcher.group(place + 1) ?? undefined)
    },
  }
}

function compiled<Expression>(compile: () => Expression, source: string): Expression {
  try {
    return compile()
  } catch (error) {
    return refuse(source, error instanceof Error ? error.message : String(error), error)
  }
}

function refuse(source: string, problem: string, cause?: unknown): never {
  const context = {
    reason: `The regular expression ${JSON.stringify(source)} cannot be used: ${problem}`,
    cure: 'Write an expression of RE2, without looking around and without references back.',
  }
  throw new TransloadError('TL_C105', context, cause)
}
