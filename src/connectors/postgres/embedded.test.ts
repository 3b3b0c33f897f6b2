import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { suggestDataDirectory } from './embedded/data-directory.ts'
import { unreachablePart } from './embedded/server-user.ts'
import { embeddedPostgres } from './embedded.ts'

const open = async (directory: string): Promise<unknown> =>
  await embeddedPostgres.openTarget?.(
    embeddedPostgres.parseUrl(`embedded-postgres:${directory}`),
    { laneCount: 1, notice: () => undefined },
    AbortSignal.timeout(20_000),
  )

describe('the URL', () => {
  it('is a path as it is, and a schema', () => {
    const endpoint = embeddedPostgres.parseUrl('embedded-postgres:./my dir/100%?schema=shop')
    const directory = resolve('my dir/100%')
    expect(endpoint).toEqual({
      engine: 'postgres',
      label: `embedded-postgres:${directory}`,
      identity: `embedded-postgres:${directory}?schema=shop`,
      settings: { directory, schema: 'shop', readSchema: 'shop' },
    })
    expect(embeddedPostgres.parseUrl('embedded-postgres:/a').settings).toEqual({ directory: '/a', schema: 'public' })
  })

  it.each(['embedded-postgres:', 'embedded-postgres:/a?port=5'])('is refused: %s', (url) => {
    expect(() => embeddedPostgres.parseUrl(url)).toThrow('[TL_C103]')
  })
})

describe('the directory', () => {
  it('is refused where it holds something else, or a cluster of another making', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'transload-embedded-'))
    try {
      await writeFile(join(directory, 'a file'), '')
      await expect(open(directory)).rejects.toThrow('not empty')
      await writeFile(join(directory, 'PG_VERSION'), '18')
      await expect(open(directory)).rejects.toThrow('did not make')
      await expect(open(join(directory, 'a file'))).rejects.toThrow('[TL_C103]')
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('is refused where pg_ctl’s shell would read its name', async () => {
    await expect(open(join(tmpdir(), 'transload-$(id)'))).rejects.toThrow('[TL_C103]')
  })

  it('has to be within reach of the user whom the server runs as', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'transload-embedded-'))
    try {
      const inner = join(directory, 'closed', 'in', 'it')
      await mkdir(inner, { recursive: true })
      await chmod(directory, 0o755)
      await chmod(join(directory, 'closed'), 0o700)
      const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 }
      expect(unreachablePart(inner, stranger)).toBe(join(directory, 'closed'))
      expect(unreachablePart(join(directory, 'open'), stranger)).toBeUndefined()
      const owner = { name: 'owner', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
      expect(unreachablePart(inner, owner)).toBeUndefined()
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('that is suggested can be used', () => {
    expect(suggestDataDirectory()).toMatch(/postgres$/)
  })
})
