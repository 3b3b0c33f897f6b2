import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../src/errors/catalogue.ts'

const file = new URL('../../docs/errors.md', import.meta.url)

const areas: readonly (readonly [string, string])[] = [
  ['TL_C', 'Configuration, mapping and flags'],
  ['TL_S', 'The source'],
  ['TL_T', 'The target'],
  ['TL_D', 'Rows and values that cannot be represented'],
  ['TL_K', 'Checkpoints and guards'],
  ['TL_V', 'Validation'],
  ['TL_X', 'Defects of transload, and being stopped'],
]

/** docs/errors.md as the catalogue has it. */
function errorsDocument(): string {
  const lines = [
    '# Errors',
    '',
    'Every code that transload ends with or rejects a row for. *Then*: what transload does by itself. `reconnect` and',
    '`backoff` go on from the last checkpoint; `manual`: act, then type the same command again; `never`: the same command',
    'would fail again. This page is made from the catalogue in `src/errors`: `UPDATE_DOCS=1 npm run test:unit` writes it.',
  ]
  for (const [prefix, title] of areas) {
    lines.push('', `## ${title}`, '', '| code | what | cure | exit | then |', '|---|---|---|---|---|')
    for (const [code, spec] of Object.entries(catalogue)) {
      if (!code.startsWith(prefix)) continue
      lines.push(`| ${code} | ${cell(spec.title)} | ${cell(spec.hint)} | ${spec.exit} | ${spec.retry} |`)
    }
  }
  return `${lines.join('\n')}\n`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

describe('docs/errors.md', () => {
  it('has every code of the catalogue', () => {
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, errorsDocument())
    expect(readFileSync(file, 'utf8')).toBe(errorsDocument())
  })
})
