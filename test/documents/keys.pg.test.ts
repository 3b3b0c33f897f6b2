import { Binary, Int32 } from 'bson'
import { expect, it } from 'vitest'
import { validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { type Documents, DocumentWorld } from './document-world.ts'

const bytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
const extended = (subType: string): string =>
  `{"$binary":{"base64":"${bytes.toString('base64')}","subType":"${subType}"}}`

const keyed = (...keys: readonly unknown[]): Documents =>
  keys.map((_id, v) => ({ _id, v: new Int32(v), l: [new Int32(v)] }))

describeEngines(['postgres15'], 'keys that a column of their type would not tell apart', () => {
  it.each([
    [
      'subtypes of the same bytes',
      [new Binary(bytes, 0), new Binary(bytes, 3), new Binary(bytes, 5)],
      ['00', '03', '05'].map(extended),
    ],
    ['U+0000 within text', ['a', 'a\0', '\0a'], ['"a"', String.raw`"a\u0000"`, String.raw`"\u0000a"`]],
  ])('are canonical Extended JSON, each of them once: %s', async (_, keys, texts) => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const url = await world.put('folder', { c: keyed(...keys) })
    for (const fidelity of ['convenient', 'lossless'] as const) {
      const datasets = [{ from: 'c', to: `public.${fidelity}`, fidelity }]
      const { summary, losses, rejects } = await world.run(url, { datasets })
      expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' }, datasets: [{ written: 3 }] })
      expect([losses, rejects]).toEqual([{}, []])
      const rows = await world.rows(fidelity)
      expect(Object.fromEntries(rows.map(({ _id, v }) => [v, _id]))).toEqual(Object.fromEntries(texts.entries()))
      const children = await world.rows(`${fidelity}_l`)
      expect(new Set(children.map((row) => row[`${fidelity}_id`]))).toEqual(new Set(texts))
      const pipeline = await world.pipeline(url, { datasets })
      expect((await validate({ pipeline, mode: 'stream' })).summary.status).toBe('equal')
    }
    const original = await world.rows('lossless')
    expect(original.filter(({ _original }) => _original !== undefined)).toEqual([])
  })

  it('are bytes where all of them are of one subtype', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const url = await world.put('folder', { c: keyed(new Binary(bytes, 3), new Binary(Buffer.of(1), 3)) })
    const { summary } = await world.run(url)
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect((await world.rows('c')).map(({ _id }) => _id)).toEqual(
      [String.raw`\x${bytes.toString('hex')}`, String.raw`\x01`].toSorted(),
    )
  })

  it('are rejected by name where the column is to be text all the same', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const url = await world.put('folder', { c: keyed('a', 'a\0', 'b') })
    const shape = { _id: { as: 'column', type: 'string' } } as const
    const { summary, rejects } = await world.run(url, { datasets: [{ from: 'c', shape }] })
    expect(summary).toMatchObject({
      exitCode: 4,
      validation: { status: 'equal' },
      datasets: [{ written: 2, rejected: 1 }],
    })
    expect(rejects).toMatchObject([{ column: '_id', code: 'TL_D405' }])
    expect((await world.rows('c_l')).map((row) => row['c_id'])).toEqual(['a', 'b'])
  })
})
