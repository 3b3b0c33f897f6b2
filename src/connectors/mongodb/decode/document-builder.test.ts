import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchOf } from '../../../../test/support/document-plan.ts'
import { randomPlan } from '../../../../test/support/random-document-plan.ts'
import { anyDocument } from '../../../../test/support/raw-bson.ts'
import { TightArena } from '../../../../test/support/tight-arena.ts'
import { fate } from '../../../model/fate.ts'
import { DocumentBuilder } from './document-builder.ts'
import { DocumentDecoder } from './document-decoder.ts'

/** Raised by hand to look longer. */
const runCount = 300

describe('a document', () => {
  it('is made again of its rows to the byte, of whatever types and by whatever plan', () => {
    const tally = { rows: 0, originals: 0 }
    fc.assert(
      fc.property(
        fc.array(anyDocument({ hasEverything: true }), { minLength: 1, maxLength: 4 }),
        fc.integer(),
        (documents, seed) => {
          const read = randomPlan(documents, seed, true)
          const batch = batchOf(read)
          const decoder = new DocumentDecoder(read)
          documents.forEach((document, at) => decoder.decode(document, 0, document.length, at + 1, batch))
          const builder = new DocumentBuilder(read)
          const first = batch.frames[0]!
          expect(first.rowCount).toBe(documents.length)
          documents.forEach((document, row) => {
            if (first.fate[row] !== fate.live) return
            tally.rows++
            const arena = new TightArena('before')
            const { start, end } = builder.build(batch, row, arena)
            expect([start, end]).toEqual([6, 6 + document.length])
            expect(arena.from(6)).toEqual(Buffer.from(document))
            const { columns } = first.layout
            if (first.cells[((row + 1) * columns.length - 1) * 2 + 1]! >= 0) tally.originals++
          })
        },
      ),
      { numRuns: runCount },
    )
    // Or nothing would have been made again.
    expect(tally.rows - tally.originals).toBeGreaterThan(tally.rows / 20)
  })
})
