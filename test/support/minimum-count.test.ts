import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFolder } from './house/project-files.ts'

/** Runs vitest on a project of two files with three tests, with the reporter and this minimum. */
async function runSuite({
  minimum,
  include = '*.test.ts',
  args = [],
}: {
  minimum: number
  include?: string
  args?: string[]
}) {
  const folder = await mkdtemp(join(tmpdir(), 'transload-minimum-'))
  try {
    await symlink(join(projectFolder, 'node_modules'), join(folder, 'node_modules'))
    const reporter = JSON.stringify(join(projectFolder, 'test/support/minimum-count.ts'))
    const files = {
      'package.json': '{"type":"module"}',
      'vitest.config.ts': `import { minimumCount } from ${reporter}
        const projects = [{ test: { name: 'a', include: ['${include}'] } }]
        export default { test: { passWithNoTests: true, reporters: ['default', minimumCount({ a: ${minimum} })], projects } }`,
      'one.test.ts': "import { it } from 'vitest'\nit('a', () => {})\nit('b', () => {})\n",
      'two.test.ts': "import { it } from 'vitest'\nit('c', () => {})\nit.skip('d', () => {})\n",
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs')
    const env = { PATH: process.env['PATH'] }
    const { status, stderr } = spawnSync(process.execPath, [vitest, 'run', ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    return { status, message: /^project .*$/m.exec(stderr)?.[0] }
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('minimumCount', () => {
  it('is content with as many tests as were promised', async () => {
    expect(await runSuite({ minimum: 3 })).toEqual({ status: 0, message: undefined })
  })

  it('fails a run with fewer, and does not count one that was skipped', async () => {
    const message = 'project a: 3 tests ran, at least 4 are expected'
    expect(await runSuite({ minimum: 4 })).toEqual({ status: 1, message })
  })

  it('fails a glob that matches nothing', async () => {
    const message = 'project a: 0 tests ran, at least 1 are expected'
    expect(await runSuite({ minimum: 1, include: 'none.test.ts' })).toEqual({ status: 1, message })
  })

  it.each([
    ['some files', ['one']],
    ['a name', ['-t', 'a']],
    ['a shard', ['--shard=1/2']],
  ])('does not count a run that was narrowed to %s', async (_name, args) => {
    expect(await runSuite({ minimum: 3, args })).toEqual({ status: 0, message: undefined })
  })
})
