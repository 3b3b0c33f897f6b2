import { Int32, serialize } from 'bson'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { type DumpForm, DocumentWorld } from './document-world.ts'

type DatasetColumns = NonNullable<NonNullable<PipelineFile['datasets']>[number]['columns']>

const int = (value: number): Int32 => new Int32(value)
const good = { _id: int(1), l: [int(1), int(2)], s: 'x' }
const last = { _id: int(3), l: [int(5)], s: 'y' }
const open = async (): Promise<DocumentWorld> => await DocumentWorld.open(engineUrl('postgres15'))

/** What is left of documents when the one in their middle did not go over. */
async function expectOthers(world: DocumentWorld): Promise<void> {
  expect((await world.rows('c')).map(({ s }) => s)).toEqual(['x', 'y'])
  expect((await world.rows('c_l')).map(({ value }) => value)).toEqual(['1', '2', '5'])
}

describeEngines(['postgres15'], 'dumps that are not whole', () => {
  it.each([
    ['folder', 'shop/c.bson', 5, /c\.bson is cut off: document 3, at byte \d+, says \d+ bytes/],
    ['archive', '', 50, /is cut off: the document or header at byte \d+/],
    ['packed folder', 'shop/c.bson.gz', 12, /c\.bson\.gz is cut off: the packed data ends too early/],
    ['lines', 'c.jsonl', 4, /c\.jsonl is cut off: the document in line 3 does not end/],
    ['array', 'c.json', 3, /c\.json is cut off: the array does not end/],
  ] as const)('are refused before anything is made: %s', async (form, file, byteCount, message) => {
    await using world = await open()
    const url = await world.put(form, { c: [good, good, last] })
    const path = join(url.slice(url.indexOf(':') + 1), file)
    const bytes = await readFile(path)
    await writeFile(path, bytes.subarray(0, bytes.length - byteCount))
    const { summary } = await world.run(url)
    expect(summary).toMatchObject({ exitCode: 3, error: { code: 'TL_S207' } })
    expect(summary.error?.message).toMatch(message)
    expect(await world.types()).toEqual({})
  })

  it('are refused where something else stands in a file of BSON', async () => {
    await using world = await open()
    const url = await world.put('folder', { c: [good, Buffer.from('this is no document'), last] })
    const { summary } = await world.run(url)
    expect(summary).toMatchObject({ exitCode: 3, error: { code: 'TL_S208' } })
    expect(summary.error?.message).toMatch(
      /c\.bson is not a dump that can be read: document 2, at byte 45, says \d+ bytes/,
    )
  })
})

describeEngines(['postgres15'], 'files that are no JSON', () => {
  it('are left out by name, and a line is mended in the file and taken by mode replace', async () => {
    await using world = await open()
    const url = await world.put('lines', { c: [good], d: [last] })
    const path = (file: string): string => join(url.slice(url.indexOf(':') + 1), file)
    await writeFile(path('binary.jsonl'), Buffer.of(0, 1, 2))
    const whole = await readFile(path('c.jsonl'), 'utf8')
    await writeFile(path('c.jsonl'), `${whole}{"_id":2,"s":oops}\n`)

    const { summary: refused } = await world.run(url)
    expect(refused).toMatchObject({ exitCode: 3, error: { code: 'TL_S208' } })
    const { summary } = await world.run(url, { except: ['binary'] })
    expect(summary).toMatchObject({ exitCode: 4, error: { code: 'TL_D412' }, rejects: { count: 1 } })
    expect(summary.error?.hint).toMatch(/mend it where it stands.*--mode replace/)
    expect(summary.error?.hint).not.toMatch(/--retry|--replay/)

    await writeFile(path('c.jsonl'), `${whole}{"_id":2,"s":"mended"}\n`)
    const { summary: again } = await world.run(url, { only: ['c', 'd'], mode: 'replace' })
    expect(again).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect((await world.rows('c')).map(({ s }) => s)).toEqual(['x', 'mended'])
  })
})

