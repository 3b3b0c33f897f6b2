import type { Connector } from '../../contract/connector.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { type MysqlSettings, parseMysqlUrl } from './config.ts'
import { openMysqlSource } from './source.ts'

/** MySQL 5.7 and later, MariaDB 10.3 and later: `mysql://`, `mariadb://`. */
export const mysql: Connector = {
  engine: 'mysql',
  parseUrl: parseMysqlUrl,
  openSource: async (endpoint, options, signal) =>
    await openMysqlSource(settingsOf(endpoint.settings), options, signal),
}

function settingsOf(settings: unknown): MysqlSettings {
  if (isSettings(settings)) return settings
  throw new TransloadError('TL_X901', { reason: 'settings of another connector' })
}

function isSettings(settings: unknown): settings is MysqlSettings {
  return typeof settings === 'object' && settings !== null && 'sslMode' in settings && 'databases' in settings
}
