import { type Html, html } from './html-text.ts'
import { statusWords } from './signs.ts'
import { code, section } from './table.ts'
import type { HtmlReport } from './html-report.ts'

/** Whose names are asked for: one who compared, and one who takes it over. */
const roles = ['Checked by', 'Accepted by']
const lines = ['Name', 'Role', 'Date', 'Signature']

/** Something to sign, on paper: which verdict of which files, and lines. */
export function signOffSection({ summary, source, target, files }: HtmlReport): Html {
  const { status, finishedAt } = summary
  return section(
    'sign-off',
    'Sign-off',
    html`<div class="sign-off">
      <p>
        Verdict: <strong>${statusWords[status]}</strong>. Compared ${code(source)} with
        ${code(target)}${finishedAt === undefined ? '' : `, until ${finishedAt}`}.
      </p>
      <p>I have read what differs, what the mapping declares, and what this does not prove.</p>
      ${
        files.length === 0
          ? html``
          : html`<dl class="files">
              ${files.map(
                ({ name, sha256 }) =>
                  html`<div>
                    <dt><code>${name}</code>, SHA-256</dt>
                    <dd><code>${sha256}</code></dd>
                  </div>`,
              )}
            </dl>`
      }
      <div class="signatures">
        ${roles.map(
          (role) =>
            html`<div class="signature">
              <h3>${role}</h3>
              <dl>
                ${lines.map(
                  (line) =>
                    html`<div>
                      <dt>${line}</dt>
                      <dd></dd>
                    </div>`,
                )}
              </dl>
            </div>`,
        )}
      </div>
    </div>`,
  )
}
