import type { Batch } from '../../batch/batch.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { fate } from '../../model/fate.ts'
import { quoteName } from './quote.ts'
import type { WriteTarget } from './write-target.ts'

export function copySql(target: WriteTarget): string {
  const columns = target.fields.map((field) => quoteName(field.column.name)).join(', ')
  return `COPY ${target.table} (${columns}) FROM STDIN (FORMAT binary)`
}

export function assertTaken(target: WriteTarget, sent: number, taken: number | undefined): void {
  if (taken !== sent) throw new TransloadError('TL_T309', { taken: taken ?? 'unknown', sent, table: target.table })
}

export function rejectedRows(batch: Batch, target: WriteTarget): number {
  if (batch.rejects.length === 0) return 0
  const frame = batch.frames[target.plan.frame]
  let count = 0
  for (let row = 0; row < (frame?.rowCount ?? 0); row++) if (frame?.fate[row] === fate.rejected) count++
  return count
}
