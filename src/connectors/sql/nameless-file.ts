import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TransloadError } from '../../errors/transload-error.ts'

/**
 * A temporary file (TMPDIR) that has no name any more once it is open, so that nothing of it is left however the process
 * ends; its room on the disk is free again when it is closed. Only its owner could ever read it.
 */
export async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `transload-${randomBytes(8).toString('hex')}.spool`)
  const handle = await open(path, 'wx+', 0o600)
  try {
    await rm(path)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * Writes all of it, from the file's current place on or at a position.
 *
 * @param what For people: `The dump from standard input`.
 * @throws TL_C105 where the disk is full
 */
export async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number, what: string): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) {
      done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw await noRoom(what, error)
    throw error
  }
}

async function noRoom(what: string, cause: Error): Promise<TransloadError> {
  const folder = tmpdir()
  const { bavail, bsize } = await statfs(folder)
  return new TransloadError(
    'TL_C105',
    {
      reason: `${what} takes more room than ${folder} has, where ${bavail * bsize} bytes are left`,
      cure: 'Name a folder with more room: TMPDIR=FOLDER transload …',
    },
    cause,
  )
}
