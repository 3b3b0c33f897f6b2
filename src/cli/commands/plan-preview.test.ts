import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { homeDirectory, type TestWorld, testWorld } from '../../../test/support/cli-world.ts'
import { memoryTable } from '../../../test/support/memory-table.ts'
import { memoryDatabase } from '../../connectors/memory/index.ts'
import { previewedPlanDocument } from '../../report/documents/preview-document.ts'
import { main } from '../main.ts'

const users = memoryTable('users', { id: 'int(64)', name: 'text?' })

const evil = '\u001b[31mevil\u202E'
const rows: [string, string][] = [
  ['0', evil],
  ...Array.from({ length: 10 }, (_, i): [string, string] => [`${i + 1}`, 'x'.repeat(90)]),
]

let serial = 0

/** Two databases in this process, one with rows, and a directory to work in. */
async function setting(world: Partial<TestWorld['stdout']> = {}, environment: TestWorld['environment'] = {}) {
  const home = await homeDirectory()
  serial++
  memoryDatabase(`preview_source${serial}`).put(users, rows)
  const target = memoryDatabase(`preview_target${serial}`)
  const ends = ['--source', `memory:preview_source${serial}`, '--target', `memory:preview_target${serial}`]
  return {
    path: home.path,
    target,
    async go(...argv: string[]) {
      const own = testWorld({ directory: home.path, environment: { ...environment, TRANSLOAD_HOME: home.path } })
      Object.assign(own.stdout, world)
      const code = await main(['plan', ...ends, ...argv], own)
      return { code, out: own.stdout.text, err: own.stderr.text }
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}

describe('transload plan --preview', () => {
  it('shows rows before and after, and keeps them out of its files', async () => {
    await using at = await setting()
    const { code, out } = await at.go('--preview', '3', '--out', 'plan.json', '--report', 'report')
    expect(code).toBe(0)
    expect(out).toContain('\nusers → main.users\n  3 of its 11 rows: 11 would be sent to the target\n')
    expect(out).toContain('\n      name    \\u001b[31mevil\\u202e')
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202E/u)
    const json = await at.go('--preview', '3', '--json')
    const { preview, ...plan } = previewedPlanDocument.parse(JSON.parse(json.out))
    expect(preview).toMatchObject({ rowCount: 3, datasets: [{ from: 'users', read: 11, isWhole: true }] })
    expect(preview?.datasets[0]?.rows).toHaveLength(3)
    for (const file of ['plan.json', 'report/plan.json']) {
      expect(JSON.parse(await readFile(join(at.path, file), 'utf8'))).toEqual(plan)
    }
    expect([...at.target.tables.keys(), ...(await readdir(at.path))].sort()).toEqual(['plan.json', 'report'])
    expect((await at.go()).out).not.toContain('Preview')
  })

  it.each([
    ['a pipe', { isTTY: false, columns: 70 }, {}, 100],
    ['a terminal', { isTTY: true, columns: 70 }, { NO_COLOR: '1' }, 70],
    ['COLUMNS', { isTTY: false, columns: 70 }, { COLUMNS: '60' }, 60],
    ['COLUMNS that are too few', { isTTY: false }, { COLUMNS: '7' }, 40],
  ])('fits into the width of %s', async (_, stdout, environment, width) => {
    await using at = await setting(stdout, environment)
    const { out } = await at.go('--preview', '2')
    const lines = out.slice(out.indexOf('Preview: a sample')).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBe(width)
  })

  it('is in colours at a terminal', async () => {
    await using at = await setting({ isTTY: true })
    expect((await at.go('--preview', '1')).out).toContain('\u001b[1m  row 1, id 0\u001b[0m')
  })

  it.each([
    [['--preview', '0'], 'whole number from 1 on'],
    [['--preview', '1001'], 'at most 1000 rows'],
    [['--preview', '5', '--schema-only'], '--schema-only'],
  ])('refuses %s', async (argv, said) => {
    await using at = await setting()
    const { code, err } = await at.go(...argv)
    expect([code, err]).toEqual([2, expect.stringContaining(said)])
  })
})
