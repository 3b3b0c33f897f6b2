import { TransloadError } from '../errors/transload-error.ts'
import { fate } from '../model/fate.ts'
import type { RejectedRow } from '../model/loss.ts'
import type { Cursor } from '../model/plain.ts'
import { giveBack } from './give-back.ts'
import { type Layout, nullLength } from './layout.ts'
import type { LossNote, MapEntry, RejectNote, ShowOriginal } from './notes.ts'
import { viewOf } from './view-of.ts'

/** A batch of a run is full at this many bytes of arena plus cells; one larger row travels alone. */
export const fullBatchBytes = 4 * 1024 * 1024

const minRowCapacity = 1024

const maxArenaBytes = 2 ** 31 - 1

/** Beyond a full batch, for the row of ordinary size that filled it. */
const lastRowBytes = 256 * 1024

/** More than a socket hands over at once. */
const spareBytes = 256 * 1024

/** Rows of one dataset: no object per row or value. */
export interface Frame {
  readonly layout: Layout
  /** Row-major (byte position, length) pairs into the batch's bytes; length −1 is NULL, −2 is absent. */
  cells: Int32Array
  /** Per row: live, then one of the five outcomes. */
  fate: Uint8Array
  /** Per row: its row in frame 0. */
  origin: Int32Array
  rowCount: number
}

/** Rows of one split up to one cursor: the unit of write, commit and checkpoint. */
export interface Batch {
  readonly split: string
  /** Number of the batch in its split, from 0. */
  readonly sequence: number
  /** Rows of the split that were read before this batch. */
  readonly readBefore: number
  /** [0] the rows read; the rest came of them (child and split tables). */
  readonly frames: readonly Frame[]
  /** The arena. `reserve` may replace it: never hold it across a call. */
  bytes: Uint8Array
  /** Over all of `bytes`, and replaced with it. */
  readonly view: DataView
  used: number
  after: Cursor | undefined
  readonly rejects: readonly RejectNote[]
  readonly losses: readonly LossNote[]
  /** Of rows that were rejected before and are sent again: as they are stored, by row of frame 0. */
  readonly replayed?: readonly RejectedRow[] | undefined
  /** Makes room for `byteCount` bytes at `used` and returns `used`; the caller moves `used` on. */
  reserve(byteCount: number): number
  /** Adds a row whose cells are all NULL to a frame and returns its number. */
  addRow(frame: number, origin?: number): number
  /**
   * Adds rows at once, and returns the number of the first. Nothing is in their cells: the caller sets every one of them.
   */
  addRows(frame: number, count: number): number
  /** Bytes of arena plus cells that the batch is full at: {@link fullBatchBytes} where nobody said otherwise. */
  fullBytes: number
  isFull(): boolean
  /** Rows of so many bytes that can be added to a frame before the batch is full: the one behind them fills it. */
  rowsBeforeFull(frame: number, rowBytes: number): number
  /** Marks row `note.row` of frame 0, and every row that came of it, as rejected. */
  reject(note: RejectNote): void
  /** Notes a loss. @param at Where {@link keep} has put the value as it was */
  lose(row: number, column: string, rule: string, at?: number, length?: number, show?: ShowOriginal): void
  /** Puts bytes into the arena that no cell is made of; returns where. */
  keep(bytes: Uint8Array): number
  /** Of those that were kept. */
  readonly keptBytes: number
  /** Keeps something of row `row` of frame 0, unless that is rejected. */
  remember(row: number, entry: MapEntry): void
  readonly remembered: readonly { readonly row: number; readonly entry: MapEntry }[]
  forgetRemembered(): void
  /** A row that goes into another one has lost nothing. */
  dropLosses(row: number): void
  readonly withoutLosses: ReadonlySet<number>
  /** Its rows were only looked at: all count as filtered, and nothing of them is left but what was remembered. */
  forget(): void
}

/**
 * Gives the arena of one batch, and what is in it, to another, which is to be as full as this one would be: a value is in
 * memory once, whoever looks at it.
 */
export function moveArena(from: Batch, to: Batch): void {
  to.bytes = from.bytes
  to.used = from.used
  to.fullBytes = from.fullBytes
  from.bytes = new Uint8Array(0)
  from.used = 0
}

/** Gives each of two frames of one layout the other's rows, and the memory that they are in. */
export function exchangeRows(one: Frame, other: Frame): void {
  ;[one.cells, other.cells] = [other.cells, one.cells]
  ;[one.fate, other.fate] = [other.fate, one.fate]
  ;[one.origin, other.origin] = [other.origin, one.origin]
  ;[one.rowCount, other.rowCount] = [other.rowCount, one.rowCount]
}

