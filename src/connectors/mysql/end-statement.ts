import { setTimeout as delay } from 'node:timers/promises'
import { TransloadError } from '../../errors/transload-error.ts'
import { cancelTimeoutMs, type Connection } from './connection.ts'
import { isInterrupted } from './errors.ts'
import type { PacketReader } from './packet-reader.ts'

/**
 * Ends a statement whose rows nobody wants any more, in the server, so that the connection stays and with it its
 * transaction. The caller lets rows go by from here on: none may pause the reader. The socket is destroyed, and the
 * transaction lost, only where the server does not answer in time.
 *
 * @param starting The reader of a statement that has been sent, or is still being prepared
 */
export async function endStatement(
  connection: Connection,
  packets: PacketReader | undefined,
  starting: Promise<PacketReader> | undefined,
): Promise<void> {
  if (connection.lost !== undefined) return
  try {
    const ending = cancel(connection, packets, starting)
    const outcome = await Promise.race([ending, delay(cancelTimeoutMs, 'late', { ref: false })])
    if (outcome === 'late') connection.destroy()
  } catch {
    // Whatever keeps the server from ending the query: the connection cannot be used again.
    connection.destroy()
  }
}

async function cancel(
  connection: Connection,
  known: PacketReader | undefined,
  starting: Promise<PacketReader> | undefined,
): Promise<void> {
  if (known?.isDrained === true) return
  let packets = known
  if (packets === undefined && starting !== undefined) {
    // Still being prepared: ended there, or, where the KILL came too early, once it runs.
    const [, started] = await Promise.allSettled([connection.killQuery(), starting])
    if (started.status === 'fulfilled') packets = started.value
  }
  if (packets !== undefined) {
    // Before its rows are let go by: until then the server waits with those that follow, however many there are.
    await connection.killQuery()
    packets.resume()
    await packets.drained
  }
  try {
    // A KILL that came after the last row hits the next statement.
    await connection.rows('DO 0')
  } catch (error) {
    if (!isInterrupted(error instanceof TransloadError ? error.cause : error)) throw error
  }
}
