import { domainToASCII, domainToUnicode } from 'node:url'
import { trimSpaces } from './white-space.ts'

export interface EmailOptions {
  /** Whether the part before the @ is lowered too. Servers may tell `Anna` from `anna`; hardly any does. */
  readonly lowerLocal?: boolean | undefined
  /** How a domain with letters beyond a to z is written: `ascii` (`xn--mnchen-3ya.de`), the default, or `unicode`. */
  readonly domain?: 'ascii' | 'unicode' | undefined
}

/** Octets, by RFC 5321. */
const longestAddress = 254
const longestLocal = 64
const longestLabel = 63

/**
 * An email address in one spelling: trimmed, its domain in lower case and, unless asked otherwise, in ASCII, so that one
 * mailbox is one text however its domain was written, and every server and unique index takes it.
 *
 * Undefined where the text is not one plain address. Taken are letters, digits and `!#$%&'*+/=?^_{|}~-` and the grave
 * accent before the @, with single dots between them, at most 64; behind it a domain of two labels or more, of letters,
 * digits and inner hyphens, the last no number; at most 254 characters in all, in ASCII. So not taken, though RFC 5322
 * knows them: quoted local parts, comments, names in front (`Anna <anna@…>`), addresses of hosts (`[127.0.0.1]`), local
 * parts beyond ASCII. Whether the domain exists, or the mailbox, is not asked. Linear in the text.
 */
export function parseEmail(text: string, options: EmailOptions = {}): string | undefined {
  const trimmed = trimSpaces(text)
  const at = trimmed.lastIndexOf('@')
  if (at < 1 || trimmed.length > longestAddress) return undefined
  const local = trimmed.slice(0, at)
  const domain = asciiDomain(trimmed.slice(at + 1))
  if (domain === undefined || local.length > longestLocal || !local.split('.').every((atom) => atomText.test(atom))) {
    return undefined
  }
  if (local.length + 1 + domain.length > longestAddress) return undefined
  const shownDomain = options.domain === 'unicode' ? domainToUnicode(domain) : domain
  return `${options.lowerLocal === true ? local.toLowerCase() : local}@${shownDomain}`
}

const atomText = /^[\w!#$%&'*+/=?^`{|}~-]+$/
const domainText = /^[\p{L}\p{M}\p{N}.-]+$/u
const labelText = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/

function asciiDomain(text: string): string | undefined {
  if (!domainText.test(text)) return undefined
  const domain = domainToASCII(text)
  const labels = domain.split('.')
  const isDomain = labels.length >= 2 && labels.every((label) => label.length <= longestLabel && labelText.test(label))
  const last = labels.at(-1) ?? ''
  return isDomain && last.length >= 2 && /[a-z]/.test(last) ? domain : undefined
}
