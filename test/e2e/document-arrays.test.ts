import { Decimal128, Double, Int32, Long, ObjectId, UUID } from 'bson'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { RunSummary } from '../../src/model/run-summary.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { writeMongodump } from '../support/mongodump.ts'
import { runCommandLine } from '../support/run-command-line.ts'

const arrays = {
  strings: ['a,b', '', '{NULL}', 'NULL', '"quoted"', '\\', 'Zoë'],
  ints: [new Int32(-5), new Int32(2_147_483_647)],
  longs: [Long.fromString('9007199254740993')],
  doubles: [1.5, 1e-7, 1e21, 5e-324, 1.7e308, -0, NaN, Infinity, -Infinity].map((value) => new Double(value)),
  decimals: ['1.50', '-0.001', '12345678901234567890.5', 'NaN'].map((text) => Decimal128.fromString(text)),
  bools: [true, false],
  dates: [
    '2024-01-02T03:04:05.100Z',
    '1969-12-31T23:59:59.999Z',
    '-000043-03-15T12:00:00.000Z',
    '+012024-01-02T00:00:00Z',
  ].map((text) => new Date(text)),
  ids: [new ObjectId('0123456789abcdef01234567')],
  uuids: [new UUID('00112233-4455-4677-8899-aabbccddeeff')],
}

describeEngines(['postgres15'], 'arrays of the target', () => {
  it('of every type hold what the documents have, and are compared', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'transload-arrays-'))
    const empty = Object.fromEntries(Object.keys(arrays).map((name) => [name, []]))
    const documents = [{ _id: 1, ...arrays }, { _id: 2, ...empty }, { _id: 3 }]
    await writeMongodump(join(folder, 'dump'), [{ db: 'd', name: 'things', documents }])
    const shape = Object.keys(arrays).map((name) => `      ${name}: array\n`)
    const file = join(folder, 'arrays.yaml')
    await using target = await createDatabase(engineUrl('postgres15'), 'arrays')
    await writeFile(
      file,
      `version: 1\nsource: mongodump:${folder}/dump\ntarget: ${target.url}\ndatasets:\n  - from: things\n    shape:\n${shape.join('')}`,
    )
    const { status, stdout } = await runCommandLine(['run', file, '--json', '--yes'], {})
    const summary = JSON.parse(stdout) as RunSummary
    expect(summary.error).toBeUndefined()
    expect([status, summary.validation?.status, summary.validation?.datasets[0]?.differences]).toEqual([
      0,
      'equal',
      { missing: 0, extra: 0, changed: 0 },
    ])
    expect(summary.validation?.datasets[0]?.columns.filter(({ strength }) => strength === 'skipped')).toEqual([])
    await target.query(`SET timezone = 'UTC'`)
    const [first, second, third] = await target.query(`SELECT strings::text, doubles::text, decimals::text, dates::text,
      ids::text FROM public.things ORDER BY _id`)
    expect(first).toEqual({
      strings: String.raw`{"a,b","","{NULL}","NULL","\"quoted\"","\\",Zoë}`,
      doubles: '{1.5,1e-07,1e+21,5e-324,1.7e+308,-0,NaN,Infinity,-Infinity}',
      decimals: '{1.50,-0.001,12345678901234567890.5,NaN}',
      dates:
        '{"2024-01-02 03:04:05.1+00","1969-12-31 23:59:59.999+00","0044-03-15 12:00:00+00 BC","12024-01-02 00:00:00+00"}',
      ids: '{0123456789abcdef01234567}',
    })
    expect([second?.['doubles'], third?.['doubles']]).toEqual(['{}', null])

    await target.query(`UPDATE public.things SET ints[2] = 6, longs = array_append(longs, 1), bools[1] = false,
      dates[1] = dates[1] + interval '1 ms', strings[2] = ' ', doubles[1] = 1.25 WHERE _id = 1`)
    await target.query(`UPDATE public.things SET uuids = NULL, decimals = '{}' WHERE _id = 2`)
    const again = await runCommandLine(['validate', file, '--json'], {})
    const found = (JSON.parse(again.stdout) as RunSummary['validation'])?.datasets[0]
    expect(again.status).toBe(1)
    expect(found?.differences).toEqual({ missing: 0, extra: 0, changed: 2 })
    expect(found?.reasons?.map(({ column }) => column).toSorted()).toEqual(
      ['bools', 'dates', 'doubles', 'ints', 'longs', 'strings', 'uuids'].toSorted(),
    )
    await rm(folder, { recursive: true })
  })
})
