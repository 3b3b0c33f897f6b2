import type { Connector } from '../../contract/connector.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { type MongoSettings, parseMongoUrl } from './config.ts'
import { openLiveStore } from './live-store.ts'
import { DocumentSource } from './source.ts'
import { placeOf } from './target/place.ts'
import { openMongoTarget } from './target/target.ts'

/** MongoDB, and what speaks its protocol. */
export const mongodb: Connector = {
  engine: 'mongodb',
  parseUrl: parseMongoUrl,
  openSource: async ({ settings }, _, signal) => new DocumentSource(await openLiveStore(settingsOf(settings), signal)),
  openTarget: async ({ settings }, options, signal) =>
    await openMongoTarget(placeOf(settingsOf(settings)), options, signal),
}

function settingsOf(settings: unknown): MongoSettings {
  if (isSettings(settings)) return settings
  throw new TransloadError('TL_X901', { reason: 'settings of another connector' })
}

function isSettings(settings: unknown): settings is MongoSettings {
  return typeof settings === 'object' && settings !== null && 'authSource' in settings && 'databases' in settings
}
