import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { homeDirectory, type TestWorld, testWorld } from '../../test/support/cli-world.ts'
import type { MemoryDatabase } from '../connectors/memory/database.ts'
import { memoryTable } from '../../test/support/memory-table.ts'
import { memoryDatabase } from '../connectors/memory/index.ts'
import type { TableInfo } from '../model/relation.ts'
import { cleanDocument, errorDocument } from '../report/documents/error-document.ts'
import { planDocument } from '../report/documents/plan-document.ts'
import { rejectsDocument } from '../report/documents/rejects-document.ts'
import { runDocument } from '../report/documents/run-document.ts'
import { runsDocument, showDocument } from '../report/documents/runs-document.ts'
import { main } from './main.ts'

let serial = 0

interface Setting extends AsyncDisposable {
  readonly path: string
  readonly source: MemoryDatabase
  readonly target: MemoryDatabase
  readonly targetUrl: string
  readonly ends: readonly string[]
  go(...argv: string[]): Promise<{ code: number; out: string; err: string }>
  world(): TestWorld
}

/** Two databases in this process, and a home of their own. */
async function setting(): Promise<Setting> {
  const home = await homeDirectory()
  serial++
  const [from, to] = [`cli_source${serial}`, `cli_target${serial}`]
  const world = () => testWorld({ directory: home.path, environment: { TRANSLOAD_HOME: join(home.path, 'home') } })
  return {
    path: home.path,
    source: memoryDatabase(from),
    target: memoryDatabase(to),
    targetUrl: `memory:${to}`,
    ends: ['--source', `memory:${from}`, '--target', `memory:${to}`],
    world,
    async go(...argv) {
      const own = world()
      const code = await main(argv, own)
      expect(own.listenerCount()).toBe(0)
      return { code, out: own.stdout.text, err: own.stderr.text }
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}

function table(name: string): TableInfo {
  return memoryTable(name, { id: 'int(64)', name: 'text?' })
}

function rows(count: number): [string, string | null][] {
  return Array.from({ length: count }, (_, i) => [String(i), `name ${i} ${'x'.repeat(40)}`])
}

/** A second signal would mean more than the first. */
function onceOnly(signal: TestWorld['signal']): TestWorld['signal'] {
  let isSent = false
  return (name) => {
    if (!isSent) {
      isSent = true
      signal(name)
    }
  }
}

const evil = '\u001b[31mevil\u202E'

describe('transload run', () => {
  it('moves the rows, says so, and is remembered', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(1000))
    const { code, out, err } = await at.go('run', ...at.ends)
    expect(code).toBe(0)
    expect(out).toContain('Done: rows, NULLs and orphans are as expected on both sides; values were not compared')
    expect(out).toMatch(/users +main\.users +1,000 +1,000/)
    expect(err.split('\n')).toEqual(
      expect.arrayContaining(['connect', 'plan', 'prepare', 'copy', 'finish', 'validate']),
    )
    expect(await readdir(at.path)).toEqual(['home'])
    const runs = await at.go('runs', '--json')
    const [first] = runsDocument.parse(JSON.parse(runs.out)).runs
    expect(first).toMatchObject({ status: 'ok', exitCode: 0, target: at.targetUrl })
    const shown = await at.go('show', first?.run ?? '')
    expect(shown).toMatchObject({ code: 0, err: '' })
    expect(shown.out).toContain('Done: rows')
    const json = showDocument.parse(JSON.parse((await at.go('show', first?.run ?? '', '--json')).out))
    expect(json.summary?.datasets).toMatchObject([{ from: 'users', written: 1000 }])
  })

  it('under --json prints its summary alone, whatever happens, and logs as JSON', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(10))
    const { code, out, err } = await at.go('run', ...at.ends, '--json', '--log-level', 'info')
    expect([code, runDocument.parse(JSON.parse(out))]).toMatchObject([
      0,
      { status: 'ok', validation: { status: 'counted' } },
    ])
    const lines = err.trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain('copy')
    expect((await at.go('run', ...at.ends, '--json', '--only', 'nothing')).out).toContain('"code": "TL_C107"')
    const refused = await at.go('run', ...at.ends, '--json')
    expect(runDocument.parse(JSON.parse(refused.out))).toMatchObject({ exitCode: 7, error: { code: 'TL_T307' } })
    expect(refused.code).toBe(7)
    const failed = await at.go('run', 'nowhere.yaml', '--json')
    const document = runDocument.parse(JSON.parse(failed.out))
    expect(document).toMatchObject({ run: null, status: 'failed', exitCode: 2, error: { code: 'TL_C105' } })
    expect(failed.code).toBe(2)
  })

  it('writes what was rejected, and lists it; nothing of the data acts on the terminal', async () => {
    await using at = await setting()
    at.source.put(table(evil), [
      ['1', 'a'],
      [null, evil],
    ] as [string, string][])
    const { code, out, err } = await at.go('run', ...at.ends)
    expect(code).toBe(4)
    expect(err).toContain('error TL_D412: 1 of 2 rows were rejected')
    const [directory = ''] = (await readdir(at.path)).filter((name) => name.startsWith('transload-'))
    const file = join(at.path, directory, 'rejects.ndjson')
    expect(out).toContain(file)
    const run = directory.slice('transload-'.length)
    const listed = await at.go('rejects', run)
    expect(listed.code).toBe(0)
    expect(listed.out).toContain('TL_D403 at write: id is NOT NULL')
    const shown = await at.go('show', run)
    for (const text of [out, err, listed.out, shown.out, await readFile(file, 'utf8')]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202E/u)
    }
    const fromTarget = await at.go('rejects', run, '--target', at.targetUrl, '--json')
    expect(rejectsDocument.parse(JSON.parse(fromTarget.out))).toMatchObject({
      run,
      count: 1,
      rows: [{ dataset: evil }],
    })
    await writeFile(file, '{"half')
    const gone = await at.go('rejects', run)
    expect(gone).toMatchObject({
      code: 2,
      err: expect.stringContaining(`transload rejects ${run} --target URL`) as string,
    })
  })

  it('writes reports where it is asked to, and is refused before the run where it cannot', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(10))
    await writeFile(join(at.path, 'a-file'), '')
    const refused = await at.go('run', ...at.ends, '--report', 'a-file/deep')
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--report')])
    expect(at.target.tables.size).toBe(0)
    expect((await at.go('run', ...at.ends, '--report', 'out/dir')).code).toBe(0)
    expect((await readdir(join(at.path, 'out/dir'))).sort()).toEqual(['report.json', 'report.md'])
    expect(runDocument.parse(JSON.parse(await readFile(join(at.path, 'out/dir/report.json'), 'utf8')))).toMatchObject({
      exitCode: 0,
    })
  })

  it('finishes the batch at the first signal, says how to go on, and goes on', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(300_000))
    const world = at.world()
    const write = world.stderr.write.bind(world.stderr)
    world.stderr.write = (text, done) => {
      if (text.includes(': committed')) world.signal('SIGTERM')
      return write(text, done)
    }
    world.signal = onceOnly(world.signal)
    expect(await main(['run', ...at.ends, '--jobs', '1', '--log-level', 'debug'], world)).toBe(143)
    expect(world.stderr.text).toContain('finishing the batch under way; press again to stop now')
    expect(world.stderr.text).toContain('error TL_X903: Terminated')
    expect(world.stdout.text).toContain('the same command goes on from the last checkpoint')
    const copied = at.target.tables.get('main.users')?.rows.length ?? 0
    expect(copied).toBeGreaterThan(0)
    expect(copied).toBeLessThan(300_000)
    const again = await at.go('run', ...at.ends, '--jobs', '1')
    expect([again.code, again.err]).toEqual([0, expect.stringContaining('going on with run')])
    expect(at.target.tables.get('main.users')?.rows).toHaveLength(300_000)
    const { runs } = runsDocument.parse(JSON.parse((await at.go('runs', '--json')).out))
    expect(runs).toMatchObject([{ status: 'ok', exitCode: 0 }])
  })

  it('goes on where the machine’s store cannot be opened, and says so', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(10))
    await writeFile(join(at.path, 'home'), 'a file where a directory is wanted')
    const { code, err } = await at.go('run', ...at.ends)
    expect([code, err]).toEqual([0, expect.stringContaining('warning: ')])
    expect(err).toContain('runs.db cannot be opened')
    expect((await at.go('runs')).code).toBe(2)
  })

  it('on a terminal draws a block that is gone at the end, with colours unless NO_COLOR says otherwise', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(200_000))
    const colours = async (noColor: string) => {
      const world = testWorld({ directory: at.path, environment: { TRANSLOAD_HOME: at.path, NO_COLOR: noColor } })
      world.stdout.isTTY = world.stderr.isTTY = true
      await main(['run', ...at.ends, '--fresh', '--mode', 'create'], world)
      return world
    }
    const first = await colours('')
    expect(first.stdout.text).toContain('\u001b[32mDone')
    expect(first.stderr.text).toContain('copy: ')
    expect(first.stderr.text).toMatch(/\u001b\[\d+A\r\u001b\[J$/)
    const second = await colours('1')
    expect(second.stderr.text).toContain('error TL_T307')
    expect(`${second.stdout.text}${second.stderr.text}`).not.toMatch(/\u001b\[\d+m/)
  })

  it('is silent where it is told to be, save for errors', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(10))
    expect((await at.go('run', ...at.ends, '--log-level', 'silent')).err).toBe('')
    expect((await at.go('run', ...at.ends, '--log-level', 'silent')).err).toContain('error TL_T307')
  })

  it('never shows a password, wherever the URL is wrong', async () => {
    await using at = await setting()
    const secret = 'hunter22'
    const url = `mysql://root:${secret}@127.0.0.1:1/shop`
    for (const argv of [
      ['run', url],
      ['run', 'a', url],
      [url],
      ['run', `--sorce=${url}`],
      ['run', '--source', url, '--target', `nosuch://u:${secret}@h/d`],
      ['run', '--source', `${secret}@h`, '--target', at.targetUrl],
      ['run', '--source', `postgres://u:${secret}/x@h/d`, '--target', at.targetUrl],
      ['clean', '--target', `postgres://u:${secret}@h:bad/d`],
      ['show', url],
    ]) {
      const { code, out, err } = await at.go(...argv)
      expect([argv.slice(0, 1), code > 0, `${out}${err}`.includes(secret)]).toEqual([argv.slice(0, 1), true, false])
    }
  })
})

