import { describe, expect, it } from 'vitest'
import type { DigestForm } from '../model/digest-form.ts'
import type { ComparedTable } from './compared-table.ts'
import type { Difference } from './difference.ts'
import { ValueMask } from './value-mask.ts'

function table(forms: { readonly [column: string]: DigestForm }): ComparedTable {
  return {
    from: 't',
    to: 'public.t',
    source: { schema: 'shop', name: 't' },
    target: { schema: 'public', name: 't' },
    columns: Object.entries(forms).map(([name, form]) => ({
      from: name,
      to: name,
      sourceType: { name: '', text: '', args: [] },
      targetType: '',
      form,
      strength: 'exact',
      policies: {},
    })),
    skipped: [],
    key: [0],
    isOrdered: true,
    ignoresExtra: false,
  }
}

function hidden(mask: ValueMask, of: ComparedTable, difference: Partial<Difference>): Difference | undefined {
  return mask.of(of)?.({ from: 't', to: 'public.t', key: {}, reason: 'VALUE', ...difference })
}

describe('a mask', () => {
  it('has one hash for one value, in whatever spelling and place', () => {
    const mask = new ValueMask(['*'])
    const of = table({ id: 'number', raw: 'bytes', doc: 'json', at: 'timestamp' })
    const hash = (difference: Partial<Difference>): unknown => hidden(mask, of, difference)
    const number = { column: 'id', source: { text: '1.50' }, target: { text: '1.5' } }
    expect(hash(number)).toMatchObject({ source: hidden(mask, of, number)?.target, key: {} })
    const raw = { column: 'raw', source: { base64: 'AP8=' }, target: null, key: { raw: '00ff' } }
    expect(hash(raw)).toMatchObject({ source: { masked: hidden(mask, of, raw)?.key['raw'] }, target: null })
    const doc = { column: 'doc', source: { text: '{"b": 1, "a": 2}' }, target: { text: '{"a":2,"b":1}' } }
    expect(hash(doc)).toMatchObject({ source: hidden(mask, of, doc)?.target })
    const at = { column: 'at', source: { text: '2024-01-01 00:00:00.500' }, target: { text: '2024-01-01 00:00:00.6' } }
    expect(hidden(mask, of, at)?.source).not.toEqual(hidden(mask, of, at)?.target)
  })

  it('says the same of one value, and another mask says something else', () => {
    const of = table({ id: 'text' })
    const difference = { column: 'id', source: { text: 'a' }, target: { text: '' }, key: { id: 'a' } }
    const mask = new ValueMask(['id'])
    const [one, other] = [hidden(mask, of, difference), hidden(new ValueMask(['id']), of, difference)]
    expect(one?.key['id']).toMatch(/^hmac:[0-9a-f]{16}$/)
    expect(hidden(mask, of, difference)).toEqual(one)
    expect(other?.key).not.toEqual(one?.key)
  })

  it('leaves alone what it does not name, and NULL', () => {
    const of = table({ id: 'number', email: 'text' })
    const mask = new ValueMask(['t.email'])
    const key = { id: '7', email: null }
    expect(hidden(mask, of, { key, column: 'id', source: { text: '7' }, target: null })).toMatchObject({
      key,
      source: { text: '7' },
      target: null,
    })
    expect(hidden(mask, of, { key, reason: 'MISSING' })).not.toHaveProperty('source')
    expect(new ValueMask(['other.email']).of(of)).toBeUndefined()
    expect(new ValueMask([]).of(of)).toBeUndefined()
  })
})
