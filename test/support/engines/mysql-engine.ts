import { join } from 'node:path'
import type { Command, EngineSpec, Installation, ServerPlace } from './engine-spec.ts'

/**
 * Settings that tests rely on, the same for MySQL and MariaDB. A commit is handed to the kernel and not to the disk:
 * it outlives a SIGKILL of the server, as the kill tests need.
 */
const settingArgs = [
  '--local-infile=1',
  '--log-bin=bin',
  '--binlog-format=ROW',
  '--binlog-row-image=FULL',
  '--binlog-row-metadata=FULL',
  '--sync-binlog=0',
  '--character-set-server=utf8mb4',
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-buffer-pool-size=256M',
  '--max-allowed-packet=1G',
  '--max-connections=200',
  '--secure-file-priv=',
]

/**
 * Run at every start, so it changes nothing the second time and leaves the binary log and its positions alone.
 * MariaDB has made the user already, without a password.
 */
const loginSql = `SET sql_log_bin = 0;
CREATE USER IF NOT EXISTS root@'127.0.0.1';
ALTER USER root@'127.0.0.1' IDENTIFIED BY 'root';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
`

export interface MysqlParts extends Pick<
  EngineSpec,
  'name' | 'urlVariable' | 'accounts' | 'find' | 'install' | 'isVersion'
> {
  readonly image: string
  readonly ownSettingArgs: readonly string[]
  /** The server's program with what it needs to find its own files. */
  readonly program: (installation: Installation) => Command
  readonly initialiseCommand: (place: ServerPlace) => Command
}

export function mysqlEngine({ image, ownSettingArgs, program, initialiseCommand, ...parts }: MysqlParts): EngineSpec {
  return {
    ...parts,
    family: 'mysql',
    container: {
      image,
      port: 3306,
      environment: { MYSQL_ROOT_PASSWORD: 'root', MARIADB_ROOT_PASSWORD: 'root' },
      args: ['--server-id=1', ...settingArgs, ...ownSettingArgs],
    },
    files: { 'login.sql': loginSql },
    initialise: initialiseCommand,
    serve: (place) => {
      const { program: server, args } = program(place.installation)
      return {
        program: server,
        args: [
          ...args,
          `--datadir=${place.dataFolder}`,
          `--port=${place.port}`,
          `--server-id=${place.port}`,
          '--bind-address=127.0.0.1',
          '--skip-name-resolve',
          `--socket=${join(place.folder, 'sock')}`,
          `--pid-file=${join(place.folder, 'pid')}`,
          `--init-file=${join(place.folder, 'login.sql')}`,
          ...settingArgs,
          ...ownSettingArgs,
        ],
      }
    },
    url: (port) => `mysql://root:root@127.0.0.1:${port}/`,
    shutdownSignal: 'SIGTERM',
  }
}
