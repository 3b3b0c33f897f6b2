import type { Repair, RepairCell, RepairKind, TableRepairs } from '../contract/repair.ts'
import type { RowKey } from '../model/loss.ts'
import type { ComparedColumn, ComparedTable } from './compared-table.ts'
import { cellOf, keyOf } from './compare-rows.ts'
import { expectedCell } from './expected-value.ts'
import type { RowPlace } from './row-stream.ts'
import type { RowWitness } from './row-witness.ts'

/** Turns rows that differ into statements of the target. */
export class RowRepairs implements RowWitness {
  readonly #table: ComparedTable
  readonly #repairs: TableRepairs
  readonly #take: (kind: RepairKind, repair: Repair, key: RowKey) => void

  /** @param take Takes the statements, in order */
  constructor(
    table: ComparedTable,
    repairs: TableRepairs,
    take: (kind: RepairKind, repair: Repair, key: RowKey) => void,
  ) {
    this.#table = table
    this.#repairs = repairs
    this.#take = take
  }

  missing(source: RowPlace, copies: number): void {
    const { columns } = this.#table
    const byHand = columns.flatMap((column, slot) => unsure(column, cellOf(source, slot)))
    const wanted = columns.map((_, slot) => this.#wanted(source, slot))
    const repair = byHand.length > 0 ? { byHand } : this.#repairs.insert(wanted, copies)
    this.#take('insert', repair, keyOf(this.#table, source))
  }

  extra(target: RowPlace, copies: number): void {
    this.#take('delete', this.#repairs.delete(this.#seen(target), copies), keyOf(this.#table, target))
  }

  changed(source: RowPlace, target: RowPlace, slots: readonly number[]): void {
    const wanted = new Map<number, RepairCell>()
    const doubts: string[] = []
    for (const slot of slots) {
      const doubt = unsure(this.#table.columns[slot]!, cellOf(source, slot))
      if (doubt.length === 0) wanted.set(slot, this.#wanted(source, slot))
      else doubts.push(...doubt)
    }
    const { sql, byHand } = this.#repairs.update(this.#seen(target), wanted)
    this.#take('update', { sql, byHand: [...doubts, ...byHand] }, keyOf(this.#table, target))
  }

  #wanted(source: RowPlace, slot: number): RepairCell {
    return expectedCell(this.#table.columns[slot]!, cellOf(source, slot)).cell
  }

  #seen(target: RowPlace): RepairCell[] {
    return this.#table.columns.map((_, slot) => cellOf(target, slot))
  }
}

/** Why a value that was read is not to be written: it may be less than what the source has. */
function unsure({ to, strength, reason }: ComparedColumn, cell: Buffer | undefined): string[] {
  return strength === 'weak' && cell !== undefined && cell.length > 0
    ? [`${to}: ${reason ?? 'it was read in part'}`]
    : []
}
