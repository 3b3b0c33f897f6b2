import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { PreviewedPlan } from '../../src/index.ts'
import type { InitDocument } from '../../src/report/documents/init-document.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { endOf, type LiveWorld, liveWorld } from './live-world.ts'

async function seed({ source }: LiveWorld): Promise<void> {
  await source.insert('orders', [
    { _id: 1, customer: 'Ada Lovelace', rating: 4, lines: [{ sku: 'a', tags: ['x', 'y'] }, { sku: 'b' }] },
    { _id: 2, customer: 'Alan Turing', rating: 'secret', lines: [] },
    { _id: 3, customer: 'Grace Hopper', lines: [{ sku: 'c', parts: [{ n: 1 }] }] },
  ])
}

describeEngines(['mongojava', 'postgres15'], 'commands on a live MongoDB', () => {
  it('init writes a file that runs unedited, with what shape could say, and none of the data', async () => {
    await using world = await liveWorld('mongojava')
    await seed(world)
    const { source, target } = world
    const drafted = await world.transload<InitDocument>(
      'init',
      '--source',
      source.url,
      '--target',
      target.url,
      '--json',
    )
    expect(endOf(drafted)).toEqual({ status: 0 })
    expect(drafted.document.datasets[0]?.notes).toContain(
      'lines: table with a row for each element; shape can say otherwise: json',
    )
    const text = await readFile(join(world.directory, 'transload.yaml'), 'utf8')
    expect(text).toContain('# rating: JSON column; shape can say otherwise: {as: column, type: TYPE}, rest')
    expect(text).not.toContain('secret')
    const ran = await world.transload('run', 'transload.yaml', '--json')
    expect(endOf(ran)).toEqual({ status: 0 })
    expect(ran.document.validation?.status).toBe('equal')
    expect(await target.query('SELECT count(*)::int AS n FROM orders_lines_parts')).toEqual([{ n: 1 }])
  })

  it('plan --preview shows the rows of child tables', async () => {
    await using world = await liveWorld('mongojava')
    await seed(world)
    const { source, target } = world
    const ends = ['--source', source.url, '--target', target.url]
    const { document } = await world.transload<PreviewedPlan>('plan', ...ends, '--preview', '3', '--json')
    const [rows] = document.preview?.datasets.map((one) => one.rows) ?? []
    const children = rows?.flatMap(({ after }) => after).filter(({ to }) => to.startsWith('public.orders_'))
    const counts = Map.groupBy(children ?? [], ({ to }) => to)
    expect([...counts].map(([to, found]) => [to, found.length])).toEqual([
      ['public.orders_lines', 3],
      ['public.orders_lines_tags', 2],
      ['public.orders_lines_parts', 1],
    ])
    const shown = await world.transload('plan', ...ends, '--preview', '3')
    expect(shown.stdout).toMatch(/in public\.orders_lines_parts\n/)
  })
})
