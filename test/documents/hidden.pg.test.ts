import { Int32 } from 'bson'
import { expect, it } from 'vitest'
import { validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { rawDocument, rawElement, rawString } from '../support/raw-bson.ts'
import { DocumentWorld } from './document-world.ts'

process.env['TEST_DOCUMENT_KEY'] = 'a key of more than sixteen bytes'
const hash = (...columns: string[]) => ({ hash: { columns, key: '${env:TEST_DOCUMENT_KEY}' } })
const orders = [{ _id: new Int32(1), email: 'a@x.org', lines: [new Int32(1)] }]

describeEngines(['postgres15'], 'what stages hide of documents', () => {
  it.each([
    ['convenient', hash('_id'), 'hash: _id is in the key of public.orders_lines, where it would stand as it is'],
    ['lossless', hash('email'), 'hash: email stands in $original too, where documents are as they are'],
  ] as const)('is refused where it would go over all the same: %s, %j', async (fidelity, stage, reason) => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const url = await world.put('folder', { orders })
    const { summary } = await world.run(url, { datasets: [{ from: 'orders', fidelity, transform: [stage] }] })
    expect(summary).toMatchObject({ exitCode: 2, error: { code: 'TL_C102' } })
    expect(summary.error?.message).toContain(reason)
    expect(await world.types()).toEqual({})
  })

  it('goes where the whole document is left out', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const url = await world.put('folder', { orders })
    const transform = [hash('email'), { drop: ['$original'] }]
    const { summary } = await world.run(url, { datasets: [{ from: 'orders', fidelity: 'lossless', transform }] })
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    const [order] = await world.rows('orders')
    expect(order?.['email']).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is nowhere, though values are of other types, there twice, or in documents that are none', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const text = (name: string, value: string): Buffer => rawElement(2, name, rawString(value))
    const broken = Buffer.from(rawDocument(text('_id', 'broken'), text('email', 'secret1'), text('x', 'x')))
    broken[broken.length - 2] = 1
    const documents = [
      rawDocument(text('_id', 'good'), rawElement(3, 'to', rawDocument(text('email', 'secret2')))),
      rawDocument(text('_id', 'twice'), text('email', 'secret3'), text('email', 'secret4')),
      { _id: 'other', email: { at: 'secret5' } },
      { _id: 'list', to: [{ email: 'secret6' }] },
      broken,
    ]
    const url = await world.put('folder', { orders: documents })
    const shape = { email: { as: 'column', type: 'string' }, to: 'flatten' } as const
    const parts = { datasets: [{ from: 'orders', shape, transform: [hash('email', 'to.email')] }] }
    const { summary, rejects, losses } = await world.run(url, parts)
    expect(summary).toMatchObject({ exitCode: 4, datasets: [{ written: 2, rejected: 3 }] })
    expect(summary.validation?.status).toBe('equal')
    expect(rejects.map(({ code, column, key }) => [code, column, key['_id']])).toEqual([
      ['TL_D402', 'email', 'other'],
      ['TL_D402', 'to', 'list'],
      ['TL_D402', '$document', 'broken'],
    ])
    expect(losses).toEqual({ 'email duplicate-field': 1 })
    const [all] = await world.target.query(
      `SELECT (SELECT string_agg(o::text, ' ') FROM orders o) || (SELECT string_agg(r::text, ' ') FROM _transload.rejects r)
       || (SELECT string_agg(l::text, ' ') FROM _transload.losses l) AS everything`,
    )
    const everything = `${String(all?.['everything'])} ${JSON.stringify(rejects)} ${JSON.stringify(summary)}`
    expect(everything).toContain('twice')
    for (const base64 of ['', Buffer.from('secret').toString('base64').slice(0, 7)]) {
      expect(everything).not.toMatch(base64 === '' ? /secret/ : new RegExp(base64))
    }
    const compared = await validate({ pipeline: await world.pipeline(url, parts), mode: 'stream' })
    expect(compared.summary).toMatchObject({ status: 'equal' })
  })
})
