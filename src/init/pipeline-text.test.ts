import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { PipelineFile } from '../config/pipeline-file.ts'
import { type DraftDataset, mostListed, type PipelineParts, pipelineText } from './pipeline-text.ts'
import type { Suggestion } from './suggestion.ts'

function dataset(from: string, over: Partial<DraftDataset> = {}): DraftDataset {
  return { from, to: `public.${from}`, rows: 2, isEstimated: false, overrides: [], notes: [], ...over }
}

function parts(over: Partial<PipelineParts> = {}): PipelineParts {
  return {
    title: 'mysql://h/shop to postgres://h/shop',
    commands: ['transload run p.yaml'],
    source: { text: 'mysql://h/shop' },
    target: { text: 'postgres://h/shop' },
    settings: {},
    filters: {},
    datasets: [dataset('users')],
    suggestions: [],
    ...over,
  }
}

function suggestion(over: Partial<Suggestion>): Suggestion {
  return { kind: 'secret', dataset: 'users', columns: ['password'], reason: 'a reason', ...over }
}

const read = (text: string): PipelineFile => parse(text) as PipelineFile

describe('the text of a pipeline', () => {
  it('has what a run needs, and everything else as comments', () => {
    const drop = suggestion({ stage: { drop: ['password'] } })
    const relation = suggestion({
      kind: 'relation',
      dataset: 'orders',
      relation: { from: 'orders.user', to: 'users.id' },
    })
    const text = pipelineText(parts({ suggestions: [drop, relation] }))
    expect(read(text)).toEqual({
      version: 1,
      source: 'mysql://h/shop',
      target: 'postgres://h/shop',
      datasets: [{ from: 'users' }],
    })
    expect(text).toContain('    # transform:\n    #   # password: a reason\n    #   - drop: [password]\n')
    expect(text).toContain('#   mask: [users.password]\n')
    expect(text).toContain('#     - {from: orders.user, to: users.id}\n')
    expect(text).toContain('# errors: {maxRows: 100, onReject: continue}\n')
    expect(text).toContain('# losses: {allow: [zero-date-null], others: 0}\n')
  })

  it('is a pipeline too when every # is taken off the lines that are suggestions', () => {
    const suggestions = [
      suggestion({ stage: { drop: ['password'] } }),
      suggestion({ kind: 'zero-date', stage: { default: { made: '1970-01-01 00:00:00+00' } } }),
      suggestion({
        kind: 'truth-value',
        stage: { map: { column: 'on', type: 'bool', values: { 0: false, 1: true } } },
      }),
      suggestion({ kind: 'relation', relation: { from: 'orders.user', to: 'users.id' } }),
    ]
    const text = pipelineText(parts({ suggestions }))
    const lines = text.split('\n').map((line) => line.replace(/^( {4})?# (?= *(\w+:( |$)|- ))/, '$1'))
    expect(read(lines.join('\n'))).toMatchObject({
      datasets: [
        {
          from: 'users',
          transform: [
            { drop: ['password'] },
            { default: { made: '1970-01-01 00:00:00+00' } },
            { map: { column: 'on', values: { 0: false, 1: true } } },
          ],
        },
      ],
      errors: { maxRows: 100, onReject: 'continue' },
      losses: { allow: ['zero-date-null'], others: 0 },
      validate: {
        mode: 'auto',
        orphans: true,
        mask: ['users.password'],
        relations: [{ from: 'orders.user', to: 'users.id' }],
      },
    })
  })

  it.each(
    [
      'yes',
      '1',
      'null',
      '~',
      '- a',
      'a: b',
      '#x',
      '"q"',
      "it's",
      ' a ',
      'a\nb: c',
      'a\u2028b',
      '{x}',
      '日本',
      '*',
      '&a',
      '!t',
      '%',
      '@a',
      '`b`',
      '',
      'x'.repeat(300),
    ].filter(Boolean),
  )('has the name %j as it is', (name) => {
    const overrides = [{ column: name, type: 'bytes', reason: `because\nof: ${name}` }]
    const one = suggestion({ dataset: name, columns: [name], reason: name, stage: { drop: [name] } })
    const text = pipelineText(
      parts({ title: name, datasets: [dataset(name, { overrides, notes: [name] })], suggestions: [one] }),
    )
    expect(read(text).datasets).toEqual([{ from: name, columns: { [name]: { type: 'bytes' } } }])
    const staged = text
      .split('\n')
      .map((line) => (/^ {4}# {3}- drop|^ {4}# transform:/.test(line) ? line.replace('# ', '') : line))
      .join('\n')
    expect(read(staged).datasets?.[0]?.transform).toEqual([{ drop: [name] }])
  })

  it('lists of very many tables only those with something to say, and takes the others all the same', () => {
    const names = Array.from({ length: mostListed + 1 }, (_, at) => `t${at}`)
    const datasets = names.map((name) =>
      dataset(name, name === 't7' ? { overrides: [{ column: 'g', drop: true, reason: 'r' }] } : {}),
    )
    const one = suggestion({ dataset: 't9', stage: { drop: ['password'] } })
    const text = pipelineText(
      parts({ datasets, suggestions: [one], filters: { except: ['log_*'] }, settings: { names: 'snake' } }),
    )
    expect(read(text)).toMatchObject({
      names: 'snake',
      except: ['log_*'],
      datasets: [{ from: 't7', columns: { g: { drop: true } } }, { from: 't9' }, { from: '*' }],
    })
    expect(text).toContain('the other 59 tables')
  })

  it('says what to export in the place of a password', () => {
    const source = {
      text: '${env:SOURCE_URL}',
      variable: { name: 'SOURCE_URL', command: "export SOURCE_URL='mysql://u:PASSWORD@h/d'" },
    }
    const text = pipelineText(parts({ source }))
    expect(read(text).source).toBe('${env:SOURCE_URL}')
    expect(text).toContain("#   export SOURCE_URL='mysql://u:PASSWORD@h/d'\nsource: ${env:SOURCE_URL}\n")
  })

  it('is never written where it is no pipeline', () => {
    expect(() => pipelineText(parts({ settings: { nmes: 'keep' } }))).toThrow('TL_X901')
  })
})
