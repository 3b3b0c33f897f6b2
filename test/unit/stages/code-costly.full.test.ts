import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodeModules, columns } from '../../support/code-modules.ts'
import type { Through } from '../../support/through-stages.ts'

let modules: CodeModules
beforeAll(async () => {
  modules = await CodeModules.create()
})
afterAll(async () => await modules[Symbol.asyncDispose]())

async function through(...given: Parameters<CodeModules['through']>): Promise<Through> {
  return await modules.through(...given)
}

describe('a function of one’s own that costs much', () => {
  it('gives up rows once a batch has grown beyond all measure', { timeout: 60_000 }, async () => {
    const many = Array.from({ length: 60 }, (_, row) => [String(row), 'x'])
    const text = `export const f = ({ id }) => ({ out: String(id % 10).repeat(2 ** 23) })`
    const { rows: left, rejected } = await through(text, {}, columns, many)
    expect(left.length + rejected.length).toBe(60)
    expect(left.length).toBeGreaterThan(25)
    expect(rejected.length).toBeGreaterThan(20)
    expect(left.filter(([id, , out]) => out !== String(Number(id) % 10).repeat(2 ** 23))).toEqual([])
  })

  it.each([
    ['values', 'const l: unknown[] = []; for (;;) l.push(new Array(2 ** 22).fill(l))'],
    // Each of these would have V8 end the process, where it meets the limit of V8.
    ['a list', 'Array.from({ length: 1e8 }, (_, i) => i)'],
    ['a copy', 'const a = new Array(3e7).fill(1); Array.of(...[a, a, a, a].map((one) => [...one, ...one, ...one]))'],
    ['a map', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, i)'],
    [
      'shared buffers',
      'const l = []; for (;;) { const s = new SharedArrayBuffer(2 ** 26); new Uint8Array(s).fill(1); l.push(s) }',
    ],
    ['buffers', 'const l: Buffer[] = []; for (;;) l.push(Buffer.alloc(2e7, 1))'],
  ])('is rejected for its memory: %s', async (_, does) => {
    const text = `export const f = ({ id }) => { if (id === 2) { ${does} } return { out: 'x' } }`
    const { rows: left, rejected } = await through(text, { timeout: 60_000 })
    expect(rejected).toEqual(['1 undefined: code: it took more than 256 MiB of memory'])
    expect(left.map(([id]) => id)).toEqual(['1', '3'])
  })

  it(
    'leaves the others untried where one behind the other does, and others elsewhere too',
    { timeout: 60_000 },
    async () => {
      const many = Array.from({ length: 100 }, (__, row) => [String(row), 'x'])
      const { rows: left, rejected } = await through('export const f = () => process.exit()', {}, columns, many)
      expect(left).toEqual([])
      const tried = rejected
        .filter((one) => one.endsWith('code: it ended its own thread'))
        .map((one) => Number.parseInt(one))
      expect(tried).toEqual([...Array.from({ length: 20 }, (_, row) => row), 35, 51, 67, 83, 99])
      const untried = 'it was not tried: 20 rows before it, and others behind it, have each cost a worker its life'
      expect(rejected.filter((one) => one.endsWith(untried))).toHaveLength(75)
    },
  )

  it('leaves none untried where others elsewhere go through', { timeout: 60_000 }, async () => {
    const many = Array.from({ length: 100 }, (__, row) => [String(row), 'x'])
    const text = `export const f = ({ id }) => { if (id < 30) process.exit(); return { out: 'x' + id } }`
    const { rows: left, rejected } = await through(text, {}, columns, many)
    expect(rejected).toHaveLength(30)
    expect(left).toEqual(many.slice(30).map(([id, name]) => [id, name, `x${id}`]))
  })

  it('is refused where loading its module never ends', { timeout: 30_000 }, async () => {
    await expect(through('for (;;) {}')).rejects.toThrow('loading it takes longer than 10 s')
  })

  it('that says that it works on no row costs no more than rows', async () => {
    const text = `import { workerData } from 'node:worker_threads'
      export const f = ({ id }) => { if (id === 2) { workerData.working.fill(-5); for (;;) {} } return { out: 'x' } }`
    const { rows: left, rejected } = await through(text, { timeout: 50 })
    expect(left.length + rejected.length).toBe(3)
    expect(left.filter(([, , out]) => out !== 'x')).toEqual([])
  })
})
