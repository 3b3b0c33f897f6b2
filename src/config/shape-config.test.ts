import { describe, expect, it } from 'vitest'
import { TransloadError } from '../errors/transload-error.ts'
import { loadPipeline } from './load-pipeline.ts'
import type { PipelineFile } from './pipeline-file.ts'

const ends = { version: 1, source: 'mongodump:dump', target: 'postgres://h/d' } as const

type Dataset = NonNullable<PipelineFile['datasets']>[number]

async function load(wishes: Partial<Dataset>) {
  const file: PipelineFile = { ...ends, datasets: [{ from: 'orders', ...wishes }] }
  return (await loadPipeline(file, {}, { environment: {}, directory: '.' })).datasets[0]
}

async function refusal(shape: unknown): Promise<string> {
  const error = await load({ shape: shape as Dataset['shape'] }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof TransloadError)) throw new Error(`it was not refused: ${String(error)}`)
  expect(error.code).toBe('TL_C102')
  return `${error.title}: ${error.hint}`
}

describe('shape: and fidelity: of a dataset', () => {
  it('say nothing where nobody says anything', async () => {
    expect(await load({})).toMatchObject({ shape: undefined, fidelity: undefined })
  })

  it('are kept, the short form as the long one', async () => {
    const shape = { meta: 'json', 'lines[].sku': { as: 'column', type: 'string', name: 'article' } } as const
    expect(await load({ shape, fidelity: 'lossless' })).toMatchObject({
      shape: { meta: { as: 'json' }, 'lines[].sku': { as: 'column', type: 'string', name: 'article' } },
      fidelity: 'lossless',
    })
    expect(await load({ shape: 'document' })).toMatchObject({ shape: 'document' })
  })

  it.each([
    ['documents', /shape is documents: Did you mean document\?/],
    [{ a: 'colum' }, /shape\.a is colum: Did you mean column\?/],
    [{ a: { as: 'jsn' } }, /shape\.a\.as is jsn: Did you mean json\?/],
    [{ a: { az: 'json' } }, /the key az is not known: Did you mean as\?/],
    [{ a: { type: 'long' } }, /shape\.a\.type: it goes with as: column alone/],
    [{ a: { as: 'column', type: 'text' } }, /type is text/],
    [{ a: { as: 'json', of: 'long' } }, /shape\.a\.of: it goes with as: array alone/],
    [{ a: { as: 'json', to: 't' } }, /shape\.a\.to: it goes with as: table and as: map alone/],
    [{ a: { as: 'table', name: 't' } }, /shape\.a\.name: a table has its name from to/],
    [{ a: { as: 'drop', name: 't' } }, /shape\.a\.name: what is drop has no name/],
    [{ 'a.*': { name: 't' } }, /shape\.a\.\*: what is for all fields \(\*\) cannot say a name/],
  ])('refuse %j', async (shape, message) => expect(await refusal(shape)).toMatch(message))
})
