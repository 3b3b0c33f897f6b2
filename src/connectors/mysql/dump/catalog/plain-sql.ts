const apostrophe = 0x27
const doubleQuote = 0x22
const backtick = 0x60
const backslash = 0x5c

/**
 * A statement as its server would print it: what stands in conditional comments, by which dump tools keep parts of a
 * statement from older servers, is written out. Comments of people stay, also inside of those.
 */
export function plainSql(text: string): string {
  let plain = ''
  let isInside = false
  /** Blanks around a mark that is left out are one. */
  let isAfterMark = false
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at)
    if (code === apostrophe || code === doubleQuote || code === backtick) {
      const end = quotedEnd(text, at, code)
      plain += text.slice(at, end)
      at = end
    } else if (text.startsWith('/*', at)) {
      const opening = /^\/\*M?!\d*/.exec(text.slice(at, at + 16))?.[0]
      const end = opening === undefined ? commentEnd(text, at) : at + opening.length
      if (opening === undefined) plain += text.slice(at, end)
      else isInside = true
      isAfterMark = opening !== undefined
      at = end
    } else if (text.startsWith('--', at) || code === 0x23) {
      const newline = text.indexOf('\n', at)
      const end = newline < 0 ? text.length : newline
      plain += text.slice(at, end)
      at = end
    } else if (isInside && text.startsWith('*/', at)) {
      isInside = false
      isAfterMark = true
      at += 2
    } else if (isAfterMark && /\s/.test(text[at]!)) {
      plain = `${plain.trimEnd()} `
      at++
    } else {
      isAfterMark = false
      plain += text[at]
      at++
    }
  }
  return plain.trim()
}

function quotedEnd(text: string, from: number, quote: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash && quote !== backtick) at++
    else if (code === quote) return at + 1
  }
  return text.length
}

function commentEnd(text: string, from: number): number {
  const end = text.indexOf('*/', from + 2)
  return end < 0 ? text.length : end + 2
}
