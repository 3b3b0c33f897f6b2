import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ValidationSummary } from '../../model/run-summary.ts'
import { visibleJson } from '../visible.ts'
import { columnsSection } from './columns.ts'
import { orphansSection, rangesSection, uniqueSection } from './counted.ts'
import { declaredSection, kindsSection, rowsSection, transientSection } from './differences.ts'
import { checksSection, coverageSection, datasetsSection, factsSection, schemaSection } from './facts.ts'
import { headerOf } from './header.ts'
import { heatMap } from './heat-map.ts'
import type { HtmlReport } from './html-report.ts'
import { Html, html } from './html-text.ts'
import { signOffSection } from './sign-off.ts'
import { section } from './table.ts'

/** Of the package, beside the sources and beside what is built of them. */
const folder = new URL('../../../assets/validation-report/', import.meta.url)
const styles = ['page.css', 'tables.css', 'narrow-and-print.css']

/**
 * `report.html`: one page that needs nothing beside itself, and may load nothing: its own script and style are allowed
 * by their hashes. Opened offline, printed and signed.
 *
 * @throws what the file system says, where the package is not whole
 */
export async function validationHtml(report: HtmlReport): Promise<string> {
  const { summary, source, target, picked } = report
  const [style, script] = await Promise.all([assets(styles), assets(['report.js'])])
  const { coverage = [], datasets } = summary
  const parts = [
    datasetsSection(summary),
    section('heat', 'Columns', heatMap(datasets)),
    kindsSection(datasets),
    transientSection(datasets),
    schemaSection(datasets),
    rowsSection(picked),
    orphansSection(datasets),
    uniqueSection(datasets),
    rangesSection(datasets),
    declaredSection(datasets),
    coverageSection(coverage),
    checksSection(summary),
    columnsSection(datasets),
    factsSection(report),
    signOffSection(report),
  ]
  const title = `${headline(summary)} ${source} and ${target}`
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${element('<style>', style)}
      </head>
      <body>
        <a class="skip" href="#main">To the report</a>
        ${headerOf(report)} ${navigation(parts)}
        <main id="main" tabindex="-1">${parts}</main>
        <footer>
          <p>
            Written by transload${summary.version === undefined ? '' : ` ${summary.version}`}. This file is whole: it
            loads nothing, and sends nothing.
          </p>
        </footer>
        ${element('<script type="application/json" id="differences">', jsonOf(picked?.shown ?? []))}
        ${element('<script type="module">', script)}
      </body>
    </html> `
  return page.text
}

function headline({ status }: ValidationSummary): string {
  return status === 'different' ? 'Different:' : status === 'equal' ? 'Equal:' : 'Validation of'
}

async function assets(names: readonly string[]): Promise<string> {
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')))
  return texts.join('\n')
}

/** Not a character more is in it: its hash is in the policy. */
function element(opening: string, text: string): Html {
  return new Html(`${opening}${text}</${opening.slice(1).split(/[ >]/)[0]}>`)
}

/** As a policy names what stands within an element. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** JSON that no end of an element, and no beginning of a comment, can be in. */
function jsonOf(value: unknown): string {
  return visibleJson(value).replaceAll('<', String.raw`\u003c`)
}

function navigation(parts: readonly Html[]): Html {
  const links = parts.flatMap(({ text }) => {
    const [, id, title] = /<section id="([\w-]+)"[^>]*>\s*<h2[^>]*>([^<]*)<\/h2>/.exec(text) ?? []
    return id === undefined || title === undefined ? [] : [html`<li><a href="#${id}">${new Html(title)}</a></li>`]
  })
  return html`<nav aria-label="Parts of the report">
    <ul>
      ${links}
    </ul>
  </nav>`
}
