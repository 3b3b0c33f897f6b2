import { expect, it } from 'vitest'
import { nullLength } from '../batch/layout.ts'
import type { ComparedColumn } from './compared-table.ts'
import { RowDigester } from './row-digest.ts'
import type { RowPlace } from './row-stream.ts'

const policies: ComparedColumn['policies'] = {
  'nul-byte': { do: 'remove', rule: 'removed' },
  'invalid-text': { do: 'replace', rule: 'replaced', text: '\ufffd' },
}

function column(form: ComparedColumn['form'], over: Partial<ComparedColumn> = {}): ComparedColumn {
  return { from: 'c', to: 'c', sourceType: { name: 'text' }, targetType: 'text', form, policies: {}, ...over } as never
}

/** Something else stands on either side of each value. */
function rowOf(...values: readonly (string | Buffer | null)[]): RowPlace {
  const pieces: Buffer[] = [Buffer.from([0])]
  const cells: number[] = []
  let used = 1
  for (const value of values) {
    const bytes = Buffer.from(value ?? '')
    cells.push(used, value === null ? nullLength : bytes.length)
    pieces.push(bytes, Buffer.from([0xff]))
    used += bytes.length + 1
  }
  return { bytes: Buffer.concat(pieces), cells: Int32Array.from(cells), at: 0 }
}

function digests(one: ComparedColumn, source: string | Buffer | null, target: string | null): [boolean, string[]] {
  const declared: string[] = []
  const before = new RowDigester({ columns: [one] }, 'source', (_, rule) => void declared.push(rule))
  const after = new RowDigester({ columns: [one] }, 'target')
  return [before.digest(rowOf(source)) === after.digest(rowOf(target)), declared]
}

it.each([
  ['zoë', 'zoë', []],
  ['', '', []],
  ['a\0b', 'ab', ['removed']],
  [Buffer.from([0x61, 0xff]), 'a\ufffd', ['replaced']],
  [null, null, []],
] as const)('takes a text as its policies make it: %j', (source, target, rules) => {
  expect(digests(column('text', { policies }), source, target)).toEqual([true, rules])
})

it.each([
  ['a\0b', 'a\0b'],
  ['zoë', 'zoe'],
  ['', null],
  [null, ''],
] as const)('tells a text from another: %j, %j', (source, target) => {
  expect(digests(column('text', { policies }), source, target)[0]).toBe(false)
})

it('leaves a moment alone in what it says, and evens how it is spelled', () => {
  const same = digests(column('instant'), '2024-02-29 10:00:00.500+00', '2024-02-29 10:00:00.5')
  const other = digests(column('instant'), '2024-02-29 10:00:00.500+00', '2024-02-29 10:00:00.05')
  expect([same[0], other[0]]).toEqual([true, false])
})

it('takes the same row for the same, however long those before it were', () => {
  const one = new RowDigester({ columns: [column('text'), column('bytes')] }, 'target')
  const first = one.digest(rowOf('a', 'b'))
  for (const length of [0, 1000, 1020, 1024, 5000, 70_000]) one.digest(rowOf('x'.repeat(length), 'b'))
  expect(one.digest(rowOf('a', 'b'))).toBe(first)
  expect(one.digest(rowOf('ab', ''))).not.toBe(first)
})
