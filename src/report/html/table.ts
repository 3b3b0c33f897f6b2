import { type Html, html } from './html-text.ts'

type Cell = string | number | Html

export interface TableOptions {
  /** Of the region that scrolls, and of the table, for who does not see the heading. */
  readonly caption: string
  /** Columns of figures, by name. */
  readonly figures?: readonly string[] | undefined
  /** Columns of links, which lead nowhere on paper. */
  readonly links?: readonly string[] | undefined
}

/** A table whose first column names the row. A narrow screen scrolls it on its own; paper wraps it. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], options: TableOptions): Html {
  const { caption, figures = [], links = [] } = options
  const kind = head.map((name) => (figures.includes(name) ? 'figure' : links.includes(name) ? 'link' : 'words'))
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((name, place) => html`<th scope="col" class="${kind[place]}">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, place) => (place === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="${kind[place]}">${cell}</td>`))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
}

/** A part of the page that a heading names; nothing where it has nothing to say. */
export function section(id: string, title: string, ...body: readonly (Html | undefined)[]): Html {
  const all = body.filter((part) => part !== undefined && part.text !== '')
  if (all.length === 0) return html``
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title" tabindex="-1">${title}</h2>
    ${all}
  </section> `
}

export function code(name: string): Html {
  return html`<code>${name}</code>`
}
