import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { OutputStream, SignalName, World } from '../../src/cli/world.ts'

/** A stream that keeps what it is told. */
export class Captured implements OutputStream {
  text = ''
  isTTY = false
  columns = 100
  rows = 30

  write(text: string, done?: (error?: Error | null) => void): boolean {
    this.text += text
    done?.()
    return true
  }
}

export interface TestWorld extends World {
  readonly stdout: Captured
  readonly stderr: Captured
  /** Codes that the process was ended with. */
  readonly exits: number[]
  signal: (name: SignalName) => void
  listenerCount(): number
}

/** A process that is none: what is printed is kept, signals are sent by the test. */
export function testWorld(over: Partial<Pick<World, 'stdin' | 'environment' | 'directory'>> = {}): TestWorld {
  const listeners = new Map<SignalName, Set<() => void>>()
  const exits: number[] = []
  return {
    stdin: Readable.from([]),
    stdout: new Captured(),
    stderr: new Captured(),
    environment: {},
    directory: tmpdir(),
    ...over,
    exits,
    exit: (code) => void exits.push(code),
    onSignal(name, listener) {
      const heard = listeners.get(name) ?? new Set()
      listeners.set(name, heard.add(listener))
      return () => void heard.delete(listener)
    },
    signal(name) {
      for (const listener of listeners.get(name) ?? []) listener()
    },
    listenerCount: () => [...listeners.values()].reduce((sum, heard) => sum + heard.size, 0),
  }
}

/** A directory of its own for one test, which is the world's working directory and home. */
export async function homeDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'transload-cli-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
