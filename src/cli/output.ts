import { SecretMask, withoutUserInfo } from '../config/secret-mask.ts'
import type { Secrets } from '../config/secrets.ts'
import { visible, visibleJson } from '../report/visible.ts'
import type { OutputStream, World } from './world.ts'

export type Colour = 'red' | 'green' | 'yellow' | 'bold'

const codes: { readonly [colour in Colour]: string } = { red: '31', green: '32', yellow: '33', bold: '1' }

/** What a command prints: results on standard output, everything else on standard error. */
export class Output {
  readonly isJson: boolean
  readonly #world: World
  #isClosed = false
  #mask = new SecretMask([])

  constructor(world: World, isJson: boolean) {
    this.#world = world
    this.isJson = isJson
  }

  /** From here on the secrets of these URLs, and keys of stages, are taken out of whatever is printed. */
  guard(urls: readonly string[], keys?: Secrets): void {
    this.#mask = new SecretMask(urls, keys)
  }

  get mask(): SecretMask {
    return this.#mask
  }

  /** One line of the result, with nothing in it that acts on a terminal. */
  async line(text: string, colour?: Colour): Promise<void> {
    await this.#write(`${paint(this.#world, this.#world.stdout, visible(this.#mask.known(text)), colour)}\n`)
  }

  async lines(lines: Iterable<string>): Promise<void> {
    for (const line of lines) await this.line(line)
  }

  /** The one JSON document of a command. */
  async json(document: unknown): Promise<void> {
    await this.#write(`${visibleJson(document, 2)}\n`)
  }

  /** Text that is JSON or made visible already, in parts. */
  async raw(text: string): Promise<void> {
    await this.#write(text)
  }

  /** One line for people on standard error. */
  note(text: string, colour?: Colour): void {
    const clean = visible(this.#mask.known(text))
    this.#world.stderr.write(`${paint(this.#world, this.#world.stderr, clean, colour)}\n`)
  }

  /** An error with its code and its cure, on standard error. */
  error(error: { readonly code: string; readonly title: string; readonly hint: string }): void {
    this.note(`error ${error.code}: ${this.clean(error.title)}`, 'red')
    if (error.hint !== '') this.note(`  ${this.clean(error.hint)}`)
  }

  /** For text that nobody here has written. */
  clean(text: string): string {
    return this.#mask.text(withoutUserInfo(text))
  }

  /** Waits until the text is on its way, so that a slow reader slows us down; a reader who has left is no error. */
  #write(text: string): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#world.stdout.write(text, (error) => {
        if (error === undefined || error === null) resolve()
        else if (isGone(error)) {
          this.#isClosed = true
          resolve()
        } else reject(error)
      })
    })
  }
}

function isGone(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')
}

function paint(world: World, stream: OutputStream, text: string, colour: Colour | undefined): string {
  if (colour === undefined || !hasColour(world, stream)) return text
  return `\u001b[${codes[colour]}m${text}\u001b[0m`
}

/** NO_COLOR counts where it is set to anything but the empty text (no-color.org). */
function hasColour({ environment }: World, stream: OutputStream): boolean {
  return stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb'
}
