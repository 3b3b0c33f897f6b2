import { describe, expect, it } from 'vitest'
import { shownAsTyped, shownWhenDone } from './typed-url.ts'

/** With the cursor behind the text, and without it. */
const typed = (text: string) => shownAsTyped(text, text.length).replace('\u001b[7m \u001b[27m', '')

describe('a URL that is typed', () => {
  it.each([
    ['mysql://root', 'mysql://root'],
    ['mysql://root:pw', 'mysql://root:••'],
    ['mysql://root:pw@h/d', 'mysql://root:••@h/d'],
    ['mysql://root:p/w@x@h/d', 'mysql://root:•••••@h/d'],
    ['mysql://h:3306/d', 'mysql://h:3306/d'],
    ['mysql://u:${env:PW}@h/d', 'mysql://u:${env:PW}@h/d'],
    ['mysql://u:\u001b[31m@h', 'mysql://u:•••••@h'],
    ['a\u0007b', 'a?b'],
  ])('%j is shown as %j', (text, shown) => {
    expect(typed(text)).toBe(shown)
  })

  it('has its cursor where it is', () => {
    expect(shownAsTyped('abc', 1)).toBe('a\u001b[7mb\u001b[27mc')
  })

  it('stays without its password', () => {
    expect(shownWhenDone('mysql://root:p/w@x@h/d?password=x')).toBe('mysql://root:PASSWORD@h/d?password=SECRET')
    expect(shownWhenDone('mysql://h:3306/d')).toBe('mysql://h:3306/d')
    expect(shownWhenDone('')).toBe('')
  })
})
