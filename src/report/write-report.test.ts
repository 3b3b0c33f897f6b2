import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TransloadError } from '../errors/transload-error.ts'
import type { RejectedRow } from '../model/loss.ts'
import type { NotCarried } from '../model/plan.ts'
import type { RunSummary } from '../model/run-summary.ts'
import { rejectedRowSchema } from './documents/rejects-document.ts'
import { runDocument } from './documents/run-document.ts'
import { failedBeforeRun } from './failed-before-run.ts'
import { markdownReport } from './markdown-report.ts'
import { unproved, verdict } from './verdict.ts'
import { writeReport } from './write-report.ts'

const summary: RunSummary = {
  schema: 'transload.run/1',
  version: '1.2.3',
  run: '20261122-170311-4f3a',
  status: 'failed',
  exitCode: 4,
  resumable: false,
  attempts: 2,
  startedAt: '2026-11-22T17:03:11.000Z',
  finishedAt: '2026-11-22T17:04:11.500Z',
  seconds: 60.5,
  phases: { plan: 1.2, prepare: 0.1, copy: 50, finish: 8.2, validate: 1 },
  source: 'mysql://db:3306/shop',
  target: 'postgres://pg:5432/shop',
  consistency: {
    level: 'snapshot',
    position: 'gtid:3e11fa47:1-77',
    moments: ['2026-11-22 17:03:12', 'mysql-bin.000003'],
  },
  datasets: [
    {
      from: 'users',
      read: 1_000_003,
      written: 1_000_000,
      merged: 0,
      filtered: 0,
      rejected: 3,
      vanished: 0,
      bytes: 123_456_789,
      seconds: 42.25,
      outputs: [{ to: 'public.users', written: 1_000_000, rejected: 3 }],
      losses: [
        {
          column: 'born',
          rule: 'zero-date-null',
          count: 12,
          sampleKeys: [{ id: '5' }, { id: null }],
          first: { split: 'users#0', position: 4 },
          last: { split: 'users#1', position: 1200 },
        },
        { column: 'evil|`\u001b[31m', rule: 'nul-byte-removed', count: 1, sampleKeys: [{ id: '<b>|\u202E' }] },
      ],
    },
    {
      from: 'orders',
      read: 5,
      written: 5,
      merged: 0,
      filtered: 0,
      rejected: 0,
      vanished: 0,
      bytes: 80,
      seconds: 0.01,
      outputs: [{ to: 'public.orders', written: 5, rejected: 0 }],
      losses: [],
    },
  ],
  objects: {
    created: 9,
    notCarried: [{ kind: 'view', name: 'shop.totals', reason: 'it is written in the source’s own language' }],
    notValidated: [{ kind: 'foreign key', name: 'public.orders.user', reason: '2 rows have no parent | [x](y)' }],
  },
  rejects: { count: 3, file: null, byReason: { TL_D402: 2, TL_D406: 1 } },
  warnings: [{ code: 'partitions-flattened', message: 'users has 4 partitions: it becomes one table' }],
  validation: {
    schema: 'transload.validation/1',
    status: 'counted',
    datasets: [
      {
        from: 'users',
        to: 'public.users',
        sourceRows: 1_000_003,
        targetRows: 1_000_000,
        nulls: [{ column: { from: 'born', to: 'born' }, source: 0, target: 12 }],
        orphans: [],
        differences: null,
        columns: [],
        samples: [],
      },
      {
        from: 'orders',
        to: 'public.orders',
        sourceRows: 5,
        targetRows: 5,
        nulls: [{ column: { from: 'id', to: 'id' }, source: 0, target: 0 }],
        orphans: [{ constraint: { from: 'fk_user', to: 'fk_user' }, source: 2, target: 2 }],
        differences: { missing: 0, extra: 0, changed: 0 },
        columns: [],
        samples: [],
      },
    ],
  },
  error: { code: 'TL_D412', message: '3 of 1000008 rows were rejected', hint: 'See rejects.ndjson.' },
}

