import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { type Difference, plan as planOf, run, validate, type ValidationSummary } from '../../src/index.ts'
import { homeDirectory, testWorld } from '../support/cli-world.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

/** Stands in every value that is to be seen nowhere. */
const secret = 'hush'

async function fill(source: TestDatabase, target: TestDatabase): Promise<void> {
  await source.query(`
    CREATE TABLE customers (email varchar(40) COLLATE utf8mb4_bin PRIMARY KEY, phone varchar(20), raw varbinary(20), name varchar(20), pin int);
    INSERT INTO customers VALUES ('a@hush', '1hush', 'hush1', 'Ann', 77777701), ('b@hush', NULL, NULL, 'Bob', 77777702), ('c@hush', 'hush', 'hush', 'Cy', 77777703);
    CREATE TABLE loose (email varchar(40), n int); INSERT INTO loose VALUES ('a@hush', 1), (NULL, 2);
    CREATE TABLE calls (id int PRIMARY KEY, email varchar(40), email2 varchar(40)); INSERT INTO calls VALUES (1, 'a@hush', 'A@hush')`)
  await target.query(`
    CREATE TABLE customers (email text PRIMARY KEY, phone text, raw bytea, name text, pin int);
    INSERT INTO customers VALUES ('a@hush', '2hush', 'hush2', 'Anna', 77777701), ('b@hush', 'hush', NULL, 'Bob', 77777704), ('d@hush', 'hush', 'hush', 'Di', 77777703);
    CREATE TABLE loose (email text, n int); INSERT INTO loose VALUES ('e@hush', 1), (NULL, 3);
    CREATE TABLE calls (id int PRIMARY KEY, email text, email2 text); INSERT INTO calls VALUES (1, 'A@hush', 'a@hush')`)
}

const mask = ['email*', 'customers.phone', '*.raw', 'pin']

