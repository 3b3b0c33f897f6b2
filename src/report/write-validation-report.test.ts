import { createHash } from 'node:crypto'
import { mkdtempDisposable, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ValidationSummary } from '../model/run-summary.ts'
import { validationSchema } from './documents/validation-document.ts'
import { removeValidationReport, writeValidationReport } from './write-validation-report.ts'

const summary: ValidationSummary = {
  schema: 'transload.validation/1',
  version: '0.1.0',
  status: 'different',
  startedAt: '2026-11-22T17:03:11.000Z',
  finishedAt: '2026-11-22T17:04:12.500Z',
  seconds: 61.5,
  source: 'mysql://db/shop',
  target: 'postgres://pg/shop',
  unpaired: [{ from: 'log', to: 'public.log' }],
  coverage: ['<b>Views</b> were not compared.'],
  datasets: [
    {
      from: 'orders',
      to: 'public.orders',
      sourceRows: 20,
      targetRows: 20,
      nulls: [{ column: { from: 'v', to: 'v' }, source: 1, target: 1 }],
      orphans: [{ constraint: { from: 'by_user', to: 'by_user' }, source: 0, target: 2 }],
      differences: { missing: 0, extra: 0, changed: 1 },
      reasons: [{ reason: 'VALUE', column: 'v', count: 1 }],
      columns: [{ from: 'v', to: 'v', strength: 'exact' }],
      samples: [],
    },
  ],
}
const difference = {
  from: 'orders',
  to: 'public.orders',
  key: { id: '</script>' },
  reason: 'VALUE',
  column: 'v',
  source: { text: '<!--' },
  target: { text: 'b\u2028' },
}

async function written(told: ValidationSummary, lines: string) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'transload-validation-'))
  await writeFile(join(folder.path, 'differences.ndjson'), lines, { mode: 0o600 })
  // One that is there already, and that anybody may read.
  await writeFile(join(folder.path, 'report.html'), 'old', { mode: 0o644 })
  const [source, target] = ['mysql://db/shop', 'postgres://pg/shop']
  const files = await writeValidationReport({ directory: folder.path, summary: told, source, target })
  const page = await readFile(join(folder.path, 'report.html'), 'utf8')
  return { folder, files, page, [Symbol.asyncDispose]: () => folder.remove() }
}

describe('writeValidationReport', () => {
  it('writes what it says it writes, for the owner alone, and report.json as the schema has it', async () => {
    await using report = await written(summary, `${JSON.stringify(difference)}\n`)
    const names = ['report.json', 'report.md', 'junit.xml', 'report.html', 'differences.ndjson']
    expect(report.files).toEqual(names.map((name) => join(report.folder.path, name)))
    expect((await readdir(report.folder.path)).sort()).toEqual(names.toSorted())
    for (const file of report.files) expect((await stat(file)).mode & 0o777).toBe(0o600)
    const json = await readFile(join(report.folder.path, 'report.json'), 'utf8')
    expect(validationSchema.parse(JSON.parse(json))).toEqual(summary)
  })

  it('takes away what another validation left there', async () => {
    await using report = await written(summary, '')
    await removeValidationReport(report.folder.path)
    expect(await readdir(report.folder.path)).toEqual(['differences.ndjson'])
  })
})

describe('report.html', () => {
  it('does not take the rows that were counted for all rows of the source, and names the zone of moments', async () => {
    await using report = await written(summary, `${JSON.stringify(difference)}\n`)
    expect(report.page).toContain('<b>20</b> rows at the source, of 1 dataset that was counted')
    expect(report.page).toMatch(/Moments \(TIMESTAMP, timestamptz\) are\s+in UTC\./)
    await using whole = await written({ ...summary, unpaired: [] }, '')
    expect(whole.page).toContain('<b>20</b> rows at the source</li>')
  })

  it('may run and load nothing but its own script and style', async () => {
    await using report = await written(summary, `${JSON.stringify(difference)}\n`)
    const { page } = report
    const between = (opening: string, closing: string): string =>
      page.slice(page.indexOf(opening) + opening.length, page.indexOf(closing, page.indexOf(opening)))
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    const [style, script] = [between('<style>', '</style>'), between('<script type="module">', '</script>')]
    const [, policy] = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page) ?? []
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`,
    )
    expect(page).not.toMatch(/(src|href)="(?!#)/)
    expect(page).not.toMatch(/ (style|on\w+)="/)
    expect(style).not.toMatch(/url\(|@import/)
  })

  it('is a page of its own: doctype, language, title, and one heading of the first level', async () => {
    await using report = await written(summary, '')
    expect(report.page).toMatch(/^<!doctype html>\s*<html lang="en">/)
    expect(report.page).toContain('<title>Different: mysql://db/shop and postgres://pg/shop</title>')
    expect(report.page.match(/<h1>/g)).toHaveLength(1)
  })

  it('has its differences as JSON in which nothing is markup', async () => {
    await using report = await written(summary, `${JSON.stringify(difference)}\n`)
    const [, json = ''] = /<script type="application\/json" id="differences">(.*?)<\/script>/s.exec(report.page) ?? []
    expect(json).not.toMatch(/[<\u2028]/)
    expect(JSON.parse(json)).toEqual([
      {
        dataset: 'orders',
        key: 'id=</script>',
        reason: 'VALUE',
        column: 'v',
        source: { kind: 'text', runs: [['differs', '<!--']], points: expect.any(Array), morePoints: 0 },
        target: {
          kind: 'text',
          runs: [
            ['differs', 'b'],
            ['differing-sign', 'U+2028'],
          ],
          points: [
            ['b', 'U+0062'],
            ['', 'U+2028 line separator'],
          ],
          morePoints: 0,
        },
      },
    ])
  })

  it('says what it is of, what is not there, what is not proved, and which files belong to it', async () => {
    await using report = await written(summary, '')
    const { page, files } = report
    expect(page).toContain('the target has no table <code>public.log</code>')
    expect(page).toContain('&lt;b&gt;Views&lt;/b&gt; were not compared.')
    const json = await readFile(files[0] ?? '')
    expect(page).toContain(createHash('sha256').update(json).digest('hex'))
    expect(page).toContain('61.5')
    expect(page).toContain('<li>by_user: 0 orphans at the source, 2 at the target</li>')
  })

  it('takes figures until a comparison was stopped for none of the whole', async () => {
    const [dataset] = summary.datasets
    const stopped = { ...dataset!, orphans: [], differences: { missing: 0, extra: 0, changed: 1, stopped: true } }
    await using report = await written({ ...summary, datasets: [stopped] }, '')
    expect(report.page).toContain('<li>NULLs: not compared: more differences were not looked for')
    expect(report.page).not.toContain('as expected')
    expect(report.page).toContain('Stopped: more were not looked for.')
  })

  it.each([
    ['equal', 'Every value of every row is the same at both ends.'],
    ['counted', 'Rows, NULLs and orphans are as expected; values were not compared.'],
    ['unproven', 'Nothing differs, but not everything could be compared.'],
    ['transient', 'Nothing else differs, and of rows that kept changing nobody can tell.'],
    ['skipped', 'Nothing was compared.'],
  ] as const)('claims no more than was shown where the outcome is %s', async (status, sentence) => {
    await using report = await written({ schema: 'transload.validation/1', status, datasets: [] }, '')
    expect(report.page).toContain(sentence)
    expect(report.page).not.toContain('<section id="rows"')
  })
})