describeEngines(['postgres15'], 'columns of a pipeline', () => {
  it('have all that is wrong with those of a dataset told at once, each with its place', async () => {
    await using world = await open()
    const url = await world.put('lines', { c: [good] })
    const errorOf = async (columns: DatasetColumns): Promise<string | undefined> =>
      (await world.run(url, { datasets: [{ from: 'c', columns }] })).summary.error?.message
    const dropped = { drop: true } as const
    expect(await errorOf({ s: dropped, t: dropped, 'l[].u': dropped })).toContain(
      'c.t (the pipeline: datasets.0.columns.t), c.l[].u (the pipeline: datasets.0.columns.l[].u)',
    )
    expect(await errorOf({ _id: { type: 'uuid' }, s: { type: 'bool' } })).toMatch(
      /^the pipeline: datasets\.0\.columns\._id: .* uuid; the pipeline: datasets\.0\.columns\.s: .* bool$/,
    )
  })
})

describeEngines(['postgres15'], 'documents that are none', () => {
  it.each(['folder', 'packed archive'] as const)(
    'cost one row each, with what was read of their key: %s',
    async (form) => {
      await using world = await open()
      const broken = Buffer.from(serialize({ _id: int(2), l: [int(3), int(4)], s: 'z' }))
      broken[broken.length - 2] = 1
      const url = await world.put(form, { c: [good, broken, last] })
      const { summary, rejects } = await world.run(url)
      const outputs = [
        { to: 'public.c', written: 2 },
        { to: 'public.c_l', written: 3 },
      ]
      expect(summary).toMatchObject({ exitCode: 4, datasets: [{ read: 3, written: 2, rejected: 1, outputs }] })
      expect(summary.validation?.status).toBe('equal')
      expect(rejects).toMatchObject([
        { position: 1, stage: 'read', column: '$document', code: 'TL_D402', key: { _id: '2' } },
      ])
      expect(rejects[0]?.reason).toMatch(/^a string does not end with a NUL, at byte \d+$/)
      expect(rejects[0]?.row['$document']).toEqual({ base64: broken.toString('base64') })
      await expectOthers(world)
      const { summary: found } = await validate({ pipeline: await world.pipeline(url), mode: 'stream' })
      expect(found.datasets[0]?.differences).toEqual({ missing: 0, extra: 0, changed: 0 })
    },
  )

  it('are told with their line in JSON lines, and those behind them go over', async () => {
    await using world = await open()
    const url = await world.put('lines', { c: [good, last] })
    const path = join(url.slice(url.indexOf(':') + 1), 'c.jsonl')
    const [first = '', second = ''] = (await readFile(path, 'utf8')).split('\n')
    const bad = ['{"_id": 2, "l": [oops]}', 'no JSON at all', '"text"']
    await writeFile(path, [first, ...bad, '', second, ''].join('\n'))
    const { summary, rejects } = await world.run(url)
    expect(summary).toMatchObject({ exitCode: 4, datasets: [{ read: 5, written: 2, rejected: 3 }] })
    expect(summary.validation?.status).toBe('equal')
    expect(rejects.map(({ code, reason, row }) => [code, reason.split(':')[0], row['$document']])).toEqual(
      bad.map((text, place) => ['TL_D402', `line ${place + 2}`, { text }]),
    )
    await expectOthers(world)
  })

  it('have a place where that is the key', async () => {
    await using world = await open()
    const url = await world.put('lines', { c: [{ s: 'x', l: [int(1), int(2)] }] })
    const path = join(url.slice(url.indexOf(':') + 1), 'c.jsonl')
    await writeFile(path, '{"s":"x","l":[1,2]}\nnothing\n{"s":"y","l":[5]}\n')
    const { summary, rejects } = await world.run(url)
    expect(summary).toMatchObject({ exitCode: 4, validation: { status: 'equal' } })
    expect(rejects).toMatchObject([{ key: { $ordinal: '2' }, code: 'TL_D402' }])
    expect((await world.rows('c_l')).map((row) => row['c_ordinal'])).toEqual(['1', '1', '3'])
  })
})