/** A reusable batch: a lane owns three, and nothing escapes them. */
export class ArenaBatch implements Batch {
  split = ''
  sequence = 0
  readBefore = 0
  frames: readonly Frame[]
  used = 0
  after: Cursor | undefined = undefined
  rejects: RejectNote[] = []
  losses: LossNote[] = []
  remembered: { readonly row: number; readonly entry: MapEntry }[] = []
  readonly withoutLosses = new Set<number>()
  replayed: readonly RejectedRow[] | undefined = undefined
  keptBytes = 0
  fullBytes = fullBatchBytes
  #bytes: Uint8Array
  #view: DataView
  readonly #lossIndex = new Map<string, LossNote>()
  /** What was found out when a row was rejected: one may be after the other. */
  readonly #sorted = new Map<Frame, { readonly rowCount: number; readonly isSorted: boolean }>()
  /** Of the rows of all frames. */
  #cellBytes = 0

  constructor(layouts: readonly Layout[], arenaBytes = 1024 * 1024, rowCapacity = minRowCapacity) {
    this.#bytes = new Uint8Array(arenaBytes)
    this.#view = viewOf(this.#bytes)
    this.frames = layouts.map((layout) => emptyFrame(layout, rowCapacity))
  }

  /** Makes the batch one of these datasets. The arena stays, and so do the frames where the datasets are the same. */
  assume(layouts: readonly Layout[]): void {
    const isSame =
      layouts.length === this.frames.length &&
      layouts.every(({ dataset }, place) => this.frames[place]?.layout.dataset === dataset)
    if (!isSame) this.frames = layouts.map((layout) => emptyFrame(layout, minRowCapacity))
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  set bytes(arena: Uint8Array) {
    this.#bytes = arena
    this.#view = viewOf(arena)
  }

  get view(): DataView {
    return this.#view
  }

  /** Whether one row has made the arena larger than any full batch. */
  isOversize(): boolean {
    return this.bytes.length > 4 * fullBatchBytes
  }

  /**
   * Gives an arena back that one huge row blew up: nothing reads the batch any more. At once, since the garbage collector
   * would leave several about.
   */
  release(): void {
    if (!this.isOversize()) return
    giveBack(this.bytes)
    this.bytes = new Uint8Array(0)
  }

  /** Empties the batch for its next use. */
  clear(split: string, sequence: number, readBefore: number): void {
    this.split = split
    this.sequence = sequence
    this.readBefore = readBefore
    this.used = 0
    this.after = undefined
    this.rejects = []
    this.losses = []
    this.remembered = []
    this.withoutLosses.clear()
    this.replayed = undefined
    this.keptBytes = 0
    this.#lossIndex.clear()
    this.#sorted.clear()
    for (const frame of this.frames) frame.rowCount = 0
    this.#cellBytes = 0
  }

  reserve(byteCount: number): number {
    const needed = this.used + byteCount
    if (needed > this.bytes.length) this.#grow(needed)
    return this.used
  }

  #grow(needed: number): void {
    if (needed > maxArenaBytes) {
      throw new TransloadError('TL_D401', { reason: `a batch of ${needed} bytes`, split: this.split })
    }
    // One step to the size of a full batch; a larger row gets what it needs and little more, or memory would be twice it:
    // room for the rows behind it in the same chunk, each of which would otherwise copy it once more. One that goes on
    // growing, as JSON that is being made does, leaves few such copies behind.
    const fullArenaBytes = this.fullBytes + lastRowBytes
    const isGrowing = this.bytes.length >= fullArenaBytes && needed < 2 * this.bytes.length
    const spare = isGrowing ? Math.max(spareBytes, Math.min(needed >> 1, maxArenaBytes - needed)) : spareBytes
    const larger = new Uint8Array(needed > fullArenaBytes ? needed + spare : fullArenaBytes)
    larger.set(this.bytes.subarray(0, this.used))
    this.bytes = larger
  }

  addRow(frameNumber: number, origin?: number): number {
    const frame = this.#frame(frameNumber)
    const row = frame.rowCount
    if (row === frame.fate.length) growFrame(frame)
    const width = frame.layout.columns.length * 2
    const cells = frame.cells
    for (let cell = row * width, end = cell + width; cell < end; cell++) cells[cell] = nullLength
    frame.fate[row] = fate.live
    frame.origin[row] = origin ?? row
    frame.rowCount = row + 1
    this.#cellBytes += width * Int32Array.BYTES_PER_ELEMENT
    return row
  }

  addRows(frameNumber: number, count: number): number {
    const frame = this.#frame(frameNumber)
    const first = frame.rowCount
    const end = first + count
    while (end > frame.fate.length) growFrame(frame)
    frame.fate.fill(fate.live, first, end)
    const origins = frame.origin
    for (let row = first; row < end; row++) origins[row] = row
    frame.rowCount = end
    this.#cellBytes += count * cellBytesOf(frame)
    return first
  }

