import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The root of the checkout. */
export const projectFolder = fileURLToPath(new URL('../../../', import.meta.url))

/** The TypeScript files under a folder of the project, as paths from the project's root, sorted. */
export async function typescriptFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(`${projectFolder}${folder}`, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(projectFolder.length))
    .sort()
}
