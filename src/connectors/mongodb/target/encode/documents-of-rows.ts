import { ArenaBatch } from '../../../../batch/batch.ts'

const firstCapacity = 1024

/** Documents of rows, one behind the other in an arena of their own. */
export class RowDocuments {
  readonly arena = new ArenaBatch([])
  count = 0
  /** Per document: where it begins, and where its `_id` ends, whose element comes first. */
  starts = new Int32Array(firstCapacity)
  idEnds = new Int32Array(firstCapacity)
  ends = new Int32Array(firstCapacity)
  /** Per document: its row in the frame. */
  rows = new Int32Array(firstCapacity)

  clear(): void {
    this.count = 0
    this.arena.used = 0
    this.arena.release()
  }

  add(start: number, idEnd: number, row: number): void {
    if (this.count === this.starts.length) this.#grow()
    this.starts[this.count] = start
    this.idEnds[this.count] = idEnd
    this.ends[this.count] = this.arena.used
    this.rows[this.count++] = row
  }

  #grow(): void {
    const longer = (before: Int32Array): Int32Array<ArrayBuffer> => {
      const after = new Int32Array(before.length * 2)
      after.set(before)
      return after
    }
    this.starts = longer(this.starts)
    this.idEnds = longer(this.idEnds)
    this.ends = longer(this.ends)
    this.rows = longer(this.rows)
  }
}
