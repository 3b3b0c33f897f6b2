import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from 'vitest'
import type { ValidateProbePoint } from '../../src/async/probe.ts'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'
import { defaultFlags, run, type ValidationSummary } from '../../src/index.ts'
import { type CliOutcome, runCli } from '../bad-input/run-cli.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const ten =
  '(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)'
/** 0 … 89,999. */
const numbers = `(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * t.d + 10000 * u.d AS i
  FROM ${ten} AS a, ${ten} AS b, ${ten} AS c, ${ten} AS t, ${ten} AS u WHERE u.d < 9) AS n`

describeEngines(['mysql9', 'postgres15'], 'a validation that is killed', () => {
  let source: TestDatabase
  let target: TestDatabase
  let directory: string
  beforeAll(async () => {
    source = await createDatabase(engineUrl('mysql9'), 'resume')
    target = await createDatabase(engineUrl('postgres15'), 'resume')
    await source.query(`CREATE TABLE a (id int PRIMARY KEY, v varchar(20)); CREATE TABLE b (id int PRIMARY KEY, v varchar(20));
      INSERT INTO a SELECT i, CONCAT('v', i) FROM ${numbers}; INSERT INTO b SELECT i, CONCAT('v', i) FROM ${numbers} WHERE i < 50`)
    const summary = await run({ pipeline: pipelineBetween(source.url, target.url), flags: defaultFlags })
    if (summary.error !== undefined) throw new Error(summary.error.message)
    await target.query(`UPDATE a SET v = 'other' WHERE id IN (3, 25000, 50000, 88000); DELETE FROM a WHERE id = 30000;
      UPDATE b SET v = NULL WHERE id = 7`)
  })
  afterAll(async () => {
    await source[Symbol.asyncDispose]()
    await target[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'transload-resume-'))
  })
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true })
  })

  const validate = async (args: readonly string[], probe = ''): Promise<CliOutcome> =>
    await runCli(
      ['validate', '--source', source.url, '--target', target.url, '--json', '--report', directory, ...args],
      { environment: { TRANSLOAD_PROBE: probe } },
    )
  const lines = async (): Promise<string[]> => {
    const text = await readFile(join(directory, 'differences.ndjson'), 'utf8')
    return text.split('\n').filter((line) => line !== '')
  }
  /** What is the same however often it was begun. */
  const found = ({ stdout }: CliOutcome): unknown =>
    (JSON.parse(stdout) as ValidationSummary).datasets.map(({ way: _, ...rest }) => rest)

  it.each<[ValidateProbePoint, string, number]>([
    ['range-stored', 'stream', 1],
    ['range-stored', 'digest', 1],
    ['table-stored', 'stream', 1],
    ['table-stored', 'digest', 2],
  ])('at %s goes on where it came to, by %s', async (point, mode, times) => {
    // A limit of load makes ranges small; this one is none.
    const args = ['--mode', mode, '--max-load', '99%']
    const whole = await validate(args)
    expect([whole.exitCode, whole.stderr]).toEqual([1, ''])
    const all = await lines()
    const killed = await validate(args, `${point}:${times}`)
    expect([killed.exitCode, killed.stdout]).toEqual([null, ''])
    expect((await stat(join(directory, 'progress.json'))).mode & 0o777).toBe(0o600)
    const resumed = await validate([...args, '--resume'])
    expect([resumed.exitCode, resumed.stderr]).toEqual([1, ''])
    expect(found(resumed)).toEqual(found(whole))
    expect(await lines()).toEqual(all)
    await expect(stat(join(directory, 'progress.json'))).rejects.toThrow('ENOENT')
  })

  it('says what was compared before, where something was written since', async () => {
    await validate(['--max-load', '99%'], 'table-stored:1')
    await target.query('CREATE TABLE something_else (x int)')
    const resumed = await validate(['--max-load', '99%', '--resume'])
    const { coverage = [], moments = [] } = JSON.parse(resumed.stdout) as ValidationSummary
    expect(moments).toHaveLength(2)
    expect(coverage).toContain(
      `Compared by an earlier validation, which did not end, as they were at ${moments[0]!.at}: a.`,
    )
    await target.query('DROP TABLE something_else')
  })

  it('goes on with nothing but the same', async () => {
    const nothing = await validate(['--resume'])
    expect([nothing.exitCode, nothing.stdout]).toEqual([2, expect.stringContaining('to go on with')])
    await validate(['--max-load', '99%'], 'table-stored:1')
    const other = await validate(['--max-load', '99%', '--resume', '--only', 'a'])
    expect([other.exitCode, other.stdout]).toEqual([2, expect.stringContaining('was of other databases')])
    const anew = await validate(['--max-load', '99%'])
    expect(anew.exitCode).toBe(1)
    expect(await lines()).toHaveLength(6)
  })
})
