import { digestText } from '../canonical/digest-text.ts'
import type { CountAnswer, RangeAnswer } from '../model/count.ts'
import type { DatasetValidation } from '../model/run-summary.ts'
import type { ComparedColumn } from './compared-table.ts'
import { type CountQuestions, emptied } from './count-questions.ts'

/** What both ends have counted of one pair of tables. */
export interface CountedTable {
  readonly questions: CountQuestions
  readonly source: CountAnswer
  readonly target: CountAnswer
}

/** What counting has come to, as a part of the report. */
export interface CountFindings {
  readonly summary: Pick<DatasetValidation, 'orphans' | 'unique' | 'ranges'>
  /** Sentences for people, none with a value in it. */
  readonly differences: readonly string[]
  /** Sentences: what counting does not prove. */
  readonly notProved: readonly string[]
}

/** Orphans, keys and ranges. @param counted Undefined where nothing was asked */
export function countFindings(questions: CountQuestions, counted: CountedTable | undefined): CountFindings {
  const orphans = orphansOf(questions, counted)
  const unique = keysOf(questions, counted)
  const ranges = rangesOf(questions, counted)
  const parts = [orphans, unique, ranges]
  return {
    summary: { orphans: orphans.summary, unique: unique.summary, ranges: ranges.summary },
    differences: parts.flatMap(({ differences }) => differences),
    notProved: [...questions.notAsked, ...parts.flatMap(({ notProved }) => notProved)],
  }
}

interface Part<Summary> {
  readonly summary: Summary
  readonly differences: readonly string[]
  readonly notProved: readonly string[]
}

/**
 * Rows without a parent of the very same characters are told apart from those whose parent only a collation finds. What
 * the source has as many of is its history; what the target has more of is new.
 */
function orphansOf(
  { table, relations }: CountQuestions,
  counted: CountedTable | undefined,
): Part<DatasetValidation['orphans']> {
  const differences: string[] = []
  const notProved: string[] = []
  const summary = relations.map(({ name, isDeclared, collations }, place) => {
    const [source, sourceBytes] = orphanCounts(counted?.source, place)
    const [target, targetBytes] = orphanCounts(counted?.target, place)
    const fresh = Math.max(0, targetBytes - sourceBytes)
    const byCollation = Math.max(0, target - source - fresh)
    const both = `${source} at the source, ${target} at the target`
    if (fresh > 0) differences.push(`${table.from}: ${fresh} orphans of ${name} are new: ${both}`)
    if (byCollation > 0) {
      notProved.push(
        `${table.from}: ${byCollation} rows find their parent by ${name} only as ${collations.join(', ')} of the source ` +
          'compares, and not at the target: spell the keys alike, or choose citext.',
      )
    }
    return {
      constraint: { from: name, to: name },
      source,
      target,
      new: fresh,
      byCollation: collations.length === 0 ? undefined : byCollation,
      declared: isDeclared ? true : undefined,
    }
  })
  return { summary, differences, notProved }
}

function orphanCounts(answer: CountAnswer | undefined, place: number): readonly [own: number, byBytes: number] {
  const own = answer?.orphans[place] ?? 0
  return [own, answer?.orphansByBytes?.[place] ?? own]
}

/** Values that are there more than once in the source too are its history. */
function keysOf({ table, keys }: CountQuestions, counted: CountedTable | undefined): Part<DatasetValidation['unique']> {
  const differences: string[] = []
  const notProved: string[] = []
  let next = 0
  const summary = keys.map(({ name, columns, index }) => {
    if (index !== undefined) return { key: name, columns, source: null, target: null, index }
    const place = next++
    const source = counted?.source.duplicates?.[place] ?? null
    const target = counted?.target.duplicates?.[place] ?? null
    if (source === null || target === null) {
      notProved.push(`${table.from}: it was not checked whether the key ${name} is unique.`)
    } else if (target > source) {
      differences.push(
        `${table.from}: ${target} values of the key ${name} are there more than once at the target, ${source} at the source`,
      )
    }
    return { key: name, columns, source, target }
  })
  return { summary: summary.length === 0 ? undefined : summary, differences, notProved }
}

function rangesOf(
  { table, measured, source: asked }: CountQuestions,
  counted: CountedTable | undefined,
): Part<DatasetValidation['ranges']> {
  const differences: string[] = []
  const notProved: string[] = []
  const summary = measured.flatMap((column, place) => {
    const source = counted?.source.measures?.[place]?.range
    const target = counted?.target.measures?.[place]?.range
    const what = `${table.from}.${column.from}`
    if (asked.measures?.[place]?.range !== true) return []
    if (source === undefined || target === undefined) {
      notProved.push(`${what}: its range was not compared: an end cannot tell it.`)
      return []
    }
    const differing = unlike(column, source, target)
    if (differing.length > 0) differences.push(`${what}: other at the target: ${differing.join(', ')}`)
    if ((source.sum === undefined) !== (target.sum === undefined)) {
      notProved.push(`${what}: its sum was not compared: it has more digits than an end can add exactly.`)
    }
    return [{ column: { from: column.from, to: column.to }, source, target, same: differing.length === 0 }]
  })
  return { summary: summary.length === 0 ? undefined : summary, differences, notProved }
}

function unlike({ form }: ComparedColumn, source: RangeAnswer, target: RangeAnswer): string[] {
  const even = (text: string | null): string | null => (text === null ? null : digestText(form, text))
  const pairs = [
    ['the least value', source.min, target.min],
    ['the largest value', source.max, target.max],
    ['the sum', source.sum, target.sum],
  ] as const
  return pairs.flatMap(([what, one, other]) =>
    one === undefined || other === undefined || even(one) === even(other) ? [] : [what],
  )
}

/** NULLs that the target is to have of a column: those of the source, and the values that the mapping makes NULL. */
export interface ExpectedNulls {
  /** Undefined where nobody can tell by counting. */
  readonly count: number | undefined
  readonly declared: readonly { readonly column: string; readonly rule: string; readonly count: number }[]
}

export function expectedNulls(
  column: ComparedColumn,
  before: number,
  { questions, source }: CountedTable,
): ExpectedNulls {
  const faults = emptied(column)
  const place = questions.measured.indexOf(column)
  const told = faults.map((_, at) => source.measures?.[place]?.faults[at])
  const declared = faults.flatMap((fault, at) => {
    const rule = column.policies[fault]?.rule
    const count = told[at] ?? 0
    return rule === undefined || count === 0 ? [] : [{ column: column.from, rule, count }]
  })
  const made = told.reduce<number | undefined>((sum, count) => addKnown(sum, count), 0)
  return { count: addKnown(before, made), declared }
}

function addKnown(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other
}
