import type { Logger } from 'pino'
import { visible } from '../report/visible.ts'
import { LiveProgress } from '../telemetry/live-progress.ts'
import { createLogger, type LogLevel } from '../telemetry/logger.ts'
import { PlainProgress } from '../telemetry/plain-progress.ts'
import type { BarGlyphs } from '../telemetry/progress-lines.ts'
import type { RunProgress } from '../telemetry/run-progress.ts'
import type { Output } from './output.ts'
import type { World } from './world.ts'

/**
 * What a command tells while it works: on a terminal one live block; without one plain lines; under --json log lines, at
 * the level info. `--log-level silent` tells nothing at all.
 */
export class Teller {
  readonly logger: Logger
  readonly #world: World
  readonly #output: Output
  readonly #level: LogLevel
  #progress: RunProgress | undefined

  constructor(world: World, output: Output, level: LogLevel) {
    this.#world = world
    this.#output = output
    this.#level = level
    const plainly = (line: string): void => void world.stderr.write(`${line}\n`)
    this.logger = createLogger({
      level,
      format: output.isJson ? 'json' : 'text',
      // Above the live block, not into it.
      say: (line) => (output.isJson || this.#progress === undefined ? plainly(line) : this.#progress.say(line)),
      clean: (text) => visible(output.mask.text(text)),
    })
  }

  /** Shows how far a run is until it is disposed of. */
  start(): RunProgress {
    const progress = this.#output.isJson
      ? new PlainProgress({ say: (line) => this.logger.info(this.#output.mask.known(line)), now })
      : createProgress(this.#world, this.#output, this.#level)
    this.#progress = progress
    return progress
  }
}

function createProgress(world: World, output: Output, level: LogLevel): RunProgress {
  const { stderr, environment } = world
  const harmless = (text: string): string => visible(output.mask.known(text))
  const isSilent = level === 'silent'
  if (stderr.isTTY !== true || environment['TERM'] === 'dumb' || isSilent) {
    const say = (line: string): void => {
      if (!isSilent) stderr.write(`${harmless(line)}\n`)
    }
    return new PlainProgress({ say, now })
  }
  return new LiveProgress({
    screen: {
      write: (text) => void stderr.write(text),
      get columns() {
        return stderr.columns ?? 80
      },
      get rows() {
        return stderr.rows ?? 24
      },
    },
    visible: harmless,
    now,
    glyphs: glyphsFor(environment),
  })
}

function now(): number {
  return performance.now()
}

function glyphsFor(environment: World['environment']): BarGlyphs {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || ''
  const isUnicode = process.platform !== 'linux' || /utf-?8/i.test(locale)
  return isUnicode ? { full: '█', empty: '░' } : { full: '#', empty: '.' }
}
