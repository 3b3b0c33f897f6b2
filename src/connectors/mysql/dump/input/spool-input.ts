import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { assertNotAborted } from '../../../../async/abort.ts'
import { openNameless, writeWhole } from '../../../sql/nameless-file.ts'

/**
 * Puts a stream that can be read only once into a temporary file, and gives it open.
 *
 * @throws TL_C105 where the disk has no room for it
 */
export async function spoolInput(input: Readable, signal: AbortSignal): Promise<FileHandle> {
  const handle = await openNameless()
  const onAbort = (): void => void input.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    let position = 0
    for await (const chunk of input) {
      assertNotAborted(signal)
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      await writeWhole(handle, bytes, position, 'The dump from standard input')
      position += bytes.length
    }
    assertNotAborted(signal)
    return handle
  } catch (error) {
    await handle.close()
    assertNotAborted(signal)
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