const reject: RejectedRow = {
  dataset: 'users',
  split: 'users#0',
  position: 7,
  stage: 'write',
  column: 'name',
  code: 'TL_D402',
  reason: 'too long\u001b[2J',
  key: { id: '7' },
  row: { id: { text: '7' }, name: { text: 'x\n\u009b1m' }, photo: { base64: '/wA=' }, born: null },
}

const view: NotCarried = {
  kind: 'view',
  name: 'shop.totals\n; DROP TABLE users',
  reason: 'port it',
  sql: 'CREATE VIEW totals AS\nSELECT 1',
}

async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'transload-report-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

describe('report.md', () => {
  it('is as it was', async () => {
    expect(runDocument.parse(summary)).toEqual(summary)
    await expect(markdownReport(summary)).toMatchFileSnapshot('golden/report.md')
  })

  it('says of contents that were compared what differs and why, with some of the rows', () => {
    const [users, orders] = summary.validation!.datasets
    const differing = {
      ...users!,
      differences: { missing: 1, extra: 0, changed: 2_000 },
      reasons: [{ reason: 'TZ_SHIFT', column: 'born', detail: '-02:00', count: 2_000 }],
      columns: [{ from: 'born', to: 'born', strength: 'exact' as const }],
      samples: [
        {
          key: { id: '7' },
          column: 'born',
          reason: 'TZ_SHIFT',
          source: { text: '09:00' },
          target: { masked: 'hmac:0123456789abcdef' },
        },
      ],
    }
    const skipped = {
      ...orders!,
      columns: [
        { from: 'id', to: 'id', strength: 'exact' as const },
        { from: 'place', to: 'place', strength: 'skipped' as const },
      ],
    }
    const ranges = { total: 20, compared: 3, equal: 0, rowsRead: 0 }
    const sampled = {
      ...skipped,
      columns: skipped.columns.slice(0, 1),
      way: { mode: 'ordered' as const, reason: 'why', ranges },
    }
    const datasets = [differing, skipped, sampled]
    const validation = { ...summary.validation!, status: 'different' as const, datasets }
    const said = markdownReport({ ...summary, validation })
    expect(said).toContain('| nothing differs in a sample: 3 of 20 ranges of rows |')
    expect(said).not.toContain('| equal |')
    expect(said).toContain('| 1 missing, 0 extra, 2,000 changed |')
    expect(said).toContain('| nothing differs, 1 of 2 columns not compared |')
    expect(said).toContain('| TZ_SHIFT | 2,000 | all of them \\-02:00 |')
    expect(said).toContain('| `users` | `id=7` | `born` | TZ_SHIFT | `09:00` | masked `hmac:0123456789abcdef` |')
  })

  it('holds nothing that acts on a terminal, nor HTML of the data', () => {
    const text = markdownReport(summary)
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202E/u)
    expect(text.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '')).not.toContain('<b>')
  })

  it('says of a run that never began what there is to say', async () => {
    const error = new TransloadError('TL_C106', { name: 'MYSQL_URL', reason: 'the environment has no such variable' })
    const failed = failedBeforeRun(error, '1.2.3', new Date(0))
    expect(runDocument.parse(failed)).toMatchObject({
      run: null,
      exitCode: 2,
      status: 'failed',
      error: { code: 'TL_C106' },
    })
    const said = markdownReport({ ...failed, seconds: 0 })
    expect(said).toContain('# The secret MYSQL_URL is not there')
  })
})

