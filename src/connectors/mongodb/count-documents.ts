import { ArenaBatch } from '../../batch/batch.ts'
import { nullLength } from '../../batch/layout.ts'
import type { CountAnswer, CountQuestion } from '../../model/count.ts'
import { decodeNext } from './decode-next.ts'
import { decoderOf } from './decode/whole-document-decoder.ts'
import type { DocumentMoment } from './document-store.ts'
import { layoutsOfRead } from './layouts-of-read.ts'

/** Rows of a collection, and NULLs of its columns as a run reads them; orphans are counted elsewhere. */
export async function countDocuments(
  moment: DocumentMoment,
  { table, columns, read }: CountQuestion,
  signal: AbortSignal,
): Promise<CountAnswer> {
  await using stream = await moment.openAll(table, signal)
  let rows = 0
  if (read === undefined) {
    while (await stream.fill(signal)) while (stream.next()) rows++
    return { table, rows, nulls: columns.map(() => 0), orphans: [] }
  }
  const decoder = decoderOf(read)
  const batch = new ArenaBatch(layoutsOfRead(read))
  const slots = columns.map((name) => read.columns.findIndex((column) => column.name === name))
  const nulls = slots.map(() => 0)
  const width = read.columns.length
  const add = (): void => {
    const { cells, rowCount } = batch.frames[0]!
    const isNull = (row: number, slot: number): boolean =>
      slot < 0 || cells[(row * width + slot) * 2 + 1] === nullLength
    rows += rowCount
    for (let row = 0; row < rowCount; row++) {
      for (const [place, slot] of slots.entries()) if (isNull(row, slot)) nulls[place]!++
    }
    // What a row is rejected for has no cell, and is no NULL.
    for (const { row, column, original } of batch.rejects) {
      const place = columns.indexOf(column ?? '')
      if (original !== undefined && place >= 0 && isNull(row, slots[place]!)) nulls[place]!--
    }
    batch.clear('', 0, 0)
  }
  while (await stream.fill(signal)) {
    while (stream.next()) {
      decodeNext(decoder, stream, batch)
      if (batch.isFull()) add()
    }
  }
  add()
  await moment.assertUnchanged()
  return { table, rows, nulls, orphans: [] }
}
