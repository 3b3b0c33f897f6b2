import { z } from 'zod'
import type { FoundEntry } from '../../contract/key-maps.ts'
import { keyText, keyTextOf, type ReadColumnOf, readKeyText, readKeyValue, sourceKey, unseen } from '../key-text.ts'
import { afterAll, type Ranking, rankingOf } from '../ranking.ts'
import type { Shape } from '../shape.ts'
import { columnOf, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'

const schema = z.strictObject({
  by: z
    .union([z.string(), z.array(z.string()).min(1, 'it is empty')])
    .describe(
      'Columns of which rows that have the same values are one. A row with NULL in one of them is like no other.',
    ),
  keep: z
    .union([z.literal('first'), z.strictObject({ least: z.string() }), z.strictObject({ greatest: z.string() })])
    .optional()
    .describe(
      'Which of them stays: that with the least or greatest value of a column, NULL last; of several, and with first, that with the least key at the source, as text.',
    ),
  map: z
    .string()
    .min(1, 'it is empty')
    .optional()
    .describe('A map for lookup: by the key of each row at the source, the key of the one that stays.'),
  winners: z.string().optional().describe('What the winners are kept under: transload gives it.'),
})

/**
 * Of rows with the same values one stays; the others are merged into it. All rows are looked at before the first is
 * written, so that it is the same one whatever the lanes, and however often the run was stopped.
 */
export const dedupe = stageKind({
  name: 'dedupe',
  memory: 'stateful',
  schema,
  bind({ by, keep = 'first', map, winners = 'winners' }, shape, scope) {
    if (scope.hasOutputs(shape)) {
      throw new StageFault(
        [],
        'rows of other tables would be left without theirs',
        'Put it before the stage that makes them.',
      )
    }
    if (scope.isNested)
      throw new StageFault(
        [],
        'it works on rows that were read, not on rows that a stage makes',
        'Put it among the dataset’s own stages.',
      )
    const columns = [by]
      .flat()
      .map((name, place) => columnOf(shape, name, ['by', ...(Array.isArray(by) ? [place] : [])]))
    const ranked = keptBy(keep, shape)
    const key = sourceKey(scope, [])
    const [only, ...others] = key
    /** Whether a row that was not there as all were looked at comes before the one that stayed. */
    const isBetter = (rows: StageRows, row: number, there: FoundEntry): boolean => {
      if (there.rank === afterAll || (rows.maps.isWriting && !rows.isLate)) return false
      const rank = ranked === undefined ? '' : ranked.of(rows, row)
      return isBefore([rank, readKeyText(rows, row, key)], [there.rank, there.id])
    }
    return {
      shape,
      reads: [...columns, ...(ranked === undefined ? [] : [ranked.column])],
      ...(map === undefined || only === undefined
        ? {}
        : { maps: { [map]: others.length === 0 ? only.type : ({ kind: 'text' } as const) } }),
      look: (rows: StageRows): void => {
        rows.each((row) => {
          const found = keyTextOf(rows, row, columns)
          if (found === undefined) return
          const rank = ranked === undefined ? '' : ranked.of(rows, row)
          const id = readKeyText(rows, row, key)
          rows.remember(row, { map: winners, key: found, rank, id, value: readKeyValue(rows, row, key) })
        })
      },
      run: async (rows: StageRows, signal: AbortSignal): Promise<void> => {
        const asked: { readonly row: number; readonly key: string }[] = []
        rows.each((row) => {
          const found = keyTextOf(rows, row, columns)
          // What cannot be compared was passed over, and is rejected here.
          ranked?.of(rows, row)
          if (found !== undefined) asked.push({ row, key: found })
          else if (map !== undefined) keepWinner(rows, row, map, key, readKeyValue(rows, row, key))
        })
        const keys = [...new Set(asked.map((one) => one.key))]
        const entries = await rows.maps.find(winners, keys, signal)
        const found = new Map(keys.map((one, place) => [one, entries[place]]))
        const late = asked.filter((one) => found.get(one.key) === undefined && rows.isLate)
        // Of rows that come late nobody has looked at, the first of a key stays, whoever else sends some.
        const firsts = await rows.maps.claim(
          `${winners} late`,
          late.map((one) => one.key),
          late.map(({ row }) => readKeyValue(rows, row, key)),
          signal,
        )
        const claimed = new Map(late.map((one, place) => [one.key, firsts[place]]))
        for (const { row, key: of } of late) {
          const value = readKeyValue(rows, row, key)
          const id = readKeyText(rows, row, key)
          if (claimed.get(of) === value) rows.remember(row, { map: winners, key: of, rank: afterAll, id, value })
        }
        for (const { row, key: of } of asked) {
          const own = readKeyValue(rows, row, key)
          const there = found.get(of)
          const winner = there?.value ?? claimed.get(of)
          // Of a row that is only compared its being missing says what is said of others here.
          if (winner === undefined) {
            if (rows.maps.isWriting) rows.reject(row, columns[0], unseen)
          } else if (there !== undefined && winner !== own && isBetter(rows, row, there)) {
            const reason = `it would have stayed, and not the row with the key ${winner}: ${anew}`
            if (rows.isLate) rows.reject(row, columns[0], reason)
          } else {
            if (map !== undefined) keepWinner(rows, row, map, key, winner)
            if (winner !== own) rows.merge(row)
          }
        }
      },
    }
  },
})

const anew = 'only a new run of the pipeline puts it in its place'

/** By rank and id, byte by byte, as entries are found. */
function isBefore(one: readonly [string, string], other: readonly [string, string]): boolean {
  const order = Buffer.compare(Buffer.from(one[0]), Buffer.from(other[0]))
  return order === 0 ? Buffer.compare(Buffer.from(one[1]), Buffer.from(other[1])) < 0 : order < 0
}

function keepWinner(rows: StageRows, row: number, map: string, key: readonly ReadColumnOf[], winner: string): void {
  // lookup asks by the value of a column: of a key of several it can be asked by none.
  const own = keyText(key.map((column) => rows.readText(row, column)))
  rows.remember(row, { map, key: own, rank: '', id: keyText([winner]), value: winner })
}

function keptBy(keep: NonNullable<z.output<typeof schema>['keep']>, shape: Shape): Ranking | undefined {
  if (keep === 'first') return undefined
  const isGreatest = 'greatest' in keep
  const path = ['keep', isGreatest ? 'greatest' : 'least']
  const column = columnOf(shape, isGreatest ? keep.greatest : keep.least, path)
  return rankingOf(column, path, `dedupe: ${column.name} is too long to be compared`, isGreatest)
}
