import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isExecutable } from './account.ts'
import { cacheFolder } from './cache-folder.ts'
import { unpackFromSid } from './debian-package.ts'
import type { Command, EngineSpec, Installation, ServerPlace } from './engine-spec.ts'
import { locateProgram } from './locate-program.ts'
import { runCommand } from './run-command.ts'

const version = 'v2.7.0'
const prefix = join(cacheFolder(), 'documentdb18')
const programFolder = join(cacheFolder(), `ferretdb-${version}`)
const program = join(programFolder, 'ferretdb')
const serverScript = join(import.meta.dirname, 'ferretdb-server.ts')

/**
 * FerretDB on PostgreSQL 18 with DocumentDB: MongoDB's protocol and every type of BSON to the byte, without change streams.
 * It is built from source (two minutes) and unpacks 600 MB of Debian sid: only the project `full` has it.
 */
export const ferretdb: EngineSpec = {
  name: 'ferretdb',
  family: 'mongo',
  isFullOnly: true,
  urlVariable: 'TRANSLOAD_TEST_FERRETDB_URL',
  accounts: [],
  find: async () => {
    const isWhole = existsSync(join(prefix, 'dev/zero')) && (await isExecutable(program))
    return isWhole ? { programs: { node: process.execPath }, prefix } : undefined
  },
  install,
  files: {},
  initialise: (place) => server(place, 'initialise'),
  serve: (place) => server(place, 'serve'),
  url: (port) => `mongodb://127.0.0.1:${port}/`,
  isVersion: (said) => said.startsWith('7.0.'),
  shutdownSignal: 'SIGTERM',
}

/** PostgreSQL's data lie in the folder that it sees as its root; the folder's name tells whose they are. */
function server({ folder, port }: ServerPlace, action: 'initialise' | 'serve'): Command {
  return {
    program: process.execPath,
    args: [serverScript, action, prefix, program, basename(folder), String(port), folder],
  }
}

async function install(): Promise<Installation> {
  if (!(await isExecutable(program))) await buildFerretdb()
  if (!existsSync(prefix)) {
    await unpackFromSid(prefix, ['postgresql-18-documentdb', 'postgresql-18-postgis-3-scripts', 'dash'])
  }
  if (!existsSync(join(prefix, 'dev/zero'))) await furnishRoot()
  return { programs: { node: process.execPath }, prefix }
}

async function buildFerretdb(): Promise<void> {
  const go = await locateProgram('go', ['/usr/local/go/bin', '/usr/lib/go/bin'])
  if (go === undefined) throw new Error('FerretDB is built by Go 1.24 or later, which is missing')
  await mkdir(programFolder, { recursive: true })
  await runCommand(go, ['install', `github.com/FerretDB/FerretDB/v2/cmd/ferretdb@${version}`], {
    env: { ...process.env, GOBIN: programFolder },
  })
}

/** What PostgreSQL looks for in the folder that is its root. The last device that is made says that all is there. */
async function furnishRoot(): Promise<void> {
  for (const name of ['dev', 'tmp', 'data', 'etc']) await mkdir(join(prefix, name), { recursive: true })
  await chmod(join(prefix, 'tmp'), 0o1777)
  await writeFile(join(prefix, 'etc/hosts'), '127.0.0.1 localhost\n')
  for (const name of ['passwd', 'group']) {
    const lines = (await readFile(join('/etc', name), 'utf8')).split('\n')
    const kept = lines.filter((line) => /^(root|postgres|nobody|nogroup):/.test(line))
    await writeFile(join(prefix, 'etc', name), `${kept.join('\n')}\n`)
  }
  const control = join(prefix, 'usr/share/postgresql/18/extension/postgis.control')
  if (!existsSync(control)) await symlink('postgis-3.control', control)
  for (const [name, minor] of [
    ['null', '3'],
    ['urandom', '9'],
    ['random', '8'],
    ['zero', '5'],
  ] as const) {
    const device = join(prefix, 'dev', name)
    if (!existsSync(device)) await runCommand('mknod', ['-m', '666', device, 'c', '1', minor])
  }
}
