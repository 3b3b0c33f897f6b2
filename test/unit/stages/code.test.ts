import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { CodeModules, columns, rows } from '../../support/code-modules.ts'
import { throughStages, type Through } from '../../support/through-stages.ts'

let modules: CodeModules
beforeAll(async () => {
  modules = await CodeModules.create()
})
afterAll(async () => await modules[Symbol.asyncDispose]())

async function through(...given: Parameters<CodeModules['through']>): Promise<Through> {
  return await modules.through(...given)
}

describe('a function of one’s own', () => {
  it('makes new columns of those that it reads, in TypeScript', async () => {
    const text = `interface Row { name: string | null }
      export const f = ({ name }: Row): { first: string | null; last: string } => {
        const [first, ...rest] = (name ?? '?').split(' ')
        return { first: rest.length > 0 ? first! : null, last: rest.at(-1) ?? first! }
      }`
    expect(await through(text, { reads: ['name'], writes: { first: 'text?', last: 'text' } })).toEqual({
      columns: ['id int(32)', 'name text?', 'first text?', 'last text'],
      rows: [
        ['1', 'Ann Lee', 'Ann', 'Lee'],
        ['2', null, null, '?'],
        ['3', 'Zoë', null, 'Zoë'],
      ],
      filtered: 0,
      rejected: [],
    })
  })

  it('changes a column that is there, and its type', async () => {
    const text = 'export function f(row) { return { name: row.name === null ? 0 : row.name.length } }'
    expect(await through(text, { writes: { name: 'int(16)' } })).toMatchObject({
      columns: ['id int(32)', 'name int(16)'],
      rows: [
        ['1', '7'],
        ['2', '0'],
        ['3', '3'],
      ],
    })
  })

  it('is the module’s default, where no other is named, and may import what lies beside it', async () => {
    await writeFile(join(modules.folder, 'beside.ts'), 'export const loud = (s: string): string => s.toUpperCase()')
    const text = `import { loud } from './beside.ts'; export default ({ id }: { id: number }) => ({ out: loud('x' + id) })`
    await writeFile(join(modules.folder, 'by-default.mts'), text)
    const stage = { code: { module: 'by-default.mts', reads: ['id'], writes: { out: 'text' } } }
    const { rows: left } = await throughStages(columns, await modules.held([stage]), rows)
    expect(left.map(([, , out]) => out)).toEqual(['X1', 'X2', 'X3'])
  })

  it('sees values as JavaScript has them, and gives them back as they were', async () => {
    const given = {
      b: ['bool', 'true'],
      i8: ['int(8)', '-128'],
      i32: ['int(32)', '-2147483648'],
      u32: ['uint(32)', '4294967295'],
      i64: ['int(64)', '-9223372036854775808'],
      u64: ['uint(64)', '18446744073709551615'],
      d: ['decimal(40,2)', '12345678901234567890.10'],
      f32: ['float32', '0.1'],
      f64: ['float64', '-0'],
      t: ['text', 'né😀'],
      raw: ['bytes', '00ff'],
      day: ['date', '0044-03-15 BC'],
      time: ['time(3)', '01:02:03.004'],
      stamp: ['timestamp(6)', '2024-01-31 12:00:00.000001'],
      moment: ['instant(0)', '2024-01-31 12:00:00+00'],
      span: ['interval', 'PT838H59M59S'],
      uuid: ['uuid', '123e4567-e89b-12d3-a456-426614174000'],
      bits: ['bits(3)', '101'],
      json: ['json', '{"a": 1.0}'],
    } as const
    const names = Object.keys(given)
    const types = Object.fromEntries(Object.entries(given).map(([name, [type]]) => [name, type]))
    const row = Object.values(given).map(([, text]) => text)
    const kinds = 'Object.entries(row).map(([k, v]) => k + " " + (v instanceof Uint8Array ? "Uint8Array" : typeof v))'
    const text = `export const f = (row: object) => ({ ...row, kinds: ${kinds}.join(',') })`
    const writes = { ...types, kinds: 'text' }
    const { rows: left, rejected } = await through(text, { reads: names, writes }, types, [row])
    expect(rejected).toEqual([])
    expect(left).toEqual([
      [
        ...row,
        'b boolean,i8 number,i32 number,u32 number,i64 bigint,u64 bigint,d string,f32 number,f64 number,t string,raw Uint8Array,' +
          'day string,time string,stamp string,moment string,span string,uuid string,bits string,json string',
      ],
    ])
  })

  const values: readonly (readonly [string, string, string])[] = [
    ['text', '1', '1 came, and text is given as a string'],
    ['text(3)', '"four"', '"four" is no text(3)'],
    ['text', '"\\ud800"', '"\\ud800" has half a character'],
    ['text', 'undefined', 'undefined came, and text is given as a string'],
    ['text', 'new Date(0)', 'an object (Date) came, and text is given as a string'],
    ['text', '{ toString: () => "x" }', 'an object (Object) came, and text is given as a string'],
    ['text', '() => 1', 'a function came, and text is given as a string'],
    ['text', 'Symbol("x")', 'a symbol came, and text is given as a string'],
    ['text', 'Object.create(null)', 'an object (of no class) came, and text is given as a string'],
    ['text', '"x".repeat(2 ** 27)', 'it gave more than 64 MiB'],
    ['int(16)', '32768', '"32768" is no int(16)'],
    ['int(64)', '2 ** 53', '9007199254740992 came, and int(64) is given as a whole number or bigint'],
    ['int(64)', '0.5', '0.5 came, and int(64) is given as a whole number or bigint'],
    ['int(64)', '2n ** 63n', '"9223372036854775808" is no int(64)'],
    ['int(32)', '"1"', '"1" came, and int(32) is given as a whole number or bigint'],
    ['bool', '1', '1 came, and bool is given as true or false'],
    ['decimal(4,2)', '"1.234"', '"1.234" is no decimal(4,2)'],
    ['decimal(4,2)', '1.2', '1.2 came, and decimal(4,2) is given as a string'],
    ['date', '"2023-02-29"', '"2023-02-29" is no date'],
    ['json', '"{"', '"{" is no json'],
    ['bytes', '[1]', 'an object (Array) came, and bytes is given as a Uint8Array'],
    ['bytes(1)', 'new Uint8Array(2)', '"0000" is no bytes(1)'],
  ]

  it('costs the rows whose values are not of their types, each for itself', async () => {
    const list = values.map(([, value]) => `() => (${value})`)
    const text = `const wrong = [${list.join(', ')}]
      export const f = ({ id }) => {
        const out = Object.fromEntries(wrong.map((_, place) => ['c' + place, null]))
        if (id < wrong.length) out['c' + id] = wrong[id]()
        return out
      }`
    const writes = Object.fromEntries(values.map(([type], place) => [`c${place}`, `${type}?`]))
    const many = Array.from({ length: values.length + 1 }, (_, row) => [String(row), null])
    const { rows: left, rejected } = await through(text, { writes }, columns, many)
    const reasons = values.map(([, , reason], place) => `${place} c${place}: code: ${reason}`)
    expect(rejected.toSorted()).toEqual(reasons.toSorted())
    expect(left.map(([id]) => id)).toEqual([String(values.length)])
  })

  it('has every row once, whichever come together in a batch', { timeout: 60_000 }, async () => {
    const types = { id: 'int(64)', name: 'text?', amount: 'decimal(12,2)?' }
    const [stage = null] = await modules.stage('export const f = (row) => row', {
      reads: Object.keys(types),
      writes: { id: 'int(64)', name: 'text?', amount: 'decimal(12,2)?' },
    })
    const row = fc.tuple(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      fc.option(fc.string({ unit: 'binary' }), { nil: null }),
      fc.option(fc.constantFrom('0.00', '-9999999999.99', '0.10'), { nil: null }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 50 }), fc.integer({ min: 1, max: 20 }), async (many, size) => {
        const whole = await throughStages(types, [stage], many)
        expect(whole).toMatchObject({ rows: many, rejected: [] })
        const first = await throughStages(types, [stage], many.slice(0, size))
        expect(first.rows).toEqual(many.slice(0, size))
      }),
      { numRuns: 10 },
    )
  })

  it('may give null only where its type says so', async () => {
    const text = 'export const f = ({ name }) => ({ out: name })'
    const { rejected } = await through(text, { writes: { out: 'text' } })
    expect(rejected).toEqual(['1 out: code: NULL came, and out is declared without ?'])
  })

  const deeds: readonly (readonly [string, string])[] = [
    ['throw new Error("no such luck")', 'it threw Error: no such luck (m.ts)'],
    ['throw null', 'it threw NULL'],
    ['throw { get message() { throw 1 } }', 'it threw an object (Object)'],
    [
      'throw Object.defineProperty(new Error(), "message", { get() { throw 1 } })',
      'it threw something that cannot be shown',
    ],
    ['return', 'undefined came, and not an object with the columns that it writes'],
    ['return "x"', '"x" came, and not an object with the columns that it writes'],
    ['return null', 'NULL came, and not an object with the columns that it writes'],
    ['return ["x"]', 'a list came, and not an object with the columns that it writes'],
    [
      'return Promise.resolve({ out: "x" })',
      'a promise came: the function has to return its values, and may not be async',
    ],
    ['return { out: "x", more: 1 }', 'it gave "more", which is not among the columns of writes'],
    ['return {}', 'it gave no out'],
    ['return Object.create({ out: "x" })', 'it gave no out'],
    ['return { get out() { throw new RangeError("ha") } }', 'it threw RangeError: ha (m.ts)'],
    ['return new Proxy({}, { ownKeys() { throw 7 } })', 'it threw 7'],
    ['const deep = () => deep(); deep()', 'it threw RangeError: Maximum call stack size exceeded (m.ts)'],
    ['new Array(-1)', 'it threw RangeError: Invalid array length (m.ts)'],
    ['"x".repeat(2 ** 30)', 'it threw RangeError: Invalid string length (m.ts)'],
  ]

  it('costs the rows for which it throws, or returns something else', async () => {
    const list = deeds.map(([does]) => `() => { ${does} }`)
    const text = `const deeds = [${list.join(',\n')}]
      export const f = ({ id }) => id < deeds.length ? deeds[id]() : { out: 'x' }`
    const many = Array.from({ length: deeds.length + 1 }, (_, row) => [String(row), null])
    const { rows: left, rejected } = await through(text, {}, columns, many)
    const reasons = rejected.map((one) =>
      one.replace(/^\d+ \w+: code: /, '').replace(/\(m\d+\.ts:\d+:\d+\)$/, '(m.ts)'),
    )
    expect(reasons).toEqual(deeds.map(([, reason]) => reason))
    expect(left.map(([id]) => id)).toEqual([String(deeds.length)])
  })
})

