import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { type Pipeline, run, validate } from '../../src/index.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { Move, type Outcome, sourceEngines } from './migrate.ts'

/** UTF-8, as a client sent it that said it was latin1. */
const hex = (text: string): string => `X'${Buffer.from(text, 'utf8').toString('hex')}'`
const long = `${'é🙂'.repeat(400)}!`

const tables = `CREATE TABLE notes (
    id int PRIMARY KEY, body varchar(50), plain varchar(50), note longtext, old varchar(20), UNIQUE KEY by_body (body)
  ) DEFAULT CHARSET latin1;
  CREATE TABLE loose (name varchar(20), born datetime, PRIMARY KEY (name)) DEFAULT CHARSET latin1;`
const rows = `
  INSERT INTO notes VALUES
    (1, ${hex('Zoë')}, X'5A6FEB', ${hex(long)}, X'CFF0E8E2E5F2'),
    (2, ${hex('🙂')}, 'x', NULL, NULL),
    (3, X'61E962', NULL, ${hex('–“”€')}, X'E0E1'),
    (4, 'abc', '', ${hex('É')}, '');
  INSERT INTO loose VALUES (${hex('Ä')}, '2024-01-01'), (X'E9', '2024-01-01'), ('z', '2024-07-01')`

const mapping = {
  columns: {
    'notes.body': { decode: 'utf8', policies: { 'invalid-text': { replace: '?' } } },
    'notes.note': { decode: 'utf8' },
    'notes.old': { decode: 'cp1251' },
    'loose.*': { decode: 'utf8' },
  },
} as const

async function pipelineOf(source: string, target: string, more: Partial<PipelineFile> = {}): Promise<Pipeline> {
  const file: PipelineFile = { version: 1, source, target, mapping, ...more }
  return await loadPipeline(file, {}, { environment: {}, directory: '.' })
}

const expected = [
  { id: 1, body: 'Zoë', plain: 'Zoë', note: long, old: 'Привет' },
  { id: 2, body: '🙂', plain: 'x', note: null, old: null },
  { id: 3, body: 'a?b', plain: null, note: '–“”€', old: 'аб' },
  { id: 4, body: 'abc', plain: '', note: 'É', old: '' },
]

for (const engine of sourceEngines) {
  describeEngines([engine, 'postgres15'], `text of another charset than its column’s, from ${engine}`, () => {
    let move: Move
    let pipeline: Pipeline
    let outcome: Outcome

    beforeAll(async () => {
      move = await Move.between(engine)
      await move.source.query(tables + rows)
      pipeline = await pipelineOf(move.source.url, move.target.url)
      outcome = await move.run({ pipeline })
    })
    afterAll(async () => {
      await move[Symbol.asyncDispose]()
    })

    it('comes as what its bytes are', async () => {
      expect(await move.target.query('SELECT * FROM notes ORDER BY id')).toEqual(expected)
      expect(await move.target.query('SELECT name FROM loose ORDER BY born')).toEqual([{ name: 'Ä' }, { name: 'z' }])
    })

    it('is told of in the plan, and its faults are counted or cost their rows', () => {
      expect(outcome.column('notes', 'body').notes).toContain('its bytes are read as utf8mb4, not as latin1')
      expect(outcome.column('notes', 'plain').notes.join()).not.toContain('read as')
      expect(outcome.column('notes', 'body').losses).toContainEqual(
        expect.objectContaining({ rule: 'invalid-text-replaced', found: 1 }),
      )
      expect(outcome.losses('notes', 'body')).toEqual({ 'invalid-text-replaced': 1 })
      expect(outcome.rejects.map(({ dataset, column, code }) => [dataset, column, code])).toEqual([
        ['loose', 'name', 'TL_D404'],
      ])
    })

    it.each(['stream', 'digest'] as const)('is equal, by %s', async (mode) => {
      expect(outcome.summary.validation?.status).toBe('equal')
      const only = await pipelineOf(move.source.url, move.target.url, { only: ['notes'], validate: { mode } })
      const { summary } = await validate({ pipeline: only, mode })
      expect(summary.status).toBe('equal')
      expect(summary.datasets[0]!.columns.map(({ from, strength }) => [from, strength])).toEqual([
        ['id', 'exact'],
        ['body', 'exact'],
        ['plain', 'exact'],
        ['note', 'exact'],
        ['old', 'weak'],
      ])
    })

    it('is found out where it is another', async () => {
      await move.target.query("UPDATE notes SET body = 'ZoÃ«' WHERE id = 1; UPDATE notes SET note = 'e' WHERE id = 4")
      const only = await pipelineOf(move.source.url, move.target.url, { only: ['notes'] })
      const { summary } = await validate({ pipeline: only })
      expect(summary.datasets[0]!.differences).toEqual({ missing: 0, extra: 0, changed: 2 })
      expect(summary.datasets[0]!.samples).toMatchObject([
        { key: { id: '1' }, column: 'body', source: { text: 'Zoë' }, target: { text: 'ZoÃ«' }, reason: 'ENCODING' },
        { key: { id: '4' }, column: 'note', source: { text: 'É' } },
      ])
    })

    it('goes through stages as what it is', async () => {
      const datasets = [
        { from: 'loose', to: 'staged', transform: [{ clean: { columns: ['name'], case: 'upper' as const } }] },
      ]
      const staged = await pipelineOf(move.source.url, move.target.url, { only: ['loose'], datasets })
      const { summary } = await move.run({ pipeline: staged })
      expect(await move.texts('staged', 'name', 'born')).toEqual(['Ä', 'Z'])
      expect(summary.validation?.status).toBe('equal')
      expect((await validate({ pipeline: staged })).summary.status).toBe('equal')
    })
  })
}

describeEngines(['postgres15'], 'text of another charset than its column’s, from a dump', () => {
  it.each(['utf8mb4', 'latin1', 'binary'] as const)('in %s comes as what its bytes are', async (charset) => {
    await using target = await createDatabase(engineUrl('postgres15'), 'decode')
    const home = await mkdtemp(join(tmpdir(), 'transload-decode-'))
    const file = join(home, 'dump.sql')
    // As mysqldump writes it: text in the dump's charset, in quotes.
    const written = (bytes: string): string => {
      const held = Buffer.from(bytes, 'hex')
      const text = charset === 'utf8mb4' ? Buffer.from(asLatin1(held), 'utf8') : held
      return `'${text.toString('latin1')}'`
    }
    const inserts = rows.replaceAll(/X'([0-9A-Fa-f]*)'/g, (_, bytes: string) => written(bytes))
    await writeFile(file, `/*!40101 SET NAMES ${charset} */;\n${tables}\n${inserts};\n-- Dump completed\n`, 'latin1')
    const pipeline = await pipelineOf(`mysqldump:${file}`, target.url)
    const summary = await run({ pipeline, flags: { laneCount: 1 } })
    await rm(home, { recursive: true })
    expect(summary.error?.code).toBe('TL_D412')
    expect(await target.query('SELECT * FROM notes ORDER BY id')).toEqual(expected)
    expect(summary.datasets.map(({ from, written: count, rejected }) => [from, count, rejected])).toEqual([
      ['loose', 2, 1],
      ['notes', 4, 0],
    ])
  })
})

/** As MySQL has latin1: bytes from 0x80 to 0x9F are those of cp1252, and what that leaves out are controls. */
function asLatin1(bytes: Buffer): string {
  return [...bytes].map((byte) => new TextDecoder('windows-1252').decode(Uint8Array.of(byte))).join('')
}
