import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { type BadWorld, openBadWorld, sourcePassword, targetPassword } from './bad-world.ts'
import { expectRefusal } from './expect-refusal.ts'
import { runCli, summaryOf } from './run-cli.ts'

describeEngines(['mysql9', 'postgres15'], 'stages that do not fit', () => {
  let world: BadWorld
  let directory: string

  beforeAll(async () => {
    world = await openBadWorld()
    directory = await mkdtemp(join(tmpdir(), 'transload-stages-'))
    await world.source.query('CREATE TABLE people (id int PRIMARY KEY, name varchar(20), born date, place point)')
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  /** The stages are written from line 8 on. */
  const head = (): string[] => [
    'version: 1',
    `source: ${world.sourceUrl}`,
    `target: ${world.targetUrl}`,
    'datasets:',
    '  - from: people',
    '    columns: {place: {drop: true}}',
    '    transform:',
  ]

  it.each([
    [['- renam: {id: x}'], '8:9', 'the key renam is not known', /Did you mean rename\?/],
    [
      ['- drop: [nane]'],
      '8:16',
      'drop: there is no column nane here',
      /Did you mean name\? Columns here are id, name, born\./,
    ],
    [['- drop: [born]', '- cast:', '    born: text'], '10:11', 'cast: there is no column born here', /id, name\./],
    [['- rename: {id: name}'], '8:18', 'rename: there is a column name already', /another name/],
    [['- cast: {born: bool}'], '8:16', 'cast: born is date, of which no bool can be made', /Cast it to text/],
    [['- cast: {born: dat}'], '8:16', 'it is no type of a stage', /./],
    [['- default: {born: yesterday}'], '8:19', 'default: "yesterday" is no date', /./],
    [['- {drop: [id], keep: [id]}'], '8:9', 'a stage is one name with its options', /./],
    [['- map: {column: name, values: 3}'], '8:29', 'values is a number, not a map', /docs\/pipeline/],
    [['- drop: [place]'], '8:16', 'drop: there is no column place here', /./],
  ])('are told with their place: %j', async (stages, place, reason, cure) => {
    await writeFile(join(directory, 'p.yaml'), [...head(), ...stages.map((line) => `      ${line}`)].join('\n'))
    const before = await world.targetObjects()
    const outcome = await runCli(['run', 'p.yaml', '--json'], { directory })
    const names = [`p.yaml: ${place}`, reason]
    expectRefusal(outcome, { code: 'TL_C102', exitCode: 2, names, cure }, [sourcePassword, targetPassword])
    expect(await world.targetObjects()).toEqual(before)
  })

  it('are told by plan and validate as by run, whether there is a table at the target or not', async () => {
    await writeFile(join(directory, 'p.yaml'), [...head(), '      - drop: [nane]'].join('\n'))
    for (const verb of ['run', 'plan', 'validate']) {
      const { error, exitCode } = summaryOf(await runCli([verb, 'p.yaml', '--json'], { directory }))
      expect([verb, exitCode ?? 2, error?.message]).toEqual([
        verb,
        2,
        'p.yaml: 8:16: drop: there is no column nane here',
      ])
    }
  })
})
