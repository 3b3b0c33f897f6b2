import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { assertNotAborted } from '../../../../async/abort.ts'
import { notReadable, toFileError } from '../../../../errors/file-error.ts'
import { TransloadError } from '../../../../errors/transload-error.ts'

const pieceBytes = 1024 * 1024

/** A file as it was when it was looked at first. */
export interface DumpedFile {
  /** For messages: what the user named, and where in it the file is. */
  readonly label: string
  readonly path: string
  /** Within what the user named, with slashes. */
  readonly name: string
  /** In bytes, as it is. */
  readonly size: number
  readonly stats: BigIntStats
}

/** @throws TL_S204, TL_S205 where it cannot be looked at; TL_S208 where it is neither a file nor a folder */
export async function statPath(label: string, path: string): Promise<BigIntStats> {
  let stats: BigIntStats
  try {
    stats = await stat(path, { bigint: true })
  } catch (error) {
    throw toFileError(error, label, path)
  }
  if (stats.isFile() || stats.isDirectory()) return stats
  throw notReadable(
    label,
    'it is no file, but a pipe or device',
    'Put what comes out of it into a file, and name that.',
  )
}

export function dumpedFile(label: string, path: string, name: string, stats: BigIntStats): DumpedFile {
  return { label, path, name, size: Number(stats.size), stats }
}

/** @throws TL_K502 where the path leads to another file, or somebody has written to it; TL_S205 where it is gone */
export async function assertSameFile({ label, path, stats }: DumpedFile, run = 'under way'): Promise<void> {
  const now = await statPath(label, path)
  const { dev, ino, size, mtimeNs } = stats
  if (now.dev === dev && now.ino === ino && now.size === size && now.mtimeNs === mtimeNs) return
  throw new TransloadError('TL_K502', { run, reason: `somebody has written to ${path} since it was opened` })
}

/**
 * SHA-256 of the files, of their names and of what is in them as it is, in hexadecimal digits; in the order of the names,
 * whatever order they come in. Reads all of them.
 */
export async function hashFiles(files: readonly DumpedFile[], signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(pieceBytes)
  for (const { label, path, name } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const content = createHash('sha256')
    try {
      await using handle = await open(path, 'r')
      for (;;) {
        assertNotAborted(signal)
        const { bytesRead } = await handle.read(buffer, 0, pieceBytes, null)
        if (bytesRead === 0) break
        content.update(buffer.subarray(0, bytesRead))
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw toFileError(error, label, path)
    }
    // A digest has always the same length: no name and content can be taken for others.
    hash.update(`${name}\0`).update(content.digest())
  }
  return hash.digest('hex')
}
