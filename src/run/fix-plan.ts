import type { Contents } from '../contract/contents.ts'
import type { Repairs } from '../contract/repair.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { ValidationSummary } from '../model/run-summary.ts'
import { tableId } from '../plan/table-id.ts'
import type { FixPlan } from '../report/fix-plan.ts'
import type { ComparedTable } from '../validate/compared-table.ts'
import { RowRepairs } from '../validate/row-repairs.ts'
import type { RowWitness } from '../validate/row-witness.ts'
import type { ValueMask } from '../validate/value-mask.ts'

/** Writes what would make the target what the source is, as tables are compared. */
export class Repairing {
  readonly #file: FixPlan
  readonly #repairs: Repairs

  private constructor(file: FixPlan, repairs: Repairs) {
    this.#file = file
    this.#repairs = repairs
  }

  /**
   * @param label Of the target, for people: no secrets
   * @throws TL_C105 where values that are hidden would stand in the plan, TL_C103 where the target has no such statements
   */
  static of(
    file: FixPlan,
    contents: Contents<string>,
    tables: readonly ComparedTable[],
    mask: ValueMask,
    label: string,
  ): Repairing {
    const hidden = tables.flatMap((table) => mask.columnsOf(table).map(({ from }) => `${table.from}.${from}`))
    if (hidden.length > 0) {
      throw new TransloadError('TL_C105', {
        reason: `--fix-plan writes values, and a mask hides those of ${hidden.slice(0, 10).join(', ')}`,
        cure: 'Leave these tables out with --except, or name no mask for them.',
      })
    }
    if (contents.repairs !== undefined) return new Repairing(file, contents.repairs)
    const cure = 'Leave --fix-plan out.'
    throw new TransloadError('TL_C103', {
      url: label,
      reason: 'no statements are written for it in this version',
      cure,
    })
  }

  /** What is told to the witness from here on is of this table. */
  async begin(table: ComparedTable, signal: AbortSignal): Promise<RowWitness> {
    const columns = table.columns.map(({ to, targetType, form }) => ({ name: to, type: targetType, form }))
    const repairs = await this.#repairs.table(
      { table: table.target, part: table.part, columns, key: table.key },
      signal,
    )
    this.#file.begin({
      from: table.from,
      to: table.to,
      id: tableId(table.target),
      parents: repairs.parents.map(tableId),
      isReferredTo: repairs.isReferredTo,
      notes: repairs.notes,
    })
    return new RowRepairs(table, repairs, (kind, repair, key) => this.#file.add(kind, repair, key))
  }

  /** What was told since `begin` is not so. */
  retract(): void {
    this.#file.retract()
  }

  async write(
    labels: { readonly source: string; readonly target: string },
    tables: readonly ComparedTable[],
    summary: ValidationSummary,
  ): Promise<void> {
    const { begin, end } = this.#repairs
    await this.#file.write({ ...labels, begin, end, notRepaired: notRepaired(tables, summary) })
  }
}

function notRepaired(tables: readonly ComparedTable[], { unpaired = [], datasets }: ValidationSummary): string[] {
  const said = unpaired.map(({ from, to }) => `${from}: the target has no table ${to}`)
  for (const [place, { from, differences, schema = [] }] of datasets.entries()) {
    const table = tables[place]
    if (differences?.stopped === true) said.push(`${from}: incomplete, more differences were not looked for`)
    for (const { kind, name, problem } of schema) said.push(`${from}: ${kind} ${name} ${problem}`)
    for (const { from: name, to, reason } of table?.skipped ?? []) {
      said.push(`${from}.${name === '' ? to : name} was not compared: ${reason}`)
    }
    if (table?.ignoresExtra === true) said.push(`${from}: rows that only the target has were not looked for`)
  }
  return said
}
