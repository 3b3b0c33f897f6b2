import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'

const exitOfADefect = 70
const flushTimeoutMs = 2_000

/**
 * An installed package has only `dist`: Node does not strip types under node_modules.
 * A checkout runs its sources, also where a `dist` lies beside them, so that nobody tests yesterday's build.
 */
function entryOfCommandLine() {
  const built = new URL('../dist/cli/main.js', import.meta.url)
  const source = new URL('../src/cli/main.ts', import.meta.url)
  return existsSync(built) && !existsSync(source) ? built : source
}

/**
 * Ends the process at once: after a defect nothing that still runs can be trusted. Standard output goes out first,
 * because a pipe takes it asynchronously and would be cut.
 */
function endWithDefect(error) {
  process.exitCode = exitOfADefect
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`transload: a defect of transload itself, please report it: ${detail}\n`, () => {
    process.stdout.write('', () => process.exit(exitOfADefect))
  })
  setTimeout(() => process.exit(exitOfADefect), flushTimeoutMs).unref()
}

/** A reader that went away (`transload runs | head`) must not end a run half way. */
function outliveClosedReader(stream) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') endWithDefect(error)
  })
}

/**
 * MiB of the space where young objects are made. A batch is not made of objects, so that little is young here; the
 * default of 16 MiB, three times over, would only be memory that a collection leaves lying about (measured on the
 * bench's table: 36 MiB less resident, and no slower).
 */
const youngSpaceMiB = 4

/** Runs the command line. The exit code is set, not forced, so that everything printed gets out. */
export async function launch(argv) {
  setFlagsFromString(`--max-semi-space-size=${youngSpaceMiB}`)
  // Once V8 runs it is the growth that can still be bounded.
  setFlagsFromString('--semi-space-growth-factor=1')
  process.on('uncaughtException', endWithDefect)
  process.on('unhandledRejection', endWithDefect)
  outliveClosedReader(process.stdout)
  outliveClosedReader(process.stderr)
  try {
    const { main } = await import(entryOfCommandLine().href)
    process.exitCode = await main(argv)
  } catch (error) {
    endWithDefect(error)
  }
}
