import type { Connector } from '../../contract/connector.ts'
import { identityOf, parsePostgresUrl, type PostgresSettings } from './config.ts'
import { openPostgresTarget } from './target.ts'

/** PostgreSQL 13 and later, as a target. */
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
  openTarget: (endpoint, options, signal) => openPostgresTarget(endpoint.settings as PostgresSettings, options, signal),
}
