import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { measureShell } from './measure.ts'

/** Another tool that compares MySQL and PostgreSQL by checksums in the servers, in a folder of its own. */
export class Reladiff {
  readonly #program: string

  private constructor(program: string) {
    this.#program = program
  }

  /** Installs it from PyPI. */
  static async install(folder: string): Promise<Reladiff> {
    const home = join(folder, 'reladiff')
    await measureShell(`python3 -m venv '${home}' && '${home}/bin/pip' install -q 'reladiff[mysql,postgresql]==0.6.0'`)
    return new Reladiff(join(home, 'bin', 'reladiff'))
  }

  /** Compares columns of one table of both ends, by the key `id`. */
  async compare(
    source: string,
    target: string,
    table: string,
    columns: readonly string[],
  ): Promise<{ readonly seconds: number; readonly reported: number }> {
    const startedMs = performance.now()
    const args = [source, table, target, table, '-k', 'id', ...columns.flatMap((column) => ['-c', column])]
    const child = spawn(this.#program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let reported = 0
    for await (const line of createInterface({ input: child.stdout })) if (/^[-+] /.test(line)) reported++
    return { seconds: (performance.now() - startedMs) / 1000, reported }
  }
}