describeEngines(['postgres15'], 'documents that are not what was planned', () => {
  it('case 34: keep their values where only some were looked at', async () => {
    await using world = await open()
    const plain = Array.from({ length: 12_000 }, (_, place) => ({ _id: int(place), v: int(place), l: [int(1)] }))
    const url = await world.put('folder', { c: [...plain, { _id: int(12_000), v: 'text', w: 'new', l: ['odd'] }] })
    const { summary } = await world.run(url, {}, { census: 'off' })
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' }, datasets: [{ written: 12_001 }] })
    const [row] = await world.target.query('SELECT v, _rest FROM c WHERE _id = 12000')
    const [element] = await world.target.query('SELECT value, _rest FROM c_l WHERE c_id = 12000')
    expect(JSON.stringify([row, element])).toMatch(/text.*odd/)
  })

  it('keep values of other types than those that were wished', async () => {
    await using world = await open()
    const documents = [
      { _id: int(1), v: int(1), l: [{ n: int(1) }] },
      { _id: int(2), v: 'text', l: [{ n: 'x' }, { n: int(2) }] },
    ]
    const wish = { as: 'column', type: 'int' } as const
    const url = await world.put('folder', { c: documents })
    const { summary, losses } = await world.run(url, { datasets: [{ from: 'c', shape: { v: wish, 'l[].n': wish } }] })
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(losses).toEqual({ 'v type-drift': 1, 'l[].n type-drift': 1 })
    expect(await world.rows('c')).toEqual([
      { _id: '1', v: '1' },
      { _id: '2', _rest: '{"v": "text"}' },
    ])
    expect((await world.rows('c_l'))[1]).toEqual({ c_id: '2', ordinal: '1', _rest: '{"n": "x"}' })
  })

  it('are refused before anything is made where no value can be read as is wished', async () => {
    await using world = await open()
    const url = await world.put('folder', {
      c: [
        { _id: int(1), v: int(1) },
        { _id: int(2), v: 'x' },
      ],
    })
    const { summary } = await world.run(url, { datasets: [{ from: 'c', columns: { v: { type: 'int(8)' } } }] })
    expect(summary).toMatchObject({ exitCode: 2, error: { code: 'TL_C105' } })
    expect(await world.types()).toEqual({})
  })

  it('case 40: 2,000 names that are data are rows of a map, or stand in _rest', async () => {
    await using world = await open()
    const names = Array.from({ length: 2000 }, (_, place) => place.toString(16).padStart(24, '0'))
    const counts = Object.fromEntries(names.map((name, place) => [name, int(place)]))
    const url = await world.put('folder', {
      nested: [
        { _id: int(1), counts },
        { _id: int(2), counts: { [names[0]!]: int(5) } },
      ],
      top: [
        { _id: int(1), ...counts },
        { _id: int(2), [names[1]!]: int(6) },
      ],
    })
    const { summary } = await world.run(url)
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(Object.keys(await world.types()).filter((name) => name.startsWith('top.'))).toEqual(['top._id', 'top._rest'])
    const [found] = await world.target.query(`SELECT (SELECT count(*)::int FROM nested_counts) AS rows,
      (SELECT sum(value)::int FROM nested_counts) AS sum,
      (SELECT count(*)::int FROM top, jsonb_object_keys(_rest)) AS names`)
    expect(found).toEqual({ rows: 2001, sum: (1999 * 2000) / 2 + 5, names: 2001 })
  })

  it.each(['lower', 'snake'] as const)(
    'case 30: have columns of their own where names are spelled %s',
    async (names) => {
      await using world = await open()
      const url = await world.put('folder', {
        c: [{ _id: int(1), Ab: 'A', ab: 'b', aB: 'c', '': 'd', '.': 'e', $: 'f' }],
      })
      const { summary } = await world.run(url, { names })
      expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
      const [row] = await world.rows('c')
      expect(Object.values(row ?? {})).toEqual(['1', 'A', 'b', 'c', 'd', 'e', 'f'])
    },
  )
})

describeEngines(['embedded18'], 'every kind of file', () => {
  const forms: DumpForm[] = ['folder', 'packed folder', 'archive', 'packed archive', 'lines', 'packed lines', 'array']
  it.each(forms)('comes to the same tables: %s', async (form) => {
    await using world = await DocumentWorld.open(engineUrl('embedded18'))
    const url = await world.put(form, { c: [good, last], d: [last] })
    const { summary } = await world.run(url)
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    await expectOthers(world)
  })
})
