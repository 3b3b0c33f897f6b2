import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import type { DatasetValidation, ValidationSummary } from '../model/run-summary.ts'
import { validationJunit } from './junit-report.ts'

interface Case {
  readonly suite: string
  readonly name: string
  outcome: string
  type: string
  message: string
  body: string
}

/** Parses strictly: a character or a mark that XML 1.0 does not allow throws. As bytes, the way that a file has them. */
function parse(xml: string) {
  const parser = new SaxesParser()
  const suites: { name: string; attributes: Record<string, string>; properties: Record<string, string> }[] = []
  const cases: Case[] = []
  let root: Record<string, string> = {}
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testsuites') root = attributes
    if (name === 'testsuite') suites.push({ name: attributes['name'] ?? '', attributes, properties: {} })
    if (name === 'property') suites.at(-1)!.properties[attributes['name'] ?? ''] = attributes['value'] ?? ''
    if (name === 'testcase') {
      const { classname: suite = '', name: called = '' } = attributes
      cases.push({ suite, name: called, outcome: 'passed', type: '', message: '', body: '' })
    }
    if (name === 'failure' || name === 'skipped') {
      Object.assign(cases.at(-1)!, { outcome: name, type: attributes['type'] ?? '', message: attributes['message'] })
    }
  })
  parser.on('text', (text) => {
    const last = cases.at(-1)
    if (last !== undefined) last.body += text.trim()
  })
  parser.write(Buffer.from(xml).toString('utf8')).close()
  return { root, suites, cases, of: (name: string) => cases.find((one) => one.name === name) }
}

const equal: DatasetValidation = {
  from: 'orders',
  to: 'public.orders',
  sourceRows: 2_000,
  targetRows: 2_000,
  nulls: [{ column: { from: 'note', to: 'note' }, source: 3, target: 3 }],
  orphans: [{ constraint: { from: 'by_user', to: 'by_user' }, source: 1, target: 1 }],
  differences: { missing: 0, extra: 0, changed: 0 },
  schema: [],
  reasons: [],
  columns: [
    { from: 'id', to: 'id', strength: 'exact' },
    { from: 'note', to: 'note', strength: 'exact' },
    { from: 'place', to: 'place', strength: 'skipped', reason: 'point and point have no form in common' },
  ],
  samples: [],
}

function report(dataset: Partial<DatasetValidation>, more: Partial<ValidationSummary> = {}) {
  const datasets = [{ ...equal, ...dataset }]
  return parse(validationJunit({ schema: 'transload.validation/1', status: 'different', datasets, ...more }))
}

