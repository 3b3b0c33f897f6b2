import { createHash } from 'node:crypto'

/** Advisory locks of ours, by what they guard. They are of one database, like everything they guard. */
const lockClass = 0x74_6c_6f_64

/** The lock that serialises the making of runs in one database. */
export const stateLock = `${lockClass}, 0`

/** The lock that every session which writes for a run holds a share of, so that a new owner finds the old backends. */
export function runLock(run: string): { readonly classId: number; readonly objectId: number } {
  // Never 0, which is the state's own. Runs whose numbers agree would only end each other's sessions, which come back.
  const objectId = createHash('sha256').update(run).digest().readUInt32BE(0) | 1
  return { classId: lockClass, objectId: objectId | 0 }
}
