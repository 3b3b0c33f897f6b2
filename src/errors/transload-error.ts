import { catalogue, type ErrorCode } from './catalogue.ts'
import type { ErrorSpec } from './error-spec.ts'

/** Names and values that fill an error's title and hint. Never a secret: they are printed. */
export type ErrorContext = { readonly [name: string]: string | number | boolean | undefined }

/**
 * The one error class. Callers switch on `code` or on `spec.retry`; there are no subclasses.
 * The message is `[CODE] title`, filled from the context.
 */
export class TransloadError extends Error {
  override readonly name = 'TransloadError'
  readonly code: ErrorCode
  readonly context: ErrorContext

  constructor(code: ErrorCode, context: ErrorContext = {}, cause?: unknown) {
    super(`[${code}] ${fill(catalogue[code].title, context)}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.context = context
  }

  get spec(): ErrorSpec {
    return catalogue[this.code]
  }

  /** The title with its context, without the code. */
  get title(): string {
    return fill(this.spec.title, this.context)
  }

  get hint(): string {
    return fill(this.spec.hint, this.context)
  }
}

function fill(template: string, context: ErrorContext): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = context[name]
    return value === undefined ? whole : String(value)
  })
}
