import type { Connector } from '../../../contract/connector.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { type DumpSettings, parseDumpUrl } from './dump-url.ts'
import { openDumpSource } from './source.ts'

/** Dumps of mysqldump and mariadb-dump: `mysqldump:PATH`, plain or packed with gzip, and `mysqldump:-`. */
export const mysqldump: Connector = {
  engine: 'mysql',
  parseUrl: parseDumpUrl,
  openSource: async (endpoint, options, signal) =>
    await openDumpSource(settingsOf(endpoint.settings), options, () => process.stdin, signal),
}

function settingsOf(settings: unknown): DumpSettings {
  if (isSettings(settings)) return settings
  throw new TransloadError('TL_X901', { reason: 'settings of another connector' })
}

function isSettings(settings: unknown): settings is DumpSettings {
  return typeof settings === 'object' && settings !== null && 'label' in settings && 'path' in settings
}
