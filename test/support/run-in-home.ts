import { spawn } from 'node:child_process'

const bin = new URL('../../bin/transload.js', import.meta.url).pathname

export interface Ended {
  readonly status: number | null
  /** Of both streams. */
  readonly output: string
}

/** The command line as a process of its own, whose working directory and home is `home`. */
export async function runInHome(home: string, ...argv: readonly string[]): Promise<Ended> {
  const env = { ...process.env, TRANSLOAD_HOME: home }
  const child = spawn(process.execPath, [bin, ...argv], { cwd: home, env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => (output += text))
  }
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.on('close', resolve)
  return { status: await promise, output }
}
