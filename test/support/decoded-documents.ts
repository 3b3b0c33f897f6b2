import { expect } from 'vitest'
import { DocumentDecoder } from '../../src/connectors/mongodb/decode/document-decoder.ts'
import type { ArenaBatch } from '../../src/batch/batch.ts'
import type { ReadColumn, ReadPlan } from '../../src/model/plan.ts'
import { batchOf, lossesOf, readPlan, restColumn, rowsOf } from './document-plan.ts'
import { rawDocument, rawElement } from './raw-bson.ts'

export function decode(read: ReadPlan, ...documents: readonly Uint8Array[]): ArenaBatch {
  const batch = batchOf(read)
  const decoder = new DocumentDecoder(read)
  documents.forEach((document, at) => decoder.decode(document, 0, document.length, at + 1, batch))
  return batch
}

/** The only cell of `v` for one value, and what is left over. */
export function decodeValue(own: ReadColumn, value: Uint8Array): { v: unknown; rest: unknown; losses: unknown } {
  const batch = decode(readPlan([own, restColumn]), value)
  const [row] = rowsOf(batch)
  expect(batch.rejects).toEqual([])
  return { v: row?.['v'], rest: row?.['$rest'], losses: lossesOf(batch) }
}

export const valueDocument = (found: number, ...bytes: Uint8Array[]): Buffer =>
  rawDocument(rawElement(found, 'v', ...bytes))
export const drift = { 'v type-drift': 1 }
