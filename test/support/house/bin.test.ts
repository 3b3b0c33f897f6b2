import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFolder } from './project-files.ts'

/** A package with our bin and a command line of the test's own. */
async function plantPackage(files: { readonly [path: string]: string }) {
  const folder = await mkdtemp(join(tmpdir(), 'transload-bin-'))
  await cp(join(projectFolder, 'bin'), join(folder, 'bin'), { recursive: true })
  for (const [path, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const run = (args: readonly string[], nodeOptions: readonly string[] = []) => {
    const bin = join(folder, 'bin/transload.js')
    const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeOptions, bin, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    })
    return { status, stdout, stderr }
  }
  return { run, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

const inSource = (body: string) => ({
  'src/cli/main.ts': `export async function main(argv: string[]): Promise<number> {${body}}`,
})

describe('bin/transload.js', () => {
  it('gives main its arguments and ends with the code that it returns', async () => {
    await using planted = await plantPackage(inSource('console.log(argv.join()); return 7'))
    expect(planted.run(['run', '--json'])).toEqual({ status: 7, stdout: 'run,--json\n', stderr: '' })
  })

  it('runs dist in an installed package, and the sources in a checkout that has both', async () => {
    const dist = { 'dist/cli/main.js': "export const main = async () => { console.log('dist'); return 0 }" }
    await using installed = await plantPackage(dist)
    await using checkout = await plantPackage({ ...dist, ...inSource("console.log('src'); return 0") })
    expect([installed.run([]).stdout, checkout.run([]).stdout]).toEqual(['dist\n', 'src\n'])
  })

  it.each([
    ['a rejection of main', "throw new Error('broken here')"],
    [
      'an uncaught error',
      "setTimeout(() => { throw new Error('broken here') }); await new Promise(() => setTimeout(() => {}, 5_000)); return 0",
    ],
    [
      'a rejection that nobody handles',
      "void Promise.reject(new Error('broken here')); await new Promise(() => setTimeout(() => {}, 5_000)); return 0",
    ],
  ])('ends %s with 70 and its message', async (_name, body) => {
    await using planted = await plantPackage(inSource(body))
    const { status, stderr } = planted.run([])
    expect([status, stderr]).toEqual([70, expect.stringContaining('broken here')])
  })

  it('ends with 70 where there is no command line at all', async () => {
    await using planted = await plantPackage({})
    expect(planted.run([]).status).toBe(70)
  })

  it('prints all of a long output into a pipe, also before a defect', async () => {
    const length = 4 * 1024 * 1024
    await using planted = await plantPackage(
      inSource(`process.stdout.write('x'.repeat(${length})); throw new Error('late')`),
    )
    const { status, stdout } = planted.run([])
    expect([status, stdout.length]).toEqual([70, length])
  })

  it('says which Node it needs under an older one, in one line, and ends with 2', async () => {
    await using planted = await plantPackage(inSource('return 0'))
    const older =
      "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})"
    const { status, stdout, stderr } = planted.run([], ['--import', older])
    expect([status, stdout]).toEqual([2, ''])
    const cure = 'Install it, or, in a checkout after npm ci, start: npx transload'
    expect(stderr).toBe(`transload needs Node 24 or newer; this is Node 20.1.0. ${cure}\n`)
  })
})