describeEngines(['mysql9', 'postgres15'], 'values that are masked', () => {
  it('stand nowhere: not on the terminal, not in JSON, not in a file', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'mask')
    await using target = await createDatabase(engineUrl('postgres15'), 'mask')
    await using home = await homeDirectory()
    await fill(source, target)
    const told: string[] = []
    for (const flags of [['--json'], ['--report', 'report'], ['--mode', 'counts'], ['--mode', 'counts', '--json']]) {
      const world = testWorld({ directory: home.path, environment: { TRANSLOAD_HOME: join(home.path, 'home') } })
      const ends = ['--source', source.url, '--target', target.url]
      const code = await main(['validate', ...ends, '--mask', mask.join(','), ...flags], world)
      expect(code).toBe(1)
      told.push(world.stdout.text, world.stderr.text)
    }
    const files = await readdir(join(home.path, 'report'))
    expect(files.toSorted()).toEqual(['differences.ndjson', 'junit.xml', 'report.html', 'report.json', 'report.md'])
    for (const file of files) told.push(await readFile(join(home.path, 'report', file), 'utf8'))
    expect(told.join('\n')).not.toContain(secret)
    // Least and largest values, and sums.
    expect(told.join('\n')).not.toMatch(/777777|23333/)
    expect(told.join('\n')).not.toContain(Buffer.from(secret).toString('hex'))
    expect(told.join('\n')).not.toContain(Buffer.from('hush1').toString('base64').slice(0, 5))
    // What is not masked is there.
    expect(told.join('\n')).toContain('Anna')
    expect(told.filter((text) => text.includes('hmac:'))).toHaveLength(9)
  })

  it('have one hash each in one validation, and another one in the next', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'mask')
    await using target = await createDatabase(engineUrl('postgres15'), 'mask')
    await fill(source, target)
    const plain = pipelineBetween(source.url, target.url)
    const pipeline = { ...plain, validate: { ...plain.validate, mask } }
    const found: Difference[] = []
    const events = { difference: (difference: Difference) => void found.push(difference) }
    const { summary } = await validate({ pipeline, events })
    const of = (from: string, column?: string): Difference[] =>
      found.filter((one) => one.from === from && one.column === column)
    const [ann] = of('customers', 'name')
    const hash = ann?.key['email']
    expect(hash).toMatch(/^hmac:[0-9a-f]{16}$/)
    expect(ann).toMatchObject({ source: { text: 'Ann' }, target: { text: 'Anna' } })
    const [call] = of('calls', 'email')
    const [other] = of('calls', 'email2')
    expect(call).toMatchObject({ key: { id: '1' }, reason: 'CASE_FOLD', source: { masked: hash } })
    expect(other).toMatchObject({ source: call?.target, target: { masked: hash } })
    expect(of('customers', 'phone').find(({ source: one }) => one === null)).toMatchObject({
      target: { masked: expect.stringMatching(/^hmac:/) },
    })
    expect(of('loose').map(({ key }) => key['email'] ?? null)).toEqual(expect.arrayContaining([hash, null]))
    const samples = (all: ValidationSummary): unknown[] =>
      all.datasets.flatMap((dataset) => dataset.samples.flatMap(({ key }) => key['email'] ?? []))
    const again = await validate({ pipeline })
    expect(samples(summary)).toContain(hash)
    expect(samples(again.summary)).not.toContain(hash)
    expect(samples(again.summary)).toHaveLength(samples(summary).length)
  })

  it('are hidden in what a run finds too', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'mask')
    await using target = await createDatabase(engineUrl('postgres15'), 'mask')
    await source.query(`CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t VALUES (1, 'hush')`)
    await target.query(`CREATE TABLE t (id int PRIMARY KEY, v varchar(20));
      CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v := upper(NEW.v); RETURN NEW; END $$;
      CREATE TRIGGER shout BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION shout()`)
    const pipeline = {
      ...pipelineBetween(source.url, target.url),
      mode: 'append',
      validate: { mode: 'stream', orphans: true, mask: ['v'] },
    } as const
    const { validation } = await run({ pipeline, flags: { laneCount: 1, triggers: 'keep' } })
    expect(validation?.datasets[0]?.samples).toMatchObject([{ key: { id: '1' }, column: 'v', reason: 'CASE_FOLD' }])
    expect(JSON.stringify(validation)).toContain('"masked":"hmac:')
    expect(JSON.stringify(validation).toLowerCase()).not.toContain(secret)
  })

  it('are named, or nothing is compared', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'mask')
    await using target = await createDatabase(engineUrl('postgres15'), 'mask')
    await fill(source, target)
    const plain = pipelineBetween(source.url, target.url)
    for (const wrong of ['customers.mail', 'Email', 'loose.phone', 'c*']) {
      const pipeline = { ...plain, validate: { ...plain.validate, mask: ['email', wrong] } }
      await expect(validate({ pipeline })).rejects.toMatchObject({
        code: 'TL_C107',
        message: expect.stringContaining(wrong),
      })
      await expect(run({ pipeline })).resolves.toMatchObject({ run: null, exitCode: 2, error: { code: 'TL_C107' } })
    }
  })

  it('are named to a run whose plan was made before', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'mask')
    await using target = await createDatabase(engineUrl('postgres15'), 'mask')
    await source.query('CREATE TABLE t (id int PRIMARY KEY, p int NOT NULL); INSERT INTO t VALUES (1, 1), (2, 1)')
    const plain = pipelineBetween(source.url, target.url)
    const pipeline = { ...plain, validate: { ...plain.validate, mask: ['no_such'] } }
    const plan = await planOf({ pipeline: plain })
    const refused = { exitCode: 2, error: { code: 'TL_C107' } }
    await expect(run({ pipeline, plan })).resolves.toMatchObject({ ...refused, run: null })
    const stopped = await run({ pipeline: plain, stop: AbortSignal.abort(new Error('stopped by the test')) })
    expect(stopped).toMatchObject({ resumable: true })
    await expect(run({ pipeline })).resolves.toMatchObject(refused)
    await expect(run({ pipeline: plain })).resolves.toMatchObject({ exitCode: 0, run: stopped.run })
  })

  it('tell nothing by what a sequence has counted', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'mask')
    await using target = await createDatabase(engineUrl('postgres15'), 'mask')
    await source.query('CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT); INSERT INTO t VALUES (4711)')
    await target.query('CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (4711)')
    const plain = pipelineBetween(source.url, target.url)
    const pipeline = { ...plain, validate: { ...plain.validate, mask: ['id'] } }
    const { summary, error } = await validate({ pipeline })
    expect(summary.datasets[0]?.schema).toEqual([
      { kind: 'sequence', name: 'id', problem: 'gives … next, and the table has … already' },
    ])
    expect(error?.message).not.toContain('4711')
  })
})
