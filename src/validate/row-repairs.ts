import type { Repair, RepairCell, RepairKind, TableRepairs } from '../contract/repair.ts'
import type { RowKey } from '../model/loss.ts'
import type { ComparedTable } from './compared-table.ts'
import { cellOf, keyOf } from './compare-rows.ts'
import { expectedCell } from './explain.ts'
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
    const wanted = this.#table.columns.map((_, slot) => this.#wanted(source, slot))
    this.#take('insert', this.#repairs.insert(wanted, copies), keyOf(this.#table, source))
  }

  extra(target: RowPlace, copies: number): void {
    this.#take('delete', this.#repairs.delete(this.#seen(target), copies), keyOf(this.#table, target))
  }

  changed(source: RowPlace, target: RowPlace, slots: readonly number[]): void {
    const wanted = new Map(slots.map((slot) => [slot, this.#wanted(source, slot)]))
    this.#take('update', this.#repairs.update(this.#seen(target), wanted), keyOf(this.#table, target))
  }

  #wanted(source: RowPlace, slot: number): RepairCell {
    return expectedCell(this.#table.columns[slot]!, cellOf(source, slot)).cell
  }

  #seen(target: RowPlace): RepairCell[] {
    return this.#table.columns.map((_, slot) => cellOf(target, slot))
  }
}
