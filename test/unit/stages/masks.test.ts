import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArenaBatch } from '../../../src/batch/batch.ts'
import { settle } from '../../../src/batch/settle.ts'
import type { Plain } from '../../../src/model/plain.ts'
import { bindStages, loadStages } from '../../../src/transform/bind-stages.ts'
import { throughStages } from '../../support/through-stages.ts'

const secret = 'a secret of tests, no secret at all'
const key = '${env:MASK_KEY}'
const otherKey = '${file:other.key}'
const secrets = { [key]: secret, [otherKey]: 'another secret of tests, no secret' }

/** What becomes of values of one column. */
async function masked(type: string, stage: Plain, values: readonly (string | null)[]) {
  const { columns, rows, rejected } = await throughStages(
    { value: type },
    [stage],
    values.map((value) => [value]),
    secrets,
  )
  return { type: columns[0]?.replace('value ', ''), values: rows.map(([value]) => value ?? null), rejected }
}

const hmac = (text: string | Buffer): string => createHmac('sha256', secret).update(text).digest('hex')

/** Texts that go over: empty ones, pairs of surrogates, marks, letters without an alphabet, NUL, and 64 KiB. */
const oddTexts = ['', ' ', 'a', '😀', 'e\u0301', '\u0000', 'ß', '\u200F', '👨‍👩‍👧', 'x'.repeat(65_536), 'ж'.repeat(32_768)]

describe('hash', () => {
  const hash = (options: object = {}): Plain => ({ hash: { columns: ['value'], key, ...options } })

  it('is the HMAC-SHA-256 of the value, as anything else makes it', async () => {
    const found = await masked('text(9)?', hash(), ['a', '', null, 'é'])
    expect(found).toEqual({ type: 'text(64)?', values: [hmac('a'), hmac(''), null, hmac('é')], rejected: [] })
    const { values } = await masked('text', hash(), oddTexts)
    expect(values).toEqual(oddTexts.map(hmac))
  })

  it.each([
    [{ length: 16 }, 'text(16)', hmac('a').slice(0, 16)],
    [{ as: 'base64url' }, 'text(43)', createHmac('sha256', secret).update('a').digest('base64url')],
    [
      { as: 'base64url', length: 12 },
      'text(12)',
      createHmac('sha256', secret).update('a').digest('base64url').slice(0, 12),
    ],
  ])('with %j is %s', async (options, type, value) => {
    expect(await masked('text', hash(options), ['a'])).toMatchObject({ type, values: [value] })
  })

  it('as a uuid makes a column of uuids', async () => {
    const { type, values } = await masked('int(64)?', hash({ as: 'uuid' }), ['5', null])
    expect(type).toBe('uuid?')
    expect(values).toEqual([expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8/), null])
    expect(values[0]?.slice(0, 8)).toBe(hmac('5').slice(0, 8))
  })

  it.each([
    ['int(32)', 'decimal(10,2)', '5', '5.00'],
    ['int(8)', 'text', '-7', '-7'],
    ['timestamp(0)', 'timestamp(6)', '2024-01-02 03:04:05', '2024-01-02 03:04:05.000000'],
    ['date', 'text', '2024-01-02', '2024-01-02'],
    ['uuid', 'text', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    ['bool', 'text', 'true', 'true'],
  ])('of a value is the same as %s and as %s', async (type, other, value, spelled) => {
    const [one, two] = [await masked(type, hash(), [value]), await masked(other, hash(), [spelled])]
    expect(one.values).toEqual(two.values)
  })

  it('of bytes is of the bytes', async () => {
    expect(await masked('bytes', hash(), ['00ff'])).toMatchObject({ values: [hmac(Buffer.from([0, 255]))] })
  })

  it('hangs on the key, and minds case and spaces', async () => {
    const texts = ['a', 'A', 'a ', ' a']
    const [one, other] = [await masked('text', hash(), texts), await masked('text', hash({ key: otherKey }), texts)]
    expect(new Set([...one.values, ...other.values]).size).toBe(8)
  })
})

