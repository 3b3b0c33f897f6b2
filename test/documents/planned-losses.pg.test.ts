import { Int32 } from 'bson'
import { expect, it } from 'vitest'
import { planText } from '../../src/cli/text/plan-text.ts'
import { outputsOf } from '../../src/model/plan.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { DocumentWorld } from './document-world.ts'

const documents = [
  {
    _id: new Int32(1),
    a: 'x\0y',
    b: 'plain',
    l: [{ t: 'q\0' }, { t: '\0\0' }, { t: 'r' }],
    mixed: ['z\0', 1, { deep: 'k' }],
  },
  { _id: new Int32(2), a: 'n\0', b: 'plain', l: [], mixed: [] },
  { _id: new Int32(3), a: 'none', b: 'plain', l: [{ t: 's' }], mixed: ['w', 2] },
]

describeEngines(['postgres15'], 'losses of a plan of documents', () => {
  it('are counted by the census as the run counts them, and told in one line where they are not', async () => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const url = await world.put('folder', { c: documents, d: [{ _id: 'k', s: 'clean' }] })
    const { plan, losses, summary } = await world.run(url)
    expect(summary.error).toBeUndefined()
    const found = (dataset: string): readonly (readonly [string, number | undefined])[] =>
      plan.datasets
        .filter(({ from }) => from === dataset)
        .flatMap(outputsOf)
        .flatMap(({ columns }) => columns)
        .flatMap((column) => column.losses.map((loss) => [`${column.from} ${loss.rule}`, loss.found] as const))
        .filter(([, count]) => count !== 0)
    expect(found('d')).toEqual([])
    const counted = found('c').filter(([, count]) => count !== undefined)
    const texts = { 'a document-nul-removed': 2, 'l[].t document-nul-removed': 2 }
    expect(Object.fromEntries(counted)).toEqual(texts)
    // Several within one value of JSON are one, which nobody has counted.
    expect(losses).toEqual({ ...texts, 'mixed document-json-nul-removed': 1 })

    const text = [...planText(plan)].join('\n')
    const section = /\nLosses that are declared[^]*?\n\n/.exec(text)?.[0] ?? ''
    expect(section.match(/not counted/g)?.length).toBe(1)
    expect(section).toMatch(/\d columns +document-json-nul-removed +not counted/)
  })
})
