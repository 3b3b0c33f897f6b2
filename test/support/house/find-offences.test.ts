import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { findOffences } from './find-offences.ts'
import { projectFolder, typescriptFiles } from './project-files.ts'

describe('findOffences', () => {
  it.each([
    ['try { a() } catch (error) {}', 'swallows an error'],
    ['try { a() } catch { /* never mind */ }', 'swallows an error'],
    ['await a().catch(() => {})', 'swallows a rejection'],
    ['await a().catch(() => undefined)', 'swallows a rejection'],
    ['const b = a as any', 'says `as any`'],
    [`// ${'TO'}DO: later`, 'promises in a comment what the code should do'],
    [`/** Not ${'implemented'}. */`, 'promises in a comment what the code should do'],
    [`// @ts-${'ignore'}`, 'silences a tool'],
    [`// oxlint-${'disable'}-next-line no-empty`, 'silences a tool'],
    [`/* oxlint-${'disable'} */`, 'silences a tool'],
    ["it.skip('x', () => {})", 'says `it.skip`'],
    ["describe.skipIf(true)('x', () => {})", 'says `describe.skipIf`'],
    ["test.only('x', () => {})", 'says `test.only`'],
    ['\n'.repeat(500) + 'a()', 'has 501 lines, 500 are allowed'],
  ])('sees %j', (text, what) => {
    expect(findOffences('src/a.ts', text)).toEqual([expect.stringMatching(/^src\/a\.ts:\d+ /)])
    expect(findOffences('src/a.ts', text)[0]).toContain(what)
  })

  it.each([
    ['a catch that acts', 'try { a() } catch (error) { report(error) }'],
    ['a handler that acts', 'await a().catch((error) => report(error))'],
    ['words in comments', '// as any reader would, it.skip is not meant here'],
    ['a silencer with a reason', `// oxlint-${'disable'}-next-line unicorn/no-thenable -- it is awaited`],
    ['words in strings', "const text = '// TODO as any'"],
    ['a method of something else', 'reader.skip(4)'],
    ['500 lines', '\n'.repeat(499) + 'a()\n'],
  ])('lets %s be', (_name, text) => {
    expect(findOffences('src/a.ts', text)).toEqual([])
  })

  it.each(['src', 'test'])('finds nothing in %s', async (folder) => {
    const paths = await typescriptFiles(folder)
    expect(paths.length).toBeGreaterThan(10)
    const offences = await Promise.all(
      paths.map(async (path) => findOffences(path, await readFile(`${projectFolder}${path}`, 'utf8'))),
    )
    expect(offences.flat()).toEqual([])
  })
})
