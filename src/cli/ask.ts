import { createInterface } from 'node:readline/promises'
import { visible } from '../report/visible.ts'
import type { World } from './world.ts'

/** Whether somebody sits at a terminal who can be asked. */
export function canAsk({ stdin, stderr }: World): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}

/** Asks on standard error; anything but y or yes is a no, and so is the end of input. @throws `signal.reason` */
export async function ask({ stdin, stderr }: World, question: string, signal: AbortSignal): Promise<boolean> {
  stderr.write(`${visible(question)} [y/N] `)
  // The terminal's own line editing: Ctrl-C stays the signal that the command listens to.
  const lines = createInterface({ input: stdin, terminal: false })
  const ended = new AbortController()
  lines.on('close', () => ended.abort())
  try {
    const answer = await lines.question('', { signal: AbortSignal.any([signal, ended.signal]) })
    return /^\s*y(es)?\s*$/i.test(answer)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (ended.signal.aborted) return false
    throw error
  } finally {
    lines.close()
  }
}
