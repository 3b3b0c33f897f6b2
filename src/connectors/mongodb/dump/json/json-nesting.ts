const quote = 0x22
const backslash = 0x5c

/** Where in JSON text a reader stands that goes over it byte by byte: brackets are counted and not told apart. */
export class JsonNesting {
  depth = 0
  isInString = false
  #isEscaped = false

  reset(): void {
    this.depth = 0
    this.isInString = this.#isEscaped = false
  }

  /** Passes the byte. A bracket that closes what is not open is passed like others. */
  pass(byte: number): void {
    if (this.isInString) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === backslash) this.#isEscaped = true
      else if (byte === quote) this.isInString = false
    } else if (byte === quote) this.isInString = true
    else if (byte === 0x7b || byte === 0x5b) this.depth++
    else if ((byte === 0x7d || byte === 0x5d) && this.depth > 0) this.depth--
  }
}

/** Whether text[start, end) ends within a string or a bracket. */
export function endsWithin(text: Uint8Array, start: number, end: number): boolean {
  const nesting = new JsonNesting()
  for (let i = start; i < end; i++) nesting.pass(text[i]!)
  return nesting.isInString || nesting.depth > 0
}

export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
