import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { plan, type PreviewedPlan, type PreviewRow, type PreviewValue } from '../../src/index.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { previewedPlanDocument } from '../../src/report/documents/preview-document.ts'
import { dumpOnDisk, dumpStart } from '../support/dump-source.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const table = `CREATE TABLE \`users\` (
  \`id\` int NOT NULL, \`name\` varchar(40) NOT NULL, \`status\` tinyint NOT NULL, \`born\` date DEFAULT NULL,
  \`joined\` datetime DEFAULT NULL, \`note\` text, \`secret\` varchar(40) DEFAULT NULL, \`spent\` time DEFAULT NULL, PRIMARY KEY (\`id\`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`
const rows = `INSERT INTO \`users\` VALUES
  (1,'Ann',1,'2000-02-29','2024-01-02 03:04:05','NULL','x','12:00:00'),(2,' Bob ',0,'0000-00-00','0000-00-00 00:00:00','a\\0b','y',NULL),
  (3,'Cy',9,NULL,NULL,NULL,NULL,NULL),(4,'Di',7,'2001-01-01',NULL,'','z',NULL)`

const users = {
  from: 'users',
  to: 'people',
  transform: [
    { filter: 'status != 9' },
    { clean: { columns: ['name'], trim: true } },
    { map: { column: 'status', type: 'text', values: { '0': 'inactive', '1': 'active' }, otherwise: 'reject' } },
    { set: { label: 'name + " is " + status' } },
    { rename: { id: 'person_id' } },
    { drop: ['secret'] },
  ],
} satisfies NonNullable<PipelineFile['datasets']>[number]

async function previewOf(
  source: string,
  target: string,
  more: Partial<PipelineFile> = {},
  previewRowCount = 10,
): Promise<PreviewedPlan> {
  const file: PipelineFile = { version: 1, source, target, ...more }
  const pipeline = await loadPipeline(file, {}, { environment: {}, directory: '.' })
  return await plan({ pipeline, previewRowCount, flags: { laneCount: 2 } })
}

/** Canonical texts, in the order of the columns before, by name after. */
function texts({ before, after }: PreviewRow) {
  const textOf = (value: PreviewValue): string | null => (value !== null && 'text' in value ? value.text : null)
  const [own] = after
  return {
    before: Object.values(before).map(textOf),
    after: Object.fromEntries(Object.entries(own?.values ?? {}).map(([name, value]) => [name, textOf(value)])),
  }
}

