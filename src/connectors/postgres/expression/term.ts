import type { ColumnTypes } from '../ddl/column-types.ts'
import type { TypeClass } from '../ddl/target-type.ts'

/** A part of an expression as PostgreSQL's SQL, with what is known of its value. */
export interface Term {
  readonly sql: string
  /** Needs no brackets wherever it stands. */
  readonly isAtom: boolean
  /** `string` and `null`: a literal that takes the type of what it meets; `keyword`: a word that is no value. */
  readonly class: TypeClass | 'string' | 'null' | 'keyword'
  /** Of an int: bits of the largest magnitude that it can have. 63 fit a bigint. */
  readonly bits?: number | undefined
  /** Of a numeric: digits before and after the point; absent where it has no limits. */
  readonly digits?: { readonly whole: number; readonly fraction: number } | undefined
  /** The value of a literal. */
  readonly literal?: string | undefined
  /** A text whose collation compares byte by byte, spaces at the end included. */
  readonly isExact?: boolean | undefined
  /** The word of a keyword, in lower case. */
  readonly keyword?: string | undefined
  /** Of an enum: its type's text and its labels. */
  readonly enum?: { readonly text: string; readonly labels: readonly string[] } | undefined
}

/** What an expression is for decides what may stand in it. */
export type Purpose =
  /** What is stricter or weaker only by letter case, accents and spaces at the end may stand, with a caveat. */
  | 'check'
  /** A stored value or an index: the very same value for the same row, for ever. */
  | 'immutable'
  /** No column, but the clock and random values. */
  | 'default'

export interface Scope {
  readonly types: ColumnTypes
  readonly purpose: Purpose
  readonly caveats: Set<string>
  /** Of the column that the default is for. */
  readonly wanted?: TypeClass | undefined
}

/** Thrown inside this room only, where no SQL is known to mean the same; its message says why, for people. */
export class Untranslatable extends Error {
  override readonly name = 'Untranslatable'
}

export function refuse(reason: string): never {
  throw new Untranslatable(reason)
}

/** A function's call or a name: needs no brackets. */
export function atom(sql: string, type: Term['class'], known: Partial<Term> = {}): Term {
  return { ...known, sql, isAtom: true, class: type }
}

export function composite(sql: string, type: Term['class'], known: Partial<Term> = {}): Term {
  return { ...known, sql, isAtom: false, class: type }
}

export function bracketed(term: Term): string {
  return term.isAtom ? term.sql : `(${term.sql})`
}

export function cast(term: Term, type: string): string {
  return `${bracketed(term)}::${type}`
}

export function isNumber(term: Term): boolean {
  return term.class === 'int' || term.class === 'numeric' || term.class === 'float'
}

export function isText(term: Term): boolean {
  return term.class === 'text' || term.class === 'padded text' || term.class === 'string'
}

/** As text without the spaces that `char(n)` is padded with: MySQL takes them off as well. */
export function asText(term: Term): string {
  return term.class === 'padded text' ? cast(term, 'text') : bracketed(term)
}

/** A condition. MySQL takes a number for one: anything but 0 is true. */
export function asCondition(term: Term): Term {
  if (term.class === 'bool') return term
  if (isNumber(term)) return composite(`${bracketed(term)} <> 0`, 'bool')
  return refuse(`${describeClass(term)} stands where a condition is wanted`)
}

/** A condition where MySQL has the number 0 or 1. */
export function asNumber(term: Term): Term {
  if (term.class !== 'bool') return term
  if (term.literal !== undefined) return atom(term.literal, 'int', { bits: 1, literal: term.literal })
  return atom(cast(term, 'integer'), 'int', { bits: 1 })
}

export function describeClass(term: Term): string {
  return term.class === 'string' ? 'a text' : term.class === 'null' ? 'NULL' : `a value of the type ${term.class}`
}
