import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline as pipe } from 'node:stream/promises'
import type { Pipeline } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { transloadHome } from '../store/transload-home.ts'
import { Interrupts } from './interrupts.ts'
import type { World } from './world.ts'

export interface Spooled {
  /** The source's URL, with the file in the place of standard input. */
  readonly source: string
  readonly path: string
}

/**
 * Puts standard input (`mysqldump:-`) into a file that is named by its contents: the same input gives the same file, and
 * so the same plan, which is what a run needs to be resumed. Readable by its owner alone.
 *
 * @throws TL_C105 for a source that is not standard input
 */
export async function spool(
  source: string,
  stdin: NodeJS.ReadableStream,
  directory: string,
  signal: AbortSignal,
): Promise<Spooled> {
  const scheme = /^([a-z][a-z0-9+.-]*):-$/i.exec(source)?.[1]
  if (scheme === undefined) {
    throw new TransloadError('TL_C105', {
      reason: '--spool is for a source that is read from standard input',
      cure: 'Leave --spool out, or write the source as mysqldump:-.',
    })
  }
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const unfinished = join(directory, `unfinished-${randomBytes(6).toString('hex')}`)
  const hash = createHash('sha256')
  let isGzip = false
  let byteCount = 0
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (byteCount === 0) isGzip = chunk[0] === 0x1f && chunk[1] === 0x8b
      byteCount += chunk.length
      hash.update(chunk)
      done(null, chunk)
    },
  })
  try {
    await pipe(stdin, watch, createWriteStream(unfinished, { mode: 0o600 }), { signal })
    if (byteCount === 0) {
      throw new TransloadError('TL_C105', { reason: 'Standard input is empty', cure: 'Pipe the dump into transload.' })
    }
    const path = join(directory, `${hash.digest('hex').slice(0, 32)}${isGzip ? '.gz' : ''}`)
    await rename(unfinished, path)
    return { source: `${scheme}:${path}`, path }
  } catch (error) {
    await rm(unfinished, { force: true })
    if (signal.aborted) throw signal.reason
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') throw error
    const cure = 'Name a place with more room in TRANSLOAD_HOME, or put the dump into a file and name that.'
    throw new TransloadError('TL_C105', { reason: `Standard input does not fit into ${directory}`, cure }, error)
  }
}

/** A pipeline whose standard input lies in a file, where that was asked for, until disposed or kept. */
export interface SpooledPipeline extends AsyncDisposable {
  readonly pipeline: Pipeline
  /** The file stays: the run that reads it can be resumed. */
  keep(): void
}

/** @throws TL_C105 as `spool` does */
export async function spoolFor(pipeline: Pipeline, isWanted: boolean, world: World): Promise<SpooledPipeline> {
  if (!isWanted) return { pipeline, keep() {}, async [Symbol.asyncDispose]() {} }
  using interrupts = new Interrupts(world, { first: 'now', say: () => {}, beforeExit: async () => {} })
  const directory = join(transloadHome(world.environment), 'spool')
  const { source, path } = await spool(pipeline.source, world.stdin, directory, interrupts.signal)
  let isKept = false
  return {
    pipeline: { ...pipeline, source },
    keep() {
      isKept = true
    },
    async [Symbol.asyncDispose]() {
      if (!isKept) await rm(path, { force: true })
    },
  }
}
