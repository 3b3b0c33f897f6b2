import { cp, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { measureShell } from './measure.ts'

const checkout = resolve(import.meta.dirname, '../..')

/**
 * Builds what `npm pack` would ship, into `folder`, and returns the path of its program: a run from the sources takes
 * some 60 MiB more, for the types that Node strips from them.
 */
export async function buildPackage(folder: string): Promise<string> {
  await measureShell(`cd '${checkout}' && npm run --silent build`)
  for (const part of ['package.json', 'bin', 'dist', 'mappings', 'assets']) {
    await cp(join(checkout, part), join(folder, part), { recursive: true })
  }
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'bin/transload.js')
}
