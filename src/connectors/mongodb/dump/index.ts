import type { Connector } from '../../../contract/connector.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { DocumentSource } from '../source.ts'
import { openDumpStore } from './dump-store.ts'
import { type DumpSettings, parseJsonlUrl, parseMongodumpUrl } from './dump-url.ts'

type Open = NonNullable<Connector['openSource']>

const openSource: Open = async ({ settings }, _, signal) =>
  new DocumentSource(await openDumpStore(settingsOf(settings), signal))

/** What mongodump wrote: `mongodump:PATH`, a folder, a file of one, or an archive, packed with gzip or not. */
export const mongodump: Connector = { engine: 'mongodb', parseUrl: parseMongodumpUrl, openSource }

/** Extended JSON, a document in each line or all in one array: `jsonl:PATH`, a file or a folder of such. */
export const jsonl: Connector = { engine: 'mongodb', parseUrl: parseJsonlUrl, openSource }

function settingsOf(settings: unknown): DumpSettings {
  if (isSettings(settings)) return settings
  throw new TransloadError('TL_X901', { reason: 'settings of another connector' })
}

function isSettings(settings: unknown): settings is DumpSettings {
  return typeof settings === 'object' && settings !== null && 'kind' in settings && 'path' in settings
}
