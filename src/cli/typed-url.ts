import { withoutSecrets } from '../config/secret-mask.ts'

/**
 * A URL as it is being typed, its cursor as a terminal shows one: what may be a password is dots. As long as no `@` has
 * come that is also a port's number.
 */
export function shownAsTyped(text: string, cursor: number): string {
  const [start, end] = passwordIn(text)
  const shown = printable(text.slice(0, start) + '•'.repeat(end - start) + text.slice(end))
  return `${shown.slice(0, cursor)}\u001b[7m${shown[cursor] ?? ' '}\u001b[27m${shown.slice(cursor + 1)}`
}

/** The URL as it stays on the screen. */
export function shownWhenDone(text: string): string {
  return printable(withoutSecrets(text))
}

/** From and to, in UTF-16 units. */
function passwordIn(text: string): [number, number] {
  const [, before = '', password = ''] =
    /^([^:]*:\/\/[^:@/?#]*:)(.*)@/s.exec(text) ?? /^([^:]*:\/\/[^:@/?#]*:)([^/?#]*)$/s.exec(text) ?? []
  const length = password.startsWith('${') ? 0 : password.length
  return [before.length, before.length + length]
}

/** As long as it was. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?')
}
