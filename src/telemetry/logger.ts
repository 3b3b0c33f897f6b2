import { type Logger, pino } from 'pino'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogOptions {
  readonly level: LogLevel
  /** `json`: one object a line, for machines. `text`: `warning: message (name=value)`. */
  readonly format: 'json' | 'text'
  /** Takes one line, without its end. */
  readonly say: (line: string) => void
  /** Takes secrets out, and makes the rest harmless to a terminal. */
  readonly clean: (text: string) => string
}

/** The log. What goes into it is labels, counts and codes: no values of rows, and nothing that a URL hides. */
export function createLogger({ level, format, say, clean }: LogOptions): Logger {
  const write = (line: string): void => say(clean(format === 'json' ? line.trimEnd() : asText(line)))
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write })
}

const names: { readonly [level: number]: string } = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'fatal',
}

function asText(line: string): string {
  const { level, time: _, msg, ...rest } = JSON.parse(line) as { level: number; time: string; msg?: string }
  const details = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const said = msg ?? ''
  return `${names[level] ?? 'log'}: ${said}${details.length === 0 ? '' : ` (${details.join(' ')})`}`
}
