import { createHash } from 'node:crypto'
import { TransloadError } from '../../errors/transload-error.ts'

/** A module of a user's own, as it was when its pipeline was loaded. */
export interface CodeModule {
  /** Absolute; what the module imports is looked for from there. */
  readonly path: string
  readonly source: string
}

/**
 * Modules that pipelines of this process name. A plan holds a module's name and the hash of its text, and no path: what a plan
 * that came from elsewhere names is run only where a pipeline here names the same text.
 */
const held = new Map<string, CodeModule>()

/** Holds a module under the name that a pipeline has for it, and returns the hash of its text. */
export function holdModule(name: string, module: CodeModule): string {
  const sha256 = createHash('sha256').update(module.source).digest('hex')
  held.set(keyOf(name, sha256), module)
  return sha256
}

/** @throws TL_K503 where no pipeline of this process names a module of this text */
export function moduleOf(name: string, sha256: string | undefined): CodeModule {
  const module = sha256 === undefined ? undefined : held.get(keyOf(name, sha256))
  if (module !== undefined) return module
  throw new TransloadError('TL_K503', {
    reason: `the module ${name} of its code stage is another by now, or the pipeline that names it was not given`,
  })
}

function keyOf(name: string, sha256: string): string {
  return `${sha256} ${name}`
}