describe('a row that costs its worker', () => {
  it.each([
    ['an endless loop', 'for (;;) {}', 'it took longer than 1000 ms'],
    ['an expression that goes back for ever', '/^(a+)+$/.test("a".repeat(60) + "b")', 'it took longer than 1000 ms'],
    ['waiting', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)', 'it took longer than 1000 ms'],
    ['leaving', 'process.exit(0)', 'it ended its own thread'],
  ])('is rejected, and no other: %s', async (_, does, reason) => {
    const many = Array.from({ length: 10 }, (__, row) => [String(row), 'x'])
    const text = `export const f = ({ id }) => { if (id === 3 || id === 7) { ${does} } return { out: 'x' + id } }`
    const { rows: left, rejected } = await through(text, { timeout: 1000 }, columns, many)
    expect(rejected).toEqual([`3 undefined: code: ${reason}`, `7 undefined: code: ${reason}`])
    expect(left.map(([, , out]) => out)).toEqual(['x0', 'x1', 'x2', 'x4', 'x5', 'x6', 'x8', 'x9'])
  })
})

describe('a function that means harm', () => {
  it('finds no other row’s values, and changes none of what it was given', async () => {
    const text = `const seen: Record<string, unknown>[] = []
      export const f = (row: Record<string, unknown>) => {
        for (const one of seen) { one.name = 'stolen'; one.id = 0 }
        seen.push(row)
        const was = row.name
        row.name = 'changed'; row.id = 99; (row as { __proto__: unknown }).__proto__ = { out: 'x' }
        return { out: was }
      }`
    const { rows: left, rejected } = await through(text)
    expect(rejected).toEqual([])
    expect(left).toEqual(rows.map(([id, name]) => [id, name, name]))
  })

  it('gains nothing by what all objects have of their own', async () => {
    const text = `Object.prototype.out = 'from the prototype'
      Object.defineProperty(Object.prototype, 'reason', { get: () => 'r', set() {}, configurable: true })
      export const f = ({ id }) => id === 2 ? {} : { out: 'own' }`
    const { rows: left, rejected } = await through(text)
    expect(rejected).toEqual(['1 out: code: it gave no out'])
    expect(left.map(([, , out]) => out)).toEqual(['own', 'own'])
    expect('out' in {}).toBe(false)
  })

  it.each([
    ['parentPort.postMessage("x")'],
    ['parentPort.postMessage({ rowCount: 3, columns: [], faults: [] })'],
    [
      'parentPort.postMessage({ rowCount: 1, columns: [{ bytes: new Uint8Array(9), lengths: new Int32Array([-7]) }], faults: [] })',
    ],
    ['setTimeout(() => { throw new Error("late") })'],
  ])('that does %s costs no more than rows', { timeout: 60_000 }, async (does) => {
    const text = `import { parentPort, workerData } from 'node:worker_threads'
      export const f = ({ id }) => { if (id === 2) { ${does} } return { out: 'x' } }`
    const { rows: left, rejected } = await through(text, { timeout: 50 })
    expect(left.length + rejected.length).toBe(3)
    expect(left.filter(([, , out]) => out !== 'x')).toEqual([])
  })

  it('finds nothing of the environment', async () => {
    const text = `export const f = () => ({ out: JSON.stringify([process.env, process.argv.slice(2), process.execArgv]) })`
    const { rows: left } = await through(text)
    expect(left.map(([, , out]) => out)).toEqual(['[{},[],[]]', '[{},[],[]]', '[{},[],[]]'])
  })

  it('does not outlive the rows', async () => {
    const beats = join(modules.folder, 'beats')
    const text = `import { appendFileSync } from 'node:fs'
      const beat = () => appendFileSync(${JSON.stringify(beats)}, 'x')
      setInterval(beat, 5)
      export const f = () => { beat(); return { out: null } }`
    await through(text)
    const { size } = await stat(beats)
    await setTimeout(200)
    expect(size).toBeGreaterThanOrEqual(rows.length)
    expect((await stat(beats)).size).toBe(size)
  })
})

