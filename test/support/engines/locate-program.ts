import { join } from 'node:path'
import { isExecutable } from './account.ts'

/** The full path of a program on the search path or in one of the further folders. */
export async function locateProgram(name: string, furtherFolders: readonly string[] = []): Promise<string | undefined> {
  const searchPath = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '')
  for (const folder of [...furtherFolders, ...searchPath, '/usr/sbin', '/usr/local/sbin']) {
    const path = join(folder, name)
    if (await isExecutable(path)) return path
  }
  return undefined
}
