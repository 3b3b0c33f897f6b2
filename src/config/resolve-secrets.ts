import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { TransloadError } from '../errors/transload-error.ts'

export interface SecretPlaces {
  readonly environment: { readonly [name: string]: string | undefined }
  /** What `${file:PATH}` is relative to. */
  readonly directory: string
}

/**
 * Puts the secrets into a URL: `${env:NAME}` from the environment, `${file:PATH}` from a file, whose last line end does
 * not count. In the place of a user or password (`mysql://${env:USER}:${env:PASSWORD}@host/`) it is percent-encoded, so
 * that it may hold any character; anywhere else it stands as it is.
 *
 * @throws TL_C106 naming the variable or file, TL_C105 for a reference of another kind; never with the text
 */
export async function resolveSecrets(text: string, places: SecretPlaces): Promise<string> {
  let resolved = ''
  let rest = 0
  for (const match of text.matchAll(/\$\{([^}]*)(\}?)/g)) {
    const [whole, reference = '', end] = match
    const literal = text.slice(rest, match.index)
    rest = match.index + whole.length
    const value = await look(reference, end === '}', places)
    const before = resolved + literal
    const after = text.slice(rest)
    const isPassword = after.startsWith('@') && /:\/\/[^@]*:$/.test(before)
    const isUser = /^:.*@/.test(after) && before.endsWith('://')
    resolved = before + (isPassword || isUser ? encodeURIComponent(value) : value)
  }
  return resolved + text.slice(rest)
}

/** Whether a text has a reference to a secret. */
export function hasReference(text: string): boolean {
  return text.includes('${')
}

async function look(reference: string, isClosed: boolean, { environment, directory }: SecretPlaces): Promise<string> {
  const [kind, name] = split(reference)
  if (!isClosed || name === '' || (kind !== 'env' && kind !== 'file')) {
    const shown = isClosed && /^[\w:./-]{1,60}$/.test(reference) ? `\${${reference}}` : '${…'
    throw new TransloadError('TL_C105', {
      reason: `${shown} is no reference to a secret`,
      cure: 'Write ${env:NAME} or ${file:PATH}; a $ of the URL itself is written %24.',
    })
  }
  const value = kind === 'env' ? environment[name] : await readSecret(name, directory)
  if (value === undefined) throw new TransloadError('TL_C106', { name, reason: 'the environment has no such variable' })
  if (value === '') throw new TransloadError('TL_C106', { name, reason: 'it is empty' })
  return value
}

function split(reference: string): [string, string] {
  const colon = reference.indexOf(':')
  return colon < 0 ? [reference, ''] : [reference.slice(0, colon), reference.slice(colon + 1)]
}

async function readSecret(path: string, directory: string): Promise<string> {
  try {
    return (await readFile(resolve(directory, path), 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read'
    throw new TransloadError('TL_C106', { name: path, reason: `the file cannot be read (${code})` }, error)
  }
}
