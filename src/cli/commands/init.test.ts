import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { homeDirectory, type TestWorld, testWorld } from '../../../test/support/cli-world.ts'
import { memoryTable } from '../../../test/support/seed-memory.ts'
import { memoryDatabase } from '../../connectors/memory/index.ts'
import { errorDocument } from '../../report/documents/error-document.ts'
import { initDocument } from '../../report/documents/init-document.ts'
import { main } from '../main.ts'
import type { World } from '../world.ts'

let serial = 0

/** A shop in this process, and a directory. */
async function place() {
  const home = await homeDirectory()
  serial++
  const [from, to] = [`init_source${serial}`, `init_target${serial}`]
  const source = memoryDatabase(from)
  const target = memoryDatabase(to)
  const users = memoryTable({
    name: 'users',
    key: ['id'],
    columns: [
      { name: 'id', type: { kind: 'int', bits: 32, signed: true }, nullable: false },
      { name: 'full_name', type: { kind: 'text' }, nullable: true },
      { name: 'token', type: { kind: 'text' }, nullable: true },
    ],
  })
  source.put(users, [
    ['1', 'Ada Lovelace', 'x'],
    ['2', 'Alan Turing', null],
  ])
  source.put(
    memoryTable({
      name: 'orders',
      key: ['id'],
      columns: users.columns
        .slice(0, 1)
        .map(({ name }) => ({ name, type: { kind: 'int', bits: 32, signed: true }, nullable: false })),
    }),
    [['1']],
  )
  const world = (): TestWorld =>
    testWorld({ directory: home.path, environment: { TRANSLOAD_HOME: join(home.path, 'home') } })
  return {
    path: home.path,
    target,
    from: `memory:${from}`,
    to: `memory:${to}`,
    ends: ['--source', `memory:${from}`, '--target', `memory:${to}`],
    world,
    file: (name = 'transload.yaml') => readFile(join(home.path, name), 'utf8'),
    async go(...argv: string[]) {
      const own = world()
      const code = await main(argv, own)
      expect(own.listenerCount()).toBe(0)
      return { code, out: own.stdout.text, err: own.stderr.text }
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}

describe('transload init without a terminal', () => {
  it('writes a file that runs', async () => {
    await using at = await place()
    const { code, out, err } = await at.go('init', ...at.ends)
    expect({ code, err }).toEqual({ code: 0, err: 'connect\nplan\n' })
    expect(out).toContain('users.full_name: 2 of 2 values are a first and a last name')
    const text = await at.file()
    expect(text).toContain(`source: ${at.from}\ntarget: ${at.to}\n`)
    expect(text).toContain('    #   - drop: [token]\n')
    expect((await at.go('run', 'transload.yaml')).code).toBe(0)
    expect(at.target.get({ schema: 'main', name: 'users' })?.rows).toHaveLength(2)
  })

  it('prints one document with --json', async () => {
    await using at = await place()
    const { code, out } = await at.go('init', ...at.ends, '--only', 'users', '--json')
    expect(code).toBe(0)
    const document = initDocument.parse(JSON.parse(out))
    expect(document).toMatchObject({
      file: join(at.path, 'transload.yaml'),
      environment: [],
      datasets: [{ from: 'users', rows: 2 }],
      next: ['transload plan transload.yaml', 'transload run transload.yaml'],
    })
    expect(document.suggestions.map(({ kind, yaml }) => [kind, yaml])).toEqual([
      [
        'person-name',
        '- split: {from: full_name, into: {first: first_name, last: last_name}, by: person-name, otherwise: "null"}',
      ],
      ['secret', '- drop: [token]'],
    ])
  })

  it('asks for nothing, and says which flags are missing', async () => {
    await using at = await place()
    const { code, err } = await at.go('init')
    expect(code).toBe(2)
    expect(err).toContain('TL_C105: There is no --source and no --target')
    expect(err).toContain('Add --source URL and --target URL: without a terminal nothing is asked for.')
    const one = await at.go('init', '--source', at.from, '--json')
    expect(errorDocument.parse(JSON.parse(one.out)).error.message).toContain('There is no --target')
    expect(await readdir(at.path)).toEqual([])
  })

  it('writes over no file that is there, unless it is told to', async () => {
    await using at = await place()
    await writeFile(join(at.path, 'transload.yaml'), 'mine')
    const { code, err } = await at.go('init', ...at.ends)
    expect(code).toBe(2)
    expect(err).toContain('transload.yaml is there already')
    expect(err).toContain('--force')
    expect(await at.file()).toBe('mine')
    expect((await at.go('init', ...at.ends, '--out', 'other.yaml')).code).toBe(0)
    expect((await at.go('init', ...at.ends, '--force')).code).toBe(0)
    expect(await at.file()).toContain('version: 1')
  })

  it.each([
    ['a path that is a directory', ['--out', '.'], 2, 'is there already'],
    ['a path through a file', ['--out', 'there/p.yaml', '--force'], 2, '--out: '],
    ['an empty path', ['--out', ''], 2, '--out is empty'],
    ['a table that is not there', ['--only', 'usrs'], 2, 'Did you mean users?'],
  ])('refuses %s', async (_, argv, code, said) => {
    await using at = await place()
    await writeFile(join(at.path, 'there'), '')
    const ended = await at.go('init', ...at.ends, ...argv)
    expect(ended.err).toContain(said)
    expect(ended.code).toBe(code)
    expect(await readdir(at.path)).toEqual(['there'])
  })

  it('names what does not hold a secret, and hides what does', async () => {
    await using at = await place()
    const { code, err } = await at.go('init', '--source', 'mysql://root:hunter22@127.0.0.1:1/shop', '--target', at.to)
    expect(code).toBe(3)
    expect(err).toContain('Cannot reach the source')
    expect(err).not.toContain('hunter22')
  })
})

/** A terminal on which somebody types what is given, each once its question is there. */
class Keyboard {
  readonly screen = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 })
  readonly input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
  text = ''
  #seen = 0

  constructor() {
    this.screen.on('data', (bytes: Buffer) => (this.text += bytes.toString()))
  }

  /** Waits for the words behind those of the last time, then types. */
  async answer(question: string, ...keys: string[]): Promise<void> {
    for (let tries = 0; !this.text.includes(question, this.#seen); tries++) {
      if (tries > 500) throw new Error(`it never said ${question}: ${this.text.slice(this.#seen)}`)
      await sleep(10)
    }
    this.#seen = this.text.length
    for (const key of keys) {
      this.input.write(key)
      await sleep(5)
    }
  }

  world(world: TestWorld): World {
    return { ...world, stdin: this.input, stderr: this.screen }
  }
}

const enter = '\r'
const [ctrlC, ctrlD] = ['\u0003', '\u0004']

describe('transload init at a terminal', () => {
  it('asks for both ends until they can be had, and for the tables', async () => {
    await using at = await place()
    const keyboard = new Keyboard()
    const own = at.world()
    const ended = main(['init'], keyboard.world(own))
    await keyboard.answer('Source: where do the rows come from?', enter)
    await keyboard.answer('Write a URL, such as', 'oracle://h/d', enter)
    await keyboard.answer('TL_C104: No connector for the scheme oracle', '${env:NOWHERE}', enter)
    await keyboard.answer('TL_C106: The secret NOWHERE is not there', 'mysql://root:hunter22@127.0.0.1:1/shop', enter)
    await keyboard.answer('TL_S201: Cannot reach the source', at.from, enter)
    await keyboard.answer('Target: where do they go?', at.to, enter)
    await keyboard.answer('Which of its 2 tables?', '\u001b[B', ' ', enter)
    expect(await ended).toBe(0)
    expect(keyboard.text).not.toContain('hunter22')
    expect(keyboard.text).toContain('mysql://root:PASSWORD@127.0.0.1:1/shop')
    expect((await at.file()).match(/- from: .*/g)).toEqual(['- from: orders'])
    expect(own.stdout.text).toContain('transload run transload.yaml')
    expect(own.listenerCount()).toBe(0)
  })

  it.each([
    ['Ctrl-C', ctrlC],
    ['Ctrl-D', ctrlD],
    ['Ctrl-C in the middle of a URL', `memory:a${ctrlC}`],
  ])('ends with 130 for %s, and has written nothing', async (_, keys) => {
    await using at = await place()
    const keyboard = new Keyboard()
    const own = at.world()
    const ended = main(['init'], keyboard.world(own))
    await keyboard.answer('Source: where do the rows come from?', keys)
    expect(await ended).toBe(130)
    expect(keyboard.text).toContain('TL_X902: Interrupted')
    expect(await readdir(at.path)).toEqual([])
    expect(own.listenerCount()).toBe(0)
  })

  it('ends with 130 where the terminal goes away', async () => {
    await using at = await place()
    const keyboard = new Keyboard()
    const ended = main(['init'], keyboard.world(at.world()))
    await keyboard.answer('Source: where do the rows come from?')
    keyboard.input.end()
    expect(await ended).toBe(130)
  })

  it('asks before it writes over a file, and lets it be without a yes', async () => {
    await using at = await place()
    await writeFile(join(at.path, 'transload.yaml'), 'mine')
    const first = new Keyboard()
    const kept = main(['init', ...at.ends], first.world(at.world()))
    await first.answer('transload.yaml is there already. Write over it?', enter)
    expect(await kept).toBe(0)
    expect(await at.file()).toBe('mine')
    const second = new Keyboard()
    const written = main(['init', ...at.ends], second.world(at.world()))
    await second.answer('Write over it?', 'y')
    expect(await written).toBe(0)
    expect(await at.file()).toContain('version: 1')
  })

  it('asks for what is missing alone, and with --yes not for tables', async () => {
    await using at = await place()
    const keyboard = new Keyboard()
    const ended = main(['init', '--target', at.to, '--yes'], keyboard.world(at.world()))
    await keyboard.answer('Source: where do the rows come from?', at.from, enter)
    expect(await ended).toBe(0)
    expect(keyboard.text).not.toContain('Target: where do they go?')
    expect((await at.file()).match(/- from: .*/g)).toHaveLength(2)
  })
})
