/**
 * A statement could not be read. Whoever knows which object it belongs to gives it a code and a hint.
 * `position` is in bytes from the start of the statement.
 */
export class SqlTextError extends Error {
  override readonly name = 'SqlTextError'
  readonly reason: string
  readonly position: number
  /** The text there, at most 40 characters. */
  readonly near: string

  constructor(reason: string, position: number, near: string) {
    super(`${reason} at byte ${position}${near === '' ? '' : `, near ${JSON.stringify(near)}`}`)
    this.reason = reason
    this.position = position
    this.near = near
  }
}
