import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plain } from '../model/plain.ts'
import { holdModule } from '../transform/code/code-module.ts'
import type { Places } from './pipeline.ts'

/**
 * Stages, with the hash of each module's text beside its name: a plan that has it is carried out with that text or not at all,
 * and holds no path of this machine.
 *
 * @param path Where the stages stand in the pipeline @param home What the modules' names are relative to
 * @throws TL_C102 where a module cannot be read, or is another than the pipeline says
 */
export async function withModules(
  stages: readonly Plain[],
  home: string,
  places: Places,
  path: readonly PropertyKey[],
): Promise<readonly Plain[]> {
  return (await held(stages, home, places, path)) as readonly Plain[]
}

/** Stages stand in stages, where these make rows of other tables. */
async function held(part: Plain, home: string, places: Places, path: readonly PropertyKey[]): Promise<Plain> {
  if (Array.isArray(part)) {
    return await Promise.all(part.map((stage: Plain, place) => heldIn(stage, home, places, [...path, place])))
  }
  return part
}

async function heldIn(stage: Plain, home: string, places: Places, path: readonly PropertyKey[]): Promise<Plain> {
  const [entry] = isMap(stage) ? Object.entries(stage) : []
  const [name, options] = entry ?? []
  if (name === undefined || options === undefined || !isMap(options)) return stage
  if (name === 'code') return { [name]: await hashed(options, home, places, [...path, name]) }
  const { transform } = options
  if (transform === undefined) return stage
  return { [name]: { ...options, transform: await held(transform, home, places, [...path, name, 'transform']) } }
}

type Options = { readonly [key: string]: Plain | undefined }

async function hashed(options: Options, home: string, places: Places, path: readonly PropertyKey[]): Promise<Options> {
  const { module, sha256 } = options
  const name = typeof module === 'string' ? module : ''
  const file = resolve(home, name)
  const fault = (key: string, reason: string, cure: string, cause?: unknown): TransloadError => {
    return new TransloadError(
      'TL_C102',
      { file: places.file, place: places.place([...path, key]), reason, cure },
      cause,
    )
  }
  let source: string
  try {
    source = await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const reason = code === 'ENOENT' ? 'it is not there' : code === 'EISDIR' ? 'it is a directory' : code
    throw fault(
      'module',
      `code: ${name} cannot be read: ${reason}`,
      'Its path is relative to the pipeline file.',
      error,
    )
  }
  const found = holdModule(name, { path: file, source })
  if (sha256 === undefined || sha256 === found) return { ...options, sha256: found }
  throw fault(
    'sha256',
    `code: ${name} is another: its SHA-256 is ${found}`,
    'Look at what has changed, and write this one.',
  )
}

function isMap(part: Plain): part is Options {
  return typeof part === 'object' && part !== null && !Array.isArray(part)
}
