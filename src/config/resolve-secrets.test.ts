import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TransloadError } from '../errors/transload-error.ts'
import { resolveSecrets } from './resolve-secrets.ts'

const environment = { URL: 'mysql://a:b@c/d', USER: 'e@f', PW: 'p@ss/w:rd#1', HOST: 'db:3306', EMPTY: '' }
const resolve = (text: string) => resolveSecrets(text, { environment, directory: '/' })

async function errorOf(promise: Promise<unknown>): Promise<TransloadError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TransloadError) return error
  throw new Error('it did not throw a TransloadError')
}

describe('resolveSecrets', () => {
  it('leaves a text without references as it is', async () => {
    expect(await resolve('mysql://u:$p@h/d')).toBe('mysql://u:$p@h/d')
  })

  it('encodes what stands for a user or password, and nothing else', async () => {
    expect(await resolve('${env:URL}')).toBe(environment.URL)
    expect(await resolve('mysql://${env:USER}:${env:PW}@${env:HOST}/d')).toBe(
      'mysql://e%40f:p%40ss%2Fw%3Ard%231@db:3306/d',
    )
    expect(new URL(await resolve('mysql://u:${env:PW}@h/d')).password).toBe(encodeURIComponent(environment.PW))
    expect(await resolve('mysql://${env:HOST}/d')).toBe('mysql://db:3306/d')
  })

  it('reads a file beside the pipeline, without its last line end', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'transload-secrets-'))
    await writeFile(join(directory, 'password'), 'from a file\n\n')
    expect(await resolveSecrets('x${file:password}y', { environment, directory })).toBe('xfrom a file\ny')
    await rm(directory, { recursive: true })
  })

  it.each([
    ['${env:MISSING}', 'TL_C106', 'MISSING'],
    ['${env:EMPTY}', 'TL_C106', 'empty'],
    ['${file:/nowhere/at/all}', 'TL_C106', '/nowhere/at/all'],
    ['mysql://u:${env:PW@h/d', 'TL_C105', 'Write ${env:NAME}'],
    ['${PW}', 'TL_C105', '${PW}'],
    ['${vault:secret/x}', 'TL_C105', '${vault:secret/x}'],
    ['${env:}', 'TL_C105', 'no reference'],
  ])('%s is refused with %s', async (text, code, said) => {
    const error = await errorOf(resolve(text))
    expect(error.code).toBe(code)
    expect(`${error.message} ${error.hint}`).toContain(said)
  })
})
