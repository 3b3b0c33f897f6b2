import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseMapping, ruleList } from './load-rules.ts'

const folder = new URL('../../mappings/', import.meta.url)
const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'))

async function rulesIn(name: string) {
  const document = parseMapping(parse(await readFile(new URL(name, folder), 'utf8')), name)
  const { read = [], write = [], types, policies } = document
  return [...read, ...write, ...ruleList(types), ...ruleList(policies)]
}

describe('the rules that come with the package', () => {
  it('are there', () => {
    expect(files).toEqual(
      expect.arrayContaining(['memory.yaml', 'mysql.yaml', 'mysql-to-postgres.yaml', 'postgres.yaml']),
    )
  })

  it.each(files)('of %s each say what they are called, what they may cost, and why', async (name) => {
    const rules = await rulesIn(name)
    expect(rules.length).toBeGreaterThan(0)
    const silent = rules.filter(({ id, loss, why }) => id === '' || (loss ?? '') === '' || why === '')
    expect(silent).toEqual([])
  })

  it('have names of their own', async () => {
    const ids = (await Promise.all(files.map(rulesIn))).flat().map(({ id }) => id)
    expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([])
  })
})