describe('transload plan', () => {
  it('shows every decision, writes what it is asked to write and nothing else', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(10))
    const { code, out } = await at.go('plan', ...at.ends, '--out', 'plan.json', '--sql', 'plan.sql')
    expect(code).toBe(0)
    for (const said of [
      'users → main.users',
      '    id    int(64)  →  int(64) NOT NULL  memory.int   as int(64)',
      '  memory.int   the same',
      'Losses: none is declared',
      'Preflight: nothing found',
    ]) {
      expect(out).toContain(said)
    }
    expect((await readdir(at.path)).sort()).toEqual(['plan.json', 'plan.sql'])
    expect(at.target.tables.size).toBe(0)
    const json = await at.go('plan', ...at.ends, '--json')
    const plan = planDocument.parse(JSON.parse(json.out))
    expect(JSON.parse(await readFile(join(at.path, 'plan.json'), 'utf8'))).toEqual(JSON.parse(json.out))
    expect(plan.datasets).toMatchObject([
      { from: 'users', columns: [{ from: 'id', rule: 'memory.int' }, { from: 'name' }] },
    ])
  })

  it('is run as it was saved, and refused for anything else', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(10))
    await at.go('plan', ...at.ends, '--out', 'plan.json')
    const drift = async (...argv: string[]) => {
      const { code, err } = await at.go('run', ...argv, '--plan', 'plan.json')
      expect([code, err]).toEqual([7, expect.stringContaining('TL_K503')])
      return err
    }
    expect(await drift(...at.ends.slice(0, 3), 'memory:elsewhere')).toContain(`made for the target ${at.targetUrl}`)
    expect(await drift(...at.ends, '--except', 'x')).toContain('other datasets')
    expect(await drift(...at.ends, '--schema-only')).toContain('--schema-only')
    await writeFile(join(at.path, 'half.json'), '{"schema":')
    await writeFile(join(at.path, 'other.json'), '{"schema": "transload.plan/1"}')
    expect((await at.go('run', ...at.ends, '--plan', 'half.json')).err).toContain('TL_C105')
    expect((await at.go('run', ...at.ends, '--plan', 'other.json')).err).toContain('TL_C102')
    for (const finishOnly of [['--data-only'], ['--plan', 'plan.json']]) {
      expect((await at.go('run', ...at.ends, ...finishOnly, '--finish-only')).err).toContain('no unfinished run')
    }
    expect(await at.go('run', ...at.ends, '--plan', 'plan.json')).toMatchObject({ code: 0 })
    at.source.put(table('more'), rows(1))
    expect(await drift(...at.ends)).toContain('schema has changed')
  })
})

