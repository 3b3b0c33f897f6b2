import { type Fault, maxReason, type PackedColumn, type Part, type Readiness } from './messages.ts'

/** Whether a thread says that it is ready. Anything else that a module sends on its own is none. */
export function readinessOf(message: unknown): Readiness | undefined {
  if (!isObject(message) || typeof message['ready'] !== 'boolean') return undefined
  const { ready, at, reason, names } = message
  if (ready) return { ready }
  return {
    ready,
    at: at === 'export' ? at : 'module',
    reason: String(reason).slice(0, maxReason * 2),
    names: Array.isArray(names) ? names.map(String) : [],
  }
}

/**
 * What a thread sends, as the answer that it ought to be: nothing of it is trusted, a function may have changed whatever
 * the thread is made of. Undefined where it is none. @param maxRows That no answer was told for yet
 */
export function partOf(message: unknown, maxRows: number, columnCount: number): Part | undefined {
  if (!isObject(message)) return undefined
  const { rowCount, columns, faults } = message
  if (!isCount(rowCount) || rowCount === 0 || rowCount > maxRows) return undefined
  if (!Array.isArray(columns) || columns.length !== columnCount || !Array.isArray(faults)) return undefined
  if (!columns.every((column) => isPacked(column, rowCount))) return undefined
  if (!faults.every((fault) => isFault(fault, rowCount))) return undefined
  return { rowCount, columns, faults }
}

function isPacked(column: unknown, rowCount: number): column is PackedColumn {
  if (!isObject(column)) return false
  const { bytes, lengths } = column
  if (!(bytes instanceof Uint8Array) || !(lengths instanceof Int32Array) || lengths.length !== rowCount) return false
  // What is shared could still change once it was looked at.
  if (!(bytes.buffer instanceof ArrayBuffer) || !(lengths.buffer instanceof ArrayBuffer)) return false
  let byteCount = 0
  for (const length of lengths) {
    if (length < -1) return false
    byteCount += Math.max(length, 0)
  }
  return byteCount === bytes.length
}

function isFault(fault: unknown, rowCount: number): fault is Fault {
  if (!isObject(fault)) return false
  const { row, column, reason } = fault
  return (
    isCount(row) && row < rowCount && typeof reason === 'string' && (column === undefined || typeof column === 'string')
  )
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}
