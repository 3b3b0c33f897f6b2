import { describe, expect, it } from 'vitest'
import { markdownCode, markdownText } from './markdown-text.ts'

describe('markdownText', () => {
  it.each([
    ['a | b', String.raw`a \| b`],
    ['<script>alert(1)</script>', String.raw`\<script\>alert(1)\</script\>`],
    ['[x](http://evil)', String.raw`\[x\](http://evil)`],
    ['*bold* _it_ snake_case __init__', String.raw`\*bold\* \_it\_ snake_case \_\_init\_\_`],
    ['# title', String.raw`\# title`],
    ['1. list', String.raw`1\. list`],
    ['0.1.0', '0.1.0'],
    ['a\nb', String.raw`a\\u000ab`],
  ])('%j shows itself', (text, markdown) => {
    expect(markdownText(text)).toBe(markdown)
  })
})

describe('markdownCode', () => {
  it.each([
    ['users', '`users`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['', '`  `'],
    ['a|b', String.raw`${'`'}a\|b${'`'}`],
    ['a\u001b[0m', String.raw`${'`'}a\u001b[0m${'`'}`],
  ])('%j', (text, markdown) => {
    expect(markdownCode(text)).toBe(markdown)
  })
})