describe('transload clean', () => {
  it('removes what was left, and says what', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(10))
    await at.go('run', ...at.ends)
    const { out } = await at.go('clean', '--target', at.targetUrl, '--json')
    expect(cleanDocument.parse(JSON.parse(out))).toMatchObject({ target: at.targetUrl, removed: [expect.any(String)] })
    expect(at.target.tables.get('main.users')?.rows).toHaveLength(10)
    const again = await at.go('clean', '--target', at.targetUrl)
    expect([again.code, again.err]).toEqual([0, expect.stringContaining('nothing of transload')])
  })

  it('asks at a terminal before an unfinished run is lost', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(200_000))
    const stopped = at.world()
    stopped.stderr.write = (text) => {
      if (text.includes(': committed')) stopped.signal('SIGINT')
      return true
    }
    stopped.signal = onceOnly(stopped.signal)
    expect(await main(['run', ...at.ends, '--jobs', '1', '--log-level', 'debug'], stopped)).toBe(130)
    const answer = async (typed: string) => {
      const stdin = Object.assign(new PassThrough(), { isTTY: true })
      const world = testWorld({ directory: at.path, stdin })
      world.stderr.isTTY = true
      setTimeout(() => stdin.end(typed), 20)
      expect(await main(['clean', '--target', at.targetUrl], world)).toBe(0)
      return world.stdout.text
    }
    expect(await answer('n\n')).toBe('')
    expect(await answer('')).toBe('')
    expect(await answer('yes\n')).toContain('removed')
  })
})

