import { Int32 } from 'bson'
import { expect, it } from 'vitest'
import { validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { DocumentWorld } from './document-world.ts'

describeEngines(['postgres15'], 'documents of which a sample was looked at', () => {
  it('are equal to whoever looks at all of them, though no column is NOT NULL', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const source = await world.put('lines', {
      people: Array.from({ length: 30 }, (_, n) => ({ _id: new Int32(n), name: `p${n}`, tags: [{ a: new Int32(n) }] })),
    })
    const { summary } = await world.run(source, {}, { census: 'sample' })
    expect([summary.error, summary.validation?.status]).toEqual([undefined, 'equal'])
    const found = await validate({ pipeline: await world.pipeline(source) })
    expect([found.error, found.summary.status]).toEqual([undefined, 'equal'])
  })
})
