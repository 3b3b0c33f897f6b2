import type { ValidationStatus } from '../../model/run-summary.ts'
import { Html, html } from './html-text.ts'

/** A word and a shape for each status: neither hangs on its colour. */
export const statusWords: { readonly [status in ValidationStatus]: string } = {
  equal: 'Equal',
  counted: 'Compared in part',
  different: 'Different',
  transient: 'Still changing',
  unproven: 'Not proved',
  skipped: 'Not compared',
}

const shapes: { readonly [status in ValidationStatus]: string } = {
  equal: '<circle cx="12" cy="12" r="10"/><path d="m7 12.5 3.5 3.5L17 8.5"/>',
  counted: '<rect x="2.5" y="2.5" width="19" height="19" rx="3"/><path d="M9.5 7 8 17m8-10-1.5 10M6.5 10h11M6 14h11"/>',
  different: '<path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z"/><path d="m8.5 8.5 7 7m0-7-7 7"/>',
  transient: '<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2.5"/>',
  unproven: '<path d="M12 2.5 22.5 21h-21z"/><path d="M12 9v6m0 2.5v.1"/>',
  skipped: '<rect x="2.5" y="2.5" width="19" height="19" rx="3"/><path d="M7 12h10"/>',
}

/** The shape of a status; the word stands beside it. */
export function sign(status: ValidationStatus): Html {
  const shape = new Html(shapes[status])
  return html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape}</svg>`
}

export function statusText(status: ValidationStatus): Html {
  return html`<span class="status ${status}">${sign(status)} ${statusWords[status]}</span>`
}
