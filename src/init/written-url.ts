import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { secretsIn, withoutSecrets } from '../config/secret-mask.ts'

/** How a URL stands in a file that anybody may read. */
export interface WrittenUrl {
  readonly text: string
  /** A variable that has to be exported, and how: the command has a word in the place of the secret. */
  readonly variable?: { readonly name: string; readonly command: string } | undefined
}

/**
 * A URL with a secret becomes a reference to a variable of the environment; one without stands as it was given, and so
 * does one whose secrets are references already. Paths of these are made relative to the file.
 */
export function writtenUrl(given: string, end: 'source' | 'target', file: string, directory: string): WrittenUrl {
  const literal = secretsIn(given).filter((secret) => !isReference(secret))
  if (literal.length === 0) return { text: rebased(given, file, directory) }
  const name = end === 'source' ? 'SOURCE_URL' : 'TARGET_URL'
  return { text: `\${env:${name}}`, variable: { name, command: `export ${name}=${quoted(withoutSecrets(given))}` } }
}

function isReference(secret: string): boolean {
  return /^\$\{[^}]*\}$/.test(secret)
}

function rebased(given: string, file: string, directory: string): string {
  return given.replace(/\$\{file:([^}]*)\}/g, (whole, path: string) => {
    if (isAbsolute(path)) return whole
    return `\${file:${relative(dirname(file), resolve(directory, path))}}`
  })
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
