import type { CensusColumn, CensusFact } from '../../../../model/census.ts'
import { ValueKind } from '../../../../format/sql-text/row-scanner.ts'
import { familyOf } from '../../decode/type-family.ts'
import type { Constant } from '../decode/literal-row-decoder.ts'
import { LiteralBytes } from '../literal-bytes.ts'
import type { InsertShape } from '../scan-rows.ts'
import { zoneOffset } from '../session.ts'
import { DateFaults } from './date-faults.ts'
import { DecimalDigits } from './decimal-digits.ts'
import { Extremes } from './extremes.ts'
import type { FactCounter } from './fact-counter.ts'
import { TextFacts } from './text-facts.ts'

/** The facts that were asked of one column. */
export class ColumnCensus {
  readonly #column: CensusColumn
  readonly #counters: readonly FactCounter[]
  #literal: LiteralBytes | undefined
  #constant: Constant | undefined
  #nullCount = 0

  constructor(column: CensusColumn) {
    this.#column = column
    this.#counters = countersFor(column)
  }

  /** @param constant What stands for the values that the INSERT leaves out. */
  begin(insert: InsertShape, constant: Constant | undefined): void {
    this.#literal = new LiteralBytes(this.#column.native, insert)
    this.#constant = constant
    const isShifted = this.#column.native.name === 'timestamp' && zoneOffset(insert.session.timeZone) !== 0
    for (const counter of this.#counters) if (isShifted && counter instanceof Extremes) counter.distrust()
  }

  addNull(): void {
    this.#nullCount++
  }

  addConstant(): void {
    const constant = this.#constant
    if (constant === undefined || constant.flags === ValueKind.null) this.#nullCount++
    else this.add(constant.bytes, constant.flags, 0, constant.bytes.length)
  }

  add(bytes: Buffer, flags: number, from: number, length: number): void {
    if (this.#counters.length === 0) return
    const literal = this.#literal!
    if (!literal.read(bytes, flags, from, length)) return
    for (const counter of this.#counters) counter.add(literal, flags)
  }

  answer(): { [fact in CensusFact]?: string | null } {
    const facts: { [fact in CensusFact]?: string | null } = {}
    for (const fact of this.#column.facts) {
      const found = fact === 'nulls' ? String(this.#nullCount) : this.#ask(fact)
      if (found !== undefined) facts[fact] = found
    }
    return facts
  }

  #ask(fact: CensusFact): string | null | undefined {
    for (const counter of this.#counters) {
      const found = counter.answer(fact)
      if (found !== undefined) return found
    }
    return undefined
  }
}

function countersFor({ native, facts }: CensusColumn): FactCounter[] {
  const asks = (...wanted: readonly CensusFact[]): boolean => wanted.some((fact) => facts.includes(fact))
  const counters: FactCounter[] = []
  if (asks('min', 'max')) counters.push(new Extremes(native))
  if (asks('whole-digits', 'fraction-digits') && familyOf(native) === 'decimal') counters.push(new DecimalDigits())
  if (asks('zero-dates', 'partial-dates') && ['date', 'datetime'].includes(familyOf(native) ?? '')) {
    counters.push(new DateFaults())
  }
  // Last: it changes the literal's bytes into UTF-8.
  const texts: readonly CensusFact[] = [
    'max-length',
    'enum-zero',
    'nul-bytes',
    'invalid-text',
    'double-encoded',
    'invalid-json',
    'json-nul',
  ]
  if (asks(...texts)) counters.push(new TextFacts(native, facts))
  return counters
}
