import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TransloadError } from '../errors/transload-error.ts'
import { loadPipeline, type PipelineFlags } from './load-pipeline.ts'

const environment = { URL: 'mysql://u:hunter22@h/d', PW: 'hunter22' }

/** A directory with these files; gone at the end of the test. */
async function files(content: { readonly [name: string]: string }) {
  const directory = await mkdtemp(join(tmpdir(), 'transload-config-'))
  for (const [name, text] of Object.entries(content)) {
    await mkdir(join(directory, name, '..'), { recursive: true })
    await writeFile(join(directory, name), text)
  }
  return {
    load: (name: string | undefined, flags: PipelineFlags = {}) =>
      loadPipeline(name, flags, { environment, directory }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

async function refusal(yaml: string): Promise<{ code: string; message: string; hint: string }> {
  await using world = await files({ 'p.yaml': yaml })
  const error = await world.load('p.yaml').then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof TransloadError)) throw new Error(`it was not refused: ${String(error)}`)
  return { code: error.code, message: error.title, hint: error.hint }
}

const ends = 'version: 1\nsource: mysql://h/d\ntarget: postgres://h/d\n'

describe('a pipeline file', () => {
  it('is completed with the defaults', async () => {
    await using world = await files({ 'p.yaml': ends })
    const { places, secrets, ...pipeline } = await world.load('p.yaml')
    expect(secrets.found).toEqual([])
    expect([places.file, places.place(['source'])]).toEqual(['p.yaml', '2:1'])
    expect(pipeline).toEqual({
      source: 'mysql://h/d',
      target: 'postgres://h/d',
      names: 'keep',
      only: [],
      except: [],
      mapping: undefined,
      datasets: [],
      mode: 'create',
      errors: { onReject: 'continue' },
      losses: undefined,
      validate: { mode: 'auto', orphans: true, mask: [] },
    })
  })

  it('says all that it can say', async () => {
    const mapping = 'version: 1\npolicies:\n  - {id: mine, fault: zero-date, do: reject, why: because}\n'
    const yaml = `${ends.replace('mysql://h/d', '${env:URL}')}
mapping: ../rules/own.yaml
only: [a, 'b*']
datasets:
  - from: a
    to: app.a
    mode: append
    columns:
      x: {to: y, type: 'decimal(12,2)'}
      z: {drop: true}
errors: {maxRows: 3, maxRatio: 0.5, onReject: stop}
losses: {allow: [zero-date-null]}
validate: {mode: counts, orphans: false, mask: [email, '*.phone']}
`
    await using world = await files({ 'sub/p.yaml': yaml, 'rules/own.yaml': mapping })
    expect(await world.load('sub/p.yaml')).toMatchObject({
      source: environment.URL,
      only: ['a', 'b*'],
      mapping: { version: 1, policies: [{ id: 'mine' }] },
      datasets: [
        {
          from: 'a',
          to: 'app.a',
          mode: 'append',
          columns: { x: { to: 'y', type: 'decimal(12,2)' }, z: { drop: true } },
        },
      ],
      errors: { maxRows: 3, maxRatio: 0.5, onReject: 'stop' },
      losses: { allow: ['zero-date-null'], others: 0 },
      validate: { mode: 'counts', orphans: false, mask: ['email', '*.phone'] },
    })
  })

  it('switches checks, and declares relations and keys', async () => {
    const yaml = `${ends}validate:
  checks: {schema: false, orphans: false, ranges: true}
  relations: [{from: orders.customer_id, to: customers.id}, {from: [a.x, a.y], to: [b.x, b.y]}]
  keys: [customers.email, [a.x, a.y]]
`
    await using world = await files({ 'p.yaml': yaml })
    expect((await world.load('p.yaml')).validate).toEqual({
      mode: 'auto',
      orphans: false,
      checks: { schema: false, orphans: false, ranges: true },
      relations: [
        { from: ['orders.customer_id'], to: ['customers.id'] },
        { from: ['a.x', 'a.y'], to: ['b.x', 'b.y'] },
      ],
      keys: [['customers.email'], ['a.x', 'a.y']],
      mask: [],
    })
  })

  it('hides what flags name besides what it hides itself', async () => {
    await using world = await files({ 'p.yaml': `${ends}validate: {mask: [email]}\n` })
    expect(await world.load('p.yaml', { mask: ['t.x'] })).toMatchObject({ validate: { mask: ['email', 't.x'] } })
    expect(await world.load('p.yaml')).toMatchObject({ validate: { mask: ['email'] } })
  })

  it('is overruled by flags, and not needed where they say enough', async () => {
    await using world = await files({ 'p.yaml': `${ends}names: snake\nonly: [a]\n` })
    const flags = { source: 'memory:x', only: ['b'], mode: 'merge' } as const
    expect(await world.load('p.yaml', flags)).toMatchObject({ ...flags, target: 'postgres://h/d', names: 'snake' })
    expect(await world.load(undefined, { source: '${env:URL}', target: 'memory:y' })).toMatchObject({
      source: environment.URL,
      target: 'memory:y',
      names: 'keep',
    })
    await expect(world.load(undefined, { source: 'memory:x' })).rejects.toMatchObject({
      code: 'TL_C105',
      title: 'There is no target',
    })
  })

  it('may be a module', async () => {
    const index = new URL('../index.ts', import.meta.url).href
    await using world = await files({
      'p.ts': `import { definePipeline } from '${index}'
        export default definePipeline({ version: 1, source: 'memory:x', target: 'memory:y', names: 'lower' as const })`,
      'wrong.ts': 'export default { version: 1, sorce: "x" }',
      'none.mjs': 'export const pipeline = 1',
      'broken.mjs': 'throw new Error("broken on purpose")',
    })
    expect(await world.load('p.ts')).toMatchObject({ source: 'memory:x', names: 'lower' })
    await expect(world.load('wrong.ts')).rejects.toMatchObject({ code: 'TL_C102', hint: 'Did you mean source?' })
    await expect(world.load('none.mjs')).rejects.toMatchObject({ code: 'TL_C105' })
    await expect(world.load('broken.mjs')).rejects.toThrow('broken on purpose')
  })
})

describe('the key of a stage', () => {
  const stage = "datasets: [{from: a, transform: [{hash: {columns: [b], key: '${file:mask.key}'}}]}]\n"

  it('stays a reference, which is found beside the file, and known from then on', async () => {
    await using world = await files({ 'p.yaml': `${ends}${stage}`, 'mask.key': 'hunter2hunter2hunter2\n' })
    const { datasets, secrets } = await world.load('p.yaml')
    expect(datasets[0]?.transform).toEqual([{ hash: { columns: ['b'], key: '${file:mask.key}' } }])
    expect(secrets.found).toEqual([])
    expect(await secrets.of('${file:mask.key}')).toBe('hunter2hunter2hunter2')
    expect(secrets.found).toEqual(['hunter2hunter2hunter2'])
    await expect(secrets.of('${env:NO_KEY}')).rejects.toThrow('NO_KEY')
  })
})

describe('what is wrong with a pipeline file', () => {
  it.each([
    ['an unknown key', `${ends}sorce: x\n`, 'p.yaml: 4:1: the key sorce is not known', 'Did you mean source?'],
    [
      'one deeper',
      `${ends}datasets:\n  - from: a\n    colums: {}\n`,
      '6:5: the key colums is not known',
      'Did you mean columns?',
    ],
    [
      'one that is like none',
      `${ends}errors: {budget: 1}\n`,
      '4:10: the key budget',
      'Keys here are maxRows, maxRatio, onReject.',
    ],
    [
      'one of a column',
      `${ends}datasets: [{from: a, columns: {b: {tpye: bool}}}]\n`,
      '4:36: the key tpye',
      'Did you mean type?',
    ],
    ['a wrong word', `${ends}mode: creat\n`, '4:1: mode is creat', 'Did you mean create? Possible: create, append'],
    ['a wrong version', ends.replace('1', '2'), '1:1: version is 2', 'Possible: 1.'],
    ['a missing version', 'source: a:b\ntarget: a:c\n', '1:1: version is missing', 'Add it.'],
    ['a missing name', `${ends}datasets:\n  - to: a\n`, '5:5: datasets[0].from is missing', 'Add it.'],
    [
      'a number for text',
      `${ends}datasets:\n  - from: 2024\n`,
      '5:5: datasets[0].from is a number, not text',
      'Put it in quotes.',
    ],
    ['text for a list', `${ends}only: users\n`, '4:1: only is text, not a list', 'Write [a, b]'],
    ['nothing for a list', `${ends}datasets:\n`, '4:1: datasets is empty, not a list', 'leave the key out'],
    ['a number out of range', `${ends}errors: {maxRatio: 2}\n`, '4:10: errors.maxRatio: too big', 'docs/pipeline.md'],
    [
      'no type',
      `${ends}datasets: [{from: a, columns: {b: {type: strng}}}]\n`,
      'type: it is not a type',
      'docs/pipeline.md',
    ],
    [
      'a drop with a name',
      `${ends}datasets: [{from: a, columns: {b: {drop: true, to: c}}}]\n`,
      'neither to nor type',
      '',
    ],
    [
      'a mapping of its own with a wrong word',
      `${ends}mapping:\n  columns:\n    "*.*_at": {type: instant, asume: Europe/Berlin}\n`,
      '6:31: the key asume is not known',
      'Did you mean assume?',
    ],
    [
      'a fact that there is not',
      `${ends}mapping: {columns: {"*.a": {when: {maxx: '<= 1'}, type: bool}}}\n`,
      '4:36: the key maxx is not known',
      'Did you mean max?',
    ],
    [
      'a zone that there is not',
      `${ends}mapping: {columns: {"*.a": {type: instant, assume: Europe/Berlim}}}\n`,
      '4:44: mapping.columns.*.a.assume: there is no time zone Europe/Berlim; did you mean Europe/Berlin?',
      '',
    ],
    [
      'a clock without a moment',
      `${ends}mapping:\n  columns:\n    "*.a": {assume: UTC}\n`,
      '6:5: assume makes a moment of a clock',
      'Write type: instant beside it.',
    ],
    ['a column without its table', `${ends}mapping: {columns: {a: text}}\n`, '4:21: a names no table', '*.a for all'],
    [
      'a policy that there is not',
      `${ends}datasets: [{from: a, columns: {b: {policies: {zero-dat: null}}}}]\n`,
      '4:47: the key zero-dat is not known',
      'Did you mean zero-date?',
    ],
    [
      'a dataset twice',
      `${ends}datasets:\n  - from: a\n  - from: a\n`,
      '6:5: datasets has a twice',
      'Put both into one.',
    ],
    ['a list', '- a\n', '1:1: the file is a list, not a map', 'docs/pipeline.md'],
    ['nothing', '', '1:1: the file is empty, not a map', ''],
    [
      'a stage that is nearly there',
      `${ends}datasets: [{from: a, transform: [{explode: {from: a, to: b, key: c, into: d, transform: [{drpo: [a]}]}}]}]\n`,
      'the key drpo is not known',
      'Did you mean drop?',
    ],
    [
      'a stage that there is not',
      `${ends}datasets: [{from: a, transform: [{frobnicate: {}}]}]\n`,
      'the key frobnicate is not known',
      'Keys here are rename, drop, keep',
    ],
    [
      'a schedule',
      `${ends}schedule: {cron: '* * * * *'}\n`,
      '4:1: schedule: this version of transload has no schedules yet',
      '',
    ],
    [
      'another validation',
      `${ends}validate: {mode: sample}\n`,
      'validate.mode: it is auto, stream, digest, rebuild, counts, off, or sample=N',
      'See docs/pipeline.md',
    ],
    [
      'an unknown check',
      `${ends}validate: {checks: {orphan: false}}\n`,
      '4:21: the key orphan is not known',
      'Did you mean orphans?',
    ],
    [
      'no check at all',
      `${ends}validate: {checks: {schema: false, rows: false, nulls: false, orphans: false, unique: false, ranges: false, contents: false}}\n`,
      'validate.checks: every check is switched off',
      '',
    ],
    [
      'a relation without a table',
      `${ends}validate: {relations: [{from: customer_id, to: customers.id}]}\n`,
      'validate.relations[0].from: write a column with its table',
      '',
    ],
    [
      'a relation of two columns to one',
      `${ends}validate: {relations: [{from: [a.x, a.y], to: b.x}]}\n`,
      'from and to have as many columns as each other',
      '',
    ],
    ['a key that is no text', `${ends}validate: {keys: [7]}\n`, 'validate.keys[0] is a number, not text', 'quotes'],
    [
      'a secret in a name',
      `${ends}datasets: [{from: a, to: '\${env:PW}'}]\n`,
      '4:22: datasets.0.to has a reference',
      'Only source, target and the key of a stage',
    ],
    [
      'a secret elsewhere in a stage that has a key',
      `${ends}datasets: [{from: a, transform: [{hash: {columns: ['\${env:PW}'], key: '\${env:PW}'}}]}]\n`,
      '4:52: datasets.0.transform.0.hash.columns.0 has a reference',
      'Only source, target and the key of a stage',
    ],
    [
      'a secret in a key that is none of a stage’s',
      `${ends}datasets: [{from: a, transform: [{rename: {key: '\${env:PW}'}}]}]\n`,
      '4:44: datasets.0.transform.0.rename.key has a reference',
      'Only source, target and the key of a stage',
    ],
    [
      'a key in the file itself',
      `${ends}datasets: [{from: a, transform: [{hash: {columns: [b], key: hunter2hunter2hunter2}}]}]\n`,
      '4:56: datasets[0].transform[0].hash.key: write a reference to the secret and no more, such as ${env:MASK_KEY}',
      '',
    ],
    [
      'a key with more than a reference',
      `${ends}datasets: [{from: a, transform: [{hash: {columns: [b], key: 'x\${env:PW}'}}]}]\n`,
      'write a reference to the secret and no more',
      '',
    ],
    [
      'a fake without a key',
      `${ends}datasets: [{from: a, transform: [{mask: {columns: [b], with: fake}}]}]\n`,
      '4:56: datasets[0].transform[0].mask.with: fake has no key',
      '',
    ],
    [
      'a key of a mask that has none',
      `${ends}datasets: [{from: a, transform: [{mask: {columns: [b], with: redact, key: '\${env:PW}'}}]}]\n`,
      'mask.with: key and domain are of with: fake alone',
      '',
    ],
    [
      'a mask with a typing error',
      `${ends}datasets: [{from: a, transform: [{mask: {columns: [b], with: fkae}}]}]\n`,
      'mask.with is fkae',
      'Did you mean fake?',
    ],
    [
      'a part of a mask with a typing error',
      `${ends}datasets: [{from: a, transform: [{mask: {columns: [b], with: {partial: {keepStrat: 1}}}}]}]\n`,
      '4:73: the key keepStrat is not known',
      'Did you mean keepStart?',
    ],
    [
      'a hash that is too long',
      `${ends}datasets: [{from: a, transform: [{hash: {columns: [b], key: '\${env:PW}', as: base64url, length: 60}}]}]\n`,
      'hash.length: a hash of base64url has no more than 43 characters',
      '',
    ],
    [
      'an id of another kind',
      `${ends}datasets: [{from: a, transform: [{id: {column: b, kind: uuidv5, namespace: dns}}]}]\n`,
      'id.kind is uuidv5',
      'Did you mean uuid-v5?',
    ],
    [
      'an id in no namespace',
      `${ends}datasets: [{from: a, transform: [{id: {column: b, kind: uuid-v5, namespace: users}}]}]\n`,
      'id.namespace: it is no namespace: write a UUID, a name with a dot',
      '',
    ],
  ])('%s', async (_name, yaml, message, hint) => {
    const found = await refusal(yaml)
    expect(found.code).toBe('TL_C102')
    expect(found.message).toContain(message)
    expect(found.hint).toContain(hint)
  })

  it('is all told at once, each with its place', async () => {
    const { message, hint } = await refusal(`${ends}sorce: x\nlosses: {others: -1}\nmode: creat\n`)
    expect(message).toContain('p.yaml: 4:1: the key sorce is not known (also at 5:10: losses.others: too small')
    expect(message).toContain('6:1: mode is creat. Did you mean create?')
    expect(hint).toBe('Did you mean source?')
  })

  it.each([
    ['a tab', `${ends}errors:\n\tmaxRows: 1\n`, '5:1'],
    ['a bracket that is not closed', `${ends}only: [a, b\n`, '5:1'],
    ['a key twice', `${ends}source: again\n`, '4:1'],
    ['a tag that nobody knows', `${ends}only: !secret [a]\n`, '4:7'],
    ['two documents', `${ends}---\n${ends}`, '4:1'],
  ])('as YAML: %s', async (_name, yaml, place) => {
    const { code, message } = await refusal(yaml)
    expect(code).toBe('TL_C101')
    expect(message).toContain(`p.yaml is not valid YAML: ${place}`)
  })

  it('as YAML: aliases that multiply', async () => {
    const lines = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`)
    expect((await refusal(`a0: &a0 [x]\n${lines.join('\n')}\n`)).code).toBe('TL_C101')
  })

  it('never repeats a secret', async () => {
    const secret = 'hunter22'
    const url = `mysql://root:${secret}@db/shop`
    const yamls = [
      `version: 1\nsource: ${url}\ntarget: {a: ${url}}\n`,
      `version: 1\nsource: [${url}]\ntarget: ${url}\nxxx: 1\n`,
      `version: 1\nsource: "${url}\ntarget: x\n`,
      `version: 1\nsource: ${url}: x\n`,
      `version: 1\nsource: ${url}\ntarget: postgres://u:\${env:NOPE}@h/d\n`,
      `version: 1\nsource: mysql://u:${secret}\${env:PW@h\ntarget: x:y\n`,
      `version: 1\nsource: *${secret}\n`.replace(`*${secret}`, `${url} # !`).concat('mode: x\n'),
    ]
    for (const yaml of yamls) expect(JSON.stringify(await refusal(yaml))).not.toContain(secret)
  })

  it('is told of the mapping file too, with its own places', async () => {
    await using world = await files({
      'p.yaml': `${ends}mapping: own.yaml\n`,
      'own.yaml': 'version: 1\npolicies:\n  - id: a\n    fautl: zero-date\n    do: reject\n    why: x\n',
    })
    await expect(world.load('p.yaml')).rejects.toMatchObject({
      code: 'TL_C102',
      title: expect.stringContaining('own.yaml: 4:5: the key fautl is not known'),
      hint: 'Did you mean fault?',
    })
  })

  it('is told where a file cannot be read, or is a URL', async () => {
    await using world = await files({})
    await expect(world.load('nowhere.yaml')).rejects.toMatchObject({ code: 'TL_C105', hint: 'Check the path.' })
    await expect(world.load('.')).rejects.toThrow('it is a directory')
    const asUrl = world.load('mysql://u:hunter22@h/d')
    await expect(asUrl).rejects.toMatchObject({ code: 'TL_C105', hint: 'Name it with --source or --target.' })
    await expect(asUrl).rejects.not.toThrow('hunter22')
  })
})