describe('mask', () => {
  const mask = (way: Plain, options: object = {}): Plain => ({ mask: { columns: ['value'], with: way, ...options } })
  const fake = mask('fake', { key })

  it.each([
    ['redact', 'secret', '***'],
    ['redact', '', '***'],
    [{ redact: 'gone' }, 'secret', 'gone'],
    [{ redact: '' }, 'secret', ''],
    [{ partial: {} }, 'ab😀', '***'],
    [{ partial: { keepEnd: 4 } }, '4111111111111111', '************1111'],
    [{ partial: { keepStart: 1, keepEnd: 2 } }, 'secret', 's***et'],
    [{ partial: { keepStart: 1, keepEnd: 2 } }, 'abc', '***'],
    [{ partial: { keepStart: 3 } }, '', ''],
  ] as const)('with %j makes of %j %j', async (way, text, shown) => {
    expect(await masked('text(16)?', mask(way), [text, null])).toEqual({
      type: 'text(16)?',
      values: [shown, null],
      rejected: [],
    })
  })

  it('by a fake keeps type, length and kinds of characters, and NULL', async () => {
    const texts = ['Ada@example.org', '+49 30 1234-5678', '', null, '😀']
    const { type, values } = await masked('text(20)?', fake, texts)
    expect(type).toBe('text(20)?')
    expect(
      values.map((value) => value?.replaceAll(/[a-z]/g, 'a').replaceAll(/[A-Z]/g, 'A').replaceAll(/\d/g, '0')),
    ).toEqual(['Aaa@aaaaaaa.aaa', '+00 00 0000-0000', '', undefined, '😀'])
    expect(values.slice(0, 2)).not.toContain(texts[0])
    expect(values.slice(0, 2)).not.toContain(texts[1])
  })

  it('by a fake takes every text, and makes no two of them one', async () => {
    const { values, rejected } = await masked('text', fake, oddTexts)
    expect(rejected).toEqual([])
    expect(new Set(values).size).toBe(oddTexts.length)
    expect(values.map((value) => Array.from(value ?? '').length)).toEqual(
      oddTexts.map((text) => Array.from(text).length),
    )
  })

  it('by a fake is the same in another column, table and batch, and another in another domain or under another key', async () => {
    const columns = { a: 'text', b: 'text(40)' }
    const way = { with: 'fake', key } as const
    const row = ['Ada Lovelace', 'Ada Lovelace']
    const together = await throughStages(columns, [{ mask: { columns: ['a', 'b'], ...way } }], [row, row], secrets)
    const [first] = together.rows
    expect(together.rows).toEqual([
      [first?.[0], first?.[0]],
      [first?.[0], first?.[0]],
    ])
    const others = await Promise.all(
      [
        mask('fake', { key, domain: 'names' }),
        mask('fake', { key, domain: 'people' }),
        mask('fake', { key: otherKey }),
      ].map(async (stage) => (await masked('text', stage, ['Ada Lovelace'])).values[0]),
    )
    expect(new Set([first?.[0], ...others]).size).toBe(4)
  })

  it('by a fake makes whole numbers of whole numbers, none of two, and none beyond the type', async () => {
    const all = Array.from({ length: 256 }, (_, place) => String(place - 128))
    const { type, values, rejected } = await masked('int(8)?', fake, [...all, null])
    expect([type, rejected]).toEqual(['int(8)?', []])
    expect(new Set(values)).toEqual(new Set([...all, null]))
    expect(values).not.toEqual([...all, null])
  })

  it('leaves no text of some length as it was, and gives each the same again', async () => {
    const texts = fc.stringMatching(/^[a-z]{6}[0-9]{6}$/)
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 20 }), async (all) => {
        const { values } = await masked('text', fake, [...all, ...all])
        expect(values.slice(0, all.length)).toEqual(values.slice(all.length))
        expect(values.filter((value, place) => value === [...all, ...all][place])).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

describe('id of kind uuid-v5', () => {
  const namespace = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
  const id = (options: object): Plain => ({ id: { kind: 'uuid-v5', ...options } })

  it('is what every library makes', async () => {
    // Of RFC 9562, appendix A.4.
    const { type, values } = await masked('text?', id({ column: 'value', namespace }), ['www.example.com', null])
    expect([type, values]).toEqual(['uuid?', ['2ed6657d-e927-568b-95e1-2665a8aea6a2', null]])
    const named = await masked('text', id({ column: 'value', namespace: 'dns' }), ['www.example.com'])
    expect(named.values).toEqual(['2ed6657d-e927-568b-95e1-2665a8aea6a2'])
  })

  it('takes a namespace by a name, which is the UUID of it', async () => {
    const { values } = await masked('int(32)', id({ column: 'value', namespace: 'www.example.com' }), ['42'])
    const again = await masked(
      'decimal(5,1)',
      id({ column: 'value', namespace: '2ED6657D-e927-568b-95e1-2665a8aea6a2' }),
      ['42.0'],
    )
    expect(values).toEqual(again.values)
  })

  it('makes a new column out of several, whose values it keeps apart', async () => {
    const stage = id({ column: 'made', namespace, from: ['tenant', 'n'] })
    const { columns, rows } = await throughStages(
      { tenant: 'text', n: 'int(32)?' },
      [stage],
      [
        ['a', '12'],
        ['a', '12'],
        ['a1', '2'],
        ['a', null],
      ],
    )
    expect(columns).toEqual(['tenant text', 'n int(32)?', 'made uuid?'])
    const [one, same, other, none] = rows.map((row) => row[2])
    expect([one === same, one === other, none]).toEqual([true, false, null])
    const name = Buffer.concat([Buffer.from(namespace.replaceAll('-', ''), 'hex'), Buffer.from('1:a2:12')])
    expect(one?.slice(0, 8)).toBe(createHash('sha1').update(name).digest('hex').slice(0, 8))
  })

  it('changes the column that it is made of, or another that is there', async () => {
    const stage = id({ column: 'n', namespace, from: ['tenant', 'n'] })
    const { columns, rows } = await throughStages({ tenant: 'text', n: 'int(32)' }, [stage], [['a', '12']])
    expect(columns).toEqual(['tenant text', 'n uuid'])
    expect(rows).toEqual([['a', expect.stringMatching(/^[0-9a-f-]{14}5/)]])
  })
})

describe('stages that hide values', () => {
  it.each([
    ['hash', { hash: { columns: ['email'], key } }],
    ['mask', { mask: { columns: ['email'], with: 'redact' } }],
  ])('show none in the reasons of stages before %s', async (_, stage) => {
    const stages = [{ clean: { columns: ['email', 'phone'], email: true } }, stage]
    const { rejected } = await throughStages(
      { email: 'text', phone: 'text' },
      stages,
      [
        ['Ada', 'x@y.org'],
        ['x@y.org', 'Bob'],
      ],
      secrets,
    )
    expect(rejected).toEqual([
      '0 email: clean: a value that is hidden is no email address',
      '1 phone: clean: "Bob" is no email address',
    ])
  })
})

describe('a split of a value that is hidden', () => {
  it('does not show it either', async () => {
    const stages = [
      { split: { from: 'name', into: ['a'], by: 'space' } },
      { mask: { columns: ['name'], with: 'redact' } },
    ]
    const { rejected } = await throughStages({ name: 'text' }, stages, [['Ada Lovelace']])
    expect(rejected).toEqual(['0 name: split: a value that is hidden cannot be split so'])
  })
})

describe('what is hidden of the columns that are read', () => {
  const hash = (...columns: string[]): Plain => ({ hash: { columns, key } })

  it.each([
    ['a column that is hashed', [hash('email')], ['email']],
    ['one that is renamed first', [{ rename: { email: 'mail' } }, hash('mail')], ['email']],
    [
      'one that is copied first',
      [{ set: { copy: 'email' } }, { mask: { columns: ['email'], with: 'redact' } }],
      ['email'],
    ],
    ['parts that go over', [{ join: { columns: ['id', 'email'], into: 'label' } }, hash('label')], []],
    [
      'parts that do not',
      [{ join: { columns: ['id', 'email'], into: 'label' } }, hash('label'), { drop: ['email'] }],
      ['email'],
    ],
    ['an id that anybody can make', [{ id: { column: 'id', kind: 'uuid-v5', namespace: 'dns' } }], []],
  ])('%s', async (_, stages, hidden) => {
    const read = [
      { name: 'id', type: { kind: 'int', bits: 32, signed: true }, nullable: false },
      { name: 'email', type: { kind: 'text' }, nullable: true },
    ] as const
    const keys = await loadStages(stages, async () => await Promise.resolve(secret))
    expect(bindStages({ columns: read }, stages, () => ({ file: 'p.yaml', place: '' }), keys).hidden).toEqual(hidden)
  })

  it('is kept of no row that is rejected, nor in its key', () => {
    const columns = ['id', 'email', 'note'].map((name) => ({ name, type: { kind: 'text' }, nullable: true }) as const)
    const batch = new ArenaBatch([{ dataset: 't', columns, identify: [0, 1], hidden: ['email'] }])
    for (const row of [0, 1]) {
      batch.addRow(0)
      for (const [slot, text] of ['7', 'ada@x.org', 'n'].entries()) {
        const at = batch.reserve(text.length)
        batch.used = at + Buffer.from(batch.bytes.buffer).write(text, at)
        batch.frames[0]?.cells.set([at, text.length], (row * columns.length + slot) * 2)
      }
    }
    const original = { base64: Buffer.from('ada').toString('base64') }
    batch.reject({ row: 0, stage: 'read', column: 'email', code: 'TL_D404', reason: 'not ada', original })
    batch.lose(1, 'note', 'nul-removed')
    expect(settle(batch)).toMatchObject({
      rejects: [
        {
          key: { id: '7', email: '***' },
          row: { id: { text: '7' }, note: { text: 'n' } },
          reason: 'a value that is hidden cannot be read',
        },
      ],
      losses: [{ sampleKeys: [{ id: '7', email: '***' }] }],
    })
    expect(JSON.stringify(settle(batch))).not.toMatch(/ada|YWRh/)
  })
})

describe('masks that do not fit', () => {
  const hash = (options: object): Plain => ({ hash: { columns: ['value'], key, ...options } })
  const mask = (options: object): Plain => ({ mask: { columns: ['value'], with: 'fake', ...options } })

  it.each([
    ['json', hash({}), 'hash: value is json, of which one value may be written in several ways', '0.hash.columns.0'],
    [
      'float64',
      { id: { column: 'value', kind: 'uuid-v5', namespace: 'dns' } },
      'id: value is float64, of which',
      '0.id.column',
    ],
    [
      'decimal(5,2)',
      mask({ key }),
      'mask: value is decimal(5,2), and this mask is of text and whole numbers',
      '0.mask.columns.0',
    ],
    ['date', mask({ with: 'redact' }), 'mask: value is date, and this mask is of text', '0.mask.columns.0'],
    ['text(2)', mask({ with: 'redact' }), 'mask: value is text(2), which has no room for "***"', '0.mask.columns.0'],
    ['text', hash({ columns: ['valu'] }), 'hash: there is no column valu here', '0.hash.columns.0'],
    ['text', hash({ key: '${env:SHORT}' }), 'hash: A mask cannot be made: the key has 5 bytes', '0.hash.key'],
    ['text', mask({ key: '${env:SHORT}' }), 'mask: A mask cannot be made: the key has 5 bytes', '0.mask.key'],
  ])('of %s, %j', async (type, stage, reason, place) => {
    await expect(
      throughStages({ value: type }, [stage], [], { ...secrets, '${env:SHORT}': 'short' }),
    ).rejects.toMatchObject({
      code: 'TL_C102',
      message: expect.stringContaining(`${place}: ${reason}`),
    })
  })
})