describe('columns with names that objects have of their own', () => {
  const odd = Object.fromEntries(
    ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) => [name, 'text']),
  )

  it('are read and written as any other', async () => {
    const text = `export const f = (row) => {
      const bare = Object.getPrototypeOf(row) === null
      return { constructor: row['__proto__'] + row.constructor, toString: Object.keys(row).join(), valueOf: String(bare) }
    }`
    const writes = { constructor: 'text', toString: 'text', valueOf: 'text' }
    const { columns: after, rows: left } = await through(text, { reads: Object.keys(odd), writes }, odd, [
      ['a', 'b', 'c', 'd'],
    ])
    expect(after).toEqual([
      '__proto__ text',
      'constructor text',
      'toString text',
      'hasOwnProperty text',
      'valueOf text',
    ])
    expect(left).toEqual([['a', 'ab', '__proto__,constructor,toString,hasOwnProperty', 'd', 'true']])
  })

  it('are missing where nothing was given', async () => {
    const { rejected } = await through('export const f = () => ({})', { reads: [], writes: { toString: 'text' } })
    expect(rejected[0]).toBe('0 toString: code: it gave no toString')
  })
})

describe('a code stage that does not fit', () => {
  it.each([
    ['export const g = 1', {}, 'p.yaml: 0.code.export: code: ./m\\d+.ts exports no function f'],
    ['export const f = (', {}, '0.code.module: code: .* cannot be loaded: SyntaxError: .*m\\d+.ts:1\\)'],
    ['throw new Error("at once")', {}, 'cannot be loaded: Error: at once'],
    ['const all = []; for (;;) all.push([all.length])', {}, 'cannot be loaded: it took more than 256 MiB of memory'],
    ['const all = Buffer.alloc(3e8, 1); export const f = () => all', {}, 'loaded: it took more than 256 MiB of memory'],
    ['process.exit(0)', {}, 'cannot be loaded: it ended its own thread'],
    ['import "./nowhere.ts"; export const f = 1', {}, 'cannot be loaded: Error: Cannot find module .*nowhere'],
    ['export enum A { B }', {}, 'cannot be loaded: SyntaxError: TypeScript enum is not supported'],
    ['export const f = () => 1', { reads: ['nme'] }, '0.code.reads.0: code: there is no column nme here'],
    ['export const f = () => 1', { writes: { x: 'txt' } }, 'it is no type, such as'],
  ])('is refused before the first row: %s', async (text, options, message) => {
    await expect(through(text, options)).rejects.toThrow(new RegExp(message))
  })

  it('says what the module has', async () => {
    const [outcome] = await Promise.allSettled([through('export const ff = () => 1; export const other = () => 1')])
    expect(outcome).toMatchObject({ reason: { hint: 'Did you mean ff? It exports ff, other.' } })
  })

  it('is refused where its module is not there, or another than the pipeline says', async () => {
    const options = { reads: [], writes: { out: 'text' } }
    await expect(modules.held([{ code: { module: 'none.ts', ...options } }])).rejects.toThrow(
      '[TL_C102] p.yaml: 0.code.module: code: none.ts cannot be read: it is not there',
    )
    await writeFile(join(modules.folder, 'pinned.ts'), 'export default 1')
    const pinned = { code: { module: 'pinned.ts', sha256: '0'.repeat(64), ...options } }
    await expect(modules.held([pinned])).rejects.toThrow('0.code.sha256: code: pinned.ts is another')
  })

  it('is refused as drift where a plan names a module that the pipeline does not', async () => {
    const stage = { code: { module: 'x.ts', sha256: '0'.repeat(64), reads: [], writes: { out: 'text' } } }
    await expect(throughStages(columns, [stage], rows)).rejects.toThrow('[TL_K503]')
  })
})
