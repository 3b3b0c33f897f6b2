import { z } from 'zod'
import { asFault } from '../as-fault.ts'
import { loaded, loadOnce } from '../load-once.ts'
import { type Shape, type ShapeColumn, withColumn } from '../shape.ts'
import { assertFree, assertText, columnOf, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { parsePersonName, type PersonName } from '../text/parse-person-name.ts'
import { loadPatternSplitter, type PatternSplitter } from '../text/pattern-splitter.ts'
import { positionSplitter, separatorSplitter, type TextSplitter } from '../text/split-text.ts'
import { trimSpaces } from '../text/white-space.ts'

const nameParts = ['title', 'first', 'middle', 'last', 'suffix'] as const

const schema = z.strictObject({
  from: z.string().describe('The column of text that is split. It stays: drop it, if it is not wanted.'),
  into: z
    .union([
      z.array(z.string().min(1, 'it is empty')).min(1, 'it is empty'),
      z.strictObject(Object.fromEntries(nameParts.map((part) => [part, z.string().optional()])) as PartNames),
    ])
    .describe('Names of the new columns, in the order of the parts; of a person’s name by part: {first: …, last: …}.'),
  by: z
    .union([
      z.enum(['space', 'comma', 'person-name']),
      z.strictObject({ separator: z.string() }),
      z.strictObject({ pattern: z.string().describe('A regular expression of RE2; each group is a part.') }),
      z.strictObject({ positions: z.array(z.int().min(0)).describe('Where each part begins, in characters from 0.') }),
    ])
    .describe('What stands between the parts.'),
  rest: z
    .enum(['keep', 'drop', 'refuse'])
    .optional()
    .describe(
      'More parts than columns: keep, the last one has them all; drop; refuse the row. refuse, if it says nothing.',
    ),
  single: z
    .enum(['first', 'last', 'none'])
    .optional()
    .describe('What a person’s name of one word is; last, if it says nothing.'),
  otherwise: z
    .enum(['reject', 'null'])
    .optional()
    .describe('What becomes of a text that cannot be split so; reject, if it says nothing.'),
})

type PartNames = { [part in (typeof nameParts)[number]]: z.ZodOptional<z.ZodString> }
type Options = z.output<typeof schema>

/** Splits a text into new columns. A part that is not there is NULL, and so is an empty one. */
export const split = stageKind({
  name: 'split',
  memory: 'stateless',
  schema,
  load: async ({ by }) => {
    if (typeof by !== 'object' || !('pattern' in by)) return
    await loadOnce(patternKey(by.pattern), ['by', 'pattern'], () => loadPatternSplitter(by.pattern))
  },
  bind(options, shape) {
    const from = columnOf(shape, options.from, ['from'])
    assertText(from, ['from'])
    const { names, splitter } = splittingOf(options)
    let after: Shape = shape
    const columns = names.map((name, place) => {
      assertFree(after, name, ['into', place])
      const made = withColumn(after, { name, type: { kind: 'text' }, nullable: true }, 'split', [from])
      after = made.shape
      return made.column
    })
    const put = (rows: StageRows, row: number, column: ShapeColumn, part: string | undefined): void => {
      const text = part === undefined ? '' : trimSpaces(part)
      rows.put(row, column, text === '' ? null : text)
    }
    return {
      shape: after,
      reads: [from],
      run: (rows: StageRows): void => {
        rows.each((row) => {
          const text = rows.text(row, from)
          if (text === null || trimSpaces(text) === '') return
          const parts = splitter(text)
          if (parts !== undefined) for (const [place, column] of columns.entries()) put(rows, row, column, parts[place])
          else if (options.otherwise !== 'null') {
            rows.reject(row, from, `${rows.shown(from, text)} cannot be split so`)
          }
        })
      },
    }
  },
})

interface Splitting {
  readonly names: readonly string[]
  readonly splitter: TextSplitter
}

function splittingOf(options: Options): Splitting {
  const { into, by, rest = 'refuse' } = options
  if (by === 'person-name') return personNames(options)
  if (!Array.isArray(into)) {
    throw new StageFault(['into'], 'parts have names only where by is person-name', 'Write a list: [first, second].')
  }
  if (by === 'space') {
    const bySpace = separatorSplitter(' ', into.length, rest)
    return { names: into, splitter: (text) => bySpace(trimSpaces(text).replaceAll(/\s+/gu, ' ')) }
  }
  if (by === 'comma') return { names: into, splitter: separatorSplitter(',', into.length, rest) }
  if ('separator' in by) {
    return {
      names: into,
      splitter: asFault(['by', 'separator'], () => separatorSplitter(by.separator, into.length, rest)),
    }
  }
  if ('pattern' in by) return { names: into, splitter: patternOf(by.pattern, into) }
  const splitter = asFault(['by', 'positions'], () => positionSplitter(by.positions))
  assertCount(by.positions.length, into)
  return { names: into, splitter }
}

function personNames({ into, single = 'last' }: Options): Splitting {
  if (Array.isArray(into)) {
    throw new StageFault(
      ['into'],
      'it is a list',
      'Of a person’s name write {first: …, last: …}; parts are title, first, middle, last, suffix.',
    )
  }
  const parts = nameParts.filter((part) => into[part] !== undefined)
  const lost = nameParts.filter((part) => into[part] === undefined)
  if (parts.length === 0) throw new StageFault(['into'], 'it has no part', 'Write {first: …, last: …}.')
  return {
    names: parts.map((part) => into[part]!),
    splitter: (text) => {
      const name = parsePersonName(text, single)
      // A part without a column would be lost without a word: it goes where its neighbour does, or the row waits.
      return name === undefined ? undefined : gathered(name, parts, lost)
    },
  }
}

type Part = keyof PersonName

/** A middle name without a column of its own stands behind the first one; a title or suffix that has none is refused. */
function gathered(name: PersonName, parts: readonly Part[], lost: readonly Part[]): (string | undefined)[] | undefined {
  const values: { [part in Part]?: string | undefined } = { ...name }
  if (lost.includes('middle') && name.middle !== undefined && parts.includes('first')) {
    values.first = [name.first, name.middle].filter((one) => one !== undefined).join(' ')
    values.middle = undefined
  }
  if (lost.some((part) => values[part] !== undefined)) return undefined
  return parts.map((part) => values[part])
}

function patternKey(pattern: string): string {
  return `pattern ${pattern}`
}

function patternOf(pattern: string, into: readonly string[]): TextSplitter {
  const { groups, split: splitter } = loaded<PatternSplitter>(patternKey(pattern))
  assertCount(groups.length, into)
  return splitter
}

function assertCount(count: number, into: readonly string[]): void {
  if (count === into.length) return
  throw new StageFault(['into'], `it has names for ${into.length} of ${count} parts`, 'Name each of them.')
}