const between = ['--source', 'memory:x', '--target', 'memory:y']

describe('a command line that is wrong', () => {
  it.each([
    [['rnu'], 'Did you mean run?'],
    [['run', '--sourc', 'x'], 'Did you mean --source?'],
    [['sync', '--source', 'a:b'], 'See transload --help.'],
    [['validate', '--source', 'a:b'], 'Add --target URL'],
    [['validate', '--mode', 'digests'], 'auto, stream, digest, rebuild, counts, or sample=N'],
    [
      ['validate', '--source', 'memory:x', '--target', 'memory:y', '--mode', 'counts', '--fix-plan', 'f.sql'],
      'Leave --mode out',
    ],
    [
      ['validate', '--source', 'memory:x', '--target', 'memory:y', '--mode', 'digest', '--fix-plan', 'f.sql'],
      'Leave --mode out',
    ],
    [['validate', '--source', 'memory:x', '--target', 'memory:y', '--fix-plan', ''], 'Name a path'],
    [['validate', '--mask', 'a,'], 'See transload validate --help.'],
    [['validate', '--max-differences', '0'], 'See transload validate --help.'],
    [['validate', '--checks', 'rows,orphan'], 'Did you mean orphans?'],
    [['validate', '--skip-checks', 'everything'], 'The checks are schema, rows'],
    [['validate', '--checks', 'rows', '--skip-checks', 'nulls'], 'See transload validate --help.'],
    [['validate', ...between, '--mode', 'counts', '--checks', 'contents'], 'Leave one of the two out'],
    [['run', '--schema-only', '--data-only'], 'See transload run --help.'],
    [['run', '--jobs', '0'], 'See transload run --help.'],
    [['run', '--names', 'upper'], 'Allowed choices are keep, lower, snake'],
    [['show'], 'See transload show --help.'],
    [['show', 'nothing'], 'transload runs lists'],
    [['run'], 'Add --source URL'],
    [['run', '--source', 'nosuch:x', '--target', 'memory:y'], 'Known schemes: mysql'],
    [['run', '--source', 'memory:x', '--target', 'memory:y', '--report', ''], 'Name a path'],
    [['run', '--source', 'memory:x', '--target', 'memory:y', '--spool'], 'Leave --spool out'],
  ])('%j ends with 2 and the cure', async (argv, cure) => {
    await using at = await setting()
    const { code, out, err } = await at.go(...argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^error TL_C10\d: /m)
    expect(err).toContain(cure)
    const json = await at.go(...argv, '--json')
    const document: unknown = JSON.parse(json.out)
    const schema = argv[0] === 'run' ? runDocument : errorDocument
    expect(schema.parse(document)).toMatchObject({
      exitCode: 2,
      error: { code: expect.stringMatching(/^TL_C10\d$/) as string },
    })
    expect(json.code).toBe(2)
  })

  it('without a command shows the help and ends with 2; with --help and --version ends with 0', async () => {
    await using at = await setting()
    const none = await at.go()
    expect([none.code, none.out, none.err]).toEqual([2, '', expect.stringContaining('Usage: transload')])
    expect(await at.go('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    })
    expect(await at.go('run', '--help')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('--source <url>') as string,
    })
  })

  it('ends with 70 for what nobody foresaw, and says where', async () => {
    await using at = await setting()
    const world = at.world()
    Object.assign(world, { onSignal: () => expect.fail('unforeseen') })
    expect(await main(['plan', ...at.ends, '--json'], world)).toBe(70)
    expect(errorDocument.parse(JSON.parse(world.stdout.text))).toMatchObject({
      exitCode: 70,
      error: { code: 'TL_X901' },
    })
    expect(world.stderr.text).toContain('interrupts.ts')
  })

  it('takes a reader who has left for no error', async () => {
    await using at = await setting()
    at.source.put(table('users'), rows(10))
    const world = at.world()
    let writeCount = 0
    world.stdout.write = (_text, done) => {
      writeCount++
      done?.(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
      return false
    }
    expect(await main(['run', ...at.ends], world)).toBe(0)
    expect(writeCount).toBe(1)
  })
})
