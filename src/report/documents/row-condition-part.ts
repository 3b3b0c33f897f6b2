import { z } from 'zod'
import type { RowCondition } from '../../model/row-condition.ts'

/** A condition by which a source leaves rows out: it becomes a part of a statement, and so is looked at to its last value. */
export const rowCondition = z
  .custom<RowCondition>(isCondition, 'it is no condition')
  .describe('{all: […]}, {any: […]} or {column, is, …}: a condition without an engine’s syntax.')

const orderSigns: readonly unknown[] = ['<', '<=', '>', '>=']

function isCondition(value: unknown): boolean {
  if (!isObject(value)) return false
  const { all, any, column, is, values, value: one } = value
  const parts = all ?? any
  if (parts !== undefined) return Array.isArray(parts) && parts.length > 0 && parts.every(isCondition)
  if (typeof column !== 'string') return false
  if (is !== 'one of' && is !== 'none of') return orderSigns.includes(is) && typeof one === 'string'
  return Array.isArray(values) && values.length > 0 && values.every((text) => text === null || typeof text === 'string')
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}
