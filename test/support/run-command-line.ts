import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/transload.js', import.meta.url))

/**
 * The command line as its user has it: in a process of its own, in a directory that has nothing else.
 *
 * @param args With `--json`. Rejects where no JSON was printed
 */
export async function runCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly status: number | null; readonly stdout: string }> {
  const home = await mkdtemp(join(tmpdir(), 'transload-pipelines-'))
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: home,
    env: { ...process.env, ...environment, TRANSLOAD_HOME: home },
    encoding: 'utf8',
    timeout: 60_000,
  })
  await rm(home, { recursive: true })
  if (!stdout.startsWith('{')) throw new Error(`${args.join(' ')} printed no JSON: ${stdout}${stderr}`)
  return { status, stdout }
}
