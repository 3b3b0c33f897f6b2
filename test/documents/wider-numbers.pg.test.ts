import { Decimal128, Double, Int32, Long } from 'bson'
import { expect, it } from 'vitest'
import { validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { DocumentWorld } from './document-world.ts'

const count = 10_000
const ints = (place: number): object => ({ _id: new Int32(place), v: new Int32(-place), l: [new Int32(place)] })

describeEngines(['postgres15'], 'columns that a few numbers widened', () => {
  it.each([
    ['long', Long.fromString('9007199254740993'), 'bigint'],
    ['double', new Double(0.5), 'double precision'],
    ['decimal', Decimal128.fromString('1.50'), 'numeric'],
  ])('keep the documents of none but the others beside: %s', async (_, wide, type) => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const widened = Array.from({ length: 20 }, (__, n) => ({ ...ints(count + n), v: wide, l: [wide, new Int32(n)] }))
    const url = await world.put('folder', { c: [...Array.from({ length: count }, (__, n) => ints(n)), ...widened] })
    const parts = { datasets: [{ from: 'c', fidelity: 'lossless' as const }] }
    const { summary } = await world.run(url, parts)
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    const types = await world.types()
    expect([types['c.v'], types['c_l.value']]).toEqual([type, type])
    const kept = await world.target.query('SELECT count(*)::int AS n FROM c WHERE _original IS NOT NULL')
    expect(kept).toEqual([{ n: widened.length }])
    const pipeline = await world.pipeline(url, parts)
    const rebuilt = (): ReturnType<typeof validate> => validate({ pipeline, mode: 'rebuild' })
    expect((await rebuilt()).summary.status).toBe('equal')
    await world.target.query('UPDATE c SET v = v - 1 WHERE _id = 77')
    expect((await rebuilt()).summary.datasets[0]?.differences).toMatchObject({ changed: 1 })
  })
})
