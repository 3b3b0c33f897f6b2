import { describe, expect, it } from 'vitest'
import type { Plain } from '../../../src/model/plain.ts'
import { throughStages, type Through } from '../../support/through-stages.ts'

async function clean(options: object, texts: readonly (string | null)[]): Promise<Through> {
  const stage = { clean: { columns: ['v'], ...options } } as Plain
  return await throughStages(
    { v: 'text' },
    [stage],
    texts.map((text) => [text]),
  )
}

async function split(options: object, texts: readonly (string | null)[]): Promise<Through> {
  const stages = [{ split: { from: 'v', ...options } }, { drop: ['v'] }] as Plain[]
  return await throughStages(
    { v: 'text?' },
    stages,
    texts.map((text) => [text]),
  )
}

describe('clean', () => {
  it('does what it is told in one order, whatever order it is told in', async () => {
    const all = {
      trim: true,
      collapse: true,
      case: 'lower',
      entities: true,
      controls: 'all',
      normalise: 'NFC',
      emptyToNull: true,
    }
    const { columns, rows } = await clean(all, [' A&amp;B \u0007 \u00a0c ', 'E\u0301', ' \t ', '🙂'])
    expect(columns).toEqual(['v text?'])
    expect(rows).toEqual([['a&b c'], ['é'], [null], ['🙂']])
  })

  it('touches no NULL, and leaves what is clean', async () => {
    const stage = { clean: { columns: ['v'], trim: true } }
    expect(await throughStages({ v: 'text?' }, [stage], [[null], [' '], ['a b']])).toMatchObject({
      columns: ['v text?'],
      rows: [[null], [''], ['a b']],
      rejected: [],
    })
  })

  it.each([
    [{ email: true }, ' Ann@EXAMPLE.org', 'Ann@example.org'],
    [{ email: { lowerLocal: true } }, 'Ann@Example.org', 'ann@example.org'],
    [{ phone: { country: 'DE' } }, '030 / 1234 5678', '+493012345678'],
    [{ phone: {} }, '+44 20 7946 0958', '+442079460958'],
    [{ number: { decimal: ',', group: '.' } }, '1.234,50', '1234.50'],
    [{ date: { pattern: 'DD.MM.YYYY' } }, '29.02.2024', '2024-02-29'],
  ])('reads what is written in a stated form: %j', async (options, text, expected) => {
    expect((await clean(options, [text])).rows).toEqual([[expected]])
  })

  it.each([
    [{ email: true }, 'ann at example.org', 'email address'],
    [{ phone: {} }, '030 12345678', 'telephone number'],
    [{ number: { decimal: ',' } }, '1.5', 'number of the format'],
    [{ date: { pattern: 'DD.MM.YYYY' } }, '29.02.2023', 'date of the pattern'],
  ])('refuses what is none: %j', async (options, text, kind) => {
    expect((await clean(options, [text])).rejected).toEqual([`0 v: clean: ${JSON.stringify(text)} is no ${kind}`])
    expect((await clean({ ...options, otherwise: 'null' }, [text])).rows).toEqual([[null]])
    expect((await clean({ ...options, otherwise: 'keep' }, [text])).rows).toEqual([[text]])
  })

  it.each([
    [{ phone: { country: 'XX' } }, '0.clean.phone.country'],
    [{ date: { pattern: 'DD.MM' } }, '0.clean.date.pattern'],
    [{ number: { decimal: ',', group: ',' } }, '0.clean.number'],
  ])('tells an option that cannot be used with its place: %j', async (options, place) => {
    await expect(clean(options, [])).rejects.toThrow(`[TL_C102] p.yaml: ${place}: clean: `)
  })

  it('works on text alone', async () => {
    const stage = { clean: { columns: ['n'], trim: true } }
    await expect(throughStages({ n: 'int(32)' }, [stage], [])).rejects.toThrow(
      '0.clean.columns.0: clean: n is int, not text',
    )
  })
})

describe('split', () => {
  it.each([
    ['space', ['a', 'b'], '  Ann   Lee ', ['Ann', 'Lee']],
    ['comma', ['a', 'b', 'c'], 'x, y', ['x', 'y', null]],
    [{ separator: '::' }, ['a', 'b'], 'x::', ['x', null]],
    [{ pattern: '^(\\d+)-(\\w+)$' }, ['n', 'w'], '12-ab', ['12', 'ab']],
    [{ positions: [0, 2] }, ['a', 'b'], '🙂x rest', ['🙂x', 'rest']],
  ])('by %j into %j', async (by, into, text, expected) => {
    expect(await split({ into, by }, [text, null, ' '])).toMatchObject({
      columns: into.map((name) => `${name} text?`),
      rows: [expected, into.map(() => null), into.map(() => null)],
    })
  })

  it('says what becomes of parts beyond the columns', async () => {
    const of = async (rest?: string): Promise<Through> =>
      await split({ into: ['a', 'b'], by: 'comma', rest }, ['1,2,3'])
    expect((await of()).rejected).toEqual(['0 v: split: "1,2,3" cannot be split so'])
    expect((await of('keep')).rows).toEqual([['1', '2,3']])
    expect((await of('drop')).rows).toEqual([['1', '2']])
  })

  it('takes a person’s name apart, and loses no part of it without a word', async () => {
    const into = { title: 'title', first: 'first_name', last: 'last_name' }
    const { columns, rows, rejected } = await split({ into, by: 'person-name' }, [
      'Dr. Anna Maria van der Berg',
      'Schmidt, Max',
      'Cher',
      'Sammy Davis Jr.',
    ])
    expect(columns).toEqual(['title text?', 'first_name text?', 'last_name text?'])
    expect(rows).toEqual([
      ['Dr.', 'Anna Maria', 'van der Berg'],
      [null, 'Max', 'Schmidt'],
      [null, null, 'Cher'],
    ])
    expect(rejected).toEqual(['3 v: split: "Sammy Davis Jr." cannot be split so'])
  })

  it.each([
    [{ into: ['a'], by: { pattern: '(' } }, '0.split.by.pattern'],
    [{ into: ['a'], by: { pattern: '(x)(y)' } }, '0.split.into: split: it has names for 1 of 2 parts'],
    [{ into: ['a', 'v'], by: 'space' }, '0.split.into.1: split: there is a column v already'],
    [{ into: ['a'], by: 'person-name' }, '0.split.into: split: it is a list'],
    [{ into: { first: 'a' }, by: 'space' }, '0.split.into: split: parts have names only'],
  ])('refuses %j', async (options, message) => {
    await expect(split(options, [])).rejects.toThrow(message)
  })

  it('takes no more time of an expression that would go on for ever elsewhere', async () => {
    const text = `${'a'.repeat(50_000)}!`
    expect((await split({ into: ['x'], by: { pattern: '^((?:a+)+)$' } }, [text])).rejected).toHaveLength(1)
  })
})
