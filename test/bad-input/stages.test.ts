import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { type BadWorld, openBadWorld, sourcePassword, targetPassword } from './bad-world.ts'
import { expectRefusal } from './expect-refusal.ts'
import { runCli, summaryOf } from './run-cli.ts'

const maskKey = 'no key that is ever told'
const shortKey = 'short key'

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
    [
      ['- mask: {columns: [born], with: redact}'],
      '8:26',
      'mask: born is date, and this mask is of text',
      /Cast it to text/,
    ],
    [
      ["- hash: {columns: [nane], key: '${env:TEST_MASK_KEY}'}"],
      '8:26',
      'hash: there is no column nane here',
      /Did you mean name\?/,
    ],
    [
      ['- id: {column: id, kind: uuid-v5, namespace: dns, from: [nmae]}'],
      '8:64',
      'id: there is no column nmae here',
      /name/,
    ],
    [
      ["- hash: {columns: [name], key: '${env:TEST_SHORT_KEY}'}"],
      '8:33',
      'hash: A mask cannot be made: the key has 9 bytes',
      /16 bytes or more/,
    ],
    [
      [`- hash: {columns: [name], key: ${maskKey}}`],
      '8:33',
      'hash.key: write a reference to the secret and no more',
      /docs\/pipeline/,
    ],
    [['- drop: [place]'], '8:16', 'drop: there is no column place here', /./],
  ])('are told with their place: %j', async (stages, place, reason, cure) => {
    await writeFile(join(directory, 'p.yaml'), [...head(), ...stages.map((line) => `      ${line}`)].join('\n'))
    const before = await world.targetObjects()
    const environment = { TEST_MASK_KEY: maskKey, TEST_SHORT_KEY: shortKey }
    const outcome = await runCli(['run', 'p.yaml', '--json'], { directory, environment })
    const names = [`p.yaml: ${place}`, reason]
    const secrets = [sourcePassword, targetPassword, maskKey, shortKey]
    expectRefusal(outcome, { code: 'TL_C102', exitCode: 2, names, cure }, secrets)
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
