/* oxlint-disable typescript/unbound-method -- the driver calls a state as a method of its command */
import { TransloadError } from '../../errors/transload-error.ts'
import type { Connection } from './connection.ts'
import { type CommandState, type DriverConnection, loadExecuteClass, type Packet, type Statement } from './driver.ts'
import { headerBytes, rowEndAt, type RowRun } from './decode/packet.ts'
import { readWireField, type WireField } from './decode/wire-field.ts'

/** What becomes of a result's packets. Called while the driver takes a chunk off the socket: nothing may be kept. */
export interface PacketSink {
  /** Once, before the first row. */
  fields(fields: readonly WireField[]): void
  /** A row's payload is buffer[offset, end). */
  row(buffer: Buffer, offset: number, end: number): void
  /**
   * Packets that lie one behind the other from `offset` on, the first of which has the number `sequence`: takes as many of
   * them as are rows that it can take at once, none of which ends what it wants. Undefined: none of them.
   */
  rows(buffer: Buffer, offset: number, sequence: number): RowRun | undefined
  /** After the last of the rows that lie in a buffer: what is needed of them later is to be copied now. */
  endOfRows(buffer: Buffer): void
}

const Execute = loadExecuteClass()

const noResult = new TransloadError('TL_X901', { reason: 'a statement without a result' })

/**
 * Runs a prepared statement and hands out its rows as they lie on the wire. The states below stand in the place of the
 * driver's own, which would make an object of every row; the driver's prototype names its own states, so each of the
 * three names the next one here.
 */
class RowCommand extends Execute {
  readonly #sink: PacketSink
  readonly #settle: PromiseWithResolvers<void>
  readonly #onRows: () => void
  readonly #fields: WireField[] = []
  /** An error of ours: the rest of the result is let go by. */
  #failed = false

  /** @param onRows Called when all that is still to come is rows, of which nothing is kept. */
  constructor(statement: Statement, sink: PacketSink, settle: PromiseWithResolvers<void>, onRows: () => void) {
    super({ statement }, (error) => settle.reject(error ?? noResult))
    this.#onRows = onRows
    this.#sink = sink
    this.#settle = settle
  }

  override readField(packet: Packet): CommandState {
    this.#fields.push(readWireField(packet.buffer, packet.end))
    return this.#fields.length === this._fieldCount ? RowCommand.prototype.fieldsEOF : RowCommand.prototype.readField
  }

  override fieldsEOF(packet: Packet): CommandState {
    if (packet.isEOF()) this.#guard(() => this.#sink.fields(this.#fields))
    else this.#fail(new TransloadError('TL_X901', { reason: 'no end after the columns of a result' }))
    this.#onRows()
    return RowCommand.prototype.row
  }

  override row(packet: Packet, connection: DriverConnection): CommandState | null {
    if (packet.isEOF()) {
      this.#settle.resolve()
      return null
    }
    if (!this.#failed) {
      try {
        this.#sink.row(packet.buffer, packet.offset, packet.end)
        // One that waited through a pause has the others behind it in a queue of the driver's.
        if (packet === connection.packetParser._reusablePacket) this.#rowsBehind(packet, connection)
        this.#sink.endOfRows(packet.buffer)
      } catch (error) {
        this.#fail(error)
      }
    }
    return RowCommand.prototype.row
  }

  /**
   * Takes the rows that lie whole behind this one in the same chunk, and has the driver pass them over: what it does for
   * each packet costs as much as some rows do. Whatever is no plain row is left to the driver.
   */
  #rowsBehind(packet: Packet, connection: DriverConnection): void {
    const { buffer } = packet
    const expected = connection.sequenceId
    let end = packet.end
    let count = 0
    const run = connection._paused ? undefined : this.#sink.rows(buffer, end, expected)
    if (run !== undefined) ({ count, end } = run)
    while (!connection._paused) {
      const next = rowEndAt(buffer, end, expected + count)
      if (next < 0) break
      count++
      this.#sink.row(buffer, end + headerBytes, next)
      end = next
    }
    if (count === 0) return
    connection.packetParser.length = end - packet.start - headerBytes
    connection._bumpSequenceId(count)
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Thrown into the driver, an error would end the connection, and the transaction with it. */
  #fail(error: unknown): void {
    this.#failed = true
    this.#settle.reject(error)
  }
}

/**
 * Gives the memory of a huge packet back at once: left to the garbage collector, three or four of them lie about before
 * it comes round. Does nothing where the buffer is part of a larger one.
 */
export function freeBuffer(buffer: Buffer): void {
  const memory = buffer.buffer
  if (memory instanceof ArrayBuffer && buffer.byteLength + smallestHeader >= memory.byteLength) memory.transfer(0)
}

/**
 * A packet that has not come whole is all that the driver keeps of a chunk when it has taken it, but for the packets that
 * wait while it is paused: those lie in this memory too, and are safe because nothing is read until they are taken.
 */
function saveRest({ packetParser: { buffer: parts } }: DriverConnection, memory: Buffer): void {
  const rest = parts.at(-1)
  if (rest?.buffer === memory.buffer) parts[parts.length - 1] = Buffer.from(rest)
}

/** Bytes that may stand before a packet's payload in the memory that was made for it. */
const smallestHeader = 16

/**
 * One statement's rows, pulled: nothing is taken off the socket while it is paused, but for the rest of the chunk that
 * the driver has already.
 */
export class PacketReader {
  /**
   * Resolves at the server's end of the result. Rejects with the server's error, with an error of the sink, and where the
   * connection breaks off: a result that just stops is an error.
   */
  readonly ended: Promise<void>
  /** Resolves once nothing more of the result will come, rows that were let go by included. */
  readonly drained: Promise<void>
  readonly #connection: Connection
  #isDrained = false

  private constructor(connection: Connection, statement: Statement, sink: PacketSink) {
    this.#connection = connection
    const settle = Promise.withResolvers<void>()
    const drained = Promise.withResolvers<void>()
    this.ended = settle.promise
    this.drained = drained.promise
    // An error may come before anybody waits for it, as after a pause: it is kept for the next one who does.
    void Promise.allSettled([this.ended])
    const forget = connection.onLost((error) => {
      settle.reject(error)
      drained.resolve()
    })
    void this.drained.then(() => {
      this.#isDrained = true
      forget()
    })
    const { driver, chunks } = connection
    const command = new RowCommand(statement, sink, settle, () => chunks?.reuse((memory) => saveRest(driver, memory)))
    command.once('end', () => {
      chunks?.stopReuse()
      drained.resolve()
    })
    driver.addCommand(command)
  }

  /** Prepares and sends the statement; its rows wait for `resume`. */
  static async start(connection: Connection, sql: string, sink: PacketSink): Promise<PacketReader> {
    const statement = await connection.command<Statement>((done) => connection.driver.prepare({ sql }, done))
    // Taken off the driver's list, which would grow; closed in the server once the rows are through.
    const reader = new PacketReader(connection, statement, sink)
    connection.driver.pause()
    connection.driver.unprepare(sql)
    return reader
  }

  get isDrained(): boolean {
    return this.#isDrained
  }

  pause(): void {
    this.#connection.driver.pause()
  }

  resume(): void {
    this.#connection.driver.resume()
  }
}
