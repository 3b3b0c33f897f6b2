import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findPassword } from './password-file.ts'

const whom = { host: 'db', port: 5432, database: 'shop', user: 'me' }

describe('findPassword', () => {
  it('takes the first line that fits, with its escapes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'password-'))
    const PGPASSFILE = join(folder, 'pgpass')
    await writeFile(
      PGPASSFILE,
      '# db:5432:shop:me:comment\nother:5432:shop:me:no\ndb:*:shop:me:a\\:b\\\\c\n*:*:*:*:last\n',
    )
    try {
      expect(await findPassword(whom, { PGPASSFILE })).toBe('a:b\\c')
      expect(await findPassword({ ...whom, database: 'x' }, { PGPASSFILE })).toBe('last')
      expect(await findPassword({ ...whom, host: '/tmp' }, { PGPASSFILE })).toBe('last')
      expect(await findPassword(whom, { PGPASSFILE, PGPASSWORD: 'env' })).toBe('env')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('goes on without a file', async () => {
    expect(await findPassword(whom, { PGPASSFILE: '/nowhere/at/all' })).toBeUndefined()
  })
})
