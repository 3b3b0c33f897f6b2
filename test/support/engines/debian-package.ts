import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isExecutable } from './account.ts'
import { runCommand } from './run-command.ts'

const lockTimeoutSeconds = 300

/** Without this a package's own scripts would ask questions, or start a server on the engine's usual port. */
const quietEnvironment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }

let lastInstallation: Promise<unknown> = Promise.resolve()

/** Installs a package of this Debian. One after the other: apt's lists have a lock that it does not wait for. */
export async function installDebianPackage(name: string): Promise<void> {
  const mine = lastInstallation.then(() => install(name))
  lastInstallation = Promise.allSettled([mine])
  return mine
}

async function install(name: string): Promise<void> {
  await assertRootOnDebian(name)
  const apt = (...args: string[]) =>
    runCommand('apt-get', ['-qq', '-o', `DPkg::Lock::Timeout=${lockTimeoutSeconds}`, ...args], {
      env: quietEnvironment,
    })
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', name)
}

/**
 * Unpacks packages of Debian sid, with all that they need down to the C library, into a folder beside the system.
 * The system's own packages and lists are not touched. The folder appears whole or not at all.
 */
export async function unpackFromSid(folder: string, packages: readonly string[]): Promise<void> {
  await assertRootOnDebian(packages.join(', '))
  const work = `${folder}.partial-${process.pid}`
  const root = join(work, 'root')
  await Promise.all(
    ['lists/partial', 'archives/partial', 'root/usr'].map((name) => mkdir(join(work, name), { recursive: true })),
  )
  try {
    await writeFile(join(work, 'status'), '')
    await writeFile(join(work, 'sources.list'), `deb [signed-by=${debianKeys}] ${await debianMirror()} sid main\n`)
    await writeFile(join(work, 'apt.conf'), aptConfiguration(work))
    const env = { ...quietEnvironment, APT_CONFIG: join(work, 'apt.conf') }
    await runCommand('apt-get', ['-qq', 'update'], { env })
    await runCommand('apt-get', ['-qq', '-y', '--no-install-recommends', '--download-only', 'install', ...packages], {
      env,
    })
    // sid has merged /usr: packages that still name /bin or /lib mean these.
    for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
      await mkdir(join(root, 'usr', name))
      await symlink(join('usr', name), join(root, name))
    }
    const archives = (await readdir(join(work, 'archives'))).filter((name) => name.endsWith('.deb'))
    for (const archive of archives) await runCommand('dpkg-deb', ['--extract', join(work, 'archives', archive), root])
    await moveWhole(root, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const debianKeys = '/usr/share/keyrings/debian-archive-keyring.gpg'

function aptConfiguration(work: string): string {
  return `Dir::Etc::SourceList "${work}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "${work}/lists";
Dir::State::status "${work}/status";
Dir::Cache "${work}";
Debug::NoLocking "true";
APT::Sandbox::User "root";
`
}

/** The mirror that this machine already uses for Debian itself. */
async function debianMirror(): Promise<string> {
  const parts = (await readdir('/etc/apt/sources.list.d')).map((name) => join('/etc/apt/sources.list.d', name))
  const own = existsSync('/etc/apt/sources.list') ? ['/etc/apt/sources.list'] : []
  for (const file of [...own, ...parts]) {
    const text = await readFile(file, 'utf8')
    const lines = text.split('\n').filter((line) => !line.startsWith('#'))
    const mirror = lines.join('\n').match(/https?:\/\/\S+\/debian\/?(?=\s|$)/)
    if (mirror !== null) return mirror[0]
  }
  return 'http://deb.debian.org/debian'
}

async function moveWhole(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    // Another run was first: its folder is as good as ours.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
}

async function assertRootOnDebian(wanted: string): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error(`${wanted} is missing, and only root may install it`)
  if (!(await isExecutable('/usr/bin/apt-get')))
    throw new Error(`${wanted} is missing, and this is no Debian to install it on`)
}
