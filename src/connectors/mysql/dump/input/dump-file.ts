import type { BigIntStats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { TransloadError } from '../../../../errors/transload-error.ts'
import { type DumpHeader, looksLikeDump, parseDumpHeader } from '../../../../format/sql-text/dump-header.ts'
import { notReadable, toFileError } from '../../../../errors/file-error.ts'
import { ForwardPieces, skipTo } from './forward-pieces.ts'
import { HashingPieces } from './hashing-pieces.ts'
import { FilePieces, GunzipPieces, type PieceReader } from './piece-reader.ts'
import { spoolInput } from './spool-input.ts'

const headBytes = 4096
/** A file changed less than this long before it was hashed may change again without a new time. */
const settledNs = 2_000_000_000n

/** Packings by their first bytes, and what unpacks them. */
const otherPackings: readonly (readonly [first: string, name: string, tool: string])[] = [
  ['28b52ffd', 'zstd', 'zstd -dc'],
  ['fd377a585a00', 'xz', 'xz -dc'],
  ['425a68', 'bzip2', 'bzip2 -dc'],
  ['04224d18', 'lz4', 'lz4 -dc'],
  ['504b0304', 'zip', 'unzip -p'],
]

/**
 * A dump in a file that stays open until disposed, plain or packed with gzip: by what is in it, whatever it is called.
 * Positions are those in the unpacked dump.
 */
export class DumpFile implements AsyncDisposable {
  readonly label: string
  readonly path: string
  readonly header: DumpHeader
  readonly isPacked: boolean
  /** In bytes, as it is. */
  readonly size: number
  /** From standard input or a pipe: there is nothing to read again in another process. */
  readonly isSpooled: boolean
  readonly #handle: FileHandle
  readonly #opened: BigIntStats
  readonly #openedAtMs = Date.now()

  private constructor(
    open: Omit<OpenedFile, 'head'>,
    label: string,
    path: string,
    isPacked: boolean,
    head: Uint8Array,
  ) {
    this.label = label
    this.path = path
    this.isPacked = isPacked
    this.header = parseDumpHeader(head)
    this.isSpooled = open.isSpooled
    this.#handle = open.handle
    this.#opened = open.stats
    this.size = Number(open.stats.size)
  }

  /**
   * @param path Undefined: standard input, which `input` gives.
   * @throws TL_S204, TL_S205 where it cannot be opened; TL_S207, TL_S208 where it is no dump
   */
  static async open(
    label: string,
    path: string | undefined,
    input: () => Readable,
    notice: (message: string) => void,
    signal: AbortSignal,
  ): Promise<DumpFile> {
    const shown = path ?? 'standard input'
    let opened: OpenedFile | undefined
    try {
      opened = await openFile(path, input, notice, signal)
      const first = opened.head.toString('hex')
      const isPacked = first.startsWith('1f8b')
      const packing = otherPackings.find(([bytes]) => first.startsWith(bytes))
      if (packing !== undefined) {
        const [, name, tool] = packing
        const cure = `Unpack it on the way: ${tool} FILE | transload … --source mysqldump:-`
        throw notReadable(label, `it is packed with ${name}`, cure)
      }
      const head = isPacked ? await unpackHead(opened.handle, signal) : opened.head
      assertLooksLikeDump(label, head)
      return new DumpFile(opened, label, shown, isPacked, head)
    } catch (error) {
      await opened?.handle.close()
      if (signal.aborted) throw signal.reason
      throw toFileError(error, label, shown)
    }
  }

  /** The dump from `position` on. A packed one is unpacked from its start. */
  async pieces(position: number, signal: AbortSignal): Promise<PieceReader> {
    if (!this.isPacked) return new FilePieces(this.#handle, position)
    return await skipTo(this.#unpack(), position, signal)
  }

  /** One pass over a packed dump, to be shared. */
  forward(): ForwardPieces {
    return new ForwardPieces(() => this.#unpack())
  }

  /** The whole dump, and a hash of the file that is taken along. */
  hashedPieces(): { readonly pieces: PieceReader; readonly hash: HashingPieces } {
    const hash = new HashingPieces(new FilePieces(this.#handle, 0))
    return { pieces: this.isPacked ? new GunzipPieces(hash) : hash, hash }
  }

  /** SHA-256 of the file as it is, in hexadecimal digits. Reads all of it. */
  async hash(signal: AbortSignal): Promise<string> {
    await using hash = new HashingPieces(new FilePieces(this.#handle, 0))
    return await hash.digest(signal)
  }

  /** Whether the path still leads to this file, and it to the same bytes. A pipe's always does. */
  async isCurrent(): Promise<boolean> {
    if (this.isSpooled) return true
    const now = await stat(this.path, { bigint: true })
    const { dev, ino, size, mtimeNs } = this.#opened
    return now.dev === dev && now.ino === ino && now.size === size && now.mtimeNs === mtimeNs
  }

  /** @throws TL_K502 where somebody has written to the file since it was opened */
  async assertUnchanged(run = 'under way'): Promise<void> {
    const now = await this.#handle.stat({ bigint: true })
    if (now.size === this.#opened.size && now.mtimeNs === this.#opened.mtimeNs) return
    throw new TransloadError('TL_K502', { run, reason: `somebody has written to ${this.path} while it was read` })
  }

  /**
   * Whether the file's bytes are for sure those that were there when it was opened: its time of change, which nobody can
   * set, is the same, and was not so fresh then that a second change could have got the same time.
   */
  async isSurelyUnchanged(): Promise<boolean> {
    const now = await this.#handle.stat({ bigint: true })
    const { size, mtimeNs, ctimeNs } = this.#opened
    const isSame = now.size === size && now.mtimeNs === mtimeNs && now.ctimeNs === ctimeNs
    return isSame && ctimeNs + settledNs < BigInt(this.#openedAtMs) * 1_000_000n
  }

  /** For people. */
  get modifiedAt(): string {
    return new Date(Number(this.#opened.mtimeNs / 1_000_000n)).toISOString()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  #unpack(): PieceReader {
    return new GunzipPieces(new FilePieces(this.#handle, 0))
  }
}

interface OpenedFile {
  readonly handle: FileHandle
  readonly stats: BigIntStats
  readonly head: Buffer
  readonly isSpooled: boolean
}

async function openFile(
  path: string | undefined,
  input: () => Readable,
  notice: (message: string) => void,
  signal: AbortSignal,
): Promise<OpenedFile> {
  if (path === undefined) return await describeFile(await spool(input(), notice, signal), true)
  const handle = await open(path, 'r')
  try {
    const stats = await handle.stat()
    if (stats.isFile() || stats.isDirectory()) return await describeFile(handle, false)
  } catch (error) {
    await handle.close()
    throw error
  }
  // A pipe, such as a shell's <(…), can be read only once.
  const stream = handle.createReadStream()
  return await describeFile(await spool(stream, notice, signal), true)
}

async function spool(
  input: Readable & { readonly isTTY?: boolean },
  notice: (message: string) => void,
  signal: AbortSignal,
): Promise<FileHandle> {
  if (input.isTTY === true) {
    throw new TransloadError('TL_C105', {
      reason: 'Standard input is a terminal, not a dump',
      cure: 'Pipe a dump into it: mysqldump … | transload … --source mysqldump:-',
    })
  }
  notice('The dump is read from a pipe into a temporary file first (TMPDIR). Such a run cannot be resumed.')
  return await spoolInput(input, signal)
}

async function describeFile(handle: FileHandle, isSpooled: boolean): Promise<OpenedFile> {
  try {
    const stats = await handle.stat({ bigint: true })
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return { handle, stats, head: buffer.subarray(0, bytesRead), isSpooled }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function unpackHead(handle: FileHandle, signal: AbortSignal): Promise<Uint8Array> {
  await using pieces = new GunzipPieces(new FilePieces(handle, 0))
  const piece = await pieces.next(signal)
  return Buffer.from((piece ?? new Uint8Array(0)).subarray(0, headBytes))
}

function assertLooksLikeDump(label: string, head: Uint8Array): void {
  if (looksLikeDump(head)) return
  const cure = 'Name a file that mysqldump or mariadb-dump wrote, plain or packed with gzip.'
  if (head.length === 0) throw notReadable(label, 'it is empty', cure)
  const isWide = head[0] === 0xff || head[0] === 0xfe || (head[0] !== 0 && head[1] === 0)
  const reason = isWide ? 'it is written in UTF-16, as PowerShell’s > does' : 'no SQL statement is at its beginning'
  throw notReadable(label, reason, isWide ? 'Dump anew with --result-file=FILE in place of >.' : cure)
}
