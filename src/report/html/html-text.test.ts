import { describe, expect, it } from 'vitest'
import type { DifferenceReason } from '../../validate/difference.ts'
import { Html, html } from './html-text.ts'
import { reasonWords } from './reason-words.ts'

describe('html', () => {
  it('shows what is put into it as text, in elements and in attributes', () => {
    const hostile = `</td><img src=x onerror="x"> & ' \u202E\0`
    expect(html`<td title="${hostile}">${hostile}</td>`.text).toBe(
      String.raw`<td title="&lt;/td&gt;&lt;img src=x onerror=&quot;x&quot;&gt; &amp; &#39; \u202e\u0000">&lt;/td&gt;&lt;img src=x onerror=&quot;x&quot;&gt; &amp; &#39; \u202e\u0000</td>`,
    )
  })

  it('puts in HTML as it is, in lists too, and nothing for what is not there', () => {
    expect(html`<b>${[html`<i>${1}</i>`, new Html('<i></i>')]}${undefined}</b>`.text).toBe('<b><i>1</i><i></i></b>')
  })
})

describe('reasonWords', () => {
  it('has words for every reason', () => {
    const reasons: { readonly [reason in DifferenceReason]: true } = {
      MISSING: true,
      EXTRA: true,
      TZ_SHIFT: true,
      TRUNCATED: true,
      PRECISION_REDUCED: true,
      PAD_STRIPPED: true,
      CASE_FOLD: true,
      NULL_VS_EMPTY: true,
      NUL_REMOVED: true,
      ENCODING: true,
      JSON_ORDER: true,
      JSON_NUMBER: true,
      TYPE_DRIFT: true,
      FLOAT_ULP: true,
      BOOL_RANGE: true,
      VALUE: true,
    }
    expect(Object.keys(reasonWords)).toEqual(Object.keys(reasons))
  })
})
