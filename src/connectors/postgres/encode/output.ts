import { copyWords, maxWordBytes } from '../../../batch/copy-words.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { pieceBytes, type PiecePool } from './piece-pool.ts'

/** Values from this size on are sent from where they lie. */
export const referenceBytes = 64 * 1024

const noBytes = Buffer.alloc(0)

/**
 * The bytes of one COPY, in memory of the pool's, or, where there is none, in fresh memory.
 * Encoders write at `at` after `room`, which may replace `bytes` and `view`:
 * neither is held across a call.
 */
export class Output {
  bytes: Uint8Array
  view: DataView
  at = 0
  readonly #pieces: Uint8Array[] = []
  #rowPieceCount = 0
  /** The buffer that the row began in, where it has gone on in another one. */
  #rowBytes: Uint8Array | undefined
  #rowAt = 0
  readonly #pool: PiecePool | undefined
  /** Over all of the memory that a value was copied from last. */
  #source: Buffer = noBytes

  constructor(pool?: PiecePool) {
    this.#pool = pool
    this.bytes = this.#piece(pieceBytes)
    this.view = new DataView(this.bytes.buffer)
  }

  /** From here on a row may be taken back. */
  beginRow(): void {
    this.#rowPieceCount = this.#pieces.length
    this.#rowBytes = undefined
    this.#rowAt = this.at
  }

  /** Forgets everything since `beginRow`. */
  undoRow(): void {
    this.#pieces.length = this.#rowPieceCount
    if (this.#rowBytes !== undefined) this.#use(this.#rowBytes)
    this.#rowBytes = undefined
    this.at = this.#rowAt
  }

  #use(bytes: Uint8Array): void {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset)
  }

  /** Makes `byteCount` bytes free at `at`, in one buffer. */
  room(byteCount: number): void {
    if (this.at + byteCount > this.bytes.length) this.#renew(byteCount)
  }

  #renew(byteCount: number): void {
    if (this.at > 0) this.#pieces.push(this.bytes.subarray(0, this.at))
    this.#rowBytes ??= this.bytes
    this.#use(this.#piece(byteCount))
    this.at = 0
  }

  #piece(byteCount: number): Uint8Array {
    if (this.#pool !== undefined && byteCount <= pieceBytes) return this.#pool.take()
    return Buffer.allocUnsafeSlow(Math.max(pieceBytes, byteCount))
  }

  /** Copies bytes behind what is there. */
  append(source: DataView, start: number, length: number): void {
    this.room(length)
    if (length <= maxWordBytes) copyWords(source, start, length, this.view, this.at)
    else this.#copy(source, start, length)
    this.at += length
  }

  /** By what needs no view of its own for each value. */
  #copy(source: DataView, start: number, length: number): void {
    const { buffer, byteOffset } = source
    if (this.#source.buffer !== buffer) this.#source = Buffer.from(buffer)
    const from = byteOffset + start
    const copied = this.#source.copy(this.bytes, this.at, from, from + length)
    // It copies what there is, and says nothing of the rest.
    if (copied !== length) throw new TransloadError('TL_X901', { reason: 'a value lies outside of its memory' })
  }

  /** A value with its length before it: copied, or, where it is large, sent from where it lies. */
  field(source: DataView, start: number, length: number): void {
    if (length <= maxWordBytes) {
      this.room(4 + length)
      this.view.setInt32(this.at, length)
      copyWords(source, start, length, this.view, this.at + 4)
      this.at += 4 + length
      return
    }
    this.room(4)
    this.view.setInt32(this.at, length)
    this.at += 4
    this.body(source, start, length)
  }

  /** The same without the length. */
  body(source: DataView, start: number, length: number): void {
    if (length < referenceBytes) this.append(source, start, length)
    else this.refer(source, start, length)
  }

  /** Sends a part of `source` from where it lies: it must stay as it is until the COPY has ended. */
  refer(source: DataView, start: number, length: number): void {
    if (this.at > 0) this.#pieces.push(this.bytes.subarray(0, this.at))
    this.#pieces.push(new Uint8Array(source.buffer, source.byteOffset + start, length))
    this.#rowBytes ??= this.bytes
    this.#use(this.bytes.subarray(this.at))
    this.at = 0
  }

  /** Forgets everything, for a buffer whose bytes are only ever copied. */
  reset(): void {
    this.#pieces.length = 0
    this.at = 0
    this.#source = noBytes
  }

  /** Whether there are pieces that no more is written to. */
  get hasPieces(): boolean {
    return this.#pieces.length > 0
  }

  /** Gives those pieces away, between two rows: what is in them cannot be taken back any more. */
  take(): readonly Uint8Array[] {
    return this.#pieces.splice(0)
  }

  /** All that was written and not given away. Nothing may be written after it. */
  finish(): readonly Uint8Array[] {
    if (this.at > 0) this.#pieces.push(this.bytes.subarray(0, this.at))
    this.at = 0
    this.#source = noBytes
    return this.#pieces
  }
}
