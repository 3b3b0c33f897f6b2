import { spawn, type SpawnOptions } from 'node:child_process'

const tailLength = 2_000

/** Runs a program to its end and gives its standard output. Rejects with the end of what it printed if it fails. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'env' | 'cwd' | 'uid' | 'gid'> = {},
): Promise<string> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  const everything: Buffer[] = []
  child.stdout.on('data', (bytes: Buffer) => void (output.push(bytes), everything.push(bytes)))
  child.stderr.on('data', (bytes: Buffer) => void everything.push(bytes))
  const ending = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(String(signal ?? code)))
  })
  if (ending === '0') return Buffer.concat(output).toString()
  const tail = Buffer.concat(everything).toString().slice(-tailLength).trim()
  throw new Error(`${program} ${args.join(' ')} ended with ${ending}: ${tail}`)
}
