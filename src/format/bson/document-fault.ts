/**
 * `structure`: a length, type or terminator does not fit, and nothing behind it can be trusted; `text`: a string or name
 * is no UTF-8, and everything else can be read; `depth`: nested too deep; `json`: Extended JSON that stands for no
 * document.
 */
export type DocumentFaultKind = 'structure' | 'text' | 'depth' | 'json'

/**
 * A document could not be read. Whoever knows where it came from gives it a code and a hint.
 * `position` is in bytes from the start of the document, or of its text.
 */
export class DocumentFault extends Error {
  override readonly name = 'DocumentFault'
  readonly kind: DocumentFaultKind
  readonly reason: string
  readonly position: number

  constructor(kind: DocumentFaultKind, reason: string, position: number) {
    super(`${reason} at byte ${position}`)
    this.kind = kind
    this.reason = reason
    this.position = position
  }
}
