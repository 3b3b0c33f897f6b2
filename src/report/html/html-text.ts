import { visible } from '../visible.ts'

/** HTML that is safe to put into a page: only {@link html} makes it. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Html | undefined | readonly Part[]

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * HTML of a template: what is put into it is text, and shown as it is, unless it is HTML already. Attributes are to be
 * in double quotes. Characters that would act in place of being seen are written out.
 */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(template.map((text, place) => `${place === 0 ? '' : rendered(parts[place - 1])}${text}`).join(''))
}

function rendered(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map((one) => rendered(one)).join('')
  return visible(String(part)).replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
