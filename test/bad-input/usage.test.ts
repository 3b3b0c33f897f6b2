import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { type BadWorld, openBadWorld, sourcePassword, targetPassword } from './bad-world.ts'
import { expectExit, expectNoSecret, expectRefusal, type Refusal } from './expect-refusal.ts'
import { type CliOutcome, runCli } from './run-cli.ts'

const secrets = [sourcePassword, targetPassword]

describeEngines(['mysql9', 'postgres15'], 'a command line or file that says what is not', () => {
  let world: BadWorld
  let directory: string

  beforeAll(async () => {
    world = await openBadWorld()
    directory = await mkdtemp(join(tmpdir(), 'transload-usage-'))
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  async function expectRefused(refusal: Refusal, outcome: () => Promise<CliOutcome>): Promise<void> {
    const before = await world.targetObjects()
    expectRefusal(await outcome(), refusal, secrets)
    expect(await world.targetObjects()).toEqual(before)
  }

  /** Runs a pipeline file, written as it is; both URLs are in it, password and all. */
  function runFile(
    lines: readonly string[],
    mapping: readonly string[] = [],
    args: readonly string[] = [],
  ): () => Promise<CliOutcome> {
    return async () => {
      await writeFile(join(directory, 'pipeline.yaml'), [...pipelineHead(world), ...lines].join('\n'))
      await writeFile(join(directory, 'own.mapping.yaml'), mapping.join('\n'))
      return await runCli(['run', 'pipeline.yaml', '--json', '--log-level', 'trace', ...args], { directory })
    }
  }

  it('names an option that there is not, and the one that was meant', async () => {
    await expectRefused({ code: 'TL_C105', exitCode: 2, names: ["'--sorce'"], cure: /--source/ }, () =>
      world.run(['--sorce', world.sourceUrl]),
    )
    await expectRefused({ code: 'TL_C105', exitCode: 2, names: ['--jobs', 'many'], cure: /./ }, () =>
      world.run(['--jobs', 'many']),
    )
    await expectRefused({ code: 'TL_C105', exitCode: 2, names: ['--mode', 'upsert'], cure: /./ }, () =>
      world.run(['--mode', 'upsert']),
    )
  })

  it('names options that exclude each other', async () => {
    await expectRefused({ code: 'TL_C105', exitCode: 2, names: ['--schema-only', '--data-only'], cure: /./ }, () =>
      world.run(['--schema-only', '--data-only']),
    )
  })

  it('prints one document of its own for a command that there is not', async () => {
    const outcome = await runCli(['rnu', '--source', world.sourceUrl, '--target', world.targetUrl, '--json'])
    expect(outcome.exitCode).toBe(2)
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      schema: 'transload.error/1',
      error: { code: 'TL_C105', message: expect.stringContaining('rnu'), hint: expect.stringContaining('run') },
      exitCode: 2,
    })
    expectNoSecret(outcome, secrets)
  })

  it('names the place where YAML is none', async () => {
    const refusal: Refusal = { code: 'TL_C101', exitCode: 2, names: ['pipeline.yaml', '4:'], cure: /place/ }
    await expectRefused(refusal, runFile(['mode: [create']))
    await expectRefused({ ...refusal, names: ['pipeline.yaml'] }, runFile([`\tmode: "${sourcePassword}`]))
  })

  it('names a key that there is not, its place, and the one that was meant', async () => {
    await expectRefused(
      { code: 'TL_C102', exitCode: 2, names: ['pipeline.yaml', '4:1', 'mdoe'], cure: /Did you mean mode/ },
      runFile(['mdoe: create']),
    )
    await expectRefused(
      { code: 'TL_C102', exitCode: 2, names: ['pipeline.yaml', '6:', 'colums'], cure: /columns/ },
      runFile(['datasets:', '  - from: users', '    colums: {name: {drop: true}}']),
    )
    await expectRefused(
      { code: 'TL_C102', exitCode: 2, names: ['own.mapping.yaml', 'matsch'], cure: /match/ },
      runFile(['mapping: own.mapping.yaml'], ['version: 1', 'types:', '  - {id: a, matsch: {column: name}, why: b}']),
    )
  })

  it('names a file that is not there', async () => {
    const missing = (): Promise<CliOutcome> => runCli(['run', 'nowhere.yaml', '--json'], { directory })
    await expectRefused({ code: 'TL_C105', exitCode: 2, names: ['nowhere.yaml'], cure: /./ }, missing)
    await expectRefused(
      { code: 'TL_C105', exitCode: 2, names: ['nowhere.mapping.yaml'], cure: /./ },
      runFile(['mapping: nowhere.mapping.yaml']),
    )
  })

  it('names a secret that is not there', async () => {
    const run = (): Promise<CliOutcome> => world.run([], { source: 'mysql://u:${env:NO_SUCH_SECRET}@127.0.0.1/x' })
    await expectRefused({ code: 'TL_C106', exitCode: 2, names: ['NO_SUCH_SECRET'], cure: /environment variable/ }, run)
  })

  it('names a table or column that a pipeline is about and the source does not have', async () => {
    const refusal: Refusal = { code: 'TL_C107', exitCode: 2, names: ['costumers'], cure: /orders, users/ }
    await expectRefused(refusal, () => world.run(['--only', 'costumers']))
    await expectRefused(refusal, runFile(['datasets: [{from: costumers}]']))
    await expectRefused(
      { ...refusal, names: ['users.nmae'], cure: /id, name/ },
      runFile(['datasets: [{from: users, columns: {nmae: {drop: true}}}]']),
    )
  })

  it('names a table or column that a mapping rule is about and the source does not have', async () => {
    const rule = (match: string): string[] => [
      'version: 1',
      'types:',
      `  - {id: own, match: ${match}, canonical: text, target: text, why: so}`,
    ]
    const pipeline = ['mapping: own.mapping.yaml']
    const refusal: Refusal = {
      code: 'TL_C107',
      exitCode: 2,
      names: ['table costumers', 'rule own'],
      cure: /orders, users/,
    }
    await expectRefused(refusal, runFile(pipeline, rule('{table: costumers, column: name}')))
    await expectRefused(
      { ...refusal, names: ['column nmae of users', 'rule own'], cure: /id, name/ },
      runFile(pipeline, rule('{table: users, column: nmae}')),
    )
    await expectRefused(
      { ...refusal, names: ['column nmae', 'rule own'], cure: /user_id/ },
      runFile(pipeline, rule('{column: nmae}')),
    )
  })

  it('lets a pattern of a mapping rule fit nothing', async () => {
    await using own = await openBadWorld()
    await writeFile(
      join(directory, 'patterns.yaml'),
      [...pipelineHead(own), 'mapping: patterns.mapping.yaml'].join('\n'),
    )
    const rules = [
      'version: 1',
      'types:',
      '  - {id: own, match: {table: "x_*", column: y}, canonical: text, target: text, why: so}',
    ]
    await writeFile(join(directory, 'patterns.mapping.yaml'), rules.join('\n'))
    const outcome = await runCli(['run', 'patterns.yaml', '--json'], { directory })
    expectExit(outcome, 0)
  })

  it('names two names that become one', async () => {
    await expectRefused(
      { code: 'TL_C108', exitCode: 2, names: ['orders', 'users', 'same'], cure: /to:/ },
      runFile(['datasets: [{from: users, to: same}, {from: orders, to: same}]']),
    )
  })
})

/** Three lines. */
function pipelineHead({ sourceUrl, targetUrl }: BadWorld): string[] {
  return ['version: 1', `source: ${JSON.stringify(sourceUrl)}`, `target: ${JSON.stringify(targetUrl)}`]
}
