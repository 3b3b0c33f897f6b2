import { TransloadError } from '../../errors/transload-error.ts'
import type { FinishStep, TableDefinition } from '../../model/plan.ts'
import type { QualifiedName } from '../../model/relation.ts'
import { type MemoryDatabase, nameOf } from './database.ts'

/** A statement of a swap, as JSON. */
interface Move {
  readonly from: QualifiedName
  readonly to: QualifiedName
}

/** The step that moves tables to their places, where there are any. */
export function swapSteps(tables: readonly TableDefinition[]): FinishStep[] {
  const moves = tables.flatMap(({ name, home }): Move[] =>
    home === undefined ? [] : [{ from: name, to: { schema: home, name: name.name } }],
  )
  const [first] = moves
  if (first === undefined) return []
  const statements = moves.map((move) => JSON.stringify(move))
  return [{ id: `swap/${nameOf(first.to)}`, phase: 6, kind: 'swap', name: first.to.name, table: first.to, statements }]
}

/** All of them, or none. @throws TL_T305 */
export function swap(database: MemoryDatabase, statements: readonly string[]): void {
  const moves = statements.map((statement) => JSON.parse(statement) as Move)
  const moved = moves.map(({ from, to }) => {
    const table = database.get(from)
    if (table !== undefined) return { from, to, table }
    throw new TransloadError('TL_T305', { endpoint: 'memory', kind: 'table', name: nameOf(from), cure: 'Make it.' })
  })
  for (const { from, to, table } of moved) {
    database.tables.delete(nameOf(from))
    database.tables.set(nameOf(to), { info: { ...table.info, name: to }, rows: table.rows })
  }
}
