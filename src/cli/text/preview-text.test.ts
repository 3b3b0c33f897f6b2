import { describe, expect, it } from 'vitest'
import type { DatasetPreview, PreviewRow } from '../../model/preview.ts'
import { displayWidth } from '../../telemetry/display-width.ts'
import { type PreviewedDataset, previewText } from './preview-text.ts'

const users: PreviewedDataset = {
  read: { identify: ['id'] },
  columns: [
    { from: 'id', to: 'person_id' },
    { from: 'name', to: 'name', changedBy: ['clean', 'map'] },
    { from: 'born', to: 'born' },
    { from: 'label', to: 'label', changedBy: ['join', 'set'], isMade: true },
  ],
}

const plain: PreviewRow = {
  row: 1,
  before: { id: { text: '7' }, name: { text: 'Ann' }, born: null, secret: { text: 'x' } },
  after: [],
  moreAfter: 0,
  outcome: 'written',
  losses: [],
}

const written: PreviewRow = {
  ...plain,
  after: [{ to: 'public.users', values: { person_id: { text: '7' }, name: { text: 'ann' }, born: null, label: null } }],
}

function preview(rows: readonly PreviewRow[], more: Partial<DatasetPreview> = {}) {
  const counts = { read: 4, isWhole: true, written: 4, filtered: 0, rejected: 0, losses: [] }
  return { rowCount: 10, datasets: [{ from: 'users', to: 'public.users', ...counts, rows, ...more }] }
}

/** Of the dataset, without the words before it. */
function textOf(rows: readonly PreviewRow[], more: Partial<DatasetPreview> = {}, width = 100): string[] {
  const lines = previewText([users], preview(rows, more), width).map(({ text }) => text)
  return lines.slice(lines.indexOf('users → public.users') + 1)
}

describe('a preview as text', () => {
  it('has both sides beside each other, marks what changes, and says by which stage', () => {
    expect(textOf([written])).toEqual([
      '  1 of its 4 rows: 4 would be sent to the target',
      '',
      '  row 1, id 7',
      '      column          before  after',
      '      id → person_id  7       7',
      '    * name            Ann     ann    clean, map',
      '      born            NULL    NULL',
      '      secret          x              not written',
      '    * label                   NULL   made by join, set',
    ])
  })

  it('says that it is a sample, and what it has not seen', () => {
    const [, title, ...said] = previewText([users], preview([]), 400).map(({ text }) => text)
    expect(title).toBe('Preview: a sample')
    expect(said[0]).toContain('what the target itself may refuse is not seen here')
    expect(textOf([], { read: 0, written: 0 })).toEqual(['  It has no rows.'])
    expect(textOf([], { read: 10_000, isWhole: false, written: 9_000, filtered: 990, rejected: 10 })).toEqual([
      '  0 of the first 10,000 rows: 9,000 would be sent to the target, 990 filtered, 10 rejected',
    ])
  })

  it('tells why a row is rejected, and has nothing of it behind', () => {
    const reject = { outcome: 'rejected', column: 'name', code: 'TL_D415', reason: 'map: "Ann" is no value' } as const
    expect(textOf([{ ...plain, ...reject, stage: 'map' }]).slice(2)).toEqual([
      '  row 1, id 7: rejected by map (TL_D415)',
      '    name: map: "Ann" is no value',
      '      column  before  after',
      '      id      7',
      '    * name    Ann            rejected',
      '      born    NULL',
      '      secret  x',
    ])
    expect(textOf([{ ...plain, ...reject, stage: 'read' }])[2]).toBe('  row 1, id 7: rejected as it is read (TL_D415)')
    const hidden = textOf([{ ...plain, ...reject, stage: 'map', reason: undefined }])
    expect(hidden[3]).toBe('    name: the reason is hidden, since it may have a hidden value in it')
  })

  it('names the stage that filters a row, and the rule that changes a value', () => {
    expect(textOf([{ ...plain, outcome: 'filtered', stage: 'filter #2' }])[2]).toBe(
      '  row 1, id 7: filtered by filter #2',
    )
    const before = { ...written.before, born: { text: '0000-00-00' } }
    const losses = [{ column: 'born', rule: 'zero-date-null' }]
    const lines = textOf([{ ...written, before, losses }], { losses: [{ ...losses[0]!, count: 3 }] })
    expect(lines[0]).toBe(
      '  1 of its 4 rows: 4 would be sent to the target; values that rules change: born zero-date-null 3',
    )
    expect(lines[2]).toBe('  row 1, id 7: loses something')
    expect(lines).toContain('    * born            0000-00-00  NULL   loss: zero-date-null')
  })

  it.each([
    [null, 'NULL'],
    [{ text: 'NULL' }, "'NULL'"],
    [{ text: '' }, "''"],
    [{ text: ' a' }, "' a'"],
    [{ text: 'a\n' }, "'a\\u000a'"],
    [{ text: "'a'" }, "''a''"],
    [{ text: '(hidden)' }, "'(hidden)'"],
    [{ hidden: true }, '(hidden)'],
    [{ text: 'a\u001b[31m\u202Eb' }, 'a\\u001b[31m\\u202eb'],
    [{ text: 'ab', cut: true }, 'ab…'],
    [{ text: 'ab…' }, "'ab…'"],
  ] as const)('shows %j as %s', (value, shown) => {
    const lines = textOf([{ ...written, before: { ...written.before, secret: value } }])
    const line = lines.find((one) => one.startsWith('      secret'))
    expect(line?.slice(22).replace(/ +not written$/, '')).toBe(shown)
  })

  it('puts rows of other tables under the row that they came of', () => {
    const roles = ['admin', 'editor'].map((role) => {
      return { to: 'public.roles', values: { user_id: { text: '7' }, role: { text: role } } }
    })
    const lines = textOf([{ ...written, after: [...written.after, ...roles], moreAfter: 3 }])
    expect(lines.slice(9)).toEqual([
      '      user_id                 7       in public.roles',
      '      role                    admin',
      '      user_id                 7       in public.roles',
      '      role                    editor',
      '    and 3 more rows that it comes to',
    ])
  })

  it.each([40, 57, 80, 100])('fits into %i columns, whatever is in the rows', (width) => {
    const wide = { text: '漢字'.repeat(200) }
    const values = { person_id: wide, name: { text: `${'é👍🏽 '.repeat(90)}` }, born: { text: 'x'.repeat(900) } }
    const before = { id: wide, name: wide, born: null, ['a_very_long_name_of_a_column_'.repeat(4)]: wide }
    const reason = `clean: ${'it is no number '.repeat(20)}${'x'.repeat(300)}`
    const rows: PreviewRow[] = [
      { ...written, before, after: [{ to: 'public.users', values }] },
      { ...plain, before, outcome: 'rejected', stage: 'clean', code: 'TL_D415', column: 'name', reason },
    ]
    const widths = previewText([users], preview(rows), width).map(({ text }) => displayWidth(text))
    expect(Math.max(...widths)).toBeLessThanOrEqual(width)
    // The values have what names and notes leave.
    expect(Math.max(...widths)).toBeGreaterThan(width - 4)
  })
})
