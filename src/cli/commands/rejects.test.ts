import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { homeDirectory, testWorld } from '../../../test/support/cli-world.ts'
import { memoryTable } from '../../../test/support/memory-table.ts'
import { memoryDatabase } from '../../connectors/memory/index.ts'
import { rejectsDocument } from '../../report/documents/rejects-document.ts'
import { runDocument } from '../../report/documents/run-document.ts'
import { showDocument } from '../../report/documents/runs-document.ts'
import { main } from '../main.ts'

let serial = 0

const users = memoryTable('users', { id: 'int(64)', status: 'text', note: 'text?' })

/** A run that has rejected three of four users, and the pipeline's file beside it. */
async function rejectedUsers() {
  const home = await homeDirectory()
  serial++
  const [from, to] = [`rejects_source${serial}`, `rejects_target${serial}`]
  memoryDatabase(from).put(users, [
    ['1', 'new', null],
    ['2', 'odd', '=1+1'],
    ['3', 'odd', ''],
    ['4', 'even', 'a,b'],
  ])
  const write = async (values: string): Promise<void> => {
    const map = `map: {column: status, type: text, values: {${values}}, otherwise: reject}`
    const check = `check: {noted: 'coalesce(note, "") != "a,b"'}`
    const head = `version: 1\nsource: memory:${from}\ntarget: memory:${to}\ndatasets:\n  - from: users\n    transform:\n`
    await writeFile(join(home.path, 'p.yaml'), `${head}      - ${map}\n      - ${check}\n`)
  }
  const go = async (...argv: string[]) => {
    const world = testWorld({ directory: home.path, environment: { TRANSLOAD_HOME: join(home.path, 'home') } })
    const code = await main(argv, world)
    return { code, out: world.stdout.text, err: world.stderr.text }
  }
  await write('new: N')
  const { run, rejects } = runDocument.parse(JSON.parse((await go('run', 'p.yaml', '--json')).out))
  expect(rejects.count).toBe(3)
  return {
    run: run ?? '',
    path: home.path,
    target: `memory:${to}`,
    write,
    go,
    rejects: async (...argv: string[]) => {
      const { code, out } = await go('rejects', run ?? '', '--json', ...argv)
      expect(code).toBe(0)
      return rejectsDocument.parse(JSON.parse(out))
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}

describe('transload rejects', () => {
  it('groups rows, with a key of each', async () => {
    await using at = await rejectedUsers()
    const { out } = await at.go('rejects', at.run, '--group')
    expect(out).toBe('3  users.status  TL_D415 at transform  map: "odd" is not in the table  such as id=2\n')
    expect(await at.rejects('--group', '--target', at.target)).toMatchObject({
      count: 3,
      rows: [],
      groups: [{ dataset: 'users', column: 'status', code: 'TL_D415', count: 3, sampleKey: { id: '2' } }],
    })
  })

  it('takes just those that are asked for, and says where there are none', async () => {
    await using at = await rejectedUsers()
    expect(await at.rejects('--dataset', 'users', '--code', 'TL_D415')).toMatchObject({ count: 3, rows: [{}, {}, {}] })
    expect(await at.rejects('--code', 'TL_D406')).toMatchObject({ count: 0, rows: [] })
    const { code, err } = await at.go('rejects', at.run, '--dataset', 'orders')
    expect([code, err]).toEqual([0, `The run ${at.run} rejected no such row, of 3 in all.\n`])
  })

  it('writes them to a file of their owner’s alone, whatever was there', async () => {
    await using at = await rejectedUsers()
    for (const name of ['out.csv', 'out.ndjson']) {
      const path = join(at.path, name)
      await writeFile(path, 'another', { mode: 0o644 })
      expect(await at.rejects('--export', name)).toMatchObject({ count: 3, rows: [], file: path })
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    }
    const lines = (await readFile(join(at.path, 'out.csv'), 'utf8')).split('\r\n')
    expect(lines[0]).toBe('dataset,split,position,stage,column,code,reason,key.id,row.id,row.status,row.note')
    expect(lines[1]).toBe(`users,users#0,1,transform,status,TL_D415,"map: ""odd"" is not in the table",2,2,odd,'=1+1`)
    const exported = (await readFile(join(at.path, 'out.ndjson'), 'utf8')).trimEnd().split('\n')
    expect(exported.map((line) => JSON.parse(line) as unknown)).toEqual((await at.rejects()).rows)
    const { out } = await at.go('rejects', at.run, '--export', 'few.csv', '--code', 'TL_D406')
    expect(out).toBe(`0 rows written to ${join(at.path, 'few.csv')}\n`)
  })

  it.each([
    [['--export', 'out.xlsx'], 'ends in neither .ndjson nor .csv'],
    [['--export', 'nowhere/out.csv'], 'no such file or directory'],
    [['--retry', '--replay'], '--retry'],
    [['--retry', '--dataset', 'users'], '--dataset'],
    [['--replay', '--group'], '--replay'],
  ])('refuses %j', async (args, said) => {
    await using at = await rejectedUsers()
    const { code, err } = await at.go('rejects', at.run, ...args)
    expect(code).toBe(2)
    expect(err).toContain(said)
    expect(err).toContain('TL_C105')
  })

  it('sends them again through the pipeline as it is by now, and shows how many went over', async () => {
    await using at = await rejectedUsers()
    await at.write('new: N, odd: O, even: E')
    const { code, out, err } = await at.go('rejects', at.run, 'p.yaml', '--replay')
    expect(code).toBe(4)
    expect(out).toContain('Replayed: 2 rows that had been rejected')
    expect(err).toContain('TL_D412')
    expect(await at.rejects()).toMatchObject({ count: 1, replayed: 2, rows: [{ key: { id: '4' }, position: 3 }] })
    expect(await at.rejects('--target', at.target)).toMatchObject({ count: 1, replayed: 2 })
    const shown = showDocument.parse(JSON.parse((await at.go('show', at.run, '--json')).out))
    expect(shown.summary).toMatchObject({
      rejects: { count: 1, replayed: 2 },
      datasets: [{ read: 4, written: 3, rejected: 1, replayed: 2 }],
    })
    expect((await at.go('show', at.run)).out).toContain('Replayed: 2 rows that had been rejected')
  })
})
