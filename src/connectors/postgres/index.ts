import type { Connector } from '../../contract/connector.ts'
import { identityOf, parsePostgresUrl, type PostgresSettings } from './config.ts'
import { openPostgresSource } from './source/source.ts'
import { openPostgresTarget } from './target.ts'

/** PostgreSQL 13 and later. */
export const postgres: Connector = {
  engine: 'postgres',
  parseUrl(url) {
    const settings = parsePostgresUrl(url)
    return {
      engine: 'postgres',
      label: settings.label,
      identity: identityOf(settings.label, settings.schema),
      settings,
    }
  },
  openSource: (endpoint, options, signal) => openPostgresSource(endpoint.settings as PostgresSettings, options, signal),
  openTarget: (endpoint, options, signal) => openPostgresTarget(endpoint.settings as PostgresSettings, options, signal),
}
