import { ArenaBatch } from '../../src/batch/batch.ts'
import { cellToText } from '../../src/canonical/text.ts'
import type { Snapshot, Source } from '../../src/contract/source.ts'
import { fate } from '../../src/model/fate.ts'
import type { ReadPlan, Split } from '../../src/model/plan.ts'
import { pushedDown } from '../../src/plan/push-down.ts'
import { bindStages, loadStages } from '../../src/transform/bind-stages.ts'
import { layoutsOf, Transformer } from '../../src/transform/transformer.ts'
import { lanePlan, layoutOf, never } from '../support/mysql-source.ts'

/** What becomes of the rows of a split that go through filters: by id, `live`, `filtered` or why rejected, and losses. */
type Outcomes = ReadonlyMap<string, string>

export interface Asked {
  readonly snapshot: Snapshot
  readonly source: Source
  readonly read: ReadPlan
  readonly split: Split
}

/** The plan's `where`, as it is made for these filters at the head of the stages. */
export async function withWhere({ source, read }: Asked, filters: readonly string[]): Promise<ReadPlan> {
  const stages = filters.map((filter) => ({ filter }))
  await loadStages(stages, async () => await Promise.resolve(''))
  return { ...read, where: pushedDown(stages, read, source.canPushDown?.bind(source)) }
}

export async function outcomesOf(
  { snapshot, split }: Asked,
  read: ReadPlan,
  filters: readonly string[],
): Promise<Outcomes> {
  const stages = filters.map((filter) => ({ filter }))
  const keys = await loadStages(stages, async () => await Promise.resolve(''))
  const bound = bindStages(read, stages, (stage) => ({ file: 'test', place: String(stage) }), keys)
  await using transformer = new Transformer(bound)
  const layout = layoutOf(read)
  const batch = new ArenaBatch(layoutsOf(layout, bound))
  const outcomes = new Map<string, string>()
  await using reader = await snapshot.openReader(lanePlan(read, split), never)
  for (let more = true; more;) {
    batch.clear(split.id, 0, 0)
    more = await reader.read(batch, never)
    await transformer.run(batch, never)
    const frame = batch.frames[0]!
    const width = frame.layout.columns.length
    const idOf = (row: number): string => {
      const cell = row * width * 2
      return cellToText(read.columns[0]!.type, batch.bytes, frame.cells[cell]!, frame.cells[cell + 1]!)
    }
    for (let row = 0; row < frame.rowCount; row++) {
      const reject = batch.rejects.find((one) => one.row === row)
      const losses = batch.losses
        .filter(({ rows }) => rows.includes(row))
        .map(({ column, rule }) => `${column} ${rule}`)
      const is = frame.fate[row] === fate.filtered ? 'filtered' : frame.fate[row] === fate.live ? 'live' : 'rejected'
      const why = reject === undefined ? [] : [`${reject.column} by ${reject.stage}: ${reject.reason}`]
      outcomes.set(idOf(row), [is, ...why, ...losses.toSorted()].join(', '))
    }
  }
  return outcomes
}