  rowsBeforeFull(frameNumber: number, rowBytes: number): number {
    const left = this.fullBytes - 1 - this.used - this.#cellBytes
    return Math.max(0, Math.floor(left / (rowBytes + cellBytesOf(this.#frame(frameNumber)))))
  }

  #frame(frameNumber: number): Frame {
    const frame = this.frames[frameNumber]
    if (frame === undefined) throw new TransloadError('TL_X901', { reason: `no frame ${frameNumber}` })
    return frame
  }

  isFull(): boolean {
    return this.used + this.#cellBytes >= this.fullBytes
  }

  reject(note: RejectNote): void {
    const first = this.frames[0]
    if (first === undefined || first.fate[note.row] === fate.rejected) return
    this.rejects.push(note)
    first.fate[note.row] = fate.rejected
    for (let f = 1; f < this.frames.length; f++) {
      const frame = this.frames[f]
      if (frame === undefined) continue
      const isSorted = this.#isSorted(frame)
      for (let row = isSorted ? firstOf(frame, note.row) : 0; row < frame.rowCount; row++) {
        if (frame.origin[row] === note.row) frame.fate[row] = fate.rejected
        else if (isSorted) break
      }
    }
  }

  /** Whether the frame's rows stand in the order of those that they came of, as nearly all do. */
  #isSorted(frame: Frame): boolean {
    const known = this.#sorted.get(frame)
    if (known?.rowCount === frame.rowCount) return known.isSorted
    // Rows come behind those that are there, and those are looked at once.
    let isSorted = known === undefined || known.rowCount > frame.rowCount || known.isSorted
    const from = known === undefined || known.rowCount > frame.rowCount ? 1 : Math.max(1, known.rowCount)
    for (let row = from; row < frame.rowCount; row++) if (frame.origin[row - 1]! > frame.origin[row]!) isSorted = false
    this.#sorted.set(frame, { rowCount: frame.rowCount, isSorted })
    return isSorted
  }

  keep(bytes: Uint8Array): number {
    const at = this.reserve(bytes.length)
    this.bytes.set(bytes, at)
    this.used = at + bytes.length
    this.keptBytes += bytes.length
    return at
  }

  lose(row: number, column: string, rule: string, at = -1, length = 0, show?: ShowOriginal): void {
    const id = `${column}\u0000${rule}`
    let note = this.#lossIndex.get(id)
    if (note === undefined) {
      note = { column, rule, rows: [], originals: [], show }
      this.#lossIndex.set(id, note)
      this.losses.push(note)
    }
    note.rows.push(row)
    note.originals.push(at, length)
  }

  remember(row: number, entry: MapEntry): void {
    this.remembered.push({ row, entry })
  }

  forgetRemembered(): void {
    this.remembered = []
  }

  dropLosses(row: number): void {
    if (this.losses.length > 0) this.withoutLosses.add(row)
  }

  forget(): void {
    this.remembered = this.remembered.filter(({ row }) => this.frames[0]?.fate[row] !== fate.rejected)
    this.rejects = []
    this.losses = []
    this.#lossIndex.clear()
    for (const { fate: fates, rowCount } of this.frames) {
      for (let row = 0; row < rowCount; row++) if (fates[row] !== fate.vanished) fates[row] = fate.filtered
    }
  }
}

/** The first row of a sorted frame that came of `origin`, or of a later one. */
export function firstOf({ origin: origins, rowCount }: Frame, origin: number): number {
  let [low, high] = [0, rowCount]
  while (low < high) {
    const middle = (low + high) >> 1
    if (origins[middle]! < origin) low = middle + 1
    else high = middle
  }
  return low
}

function cellBytesOf({ layout }: Frame): number {
  return layout.columns.length * 2 * Int32Array.BYTES_PER_ELEMENT
}

function emptyFrame(layout: Layout, rowCapacity: number): Frame {
  return {
    layout,
    cells: new Int32Array(rowCapacity * layout.columns.length * 2),
    fate: new Uint8Array(rowCapacity),
    origin: new Int32Array(rowCapacity),
    rowCount: 0,
  }
}

function growFrame(frame: Frame): void {
  const capacity = Math.max(minRowCapacity, frame.fate.length * 2)
  const cells = new Int32Array(capacity * frame.layout.columns.length * 2)
  cells.set(frame.cells)
  frame.cells = cells
  const fates = new Uint8Array(capacity)
  fates.set(frame.fate)
  frame.fate = fates
  const origins = new Int32Array(capacity)
  origins.set(frame.origin)
  frame.origin = origins
}