describe('validationJunit', () => {
  it('has a suite for each dataset and a case for each check, and skips what was not compared', () => {
    const { root, suites, cases, of } = report({}, { seconds: 1.5 })
    expect(root).toEqual({
      name: 'transload validate',
      tests: '8',
      failures: '0',
      errors: '0',
      skipped: '1',
      time: '1.5',
    })
    expect(suites.map(({ name }) => name)).toEqual(['orders'])
    expect(cases.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['schema', 'passed'],
      ['row_count', 'passed'],
      ['nulls', 'passed'],
      ['orphans:by_user', 'passed'],
      ['rows', 'passed'],
      ['column:id', 'passed'],
      ['column:note', 'passed'],
      ['column:place', 'skipped'],
    ])
    expect(of('column:place')?.message).toBe('point and point have no form in common')
  })

  it('says what is compared with what, by which version, and when', () => {
    const facts = { source: 'mysql://a/shop', target: 'postgres://b/shop', version: '0.1.0' }
    const { suites } = report(
      {},
      { ...facts, startedAt: '2026-11-22T17:03:11.000Z', finishedAt: '2026-11-22T17:04:11.000Z' },
    )
    expect(suites[0]?.properties).toEqual({
      ...facts,
      started: '2026-11-22T17:03:11.000Z',
      finished: '2026-11-22T17:04:11.000Z',
      status: 'different',
    })
    expect(suites[0]?.attributes['timestamp']).toBe('2026-11-22T17:03:11.000Z')
  })

  it('fails each check that found something, with its reason', () => {
    const { of, root } = report({
      targetRows: 1_999,
      nulls: [{ column: { from: 'note', to: 'note' }, source: 3, target: 4 }],
      orphans: [{ constraint: { from: 'by_user', to: 'by_user' }, source: 1, target: 2 }],
      differences: { missing: 1, extra: 0, changed: 5_312 },
      schema: [{ kind: 'index', name: 'by_day', problem: 'is not there' }],
      reasons: [
        { reason: 'TZ_SHIFT', column: 'note', detail: '-02:00', count: 5_312 },
        { reason: 'VALUE', column: 'note', count: 1 },
        { reason: 'MISSING', count: 1 },
      ],
      samples: [
        { key: { id: '7' }, reason: 'MISSING' },
        { key: { id: '1' }, column: 'note', reason: 'TZ_SHIFT', source: { text: '09:00' }, target: { text: '07:00' } },
        { key: { id: '2' }, column: 'note', reason: 'VALUE', source: null, target: { base64: 'AAE=' } },
      ],
    })
    expect(root['failures']).toBe('6')
    expect(of('schema')).toMatchObject({ type: 'SCHEMA', message: 'index by_day is not there' })
    expect(of('row_count')).toMatchObject({
      type: 'ROW_COUNT',
      message: '2,000 rows at the source, 1,999 at the target',
    })
    expect(of('nulls')).toMatchObject({ type: 'NULLS', message: 'note: 3 NULLs at the source, 4 at the target' })
    expect(of('orphans:by_user')).toMatchObject({
      type: 'ORPHANS',
      message: '1 orphans at the source, 2 at the target',
    })
    expect(of('rows')).toMatchObject({ type: 'MISSING', message: '1 rows missing, 0 extra', body: 'id=7 MISSING' })
    expect(of('column:note')).toMatchObject({
      type: 'TZ_SHIFT',
      message: '5,312 TZ_SHIFT, all of them -02:00; 1 VALUE',
      body: "id=1 TZ_SHIFT: '09:00' at the source, '07:00' at the target\nid=2 VALUE: NULL at the source, base64 'AAE=' at the target",
    })
  })

  it('fails for a table that the target does not have', () => {
    const { of, suites } = report({}, { unpaired: [{ from: 'log', to: 'public.log' }] })
    expect(suites.map(({ name }) => name)).toEqual(['orders', 'log'])
    expect(of('table')).toMatchObject({ suite: 'log', type: 'NO_TABLE', message: 'the target has no table public.log' })
  })

  it('skips contents where only counts were compared, and figures that are not those of a whole table', () => {
    const counted = report({ differences: null, schema: undefined, targetRows: 1 })
    expect(counted.of('rows')).toMatchObject({ outcome: 'skipped', message: 'contents were not compared' })
    expect(counted.of('schema')?.outcome).toBe('skipped')
    expect(counted.of('row_count')?.outcome).toBe('failure')
    const stopped = report({ differences: { missing: 9, extra: 0, changed: 0, stopped: true }, targetRows: 1 })
    expect([stopped.of('row_count')?.outcome, stopped.of('nulls')?.outcome]).toEqual(['skipped', 'skipped'])
    expect(stopped.of('rows')?.outcome).toBe('failure')
  })

  it('takes no difference in numbers for one where it is accounted for', () => {
    const nulls = [{ column: { from: 'note', to: 'note' }, source: 3, target: 4 }]
    const declared = report({ nulls, declared: [{ column: 'note', rule: 'zero-date-null', count: 1 }] })
    expect(declared.of('nulls')?.outcome).toBe('passed')
    const appended = report({ nulls, targetRows: 3_000, ignoresExtra: true, differences: null })
    expect([appended.of('nulls')?.outcome, appended.of('row_count')?.outcome]).toEqual(['passed', 'passed'])
    const fewer = report({ targetRows: 1_000, ignoresExtra: true, differences: null })
    expect(fewer.of('row_count')?.outcome).toBe('failure')
  })

  it('says of what was not made that it was not, and of what passed what is to be known all the same', () => {
    const checked = { state: 'checked' } as const
    const { of, root } = report(
      {
        unique: [{ key: 'PRIMARY', columns: [], source: null, target: null, index: 'orders_pkey' }],
        ranges: [
          {
            column: { from: 'id', to: 'id' },
            source: { min: '1', max: '9' },
            target: { min: '1', max: '8' },
            same: false,
          },
        ],
        orphans: [],
        transient: 2,
      },
      {
        checks: {
          schema: { state: 'impossible', reason: 'the target does not tell' },
          rows: checked,
          nulls: checked,
          orphans: { state: 'off', reason: 'switched off' },
          unique: checked,
          ranges: checked,
          contents: checked,
        },
      },
    )
    expect(root).toMatchObject({ failures: '1', skipped: '4' })
    expect(of('schema')).toMatchObject({ outcome: 'skipped', message: 'impossible: the target does not tell' })
    expect(of('orphans')).toMatchObject({ outcome: 'skipped', message: 'left out: switched off' })
    expect(of('transient')?.outcome).toBe('skipped')
    expect(of('unique:PRIMARY')).toMatchObject({
      outcome: 'passed',
      body: 'proved by the index orders_pkey of the target',
    })
    expect(of('range:id')).toMatchObject({ outcome: 'failure', type: 'RANGE' })
  })

  it('shows at most 20 samples of a check', () => {
    const samples = Array.from({ length: 30 }, (_, id) => ({ key: { id: `${id}` }, reason: 'MISSING' }))
    const { of } = report({ samples, differences: { missing: 30, extra: 0, changed: 0 } })
    expect(of('rows')?.body.split('\n')).toHaveLength(20)
  })

  it.each([
    ['the end of a CDATA section', ']]>', ']]>'],
    ['a NUL', 'a\0b', String.raw`a\u0000b`],
    ['half a character', 'a\uD800b', String.raw`a\ud800b`],
    ['what is no character', 'a\uFFFEb\uFFFF', String.raw`a\ufffeb\uffff`],
    ['marks', `<a href="x">&amp;'`, `<a href="x">&amp;'`],
    ['lines', 'a\r\n\tb', String.raw`a\u000d\u000a\u0009b`],
    ['a mark that turns text', 'a\u202Eb', String.raw`a\u202eb`],
    ['a character of two units', '😀', '😀'],
  ])('holds %s in every place', (_name, hostile, shown) => {
    const { suites, of } = report(
      {
        from: hostile,
        columns: [{ from: hostile, to: hostile, strength: 'exact' }],
        schema: [{ kind: 'index', name: hostile, problem: 'is not there' }],
        reasons: [{ reason: 'VALUE', column: hostile, detail: hostile, count: 1 }],
        samples: [
          { key: { [hostile]: hostile }, column: hostile, reason: 'VALUE', source: { text: hostile }, target: null },
        ],
      },
      { source: hostile },
    )
    expect(suites[0]?.name).toBe(shown)
    expect(suites[0]?.properties['source']).toBe(shown)
    expect(of('schema')?.message).toBe(`index ${shown} is not there`)
    expect(of(`column:${shown}`)).toMatchObject({
      message: `1 VALUE, all of them ${shown}`,
      body: `${shown}=${shown} VALUE: '${shown}' at the source, NULL at the target`,
    })
  })

  it('is XML whatever the data is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0, max: 0xffff })), (text, units) => {
        const hostile = text + String.fromCharCode(...units)
        const { suites } = report({
          from: hostile,
          samples: [{ key: { id: hostile }, reason: 'MISSING' }],
          differences: { missing: 1, extra: 0, changed: 0 },
        })
        expect(suites).toHaveLength(1)
      }),
    )
  })
})
