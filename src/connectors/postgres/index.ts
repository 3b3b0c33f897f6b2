import type { Connector } from '../../contract/connector.ts'
import { parsePostgresUrl, type PostgresSettings } from './config.ts'
import { openPostgresTarget } from './target.ts'

/** PostgreSQL 13 and later, as a target. */
export const postgres: Connector = {
  engine: 'postgres',
  parseUrl(url) {
    const settings = parsePostgresUrl(url)
    return { engine: 'postgres', label: settings.label, identity: identityOf(settings), settings }
  },
  openTarget: (endpoint, options, signal) => openPostgresTarget(endpoint.settings as PostgresSettings, options, signal),
}

/** Where tables go decides what a plan does. The state is in the database, whatever the schema. */
function identityOf({ label, schema }: PostgresSettings): string {
  return schema === 'public' ? label : `${label}?schema=${encodeURIComponent(schema)}`
}
