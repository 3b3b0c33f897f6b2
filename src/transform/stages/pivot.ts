import { z } from 'zod'
import { TransloadError } from '../../errors/transload-error.ts'
import { holdsNul, keyText, keyTextOf, nulReason, readKeyText, sourceKey, unseen } from '../key-text.ts'
import { type Shape, type ShapeColumn, withChanged, withColumn } from '../shape.ts'
import { columnOf, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { typeName, typeNamed } from '../type-name.ts'

const schema = z.strictObject({
  by: z
    .union([z.string(), z.array(z.string()).min(1, 'it is empty')])
    .describe(
      'Columns that say what an attribute is of: rows that have the same are one. They stay, and no other column does.',
    ),
  name: z.string().describe('The column that says which attribute it is.'),
  value: z.string().describe('The column of its value.'),
  columns: z
    .record(z.string(), typeName)
    .describe('The new columns, by the attribute’s name, with their types: {color: text, size: int(32)}.'),
  otherwise: z
    .enum(['reject', 'drop'])
    .optional()
    .describe('What becomes of an attribute that is none of these: reject (the row of it), if it says nothing; drop.'),
  winners: z.string().optional().describe('What is kept is kept under it: transload gives it.'),
})

/**
 * Makes one row with a column for each attribute of rows that have one attribute each. All rows are looked at before the
 * first is written; those that are gathered count as merged into the first, by its key at the source as text.
 */
export const pivot = stageKind({
  name: 'pivot',
  memory: 'stateful',
  schema,
  bind({ by, name: nameOf, value: valueOf, columns, otherwise = 'reject', winners = 'winners' }, shape, scope) {
    if (scope.hasOutputs(shape) || scope.isNested) {
      throw new StageFault(
        [],
        'it works on rows that were read, before any of another table is made of them',
        'Put it before the stage that makes them.',
      )
    }
    const entity = [by].flat().map((name, place) => {
      const column = columnOf(shape, name, ['by', ...(Array.isArray(by) ? [place] : [])])
      // A row with NULL there is rejected.
      return column.nullable ? withChanged(shape, column, { nullable: false }, 'pivot').column : column
    })
    const name = columnOf(shape, nameOf, ['name'])
    const value = columnOf(shape, valueOf, ['value'])
    const key = sourceKey(scope, [])
    // Values hang on what other rows hold in these columns.
    let after: Shape = { ...shape, columns: entity, key: entity.map(({ slot }) => slot) }
    const made = Object.entries(columns).map(([attribute, type]) => {
      if (entity.some((one) => one.name === attribute)) {
        throw new StageFault(['columns', attribute], `by has a column ${attribute}`, 'Rename that one first.')
      }
      const column = withColumn(after, { name: attribute, type: typeNamed(type), nullable: true }, 'pivot', [
        name,
        value,
      ])
      after = column.shape
      return { attribute, column: column.column }
    })
    // One row stands for many: what was unique by the source's key is so no longer by that column.
    const entityOf = (rows: StageRows, row: number): string | undefined => keyTextOf(rows, row, entity)
    const isKnown = (attribute: string | null): boolean => made.some((one) => one.attribute === attribute)
    const columnOfAttribute = (attribute: string | null): ShapeColumn => {
      const found = made.find((one) => one.attribute === attribute)
      if (found === undefined) throw new TransloadError('TL_X901', { reason: `pivot makes no column ${attribute}` })
      return found.column
    }
    return {
      shape: after,
      reads: [...entity, name, value],
      look: (rows: StageRows): void => {
        rows.each((row) => {
          const of = entityOf(rows, row)
          const attribute = rows.text(row, name)
          if (of === undefined || !isKnown(attribute) || holdsNul(rows.text(row, value))) return
          const id = readKeyText(rows, row, key)
          rows.remember(row, { map: winners, key: of, rank: '', id, value: id })
          rows.remember(row, {
            map: `${winners} values`,
            key: keyText([of, attribute]),
            rank: '',
            id,
            value: rows.text(row, value),
          })
        })
      },
      run: async (rows: StageRows, signal: AbortSignal): Promise<void> => {
        const asked: { readonly row: number; readonly of: string; readonly attribute: string | null }[] = []
        rows.each((row) => {
          const of = entityOf(rows, row)
          const attribute = rows.text(row, name)
          if (of === undefined) rows.reject(row, entity[0], 'it says not what the attribute is of')
          else if (isKnown(attribute) && holdsNul(rows.text(row, value)))
            rows.refuse(row, value, rows.text(row, value), nulReason)
          else if (isKnown(attribute)) asked.push({ row, of, attribute })
          else if (otherwise === 'drop') rows.filter(row)
          else rows.refuse(row, name, attribute, 'none of the attributes')
        })
        const things = [...new Set(asked.map(({ of }) => of))]
        const entries = await rows.maps.find(winners, things, signal)
        const winnerOf = new Map(things.map((of, place) => [of, entries[place]?.value]))
        const firsts: { readonly row: number; readonly of: string }[] = []
        const others: (typeof asked)[number][] = []
        for (const one of asked) {
          const winner = winnerOf.get(one.of)
          if (winner === undefined || winner === null) {
            // Of rows that are only compared one stands for the thing: its being missing says so.
            if (rows.maps.isWriting) rows.reject(one.row, name, unseen)
            else if (firsts.some(({ of }) => of === one.of)) rows.merge(one.row)
            else firsts.push(one)
          } else if (winner === readKeyText(rows, one.row, key)) firsts.push(one)
          else others.push(one)
        }
        const gathered = await rows.maps.find(
          `${winners} values`,
          others.map(({ of, attribute }) => keyText([of, attribute])),
          signal,
        )
        for (const [place, { row, attribute }] of others.entries()) {
          // The row that has been made holds what was gathered: one whose value is not among that is not merged into it. Where
          // rows are only compared it stands there for itself, and is found to be missing.
          const entry = gathered[place]
          const text = rows.text(row, value)
          if (entry !== undefined && (entry.isAmbiguous || entry.value === text)) rows.merge(row)
          else if (rows.maps.isWriting) rows.reject(row, name, unseen)
          else rows.put(row, columnOfAttribute(attribute), text)
        }
        for (const { attribute, column } of made) {
          const values = await rows.maps.find(
            `${winners} values`,
            firsts.map(({ of }) => keyText([of, attribute])),
            signal,
          )
          for (const [place, { row }] of firsts.entries()) {
            const entry = values[place]
            if (!rows.isLive(row)) continue
            // What is compared is what the source has by now, and not what it had.
            const isOwn = !rows.maps.isWriting && rows.text(row, name) === attribute
            if (entry?.isAmbiguous === true) rows.reject(row, name, `${attribute} is there with more than one value`)
            else rows.put(row, column, isOwn ? rows.text(row, value) : (entry?.value ?? null))
          }
        }
      },
    }
  },
})
