import { displayWidth, fitWidth } from './display-width.ts'

export interface Screen {
  write(text: string): void
  readonly columns: number
  readonly rows: number
}

/**
 * The last lines of a terminal, redrawn in place. Lines come without controls. Holds through a resize: a terminal that
 * became narrower has wrapped what was drawn, so that it takes more rows than it had lines.
 */
export class LiveBlock {
  readonly #screen: Screen
  /** Widths of the lines that stand there. */
  #drawn: readonly number[] = []

  constructor(screen: Screen) {
    this.#screen = screen
  }

  /** Puts lines in the place of those before; each is cut to the terminal's width. */
  draw(lines: readonly string[]): void {
    // The last column stays free: some terminals wrap as soon as it is filled.
    const fitting = lines
      .slice(0, Math.max(1, this.#screen.rows - 1))
      .map((line) => fitWidth(line, this.#screen.columns - 1))
    this.#screen.write(this.#erasure() + fitting.map((line) => `${line}\n`).join(''))
    this.#drawn = fitting.map(displayWidth)
  }

  /** Takes the block away, so that plain lines can be written in its place. */
  clear(): void {
    const erasure = this.#erasure()
    if (erasure !== '') this.#screen.write(erasure)
    this.#drawn = []
  }

  #erasure(): string {
    const columns = Math.max(1, this.#screen.columns)
    const rowCount = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0)
    if (rowCount === 0) return ''
    // What has scrolled out of sight cannot be reached: the cursor stops at the top.
    return `\u001b[${Math.min(rowCount, Math.max(1, this.#screen.rows - 1))}A\r\u001b[J`
  }
}
