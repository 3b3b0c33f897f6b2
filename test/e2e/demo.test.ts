import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeSampleShop } from '../../src/cli/sample-shop/write-sample-shop.ts'
import { writeSampleSessions } from '../../src/cli/sample-shop/write-sample-sessions.ts'
import { stopEmbedded } from '../../src/connectors/postgres/embedded/cluster.ts'
import type { RunSummary } from '../../src/model/run-summary.ts'
import { demoDocument } from '../../src/report/documents/demo-document.ts'
import { runDocument } from '../../src/report/documents/run-document.ts'

const bin = new URL('../../bin/transload.js', import.meta.url).pathname
const rowCount = 5_000

let home = ''
const data = () => join(home, 'data')
const database = () => join(data(), 'postgres')

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'transload-demo-'))
  // For root the server runs as somebody else, who has to get in.
  await chmod(home, 0o755)
})

afterAll(async () => {
  await stopEmbedded(database(), AbortSignal.timeout(30_000))
  await rm(home, { recursive: true })
})

function go(argv: readonly string[], options: { readonly input?: Buffer; readonly probe?: string } = {}) {
  const env = { ...process.env, TRANSLOAD_HOME: join(home, 'own'), TRANSLOAD_PROBE: options.probe ?? '' }
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], {
    cwd: home,
    env,
    input: options.input ?? Buffer.alloc(0),
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { status, signal, stdout, stderr }
}

function lossesOf(summary: RunSummary): string[] {
  return summary.datasets.flatMap(({ from, losses }) =>
    losses.map((loss) => `${from}.${loss.column} ${loss.rule} ${loss.count}`),
  )
}

const documentRuleOf = {
  'nul-byte': 'document-nul-removed',
  'type-drift': 'type-drift',
  'out-of-range': 'type-drift',
  exponent: 'decimal-exponent',
} as const

const ruleOf: { readonly [oddity: string]: string } = {
  'zero-date': 'zero-date-null',
  'nul-byte': 'nul-byte-removed',
  'enum-index-zero': 'enum-zero-null',
}

describe('transload demo', () => {
  it('reports every oddity of the shop and no other, and can be repeated', async () => {
    const { planted, tables } = await writeSampleShop(join(home, 'again.sql'), { rowCount })
    const expected = planted
      .filter(({ oddity }) => oddity in ruleOf)
      .map(({ table, column, oddity, rowCount: count }) => `${table}.${column} ${ruleOf[oddity]} ${count}`)
    expect(expected.length).toBeGreaterThan(5)
    const sessions = await writeSampleSessions(join(home, 'again.jsonl'), { rowCount })
    const expectedOfDocuments = sessions.planted.map(
      ({ path, oddity, documents }) => `web_sessions.${path} ${documentRuleOf[oddity]} ${documents}`,
    )
    for (let time = 0; time < 2; time++) {
      const { status, stdout, stderr } = go(['demo', '--rows', String(rowCount), '--data', data(), '--json'])
      expect([status, stderr]).toEqual([0, expect.stringContaining('writing the dump of a shop')])
      const { documents, ...summary } = demoDocument.parse(JSON.parse(stdout))
      expect(runDocument.parse(JSON.parse(stdout))).toEqual(summary)
      expect(documents).toMatchObject({ status: 'ok', rejects: { count: 0 }, validation: { status: 'equal' } })
      expect(
        Object.fromEntries(
          documents?.datasets.flatMap(({ outputs }) => outputs.map(({ to, written }) => [to, written])) ?? [],
        ),
      ).toEqual(Object.fromEntries(Object.entries(sessions.tables).map(([table, rows]) => [`public.${table}`, rows])))
      expect(lossesOf(documents!).toSorted()).toEqual(expectedOfDocuments.toSorted())
      expect(summary).toMatchObject({ status: 'ok', rejects: { count: 0 }, validation: { status: 'counted' } })
      // A dump cannot be read again: that is so every time, and nothing to warn of.
      const why = 'Values were not compared: the source cannot be read again, as a dump cannot.'
      expect(summary.validation?.coverage).toEqual([why])
      expect(summary.warnings.filter(({ code }) => code === 'values-not-compared')).toEqual([])
      expect(Object.fromEntries(summary.datasets.map(({ from, written }) => [from, written]))).toEqual(tables)
      expect(lossesOf(summary).toSorted()).toEqual(expected.toSorted())
      expect(summary.objects.notValidated).toMatchObject([
        { name: expect.stringContaining('fk_reviews_product') as string },
      ])
    }
    expect((await readdir(join(data(), 'report-documents'))).sort()).toEqual(['report.json', 'report.md'])
    expect((await readdir(join(data(), 'report'))).sort()).toEqual(['not-carried.sql', 'report.json', 'report.md'])
    expect(await readFile(join(data(), 'report', 'not-carried.sql'), 'utf8')).toContain('order_summary')
  })

  it('tells people the same, and how to connect', () => {
    const { status, stdout } = go(['demo', '--rows', String(rowCount), '--data', data()])
    expect(status).toBe(0)
    for (const said of [
      'Plan: 14 datasets',
      'Done: rows',
      'Plan: 1 dataset',
      'Done: source and target are equal',
      'public.web_sessions_pages_searches',
      'Losses: values changed',
      "connect: psql 'postgres://postgres:",
      'report.md',
    ]) {
      expect(stdout).toContain(said)
    }
  })
})

describe('--spool', () => {
  it('lets a run from standard input be killed, and gone on with by piping the same dump in again', async () => {
    const input = await readFile(join(data(), 'shop.sql'))
    const argv = [
      'run',
      '--source',
      'mysqldump:-',
      '--spool',
      '--target',
      `embedded-postgres:${database()}?schema=spooled`,
    ]
    const all = [...argv, '--yes', '--json']
    expect(go(all, { input, probe: 'after-commit:5' }).signal).toBe('SIGKILL')
    expect(await readdir(join(home, 'own', 'spool'))).toHaveLength(1)
    expect(go(['runs']).stdout).toContain('unfinished')
    const again = go(all, { input })
    const summary = runDocument.parse(JSON.parse(again.stdout))
    expect(summary).toMatchObject({ status: 'ok', exitCode: 0, attempts: 2, validation: { status: 'counted' } })
    expect(summary.datasets.reduce((sum, dataset) => sum + dataset.written, 0)).toBe(rowCount)
    expect(await readdir(join(home, 'own', 'spool'))).toEqual([])
  })
})