describeEngines(['mysql9', 'mariadb', 'postgres15'], 'rows before and after', () => {
  let target: TestDatabase
  beforeAll(async () => {
    target = await createDatabase(engineUrl('postgres15'), 'preview')
  })
  afterAll(async () => {
    await target[Symbol.asyncDispose]()
  })

  it.each(['mysql9', 'mariadb', 'dump', 'packed dump'] as const)(
    'are those of %s, and nothing is written',
    async (kind) => {
      await using source =
        kind === 'mysql9' || kind === 'mariadb' ? await createDatabase(engineUrl(kind), 'preview') : undefined
      await source?.query(`SET sql_mode = ''; ${table}; ${rows}; CREATE TABLE nothing (id int)`)
      const text = `${dumpStart}${table};\n${rows};\nCREATE TABLE \`nothing\` (\`id\` int);\n`
      await using file = await dumpOnDisk(
        kind === 'packed dump' ? gzipSync(text) : text,
        kind === 'packed dump' ? 'd.sql.gz' : 'd.sql',
      )
      const made = await previewOf(source?.url ?? file.url, target.url, { datasets: [users, { from: 'nothing' }] })
      const { preview } = previewedPlanDocument.parse(structuredClone(made))
      const [none, people] = preview?.datasets ?? []
      expect(none).toMatchObject({ from: 'nothing', read: 0, isWhole: true, rows: [] })
      expect(people).toMatchObject({
        to: 'public.people',
        read: 4,
        isWhole: true,
        written: 2,
        filtered: 1,
        rejected: 1,
      })
      const shown = people?.rows ?? []
      expect(shown.map(({ row, outcome, stage }) => [row, outcome, stage])).toEqual([
        [4, 'rejected', 'map'],
        [2, 'written', undefined],
        [3, 'filtered', 'filter'],
        [1, 'written', undefined],
      ])
      expect(shown[0]).toMatchObject({ column: 'status', code: 'TL_D415', after: [] })
      expect(texts(shown[1]!)).toEqual({
        before: ['2', ' Bob ', '0', '0000-00-00', '0000-00-00 00:00:00', 'a\0b', 'y', null],
        after: {
          person_id: '2',
          name: 'Bob',
          status: 'inactive',
          born: null,
          joined: null,
          note: 'ab',
          spent: null,
          label: 'Bob is inactive',
        },
      })
      expect(shown[1]?.losses.map(({ column }) => column)).toEqual(['born', 'joined', 'note'])
      expect(people?.losses.map(({ column, count }) => [column, count])).toEqual([
        ['born', 1],
        ['joined', 1],
        ['note', 1],
      ])
      expect(texts(shown[3]!).after).toMatchObject({
        person_id: '1',
        note: 'NULL',
        born: '2000-02-29',
        label: 'Ann is active',
      })
      expect(
        await target.query(
          `SELECT nspname FROM pg_namespace WHERE nspname LIKE '\\_trans%' UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`,
        ),
      ).toEqual([])
    },
  )
  it.each(['mysql9', 'mariadb'] as const)('are read of %s only as far as they are wanted', async (engine) => {
    await using source = await createDatabase(engineUrl(engine), 'preview')
    await source.query(`CREATE TABLE small (n int PRIMARY KEY); INSERT INTO small VALUES ${Array.from({ length: 100 }, (_, i) => `(${i})`).join()};
      CREATE TABLE large (id int PRIMARY KEY AUTO_INCREMENT, v varchar(40));
      INSERT INTO large (v) SELECT 'a value that is not short at all' FROM small a, small b, small c LIMIT 400000;
      CREATE TABLE keyless AS SELECT v FROM large`)
    const { preview } = await previewOf(source.url, target.url, { only: ['large', 'keyless'] }, 1000)
    expect(preview?.datasets.map(({ read, isWhole, rows: shown }) => [read, isWhole, shown.length])).toEqual([
      [10_000, false, 1000],
      [10_000, false, 1000],
    ])
    const running = await source.query(
      `SELECT info FROM information_schema.processlist WHERE info LIKE 'SELECT%\`${source.name}\`%' AND id <> CONNECTION_ID()`,
    )
    expect(running).toEqual([])
  })

  it('are fewer than were asked for where they are huge, and never fewer than there are', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'preview')
    await source.query(`CREATE TABLE huge (id int PRIMARY KEY, v longtext);
      INSERT INTO huge WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 40) SELECT i, REPEAT('x', 1000000) FROM n`)
    const [few] = (await previewOf(source.url, target.url, {}, 3)).preview?.datasets ?? []
    expect(few).toMatchObject({ isWhole: false, rows: [{ row: 1 }, { row: 2 }, { row: 3 }] })
    expect(few?.read).toBeLessThan(25)
    expect(few?.rows[0]?.after[0]?.values).toEqual({ id: { text: '1' }, v: { text: 'x'.repeat(1000), cut: true } })
    const [all] = (await previewOf(source.url, target.url, {}, 40)).preview?.datasets ?? []
    expect(all).toMatchObject({ read: 40 })
  })

  it('hide what the pipeline masks', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'preview')
    await source.query(`SET sql_mode = ''; ${table}; ${rows}`)
    const { preview } = await previewOf(source.url, target.url, {
      datasets: [users],
      validate: { mask: ['users.name'] },
    })
    expect(JSON.stringify(preview)).not.toMatch(/Ann|Bob|Cy|Di/)
    expect(preview?.datasets[0]?.rows[1]).toMatchObject({
      before: { name: { hidden: true } },
      after: [{ values: { name: { hidden: true }, label: { hidden: true } } }],
    })
  })
})
