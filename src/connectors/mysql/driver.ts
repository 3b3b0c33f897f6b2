/**
 * What is used of mysql2 beyond its public types. The driver does handshake, TLS, login and packets; the rest of this
 * folder speaks to a connection through these shapes only. Internal to mysql2 and therefore pinned to one version and
 * covered by `split-reader.mysql.test.ts`.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Socket } from 'node:net'
import { createConnection, type ConnectionOptions } from 'mysql2'

/** One packet's payload: `buffer[offset … end)`. The object and often the buffer are reused: copy what is kept. */
export interface Packet {
  readonly buffer: Buffer
  /** Of the packet's header. */
  readonly start: number
  offset: number
  readonly end: number
  isEOF(): boolean
}

export interface Statement {
  readonly id: number
  readonly columns: readonly unknown[]
  close(): void
}

export interface DriverCommand {
  /** Called with an error once the server or the socket reports one. */
  onResult?: ((error: Error | null, rows?: unknown) => void) | undefined
  /** Emitted once the server has said its last word on the command; not where the connection broke off. */
  once(event: 'end', listener: () => void): void
}

export interface DriverConnection {
  readonly stream: Socket
  /**
   * Splits chunks off the socket into packets, each of which it hands on as the same object. It goes on behind the
   * header of the packet that it has just handed on and `length` bytes more. `buffer`: parts of a packet that has not come
   * whole.
   */
  readonly packetParser: { readonly _reusablePacket: Packet; length: number; readonly buffer: Buffer[] }
  /** What the next packet has to be numbered as, from 0 to 255. */
  readonly sequenceId: number
  /** Packets that come are kept for later. */
  readonly _paused: boolean
  _bumpSequenceId(count: number): void
  addCommand(command: DriverCommand): void
  query(options: object, done: (error: Error | null, rows: unknown) => void): void
  execute(options: object, done: (error: Error | null, rows: unknown) => void): void
  prepare(options: { sql: string }, done: (error: Error | null, statement: Statement) => void): void
  unprepare(sql: string): void
  pause(): void
  resume(): void
  end(done: () => void): void
  on(event: 'error' | 'end', listener: (error?: Error) => void): void
  once(event: 'connect' | 'error', listener: (error?: Error) => void): void
  removeListener(event: string, listener: (error?: Error) => void): void
}

/** A state of a command: takes the next packet, returns the state that takes the one after it, or null at the end. */
export type CommandState = (packet: Packet, connection: DriverConnection) => CommandState | null

export type ExecuteClass = new (
  options: { readonly statement: Statement },
  onResult: (error: Error | null) => void,
) => DriverCommand & {
  /** Packets of column definitions that are still to come are counted against it. */
  readonly _fieldCount: number
  readField(packet: Packet, connection: DriverConnection): CommandState | null
  fieldsEOF(packet: Packet, connection: DriverConnection): CommandState | null
  row(packet: Packet, connection: DriverConnection): CommandState | null
}

const requireHere = createRequire(import.meta.url)

/**
 * The driver's command for COM_STMT_EXECUTE. mysql2 does not export it: it is loaded by its place on the disk, which a
 * package's `exports` do not govern.
 */
export function loadExecuteClass(): ExecuteClass {
  const folder = dirname(requireHere.resolve('mysql2'))
  const loaded: unknown = requireHere(join(folder, 'lib', 'commands', 'execute.js'))
  if (!isExecuteClass(loaded)) throw new TypeError('mysql2 no longer has the command class that is extended here')
  return loaded
}

function isExecuteClass(loaded: unknown): loaded is ExecuteClass {
  if (typeof loaded !== 'function') return false
  const prototype: unknown = loaded.prototype
  if (typeof prototype !== 'object' || prototype === null) return false
  return ['readField', 'fieldsEOF', 'row', 'start'].every((name) => name in prototype)
}

/** Begins to connect; nothing has answered yet when it returns. */
export function createDriverConnection(options: ConnectionOptions): DriverConnection {
  return createConnection(options) as unknown as DriverConnection
}