describe('verdict', () => {
  const ok: RunSummary = { ...summary, status: 'ok', exitCode: 0, error: undefined }

  it('claims no more than was shown', () => {
    expect(verdict({ ...ok, validation: null })).toContain('nothing was compared')
    expect(verdict(ok)).toContain('values were not compared')
    const way = { mode: 'ordered' as const, reason: 'why', ranges: { total: 9, compared: 3, equal: 0, rowsRead: 0 } }
    const datasets = ok.validation!.datasets.map((one) => ({ ...one, way }))
    const sampled = { ...ok, validation: { ...ok.validation!, datasets } }
    expect(verdict(sampled)).toContain('a sample of the values are as expected on both sides; not every value was')
    expect(unproved(sampled).join(' ')).not.toContain('Values were not compared')
    const mixed = { ...ok, consistency: { ...ok.consistency, level: 'mixed' as const } }
    expect(verdict(mixed)).toContain('more than one moment')
    const unproven = { validation: { ...ok.validation!, status: 'unproven' as const } }
    expect(verdict({ ...ok, ...unproven })).toContain('what could be compared is equal, and not everything could')
    expect(verdict({ ...mixed, ...unproven })).toContain('counts differ, which proves nothing of rows of more than one')
    expect(verdict({ ...summary, resumable: true })).toContain('goes on from the last checkpoint')
  })

  it('names what is not proved', () => {
    expect(unproved({ ...ok, validation: null })[0]).toContain('Nothing was compared')
    const coverage = ['t.v was not compared: why.']
    expect(unproved({ ...ok, validation: { ...ok.validation!, coverage } })).toContain(coverage[0])
    const none = { ...ok, consistency: { level: 'none' as const, position: null, moments: [] } }
    expect(unproved(none).join(' ')).toContain('no common moment')
    const vouched = { ...ok.consistency, moments: ['the user vouched (--source-quiet)'] }
    expect(unproved({ ...ok, consistency: vouched }).join(' ')).toContain('user’s word')
  })
})

describe('writeReport', () => {
  it('writes all there is to a directory that was asked for, and names the rejects', async () => {
    await using directory = await temporaryDirectory()
    const request = { summary, rejects: [reject, reject], notCarried: [view], fallback: '/nowhere' }
    const written = await writeReport({ ...request, directory: directory.path })
    expect((await readdir(directory.path)).sort()).toEqual([
      'not-carried.sql',
      'rejects.ndjson',
      'report.json',
      'report.md',
    ])
    const file = join(directory.path, 'rejects.ndjson')
    expect(written.summary.rejects.file).toBe(file)
    expect(JSON.parse(await readFile(join(directory.path, 'report.json'), 'utf8'))).toEqual(written.summary)
    const text = await readFile(file, 'utf8')
    const lines = text.trimEnd().split('\n')
    expect(lines.map((line) => rejectedRowSchema.parse(JSON.parse(line)))).toEqual([reject, reject])
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    // What has values in it.
    for (const name of ['rejects.ndjson', 'report.json', 'report.md']) {
      expect((await stat(join(directory.path, name))).mode & 0o077).toBe(0)
    }
    const sql = await readFile(join(directory.path, 'not-carried.sql'), 'utf8')
    expect(sql).toContain('CREATE VIEW totals AS\nSELECT 1;')
    expect(sql).toContain(String.raw`-- view shop.totals\u000a; DROP TABLE users`)
    expect(sql.split('\n').filter((line) => line.startsWith('; DROP'))).toEqual([])
  })

  it('takes away what an earlier run left in the same directory', async () => {
    await using directory = await temporaryDirectory()
    await writeFile(join(directory.path, 'rejects.ndjson'), 'old')
    await writeFile(join(directory.path, 'report.json'), 'old', { mode: 0o644 })
    const written = await writeReport({
      summary,
      rejects: [],
      notCarried: [],
      directory: directory.path,
      fallback: '/nowhere',
    })
    expect((await readdir(directory.path)).sort()).toEqual(['report.json', 'report.md'])
    expect(written.summary.rejects.file).toBeNull()
    expect((await stat(join(directory.path, 'report.json'))).mode & 0o077).toBe(0)
  })

  it('without one writes only what cannot be had elsewhere, and nothing where there is nothing', async () => {
    await using directory = await temporaryDirectory()
    const fallback = join(directory.path, 'transload-x')
    const request = { summary, directory: undefined, fallback }
    expect(await writeReport({ ...request, rejects: [], notCarried: [{ ...view, sql: ' ' }] })).toMatchObject({
      files: [],
    })
    expect(await readdir(directory.path)).toEqual([])
    const written = await writeReport({ ...request, rejects: [reject], notCarried: [] })
    expect(written).toMatchObject({ directory: fallback, files: [join(fallback, 'rejects.ndjson')] })
  })
})
